"""Several workers on one database: one at a time has a shard, and no letter goes twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from uuid import UUID, uuid4, uuid5

import pytest

from engine.journal.outcome import Committed
from engine.journal.shards import SHARD_COUNT, shard_of_id
from engine.loop import VersionConflictError
from engine.ports import OutcomeUnknownError, UnavailableError
from events.case import ContactRecorded, InkassovarselSent, LetterReleased
from gateways.cli.opening import opened
from gateways.desk import creditors
from gateways.desk.asking import By
from gateways.desk.contacts import Contact, record
from gateways.desk.creditors import Details
from gateways.dispatch.letters import AT_ONCE
from gateways.kafka.access import Access
from gateways.kafka.topic import create
from gateways.office import Office
from gateways.postgres.database import Database
from gateways.postgres.holding import holders
from gateways.settings import CHECKOUT
from projections import case_list
from projections.case_list import CaseRow
from tests.gateways.cli.house import TODAY, House
from tests.gateways.desk.world import AGREEMENT, row

pytestmark = pytest.mark.postgres

CASES = 40
PATIENCE_SECONDS = 240  # a machine may be busy; nothing here waits so long by itself


@pytest.fixture(params=["postgres", pytest.param("kafka", marks=pytest.mark.kafka)])
def house(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> House:
    """A house whose log is in the database, or in a topic of its own."""
    for name in ("database", "keys_database"):
        monkeypatch.setenv(f"KRAVSPOR_{name.upper()}", request.getfixturevalue(name))
    monkeypatch.setenv("KRAVSPOR_DATA", str(tmp_path / "house"))
    if request.param == "kafka":
        servers = request.getfixturevalue("kafka_servers")
        access = Access(servers=(servers,), topic=f"test-{uuid4()}", partitions=SHARD_COUNT)
        create(access, development=True)
        monkeypatch.setenv("KRAVSPOR_KAFKA_SERVERS", servers)
        monkeypatch.setenv("KRAVSPOR_KAFKA_TOPIC", access.topic)
    house = House(tmp_path, capsys)
    house.open()
    return house


class Load:
    """Somebody at the desk who notes one call after the other, each until it is told done."""

    def __init__(self) -> None:
        self.done: list[UUID] = []
        self._stop = Event()
        self._thread = Thread(target=self._work)

    @contextmanager
    def under_way(self) -> Iterator["Load"]:
        self._thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            self._thread.join()

    def _work(self) -> None:
        with opened(today=TODAY) as office:
            cases = office.rows.find(case_list.TABLE)
            while not self._stop.wait(0.03):
                command_id = uuid4()
                case = cases[len(self.done) % len(cases)]
                while not self._noted(office, case, By("user:kari", TODAY, command_id)):
                    time.sleep(0.05)
                self.done.append(uuid5(command_id, "contact"))

    def _noted(self, office: Office, case: CaseRow, by: By) -> bool:
        call = Contact(
            contacted_on=TODAY, kind="phone", direction="in", who="debtor", note="ringte"
        )
        try:
            return isinstance(record(office, case, call, by), Committed)
        except (OutcomeUnknownError, UnavailableError, VersionConflictError):
            return False


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


def at_work(dsn: str, shard: int = 0) -> int | None:
    """The process that works on the shard."""
    with Database(dsn) as database:
        name = holders(database).get(shard)
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


def noted() -> Counter[UUID]:
    """How often each call stands in the log."""
    with opened(today=TODAY) as office:
        return Counter(
            recorded.event.contact_id
            for case in office.rows.find(case_list.TABLE)
            for recorded in office.store.read(f"case-{case.case_id}").events
            if isinstance(recorded.event, ContactRecorded)
        )


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
        # What stopped hands hold on to is nobody else's to send.
        until(lambda: printer.collect() >= CASES - (AT_ONCE if blow is signal.SIGSTOP else 0))
        if blow is signal.SIGSTOP:
            holder.send_signal(signal.SIGCONT)
            until(lambda: len(told()[1]) == CASES)
            time.sleep(1)  # whatever it still has in mind to do, it does now
            printer.collect()
        until(lambda: len(told()[1]) == CASES)
        assert {at_work(database)} == both.keys() - {holder.pid}

    sent_once(printer)


def test_workers_that_are_restarted_in_turn_under_load_lose_nothing(
    printer: Printer, database: str
) -> None:
    with ExitStack() as stack:
        workers = {each.pid: each for each in (stack.enter_context(worker()) for _ in range(2))}
        until(lambda: at_work(database) is not None)
        load = stack.enter_context(Load().under_way())
        for _ in range(2):
            before = len(load.done)
            holder = workers.pop(at_work(database) or 0)
            holder.send_signal(signal.SIGTERM)
            assert holder.wait(PATIENCE_SECONDS) == 0
            fresh = stack.enter_context(worker())
            workers[fresh.pid] = fresh
            until(lambda: at_work(database) in workers)
            until(lambda: len(load.done) > before + 5)  # noqa: B023 - asked in this very turn
        until(lambda: printer.collect() == CASES)
    assert noted() == Counter(load.done)
    sent_once(printer)


def test_two_workers_share_two_shards_and_one_takes_both_when_the_other_is_gone(
    house: House, database: str
) -> None:
    house.run("shards", "open", "1")
    newcomer = "Fjord AS"
    by = By("user:kari", TODAY)
    with opened(today=TODAY) as office:
        number = creditors.next_number(office)
        details = Details(name=newcomer, address="Storgata 2, 0155 Oslo")
        creditor_id = creditors.create(office, number, details, by)
        creditors.accept_terms(office, creditor_id, "1", "daglig leder", by)
        creditors.agree(office, creditor_id, AGREEMENT, by)

    def sent() -> Counter[int]:
        with opened(today=TODAY) as office:
            return Counter(
                shard_of_id(case.case_id)
                for case in office.rows.find(case_list.TABLE)
                for recorded in office.store.read(f"case-{case.case_id}").events
                if isinstance(recorded.event, InkassovarselSent)
            )

    with worker() as first, worker() as second:
        pids = {first.pid, second.pid}
        until(lambda: {at_work(database), at_work(database, 1)} == pids)
        house.run("import", house.file(row("1001"), row("2001", creditor=newcomer)))
        until(lambda: sent() == {0: 1, 1: 1})
        first.kill()
        until(lambda: {at_work(database), at_work(database, 1)} == {second.pid})
        more = [row("1002", name="Kari"), row("2002", name="Kari", creditor=newcomer)]
        house.run("import", house.file(*more))
        until(lambda: sent() == {0: 2, 1: 2})
    assert house.run("status")[0] == 0
    assert house.run("replay", "verify")[0] == 0
