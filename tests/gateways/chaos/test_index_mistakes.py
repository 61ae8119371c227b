"""The index in PostgreSQL between two workers that race, right and with each mistake."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from engine.journal.writer import Writer
from engine.ports import HaltedError, OutcomeUnknownError, UnavailableError
from gateways.appending import Appending
from gateways.chaos.checker import violations
from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.looking import found_in
from gateways.chaos.clustered.wishing import Wishing
from gateways.chaos.counting import Totals, decoder
from gateways.chaos.disk import SHARD, FragileLog
from gateways.chaos.history import Past
from gateways.chaos.index_mistakes import INDEXES
from gateways.chaos.mutants import MUTANTS, SOUND, Mutant, ruled_by
from gateways.ids import pause
from gateways.postgres.database import Database, open_journal
from gateways.postgres.index import PostgresIndex
from gateways.postgres.listening import Listening
from projections.runner import Runner
from tests.conftest import emptied

pytestmark = pytest.mark.postgres

CLIENTS = 4
WISHES = 30
TRIES = 5
PATIENCE_SECONDS = 0.5  # for a verdict; without one the same bytes are sent again


@contextmanager
def workers(dsn: str, log: FragileLog, broken: Mutant) -> Iterator[None]:
    """Two workers at the same shard, neither of which asks for the lock."""
    kind, stop = INDEXES.get(broken.name, PostgresIndex), Event()

    def work(index: PostgresIndex) -> None:
        runner = Runner(log, index, [Totals()], decoder(new=True))
        while not stop.is_set():
            try:
                runner.catch_up(SHARD)
            except (UnavailableError, OutcomeUnknownError, HaltedError):
                continue
            stop.wait(0.001)

    with ExitStack() as stack:
        databases = [stack.enter_context(closing(Database(dsn))) for _ in range(2)]
        indexes = [stack.enter_context(closing(kind(each, log.identity()))) for each in databases]
        threads = [Thread(target=work, args=(index,), daemon=True) for index in indexes]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def past_of(dsn: str, folder: Path, broken: Mutant) -> Past:
    """What came of wishes that all wanted the same streams."""
    folder.mkdir(exist_ok=True)
    log = FragileLog()
    with ExitStack() as stack:
        stack.enter_context(ruled_by(broken.rule))
        database = stack.enter_context(open_journal(dsn, ()))
        index = stack.enter_context(closing(PostgresIndex(database, log.identity())))
        index.prepare([Totals.table])
        listening = stack.enter_context(closing(Listening(database)))
        writer = Writer(Appending(log, index, listening.moves, PATIENCE_SECONDS), pause)
        part = parts.Part(servers="", topic="", dsn=dsn, name="writer", seed=1, told="")

        def live(number: int) -> None:
            with (folder / f"{number}.jsonl").open("a", encoding="utf-8") as file:
                wishing = Wishing(part, (log, index, writer), file, number)
                for _ in range(WISHES):
                    wishing.wish()
                wishing.resolve(10.0)

        with workers(dsn, log, broken), ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(live, range(CLIENTS)))
        runner = Runner(log, index, [Totals()], decoder(new=True))
        try:
            runner.catch_up(SHARD)
        except HaltedError as halted:
            raise AssertionError(halted) from halted
        found, records = found_in(index, database, SHARD), log.records
        offsets = list(range(len(records)))
        told = parts.read(folder).operations
        return Past(
            records=records, offsets=offsets, lost_records=None, operations=told, index=found
        )


def test_two_workers_that_race_at_a_shard_do_no_harm(database: str, tmp_path: Path) -> None:
    past = past_of(database, tmp_path, SOUND)

    assert violations(past) == []
    assert sum(op.outcome == "ok" for op in past.operations) > WISHES


@pytest.mark.parametrize("name", INDEXES)
def test_a_mistake_in_the_index_is_caught(database: str, tmp_path: Path, name: str) -> None:
    broken = MUTANTS[name]
    pasts = (
        past_of(emptied(database), tmp_path / str(number), broken)
        for number in range(TRIES)  # a busy machine may let the workers race too little in one
    )

    assert any(violations(past) for past in pasts), broken.meaning
