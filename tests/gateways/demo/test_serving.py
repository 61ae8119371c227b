"""The demonstration goes on to serve, and the five lines it prints work as they are."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from events.money import Ore
from gateways.demo.example import Example
from gateways.demo.serving import lines
from gateways.desk.finding import find_case
from gateways.desk.invoices import take_in
from gateways.desk.payments import Paid, report_direct
from gateways.settings import CHECKOUT
from tests.gateways.desk.world import World, csv_of, row

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("demo")]

WORDS = ["demo", "--days", "2", "--cases", "3", "--port", "0"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="the lines are for curl")
def test_the_five_lines_that_the_demonstration_prints_work(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gateways.cli", *WORDS, "--data", str(tmp_path / "demo")]
    environment = {name: value for name, value in os.environ.items() if "KRAVSPOR_" not in name}
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as demo:
        try:
            assert demo.stdout is not None
            printed: list[str] = []
            for said in demo.stdout:
                printed += [said.strip()] if said.startswith("curl ") else []
                if len(printed) == 5:
                    break
            told = [asked(line) for line in printed]
            kill(tmp_path / "demo" / "pg" / "cluster" / "postmaster.pid")
            assert until_answered(printed[0]) == told[0], "its database is started again"
            demo.send_signal(signal.SIGINT)
            ended = demo.wait(60)
        finally:
            demo.kill()
    dashboard, cases, case, timeline, paused = told
    assert ended == 0
    assert dashboard
    assert len(json.dumps(cases)) > 100
    assert json.dumps(case).count("case_number")
    assert "Inkassovarsel" in json.dumps(timeline, ensure_ascii=False)
    assert paused["outcome"] == "foreseen"
    assert paused["events"][0]["what"] == "Saken er satt på vent."


def test_a_case_that_has_ended_is_looked_at_and_another_is_asked_to_rest() -> None:
    world = World()
    world.creditor()
    rows = csv_of(row("1001"), row("1002", name="Kari Hansen"))
    taken = take_in(world.office, rows, "f.csv", today=world.today, actor="user:kari")
    ended, open_ = (find_case(world.office, each.case_number) for each in taken.cases)
    paid = Paid(amount_ore=Ore(503_800), ordered_on=world.today, received_on=world.today)
    report_direct(world.office, ended, paid, world.by)
    best = Example(case_number=ended.case_number, debtor="", creditor="", lines=())

    told = lines(world.office, best, "http://127.0.0.1:1", "kvs_x")

    assert [str(ended.case_id) in line for line in told] == [False, False, True, True, False]
    assert f"/v1/cases/{open_.case_id}/pause?dry_run=true" in told[-1]


def kill(pid_file: Path) -> None:
    """Kill the database, and wait until another is there."""
    killed = pid_file.read_text()
    os.kill(int(killed.splitlines()[0]), signal.SIGKILL)
    deadline = time.monotonic() + 60
    while not pid_file.exists() or pid_file.read_text() == killed:
        assert time.monotonic() < deadline, "it never came back"
        time.sleep(0.1)


def until_answered(line: str) -> dict[str, object]:
    deadline = time.monotonic() + 60
    while True:
        try:
            return asked(line)
        except AssertionError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def asked(line: str) -> dict[str, object]:
    """What the line is answered, which is no problem."""
    done = subprocess.run(shlex.split(line), capture_output=True, text=True, check=True)  # noqa: S603 - the line under test
    told = json.loads(done.stdout)
    assert not (isinstance(told, dict) and "code" in told), told
    return told  # type: ignore[no-any-return]  # JSON
