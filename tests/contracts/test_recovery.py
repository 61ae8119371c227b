"""What every journal does when the log, the index or a projection has gone wrong."""

from dataclasses import replace
from uuid import uuid5

import pytest

from engine.journal.commit import Commit, Part, encode, genesis_hash
from engine.journal.outcome import Committed
from engine.ports import HaltedError
from projections.filling import Told
from projections.index import Meta
from projections.projection import Table
from projections.quarantine import quarantine
from tests.contracts.world import (
    KNOWN,
    NAMESPACE,
    NOW,
    Counts,
    Total,
    Totals,
    Unheard,
    World,
    event_record,
)

TOTALS, COUNTS = Totals.table, Counts.table


def a_line(stream: str, *, shard: int = 0, number: int = 1) -> bytes:
    part = Part(stream, 1, genesis_hash(shard, stream).hex(), (event_record(number, number),))
    return encode(
        Commit(
            commit_id=uuid5(NAMESPACE, f"commit {number}"),
            command_id=uuid5(NAMESPACE, f"asked {number}"),
            command_mac="mac",
            shard=shard,
            parts=(part,),
            actor="test",
            correlation=NAMESPACE,
            recorded_at=NOW,
        )
    )


def everything(world: World) -> object:
    """All that the index holds, as one value to compare; how often it was rebuilt aside."""
    entries = list(world.index.entries(0, 0, 10_000))
    streams = sorted({entry.stream for entry in entries})
    meta: Meta = replace(world.index.meta(0), generation=0)
    return (
        entries,
        world.index.read(streams),
        world.index.decided([entry.commit_id for entry in entries]),
        world.rows.where(TOTALS),
        world.rows.where(COUNTS),
        list(world.index.parked()),
        meta,
    )


def some_history(world: World) -> None:
    for n in range(1, 8):
        world.add(f"counter-{n % 3}", n, n + 1)
    world.store.append(
        {"counter-1": [Unheard(amount=1)]},
        expected={"counter-1": world.store.read("counter-1").head},
        envelope=world.envelope(),
    )
    world.add("counter-2", 0)
    world.log.append(0, a_line("counter-0"))  # void: the stream is not new
    world.runner.catch_up(0)
    world.add("counter-4", 4)


def test_what_another_appended_is_read_and_judged(world: World) -> None:
    world.log.append(0, a_line("counter-1") + b"\n" + a_line("counter-2", number=2))
    world.runner.catch_up(0)

    assert [e.stream for e in world.index.entries(0, 0, 10)] == ["counter-1", "counter-2"]


def test_the_same_line_twice_stands_once(world: World) -> None:
    for record in (a_line("counter-1"), a_line("counter-1") + b"\n" + a_line("counter-1")):
        world.log.append(0, record)
        world.runner.catch_up(0)

    (decided,) = world.index.decided([uuid5(NAMESPACE, "commit 1")]).values()
    assert len(world.index.entries(0, 0, 10)) == 1
    assert (decided.stands, decided.offset) == (True, 0)


@pytest.mark.parametrize(
    "record",
    [b"junk", b"", a_line("counter-9") + b"\n", a_line("counter-9", shard=1)],
    ids=["junk", "empty", "half a record", "another shard's"],
)
def test_an_unreadable_record_halts_the_shard(world: World, record: bytes) -> None:
    world.add("counter-1", 1)
    world.log.append(0, record)

    with pytest.raises(HaltedError, match="shard 0 is halted at offset 1"):
        world.runner.catch_up(0)
    halt = world.index.meta(0).halt
    assert halt is not None
    assert halt.offset == 1
    with pytest.raises(HaltedError):
        world.add("counter-1", 2)
    assert len(world.store.read("counter-1").events) == 1


def test_only_a_quarantine_in_the_log_passes_over_a_record(world: World) -> None:
    world.add("counter-1", 1)
    world.log.append(0, b"junk")
    world.log.append(0, a_line("counter-2"))
    with pytest.raises(HaltedError):
        world.runner.catch_up(0)
    commit_id = uuid5(NAMESPACE, "quarantine")
    envelope = world.envelope(content=b"a disk wrote nonsense")
    quarantine(world.log, world.index, 0, commit_id=commit_id, envelope=envelope)

    assert world.runner.catch_up(0) == 4
    assert world.index.decided([commit_id])[commit_id].stands
    assert world.index.meta(0).halt is None
    assert isinstance(world.add("counter-2", 2), Committed)
    before = everything(world)
    world.runner.rebuild_index()
    assert everything(world) == before


def test_what_is_readable_cannot_be_quarantined(world: World) -> None:
    world.log.append(0, a_line("counter-1"))

    with pytest.raises(ValueError, match="not halted"):
        quarantine(
            world.log,
            world.index,
            0,
            commit_id=uuid5(NAMESPACE, "quarantine"),
            envelope=world.envelope(content=b"I do not like it"),
        )


def test_an_event_nobody_knows_parks_its_stream_and_nothing_else(world: World) -> None:
    world.add("counter-1", 1)
    world.store.append(
        {"counter-1": [Unheard(amount=2)]},
        expected={"counter-1": world.store.read("counter-1").head},
        envelope=world.envelope(),
    )
    outcome = world.store.append(
        {"counter-2": [Unheard(amount=3)]}, expected={"counter-2": None}, envelope=world.envelope()
    )
    world.add("counter-3", 5)

    assert isinstance(outcome, Committed)
    places = [(parked.projection, parked.stream, parked.nid) for parked in world.index.parked()]
    assert places == [
        ("count", "counter-1", 2),
        ("count", "counter-2", 3),
        ("total", "counter-1", 2),
        ("total", "counter-2", 3),
    ]
    assert [(row.stream, row.amount) for row in world.rows.where(TOTALS)] == [
        ("counter-1", 1),
        ("counter-3", 5),
    ]


def test_what_a_projection_cannot_take_parks_that_stream_in_that_projection(world: World) -> None:
    for amount in (1, 666, 2):
        world.add("counter-1", amount)
    world.restart()
    world.start()
    world.add("counter-1", 3)

    (parked,) = world.index.parked()
    row = world.rows.get(TOTALS, ("counter-1",))
    total = world.rows.get(COUNTS, ("all",))
    assert (parked.projection, parked.stream, parked.nid) == ("total", "counter-1", 2)
    assert parked.reason == "ValueError: a number too many"
    assert (row and row.amount, total and total.count) == (1, 4)


def test_a_parked_stream_is_taken_up_again_where_it_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add("counter-1", 1)
    world.store.append(
        {"counter-1": [Unheard(amount=2)]},
        expected={"counter-1": world.store.read("counter-1").head},
        envelope=world.envelope(),
    )
    world.restart()
    world.start()

    assert not world.runner.retry("total", "counter-1")
    monkeypatch.setitem(KNOWN, Unheard.TYPE, Unheard)
    assert world.runner.retry("total", "counter-1")
    assert world.runner.retry("total", "counter-1")
    world.add("counter-1", 5)
    row = world.rows.get(TOTALS, ("counter-1",))
    assert row is not None
    assert row.amount == 6
    assert [parked.projection for parked in world.index.parked()] == ["count"]


def test_a_rebuild_gives_the_same_index_and_the_same_rows(world: World) -> None:
    some_history(world)
    before = everything(world)
    told: list[Told] = []
    world.runner.rebuild_index(tell=told.append)
    whole = everything(world)
    world.runner.rebuild(["total"])
    world.runner.rebuild()

    assert whole == before
    assert everything(world) == before
    read = [(each.done, each.of) for each in told if each.stage == "reading the log"]
    assert read[-1] == (world.log.end(0), world.log.end(0))


def test_writing_goes_on_after_a_rebuild_by_another_process(world: World) -> None:
    some_history(world)
    running = world.store
    world.restart()
    world.start()
    world.runner.rebuild_index()
    head = running.read("counter-4").head
    outcome = running.append(
        {"counter-4": [Unheard(amount=1)]},
        expected={"counter-4": head},
        envelope=world.envelope(),
    )

    assert isinstance(outcome, Committed)


def test_a_new_projection_is_filled_when_the_runner_starts(world: World) -> None:
    world.add("counter-1", 4)
    late = Totals()
    late.table = Table("late", ("stream",), Total, version=2)
    world.restart([*world.projections, late])
    world.start()
    world.add("counter-1", 5)

    row = world.rows.get(late.table, ("counter-1",))
    assert row is not None
    assert row.amount == 9
    assert list(world.index.lacking([late.table])) == []


def test_a_log_that_lost_its_last_record_is_not_gone_on_with(world: World) -> None:
    world.add("counter-1", 1)
    world.add("counter-1", 2)

    log = world.log

    class Shortened:
        """The same log after a restore from an old backup."""

        identity = log.identity
        append = log.append
        epoch = log.epoch

        def read(self, shard: int, start: int, limit: int) -> list[tuple[int, bytes]]:
            return [r for r in log.read(shard, start, limit) if r[0] < 1]

        def end(self, shard: int) -> int:
            del shard
            return 1

        def lacks(self, shard: int, offset: int) -> bool:
            return self.end(shard) < offset

    world.log = Shortened()
    world.restart()
    with pytest.raises(HaltedError, match="lost or changed"):
        world.start()


def test_another_log_is_not_gone_on_with(world: World) -> None:
    world.add("counter-1", 1)

    class Other:
        """A log of another birth."""

        append, read = world.log.append, world.log.read
        end, lacks, epoch = world.log.end, world.log.lacks, world.log.epoch

        def identity(self) -> str:
            return "another"

    world.log = Other()
    world.restart()
    with pytest.raises(HaltedError, match="another log"):
        world.start()
