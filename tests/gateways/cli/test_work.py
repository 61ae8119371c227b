"""The worker: one round, a round every so often, and an end when it is told to."""

import os
import signal
import subprocess
import sys
from contextlib import closing

import psycopg
import pytest

from gateways.cli import main
from gateways.postgres.database import Database
from gateways.postgres.holding import Holding
from gateways.settings import CHECKOUT
from tests.gateways.cli.house import House
from tests.gateways.desk.world import row

pytestmark = pytest.mark.postgres


def test_a_day_with_nothing_to_do_does_nothing(house: House) -> None:
    code, told = house.run("work", "--once", today=False)
    assert code == 0
    assert "cases registered 0, letters sent 0, payouts instructed 0\n" in told


@pytest.mark.usefixtures("house")
def test_a_worker_warns_as_long_as_the_agency_does_not_exist(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["work", "--once"]) == 0
    assert '"event":"agency.made_up"' in capsys.readouterr().err
    monkeypatch.setenv("KRAVSPOR_AGENCY_NAME", "Fjordgata Inkasso AS")
    assert main(["work", "--once"]) == 0
    assert "agency.made_up" not in capsys.readouterr().err


def test_what_is_due_is_done_once(house: House) -> None:
    house.run("import", house.file(row()))
    day = ("work", "--day", "2026-08-03")
    done = house.json(*day, today=False)
    (letter,) = done["letters"]
    assert done["registered"] == [], "the import registered it"
    assert letter["became"] == "sent"
    assert house.json(*day, today=False)["letters"] == []
    printed = [path.name for path in (house.folder / "house" / "outbox").glob("letters/*/*")]
    assert printed == [f"inkassovarsel-{letter['letter_id']}.pdf"]


def test_a_days_work_sweeps_the_tallies(house: House, database: str) -> None:
    house.run("import", house.file(row()))
    house.run("work", "--day", "2026-08-03", today=False)
    house.run("work", "--day", "2026-08-04", today=False)
    with psycopg.connect(database) as connection:
        counts = connection.execute("SELECT case_count FROM kravspor_index.case_tally_v1")
        assert {count > 0 for (count,) in counts} == {True}


@pytest.mark.usefixtures("house")
def test_the_worker_ends_well_when_it_is_told_to() -> None:
    command = [sys.executable, "-m", "gateways.cli", "work", "--every", "1"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=CHECKOUT, env=dict(os.environ), stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline().startswith("working, a round every 1 s")
        worker.send_signal(signal.SIGTERM)
        rest = worker.stdout.read()
    assert (worker.returncode, rest) == (0, "stopped\n")


def test_a_round_beside_a_worker_that_has_every_shard_does_nothing(
    house: House, database: str
) -> None:
    house.run("import", house.file(row()))
    with Database(database) as own, closing(Holding(own, lambda: (0,), "other")) as other:
        other.begin()
        code, told = house.run("work", "--day", "2026-08-03", today=False)
    assert code == 0
    assert "letters sent 0" in told
    assert "others are at work on every shard" in told
    assert house.json("work", "--day", "2026-08-03", today=False)["letters"]
