"""A small journal of counters on either adapter, for the contract every one of them keeps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import ClassVar
from uuid import UUID, uuid5

from msgspec.structs import replace

from engine.decider import Decider
from engine.journal.commit import EventRecord
from engine.journal.outcome import Outcome
from engine.journal.recorded import Envelope, Recorded
from engine.journal.shards import OneShard
from engine.journal.store import EventStore
from engine.journal.writer import Writer
from engine.ports import Keys, Log
from engine.vault import Vault
from events.base import Event, canonical
from events.personal import Clear, Sealed
from gateways.ids import SystemIds
from gateways.kafka.access import Access
from gateways.kafka.log import KafkaLog
from gateways.memory.index import MemoryIndex
from gateways.memory.keys import MemoryKeys
from gateways.memory.log import MemoryLog
from gateways.memory.rows import MemoryRows
from gateways.postgres.database import open_journal
from gateways.postgres.index import PostgresIndex
from gateways.postgres.keys import open_keys
from gateways.postgres.log import PostgresLog
from gateways.postgres.reading import PostgresRows
from projections.index import EmbeddedIndex
from projections.projection import AnyProjection, Key, Row, Table
from projections.reading import Rows
from projections.runner import Runner

NOW = datetime(2026, 11, 22, 8, 30, 15, 123456, tzinfo=UTC)
NAMESPACE = UUID("6f2f9d4e-3f0b-4d0e-8a55-2f3a1c5b7d10")


class Counted(Event):
    TYPE: ClassVar[str] = "counter.counted"

    amount: int


class Named(Event):
    TYPE: ClassVar[str] = "counter.named"

    name: Sealed | Clear


class Unheard(Event):
    TYPE: ClassVar[str] = "counter.unheard"

    amount: int


KNOWN: dict[str, type[Event]] = {kind.TYPE: kind for kind in (Counted, Named)}


def decode(kind: str, schema: int, data: bytes) -> Event:
    if schema != 1:
        raise LookupError(schema)
    return KNOWN[kind].model_validate_json(data)


class Total(Row, frozen=True):
    stream: str
    amount: int
    count: int
    words: tuple[str, ...] = ()
    last_on: datetime | None = None


class Totals:
    """One row a counter; an amount of 666 it cannot take."""

    table: Table[Total] = Table(
        "total", ("stream",), Total, indexes=("amount, count",), one_stream=True
    )

    def touches(self, recorded: Recorded) -> Sequence[Key]:
        return [(recorded.stream,)] if isinstance(recorded.event, Counted) else []

    def evolve(self, row: Total | None, recorded: Recorded, key: Key) -> Total | None:
        event = recorded.event
        if not isinstance(event, Counted):
            return row
        if event.amount == 666:
            raise ValueError("a number too many")
        if event.amount == 0:
            return None
        row = row or Total(str(key[0]), 0, 0)
        words = (*row.words[-2:], f'"{event.amount}", {{\\}}')
        return Total(
            row.stream, row.amount + event.amount, row.count + 1, words, recorded.recorded_at
        )


class Counts:
    """One row of all counters together, which takes anything."""

    table: Table[Total] = Table("count", ("stream",), Total, version=3)

    def touches(self, recorded: Recorded) -> Sequence[Key]:
        del recorded
        return [("all",)]

    def evolve(self, row: Total | None, recorded: Recorded, key: Key) -> Total | None:
        del recorded
        row = row or Total(str(key[0]), 0, 0)
        return replace(row, count=row.count + 1)


COUNTER = Decider[int, Counted](0, lambda state, event: state + event.amount)


@dataclass
class World:
    """One store with its log, index and keys; `together` as the embedded adapters are used."""

    log: Log
    index: EmbeddedIndex
    keys: Keys
    rows: Rows
    together: bool
    projections: Sequence[AnyProjection] = field(default_factory=lambda: [Totals(), Counts()])
    close: Callable[[], None] = lambda: None
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        """Begin as a new process does."""
        self.restart()

    def restart(self, projections: Sequence[AnyProjection] | None = None) -> None:
        """What a new process does: nothing remembered."""
        self.projections = self.projections if projections is None else projections
        together = self.index if self.together else None
        self.runner = Runner(self.log, self.index, self.projections, decode, together=together)
        writer = Writer(self.runner, lambda _milliseconds: None)
        self.store = EventStore(
            self.index, writer, Vault(self.keys), SystemIds(), decode, OneShard()
        )

    def start(self) -> "World":
        self.runner.start()
        return self

    def envelope(self, name: str = "", content: bytes = b"{}") -> Envelope:
        name = name or f"command {next(self._ids)}"
        return Envelope(
            command_id=uuid5(NAMESPACE, name),
            content=content,
            actor="test",
            correlation=NAMESPACE,
            causation=None,
            now=NOW,
        )

    def add(self, stream: str, *amounts: int, envelope: Envelope | None = None) -> Outcome:
        """Append without deciding, on the head as it is now."""
        head = self.store.read(stream).head
        events = [Counted(amount=amount) for amount in amounts]
        return self.store.append(
            {stream: events}, expected={stream: head}, envelope=envelope or self.envelope()
        )


def memory_world(*, together: bool) -> World:
    log = MemoryLog()
    index = MemoryIndex(log)
    return World(log, index, MemoryKeys(), MemoryRows(index), together)


def postgres_world(dsn: str, keys_dsn: str, *, together: bool) -> World:
    database = open_journal(dsn)
    index = PostgresIndex(database)
    keys = open_keys(keys_dsn)

    def close() -> None:
        index.close()
        keys.close()
        database.close()

    log = PostgresLog(database)
    return World(log, index, keys, PostgresRows(database), together, close=close)


def kafka_world(access: Access, dsn: str, keys_dsn: str) -> World:
    log = KafkaLog.open(access)
    database = open_journal(dsn, ())
    index = PostgresIndex(database, log.identity())
    keys = open_keys(keys_dsn)

    def close() -> None:
        index.close()
        keys.close()
        database.close()
        log.close()

    return World(log, index, keys, PostgresRows(database), together=False, close=close)


def event_record(number: int, amount: int) -> EventRecord:
    event = Counted(amount=amount)
    return EventRecord(uuid5(NAMESPACE, str(number)), event.TYPE, event.SCHEMA, canonical(event))
