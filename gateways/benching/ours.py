"""Our side: the journal with live read models, on a database of its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import cycle, islice
from typing import Final
from uuid import UUID

from psycopg import connect
from typing_extensions import override

from engine.journal.commit import Line
from engine.journal.merkle import EMPTY
from engine.journal.outcome import Committed, Outcome
from engine.journal.recorded import Decode, Envelope
from engine.journal.shards import OneShard
from engine.journal.store import EventStore
from engine.journal.writer import Writer
from engine.ports import Head
from engine.streams import case_stream
from engine.vault import Vault
from events import registry
from gateways.benching import course
from gateways.ids import SystemIds, pause
from gateways.memory.keys import MemoryKeys
from gateways.postgres.database import Database, open_journal
from gateways.postgres.index import PostgresIndex
from gateways.postgres.log import PostgresLog
from gateways.postgres.reading import PostgresRows
from projections import all_projections, balance, timeline
from projections.projection import AnyProjection
from projections.runner import Runner

LIVE: Final[tuple[AnyProjection, ...]] = (balance.PROJECTION, timeline.PROJECTION)
LINES_A_RECORD: Final = 8
CASES_READ: Final = 4


class HeadKeeper(Writer):
    """The writer of the engine, which also tells the hash of the line it wrote last."""

    def __init__(self, runner: Runner) -> None:
        super().__init__(runner, pause)
        self.hashes: dict[str, str] = {}

    @override
    def append(self, line: Line) -> Outcome:
        """Bring the line into the log, as any writer does."""
        self.hashes[line.commit.parts[0].stream] = line.hash
        return super().append(line)


@dataclass(frozen=True, slots=True)
class Ours:
    """A journal with its read models; `cases` gives numbers of cases nobody has taken."""

    store: EventStore
    writer: HeadKeeper
    runner: Runner
    rows: PostgresRows
    projections: Sequence[AnyProjection]
    cases: Iterator[int]

    def appending(self, _worker: int = 0) -> Callable[[], None]:
        """A piece of work: one more event of a case, and a new case after its last."""
        steps = self._steps()
        return lambda: next(steps)

    def saving(self) -> Callable[[], None]:
        """A piece of work: register a case and read its balance at once.

        Raises LookupError when what was saved is not to be seen.
        """

        def save() -> None:
            case_id = course.case_of(next(self.cases))
            self._append(case_stream(case_id), 0)
            if self.rows.get(balance.TABLE, (case_id,)) is None:
                raise LookupError("a commit was answered before its balance could be read")

        return save

    def reading(self, _worker: int = 0) -> Callable[[], None]:
        """A piece of work: the balance of one of the first cases of the log.

        Raises LookupError when it is not there.
        """
        numbers = cycle(range(CASES_READ))

        def read() -> None:
            if self.rows.get(balance.TABLE, (course.case_of(next(numbers)),)) is None:
                raise LookupError("a balance is not to be seen")

        return read

    def _steps(self) -> Iterator[None]:
        while True:
            stream = case_stream(course.case_of(next(self.cases)))
            for place in range(course.LENGTH):
                self._append(stream, place)
                yield
            self.writer.hashes.pop(stream)

    def _append(self, stream: str, place: int) -> None:
        command_id = self.store.ids.commit_id()
        envelope = Envelope(
            command_id=command_id,
            content=course.WRITTEN[place],
            actor=course.ACTOR,
            correlation=command_id,
            causation=None,
            now=course.AT,
        )
        head = Head(place, self.writer.hashes[stream]) if place else None
        outcome = self.store.append(
            {stream: [course.EVENTS[place]]}, expected={stream: head}, envelope=envelope
        )
        if not isinstance(outcome, Committed):
            raise LookupError(f"an append did not stand: {outcome}")  # noqa: TRY004 - an outcome is no argument


def folds(every_model: bool) -> tuple[Sequence[AnyProjection], Decode]:  # noqa: FBT001 - a process is called by place
    """Balance and timeline, or every read model, and how events are read."""
    return (all_projections(Vault(MemoryKeys())) if every_model else LIVE), registry.decode


@contextmanager
def opened(dsn: str, *, every_model: bool = False) -> Iterator[Ours]:
    """The journal on that database, with balance and timeline, or with every read model."""
    projections, decode = folds(every_model)
    with journal(dsn, projections) as (runner, index, database):
        runner.start()
        writer = HeadKeeper(runner)
        vault = Vault(MemoryKeys())
        store = EventStore(index, writer, vault, SystemIds(), decode, OneShard())
        yield Ours(store, writer, runner, PostgresRows(database), projections, course.new_cases())


@contextmanager
def journal(
    dsn: str, projections: Sequence[AnyProjection]
) -> Iterator[tuple[Runner, PostgresIndex, Database]]:
    """The journal on that database, as it stands: nothing is made or caught up."""
    database = open_journal(dsn)
    index = PostgresIndex(database)
    try:
        log = PostgresLog(database)
        yield Runner(log, index, projections, registry.decode, together=index), index, database
    finally:
        index.close()
        database.close()


def seed(dsn: str, events_count: int) -> int:
    """Fill an empty log with about that many events, and its index; how many there are.

    There is no read model yet: a rebuild makes the first.
    """
    with journal(dsn, []) as (runner, _, _), connect(dsn, autocommit=True) as connection:
        told = course.lines(events_count)
        offset, nid, last, tree = 0, 0, b"", EMPTY
        with (
            connection.transaction(),
            connection.cursor().copy(
                "COPY journal.record (shard, log_offset, record) FROM STDIN (FORMAT BINARY)"
            ) as copy,
        ):
            copy.set_types(["bigint", "bigint", "bytea"])
            while taken := list(islice(told, LINES_A_RECORD)):
                last = b"\n".join(line for line, _ in taken)
                tree = tree.grown(line for line, _ in taken)
                copy.write_row((0, offset, last))
                offset, nid = offset + 1, nid + sum(length for _, length in taken)
        connection.execute("UPDATE journal.shard SET end_offset = %s", [offset])
        connection.execute(
            "UPDATE kravspor_index.log_meta SET next_offset = %s, nid = %s, last_hash = %s,"
            " tree_size = %s, tree_frontier = %s, formats = '{1.1}'",
            [offset, nid, sha256(last).hexdigest(), tree.size, b"".join(tree.frontier)],
        )
        runner.rebuild_index()
        connection.execute("VACUUM ANALYZE")
    return nid


def parked(dsn: str) -> Sequence[tuple[str, UUID]]:
    """What a projection could not take; a bench that parks measures nothing."""
    with connect(dsn) as connection:
        return connection.execute(
            "SELECT projection, event_id FROM kravspor_index.parked"
        ).fetchall()
