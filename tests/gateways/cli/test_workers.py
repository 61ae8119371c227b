"""Several workers on one database: one at a time has a shard, and no letter goes twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from events.case import InkassovarselSent, LetterReleased
from gateways.cli.opening import opened
from gateways.postgres.database import Database
from gateways.postgres.holding import holders
from gateways.settings import CHECKOUT
from projections import case_list
from tests.gateways.cli.house import TODAY, House
from tests.gateways.desk.world import row

pytestmark = pytest.mark.postgres

CASES = 40
PATIENCE_SECONDS = 60


class Printer:
    """A print shop that takes letters away as they come, and counts each by its name."""

    def __init__(self, outbox: Path) -> None:
        self.taken: Counter[str] = Counter()
        self._outbox = outbox

    def collect(self) -> int:
        """How many letters have been taken away, with those that lie there now."""
        for path in self._outbox.glob("letters/*/*.pdf"):
            with suppress(FileNotFoundError):
                path.unlink()
                self.taken[path.name] += 1
        return self.taken.total()


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own, until it is killed here."""
    command = [sys.executable, "-m", "tests.gateways.cli.worker", str(TODAY)]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=CHECKOUT, env=dict(os.environ), stdout=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def at_work(dsn: str) -> int | None:
    """The process that works on shard 0."""
    with Database(dsn) as database:
        name = holders(database).get(0)
    return None if name is None else int(name.partition("-")[2])


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def told() -> tuple[Counter[object], Counter[object]]:
    """How often each letter was released, and how often it was sent, as the log has it."""
    released: Counter[object] = Counter()
    sent: Counter[object] = Counter()
    with opened(today=TODAY) as office:
        for case in office.rows.find(case_list.TABLE):
            for recorded in office.store.read(f"case-{case.case_id}").events:
                match recorded.event:
                    case LetterReleased(letter_id=letter_id):
                        released[letter_id] += 1
                    case InkassovarselSent(letter_id=letter_id):
                        sent[letter_id] += 1
    return released, sent


def sent_once(printer: Printer) -> None:
    """Every letter was released once, sent once, and taken away once."""
    released, sent = told()
    assert set(released.values()) == set(sent.values()) == set(printer.taken.values()) == {1}
    assert len(sent) == len(printer.taken) == CASES
    assert released.keys() == sent.keys()


@pytest.fixture
def printer(house: House) -> Printer:
    """A house with letters to send today."""
    rows = [row(str(number), name=f"Skyldner {number}") for number in range(CASES)]
    house.run("import", house.file(*rows))
    return Printer(house.folder / "house" / "outbox")


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
def test_a_worker_struck_among_its_letters_is_taken_over_from_and_no_letter_goes_twice(
    printer: Printer, database: str, blow: signal.Signals
) -> None:
    with worker() as first, worker() as second:
        until(lambda: at_work(database) is not None)
        both = {process.pid: process for process in (first, second)}
        holder = both[at_work(database) or 0]
        until(lambda: printer.collect() > 0)
        holder.send_signal(blow)
        assert printer.collect() < CASES, "it was done before it was struck"
        until(lambda: printer.collect() == CASES)
        if blow is signal.SIGSTOP:
            holder.send_signal(signal.SIGCONT)
            until(lambda: len(told()[1]) == CASES)
            time.sleep(1)  # whatever it still has in mind to do, it does now
            printer.collect()
        until(lambda: len(told()[1]) == CASES)
        assert {at_work(database)} == both.keys() - {holder.pid}

    sent_once(printer)
