"""Who appends and does not apply is told what those say who do, and nothing before that."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from threading import Event
from uuid import UUID, uuid5

import pytest
from typing_extensions import override

from engine.journal.outcome import Committed, Conflict, Unknown
from engine.journal.store import EventStore
from engine.journal.writer import Writer
from engine.ports import Decided, UnavailableError
from gateways.appending import Appending, Sharing
from gateways.memory.index import MemoryIndex
from gateways.memory.keys import MemoryKeys
from gateways.memory.log import MemoryLog
from gateways.memory.rows import MemoryRows
from gateways.moves import Moves
from gateways.postgres.database import Database
from gateways.postgres.listening import Listening
from gateways.tailing import Tailing
from projections.quarantine import quarantine
from tests.contracts.world import (
    NAMESPACE,
    Counted,
    World,
    memory_world,
    postgres_world,
)

PATIENCE_SECONDS = 30.0


class Holding:
    """The shards one process holds."""

    def __init__(self, *shards: int) -> None:
        self.shards = set(shards)

    def held(self) -> set[int]:
        return self.shards


class Edge:
    """A process that appends, and leaves the index to others."""

    def __init__(self, world: World, moves: Moves, patience_seconds: float) -> None:
        self.world = world
        self.appending = Appending(world.log, world.index, moves, patience_seconds)
        self.writer = Writer(self.appending, lambda _milliseconds: None)
        held = world.store
        self.store = EventStore(
            held.index, self.writer, held.vault, held.ids, held.decode, held.shards
        )

    def add(self, stream: str, *amounts: int, name: str = "") -> Committed | Conflict | Unknown:
        head = self.store.read(stream).head
        events = [Counted(amount=amount) for amount in amounts]
        envelope = self.world.envelope(name)
        return self.store.append({stream: events}, expected={stream: head}, envelope=envelope)


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """The world of a worker, with its log beside its index."""
    if request.param == "memory":
        yield memory_world(together=False).start()
        return
    dsn, keys_dsn = (request.getfixturevalue(name) for name in ("database", "keys_database"))
    world = postgres_world(dsn, keys_dsn, together=False).start()
    yield world
    world.close()


@pytest.fixture
def moves(request: pytest.FixtureRequest, world: World) -> Iterator[Moves]:
    """What another process hears of the index."""
    if isinstance(world.index, MemoryIndex):
        yield world.index.moves
        return
    dsn = request.getfixturevalue("database")
    with Database(dsn) as own, closing(Listening(own)) as listening:
        yield listening.moves


@pytest.fixture
def tailing(world: World) -> Iterator[Tailing]:
    """A worker that follows shard 0."""
    failures: list[Exception] = []
    with closing(Tailing(world.log, world.runner, Holding(0), failures.append)) as tailing:
        tailing.begin()
        yield tailing
    assert failures == []


def test_a_commit_is_told_done_once_a_worker_has_applied_it(
    world: World,
    moves: Moves,
    tailing: Tailing,  # noqa: ARG001 - at work meanwhile
) -> None:
    edge = Edge(world, moves, PATIENCE_SECONDS)
    first, second = edge.add("counter-1", 5), edge.add("counter-1", 2)

    assert isinstance(first, Committed)
    assert isinstance(second, Committed)
    assert (first.last_nid, second.last_nid) == (1, 2)
    assert world.rows.where(world.projections[0].table)[0].amount == 7


def test_without_a_worker_the_outcome_is_unknown_and_never_done(
    world: World, moves: Moves
) -> None:
    edge = Edge(world, moves, 0)
    outcome = edge.add("counter-1", 5)

    assert isinstance(outcome, Unknown)
    assert world.log.end(0) == 1
    assert world.index.meta(0).nid == 0


def test_what_was_unknown_is_resolved_when_a_worker_comes_and_was_sent_once(
    world: World, moves: Moves
) -> None:
    edge = Edge(world, moves, 0)
    outcome = edge.add("counter-1", 5)
    assert isinstance(edge.writer.resolve(outcome.commit_id), Unknown)
    assert world.log.end(0) == 1
    world.runner.catch_up(0)

    assert isinstance(edge.writer.resolve(outcome.commit_id), Committed)
    assert edge.writer.unresolved() == ()


class Forgetful(MemoryLog):
    """A log that acknowledges its first record and loses it."""

    lost = b""

    @override
    def append(self, shard: int, record: bytes) -> int:
        if self.lost:
            return super().append(shard, record)
        self.lost = record
        return 0


def test_what_the_log_acknowledged_and_lost_is_sent_again() -> None:
    log = Forgetful()
    index = MemoryIndex(log)
    world = World(log, index, MemoryKeys(), MemoryRows(index), together=False).start()
    edge = Edge(world, index.moves, 0)
    outcome = edge.add("counter-1", 5)
    edge.writer.resolve(outcome.commit_id)
    assert log.end(0) == 0, "it was acknowledged, and nobody has read as far"
    world.add("counter-2", 1)

    edge.writer.resolve(outcome.commit_id)
    assert log.read(0, 1, 9) == [(1, log.lost)]


def test_one_of_two_who_race_is_told_that_it_lost(
    world: World,
    moves: Moves,
    tailing: Tailing,  # noqa: ARG001 - at work meanwhile
) -> None:
    edge = Edge(world, moves, PATIENCE_SECONDS)
    edge.add("counter-1", 1)
    head = edge.store.read("counter-1").head
    edge.add("counter-1", 2)
    late = edge.store.append(
        {"counter-1": [Counted(amount=3)]},
        expected={"counter-1": head},
        envelope=world.envelope(),
    )
    assert isinstance(late, Conflict)


def test_a_worker_applies_its_own_shards_and_leaves_the_others(world: World, moves: Moves) -> None:
    holding = Holding(0)
    sharing = Sharing(holding, world.runner, Edge(world, moves, 0).appending)
    writer = Writer(sharing, lambda _milliseconds: None)
    held = world.store
    store = EventStore(held.index, writer, held.vault, held.ids, held.decode, held.shards)

    def add(amount: int) -> object:
        head = store.read("counter-1").head
        return store.append(
            {"counter-1": [Counted(amount=amount)]},
            expected={"counter-1": head},
            envelope=world.envelope(),
        )

    assert isinstance(add(1), Committed)
    holding.shards.clear()
    assert isinstance(add(2), Unknown)
    assert world.log.end(0) == 2


def test_a_shard_that_stands_still_rests_and_goes_on_when_it_may(
    world: World, moves: Moves
) -> None:
    told = Event()
    with closing(
        Tailing(world.log, world.runner, Holding(0), lambda _error: told.set())
    ) as tailing:
        world.log.append(0, b"junk")
        tailing.begin()
        assert told.wait(PATIENCE_SECONDS)
        assert world.index.meta(0).next_offset == 0
        commit_id, envelope = uuid5(NAMESPACE, "quarantine"), world.envelope()
        quarantine(world.log, world.index, 0, commit_id=commit_id, envelope=envelope)
        assert moves.wait(0, PATIENCE_SECONDS, offset=2)


def test_what_is_in_the_log_is_never_told_as_not_written_though_the_index_is_away() -> None:
    world = memory_world(together=False).start()

    class Away(MemoryIndex):
        """Answers until the record is in the log, and then no more."""

        @override
        def decided(self, commit_ids: Sequence[UUID]) -> Mapping[UUID, Decided]:
            if world.log.end(0):
                raise UnavailableError
            return {}

    appending = Appending(world.log, Away(MemoryLog()), Moves(), 0.01)
    writer = Writer(appending, lambda _milliseconds: None)
    held = world.store
    store = EventStore(held.index, writer, held.vault, held.ids, held.decode, held.shards)
    changes = {"counter-1": [Counted(amount=1)]}

    outcome = store.append(changes, expected={"counter-1": None}, envelope=world.envelope("a"))

    assert isinstance(outcome, Unknown)
    assert world.log.end(0) > 0
