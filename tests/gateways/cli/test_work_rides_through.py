"""The worker when its database is killed and when the disk fills: told, and nothing twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from threading import Event, Thread

import pytest

from events.case import InkassovarselSent
from gateways.cli.log_lines import log_to
from gateways.cli.opening import begin, opened
from gateways.cli.work import Rounds
from gateways.desk import creditors
from gateways.desk.asking import By
from gateways.desk.creditors import Details
from gateways.desk.invoices import take_in
from gateways.postgres import database
from gateways.postgres.server import Server
from gateways.settings import CHECKOUT
from projections import case_list
from tests.gateways.desk.world import AGREEMENT, csv_of, row

pytestmark = pytest.mark.postgres

TODAY = date(2026, 8, 3)
CASES = 12
PATIENCE_SECONDS = 60


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house on an embedded server of its own, with letters to send today."""
    for name in ("KRAVSPOR_DATABASE", "KRAVSPOR_KEYS_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KRAVSPOR_DATA", str(tmp_path))
    rows = [row(str(number), name=f"Skyldner {number}") for number in range(CASES)]
    begin()
    with opened(today=TODAY) as office:
        by = By("user:kari", TODAY)
        details = Details(name="Lys og Varme AS", address="Storgata 1, 0155 Oslo")
        creditor_id = creditors.create(office, 1, details, by)
        creditors.accept_terms(office, creditor_id, "1", "daglig leder", by)
        creditors.agree(office, creditor_id, AGREEMENT, by)
        take_in(office, csv_of(*rows), "f.csv", today=TODAY, actor="user:kari")
    return tmp_path


def printed(folder: Path) -> int:
    return len(list((folder / "outbox").glob("letters/*/*.pdf")))


def sent() -> int:
    """How many letters the log says were sent."""
    with opened(today=TODAY) as office:
        return sum(
            isinstance(recorded.event, InkassovarselSent)
            for case in office.rows.find(case_list.TABLE)
            for recorded in office.store.read(f"case-{case.case_id}").events
        )


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def test_a_database_killed_in_a_round_is_told_started_again_and_no_letter_goes_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It gives up sooner than in earnest, or the test would wait for half a minute.
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.5)
    log, stop = StringIO(), Event()
    rounds = Rounds(lambda: opened(today=TODAY), folder / "outbox", log_to(log), 0.2)
    worker = Thread(target=lambda: [None for _ in rounds.until(stop)])
    worker.start()
    try:
        until(lambda: printed(folder) > 0)
        pid_file = folder / "pg" / "cluster" / "postmaster.pid"
        os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)
        killed_with = printed(folder)
        until(lambda: "round.failed" in log.getvalue())
        until(lambda: printed(folder) == CASES and '"day.worked"' in log.getvalue())
    finally:
        stop.set()
        worker.join(PATIENCE_SECONDS)
    assert not worker.is_alive()
    assert killed_with < CASES
    assert (sent(), printed(folder)) == (CASES, CASES)


def test_a_full_disk_ends_the_round_with_code_three_and_the_next_sends_each_letter_once(
    folder: Path,
) -> None:
    # No file may grow past a few thousand bytes: a letter is then half written, as it is on
    # a disk that fills.
    with Server.start(folder / "pg"):  # whose own files may grow
        full = work("sh", "-c", 'ulimit -f 8; exec "$@"', "sh")
    assert (full.returncode, full.stdout) == (3, ""), full.stderr
    assert "File too large" in full.stderr
    assert (sent(), printed(folder)) == (0, 0)
    again = work()
    assert again.returncode == 0
    assert [json.loads(line)["event"] for line in again.stderr.splitlines()] == [
        "agency.made_up",
        *["letter.sent"] * CASES,
        "day.worked",
    ]
    assert (sent(), printed(folder)) == (CASES, CASES)


def work(*before: str) -> subprocess.CompletedProcess[str]:
    # Byte code is not written, or half of it would be.
    python = [sys.executable, "-B", "-X", "faulthandler"]
    command = [*before, *python, "-m", "gateways.cli", "work", "--day", str(TODAY)]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
