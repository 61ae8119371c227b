"""The demonstration killed at random moments ends as one that was left alone.

Two runs of a part of the portfolio on two databases of their own. One is killed with SIGKILL
again and again, in the middle of its days; what they end with is compared row by row.
"""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateways.demo.days import STATE
from gateways.demo.on_kafka import settings_on_kafka
from gateways.dispatch.outbox import HANDED, NAME
from gateways.office import Office
from gateways.postgres.database import Database
from gateways.postgres.keys import open_keys
from gateways.postgres.server import Server
from gateways.settings import CHECKOUT, Settings
from gateways.stores import KEYS_DATABASE
from gateways.wiring import on_postgres
from projections import all_projections, document, ordered_act, payout, posting
from projections.positional import POSITIONAL

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("demo")]

CASES, DAYS = 30, 28
KEY = bytes(range(32))
# Killed three times about the import and the first day, then a few days after each start
# until so few days are left that it might end first.
ABOUT_IMPORT, DAYS_LIVED, DAYS_LEFT, TIMES_LEAST = 3, 4, 6, 5
SEED = 20261122
PATIENCE_SECONDS = 50.0


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Office, Path]]:
    """The office that was left alone, the one that was killed, and the folder of both."""
    folder = tmp_path_factory.mktemp("demo")
    calm, killed = folder / "calm", folder / "killed"
    for data in (calm, killed):
        same_key(data)
    opened: list[Office] = []
    undisturbed = _begin(calm)
    try:
        dice = random.Random(SEED)  # noqa: S311 - dice for moments
        for _ in range(ABOUT_IMPORT):
            _kill(killed, dice.uniform(0.0, 0.7), days=0)
        while _done(killed) < DAYS - DAYS_LEFT:
            _kill(killed, dice.uniform(0.0, 0.1), days=DAYS_LIVED)
        _finish(killed, _begin(killed))
        _finish(calm, undisturbed)
        opened = [on_postgres(Settings(data=data)) for data in (calm, killed)]
        yield opened[0], opened[1], folder
    finally:
        undisturbed.kill()
        undisturbed.wait(PATIENCE_SECONDS)
        for office in opened:
            office.close()
        for data in (calm, killed):
            Server.start(data / "pg").stop()


def test_every_projection_is_the_same_but_for_what_is_positional(offices):
    calm, killed, _ = offices
    for projection in all_projections(calm.vault):
        table = projection.table

        assert rows(killed, table) == rows(calm, table), table.name


def test_every_column_that_is_called_positional_is_a_column(offices):
    calm, *_ = offices
    tables = {
        projection.table.name: projection.table for projection in all_projections(calm.vault)
    }
    for name, columns in POSITIONAL.items():
        assert set(columns) <= set(tables[name].names)


def test_no_letter_and_no_payout_left_twice_and_each_file_is_the_same(offices):
    _, killed, folder = offices
    files = _outbox(folder / "killed")
    names = Counter(name for _, _, name in files)

    assert max(names.values()) == 1
    assert list((folder / "killed").glob("**/*.part")) == []
    assert {path: files[path] for path in sorted(files)} == _outbox(folder / "calm")
    assert len(killed.rows.find(document.TABLE)) == sum("letters" in path for path in files) - len(
        killed.rows.find(payout.TABLE, more_than={"amount_ore": 0})
    )


def test_every_letter_has_left_once_and_none_is_uncertain(offices):
    _, killed, _ = offices
    letters = Counter(row.letter_id for row in killed.rows.find(document.TABLE))
    states = {act.state for act in killed.rows.find(ordered_act.TABLE)}

    assert max(letters.values()) == 1
    assert "lapsed" not in states
    assert len(letters) > CASES


def test_the_same_money_has_moved_and_the_books_balance(offices):
    calm, killed, _ = offices
    sums = [
        sum(
            row.amount_ore for row in office.rows.find(payout.TABLE, equals={"state": "confirmed"})
        )
        for office in (calm, killed)
    ]

    assert sums[0] == sums[1] > 0
    assert sum(row.amount_ore for row in killed.rows.find(posting.TABLE)) == 0


def test_it_was_begun_again_after_every_kill_and_came_to_its_end(offices):
    *_, folder = offices
    told = json.loads((folder / "killed" / STATE).read_text("utf-8"))
    begun = (folder / "killed.log").read_bytes().count(b"Starting PostgreSQL")

    assert told == {"days": DAYS, "cases": CASES, "opened": True, "done": DAYS}
    assert begun > TIMES_LEAST


def same_key(data: Path, *, days: int = DAYS, cases: int = CASES, kafka: bool = False) -> None:
    """Give both agencies one key, and one name of what they write to: their events hold both."""
    named = data / "outbox" / HANDED / NAME
    named.parent.mkdir(parents=True)
    named.write_text("0b0e0a0d", "utf-8")
    (data / STATE).write_text(json.dumps({"days": days, "cases": cases}), "utf-8")
    if kafka:
        settings_on_kafka(data)
    with Server.start(data / "pg") as server:
        dsn = server.ensure_database(KEYS_DATABASE)
        open_keys(dsn).close()
        with Database(dsn) as database:
            database.fetch("agency_key", {"key": KEY})


def _begin(data: Path) -> subprocess.Popen[bytes]:
    words = ["demo", "--data", str(data), "--days", str(DAYS), "--cases", str(CASES), "--json"]
    command = [sys.executable, "-m", "gateways.cli", *words]
    log = (data.parent / f"{data.name}.log").open("ab")
    with log:
        return subprocess.Popen(command, cwd=CHECKOUT, stdout=log, stderr=log)  # noqa: S603 - our own command


def _finish(data: Path, running: subprocess.Popen[bytes]) -> None:
    ended = running.wait(PATIENCE_SECONDS)

    assert ended == 0, (data.parent / f"{data.name}.log").read_text("utf-8")[-2000:]


def _kill(data: Path, moment: float, *, days: int) -> None:
    """Kill it a moment after it has lived so many days, or has begun to import."""
    log = data.parent / f"{data.name}.log"
    before, imports = _done(data), _imports(log)
    running = _begin(data)
    until = time.monotonic() + PATIENCE_SECONDS
    try:
        while _done(data) < before + days or (not days and _imports(log) == imports):
            assert running.poll() is None, log.read_text("utf-8")[-2000:]
            assert time.monotonic() < until
            time.sleep(0.002)
        time.sleep(moment)
    finally:
        running.send_signal(signal.SIGKILL)
        ended = running.wait(PATIENCE_SECONDS)

    assert ended == -signal.SIGKILL


def _imports(log: Path) -> int:
    return log.read_bytes().count(b"Importing") if log.exists() else 0


def _done(data: Path) -> int:
    told = json.loads((data / STATE).read_text("utf-8"))
    return int(told.get("done", 0))


def rows(office: Office, table) -> Counter[tuple[object, ...]]:
    """The rows without what is positional; where that was the key, as often as they come."""
    left_out = POSITIONAL.get(table.name, {})
    names = [name for name in table.names if name not in left_out]
    return Counter(tuple(getattr(row, name) for name in names) for row in office.rows.find(table))


def _outbox(data: Path) -> dict[tuple[str, str, str], bytes]:
    """All that left the house, by kind, day and name."""
    return {
        (file.parent.parent.name, file.parent.name, file.name): file.read_bytes()
        for file in (data / "outbox").glob("*/*/*")
        if not file.parts[-3].startswith(".")
    }
