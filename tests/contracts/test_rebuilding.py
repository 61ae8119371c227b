"""The index made again from its log is the index that was kept, whatever stands in the log."""

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import pytest

from engine.journal.commit import Line
from engine.journal.control import ShardOpened
from engine.journal.outcome import Committed
from engine.journal.verdict import Reason
from engine.ports import HaltedError
from gateways.memory.index import MemoryIndex
from gateways.memory.rows import MemoryRows
from gateways.postgres import index as postgres
from projections import rebuilding, runner
from projections.index import Meta, Wanted
from projections.rebuilding import Replay
from tests.contracts.told import Pen, everything_told
from tests.contracts.world import Counts, Totals, World, memory_world

CONTROL = Wanted(["control-0"], (), (), ())


def held(world: World, lines: Sequence[Line]) -> list[object]:
    """All that the index holds of the lines, and of the shard."""
    commits = [line.commit for line in lines]
    streams = sorted({part.stream for commit in commits for part in commit.parts})
    asked = Wanted(
        streams=streams,
        commits=[commit.commit_id for commit in commits],
        commands=[(stream, commit.command_id) for commit in commits for stream in streams],
        tracking=[("us", "them")],
    )
    meta: Meta = replace(world.index.meta(0), generation=0)
    return [
        meta,
        list(world.index.entries(0, 0, 10_000)),
        world.index.load(0, asked),
        world.index.read(streams),
        list(world.index.parked()),
    ]


def rows(world: World) -> list[object]:
    return [list(world.rows.where(table)) for table in (Totals.table, Counts.table)]


def untold(done: int, of: int) -> None:
    assert done <= of


@pytest.mark.parametrize("records_at_once", [1, 5])
def test_wherever_the_log_is_cut_the_index_is_the_same(
    world: World, records_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "RECORDS_AT_ONCE", records_at_once)
    lines = everything_told(world)
    world.runner.catch_up(0)
    before, shown = held(world, lines), rows(world)
    world.index.rebuild([0], Replay(world.log, untold))

    reasons = {d.reason for d in world.index.decided([x.commit.commit_id for x in lines]).values()}
    assert reasons | {"duplicate"} == set(get_args(Reason))
    assert held(world, lines) == before
    world.runner.rebuild_index()
    assert held(world, lines) == before
    assert rows(world) == shown


def test_what_is_written_while_the_index_is_made_again_is_in_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "RECORDS_AT_ONCE", 3)
    monkeypatch.setattr(postgres, "RECORDS_NEAR", 0)  # else it would wait for itself
    lines = everything_told(world)
    world.runner.catch_up(0)
    written: list[int] = []

    def meanwhile(done: int, of: int) -> None:
        untold(done, of)
        if len(written) < 4:
            written.append(done)
            world.add("counter-9", len(written))

    world.index.rebuild([0], Replay(world.log, meanwhile))
    world.add("counter-9", 5)
    amounts = [entry.version for entry in world.index.read(["counter-9"])["counter-9"].entries]
    before = held(world, lines)
    world.runner.rebuild_index()

    assert amounts == [1, 2, 3, 4, 5]
    assert held(world, lines) == before


def test_a_log_that_does_not_lead_to_the_index_leaves_it_as_it_is(world: World) -> None:
    lines = everything_told(world)
    world.runner.catch_up(0)
    before, shown = held(world, lines), rows(world)
    log = world.log

    class Another:
        """The same log, but for who wrote it."""

        identity, append, end, epoch = log.identity, log.append, log.end, log.epoch

        def read(self, shard: int, start: int, limit: int) -> list[tuple[int, bytes]]:
            found = log.read(shard, start, limit)
            return [(offset, raw.replace(b'"test"', b'"tset"')) for offset, raw in found]

    world.log = Another()
    world.restart()
    with pytest.raises(HaltedError, match="does not lead to this index"):
        world.runner.rebuild_index()
    assert held(world, lines) == before
    assert rows(world) == shown


@pytest.mark.parametrize("found", [1, 2], ids=["shortened", "with a gap"])
def test_a_log_that_has_lost_records_leaves_the_index_as_it_is(world: World, found: int) -> None:
    for n in range(1, 4):
        world.add("counter-1", n)
    before = rows(world)
    log = world.log

    class Broken:
        """A log that has lost a record: its last, or the one in the middle."""

        identity, append, end, epoch = log.identity, log.append, log.end, log.epoch

        def read(self, shard: int, start: int, limit: int) -> list[tuple[int, bytes]]:
            lost = 2 if found == 1 else 1
            return [r for r in log.read(shard, start, limit) if r[0] != lost]

    world.log = Broken()
    world.restart()
    with pytest.raises(HaltedError, match=r"ends before its index|goes on at offset 2"):
        world.runner.rebuild_index()
    assert rows(world) == before


def test_an_index_that_was_lost_is_made_again_with_every_shard_the_log_opens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "RECORDS_MANY", 3)
    monkeypatch.setattr(rebuilding, "RECORDS_AT_ONCE", 4)
    world = memory_world(together=True)
    lines = everything_told(world)
    pen = Pen(world.log)
    world.start()
    pen.heads = dict(world.index.load(0, CONTROL).heads)
    pen.append(pen.control(world, ShardOpened(shard=1)))
    other = Pen(world.log, 1)
    for n in range(7):
        other.append(other.line("counter-91"), other.line(f"counter-{92 + n}"))
    for shard in (0, 1):
        world.runner.catch_up(shard)
    before, shown = (held(world, lines), other_shard(world)), rows(world)
    world.index = MemoryIndex(world.log)
    world.rows = MemoryRows(world.index)
    world.restart()
    world.start()

    assert (held(world, lines), other_shard(world)) == before
    assert rows(world) == shown
    assert isinstance(world.add("counter-1", 1), Committed)


def other_shard(world: World) -> list[object]:
    return [replace(world.index.meta(1), generation=0), list(world.index.entries(1, 0, 99))]


def test_a_lost_index_whose_log_halts_is_read_up_to_where_it_halts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "RECORDS_MANY", 3)
    world = memory_world(together=True)
    pen = Pen(world.log)
    for _ in range(6):
        pen.append(pen.line("counter-1"))
    world.log.append(0, b"junk")

    with pytest.raises(HaltedError, match="halted at offset 6"):
        world.start()
    assert len(world.index.entries(0, 0, 99)) == 6
