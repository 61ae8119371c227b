"""The runner: each row read once and written once a batch, and memory never trusted too far."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.journal.outcome import Committed
from engine.journal.writer import Writer
from engine.ports import UnavailableError
from gateways.memory.index import MemoryIndex
from gateways.memory.keys import MemoryKeys
from gateways.memory.log import MemoryLog
from gateways.memory.rows import MemoryRows
from projections import remembering, runner
from projections.index import Batch, Found, Wanted
from projections.projection import AnyTable, Key, Rows
from tests.contracts.world import NAMESPACE, Counts, Totals, World, memory_world


class Watched(MemoryIndex):
    """An index that counts what it is asked."""

    def __init__(self, log: MemoryLog) -> None:
        super().__init__(log)
        self.loads = 0
        self.keys_read = 0
        self.batches: list[Batch] = []

    def load(self, shard: int, wanted: Wanted) -> Found:
        self.loads += 1
        return super().load(shard, wanted)

    def rows(self, wanted: Mapping[AnyTable, Sequence[Key]]) -> Mapping[AnyTable, Rows]:
        self.keys_read += sum(len(keys) for keys in wanted.values())
        return super().rows(wanted)

    def append_and_apply(self, record: bytes, batch: Batch) -> bool:
        self.batches.append(batch)
        return super().append_and_apply(record, batch)


def watched() -> tuple[World, Watched]:
    log = MemoryLog()
    index = Watched(log)
    return World(log, index, MemoryKeys(), MemoryRows(index), together=True).start(), index


def test_a_stream_that_is_remembered_is_not_asked_for_again() -> None:
    world, index = watched()
    for n in range(1, 6):
        world.add("counter-1", n)

    assert (index.loads, index.keys_read) == (1, 2)


def test_several_events_on_a_row_are_one_write() -> None:
    world, index = watched()
    world.add("counter-1", 1, 2, 3)
    (batch,) = index.batches

    assert [row.amount for row in batch.rows[Totals.table].values()] == [6]  # type: ignore[attr-defined]  # a Total
    assert [row.count for row in batch.rows[Counts.table].values()] == [3]  # type: ignore[attr-defined]  # a Total


def test_a_row_that_did_not_change_is_not_written() -> None:
    world, index = watched()
    world.add("counter-1", 0)

    assert not index.batches[0].rows[Totals.table]


def test_memory_is_thrown_away_when_the_index_has_moved_on() -> None:
    world, index = watched()
    world.add("counter-1", 1)
    first = world.runner
    world.restart()
    world.start()
    world.add("counter-1", 2)
    world.store = replace(world.store, writer=Writer(first, lambda _: None))
    outcome = world.add("counter-1", 3)

    assert isinstance(outcome, Committed)
    assert [e.version for e in index.entries(0, 0, 9)] == [1, 2, 3]


def test_rows_forgotten_for_want_of_memory_are_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remembering, "ROWS_MAX", 1)
    monkeypatch.setattr(remembering, "HEADS_MAX", 1)
    world, _ = watched()
    for n in range(1, 10):
        world.add(f"counter-{n % 3}", n)

    assert sum(row.amount for row in world.rows.where(Totals.table)) == 45


def test_who_never_gets_in_first_is_told_that_nothing_was_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "RACES_MAX", 3)
    world = memory_world(together=True).start()
    world.add("counter-1", 1)
    monkeypatch.setattr(MemoryIndex, "append_and_apply", lambda *_: False)

    with pytest.raises(UnavailableError, match="first"):
        world.add("counter-1", 2)
    assert world.log.end(0) == 1


def test_many_threads_over_many_streams_lose_nothing() -> None:
    world = memory_world(together=True).start()

    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(lambda n: world.add(f"counter-{n}", n + 1), range(300)))

    assert all(isinstance(outcome, Committed) for outcome in outcomes)
    assert sum(row.amount for row in world.rows.where(Totals.table)) == sum(range(1, 301))
    assert world.log.end(0) <= 300


def test_verdicts_are_told_by_commit() -> None:
    world = memory_world(together=True).start()
    outcome = world.add("counter-1", 1)
    told = world.runner.decided([outcome.commit_id, NAMESPACE])

    assert [decided.commit_id for decided in told] == [outcome.commit_id]


def test_a_key_that_cannot_be_had_parks_nobody_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unreachable(*_: object) -> None:
        raise UnavailableError("the keys cannot be reached")

    world = memory_world(together=True).start()
    with monkeypatch.context() as patch:
        patch.setattr(Totals, "evolve", unreachable)
        with pytest.raises(UnavailableError):
            world.add("counter-1", 1)
    world.add("counter-1", 2)

    assert list(world.index.parked()) == []
    assert [row.amount for row in world.rows.where(Totals.table)] == [2]
