"""Rebuilding beside the living: nothing stands still, nothing is lost, and one can go back."""

import dataclasses
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from engine.journal.outcome import Committed
from projections import filling
from projections.filling import EVENTS_NEAR, Filling, SupersededError, Told
from projections.projection import AnyProjection
from tests.contracts.world import KNOWN, Counts, Total, Totals, Unheard, World, decode

TOTALS, COUNTS = Totals.table, Counts.table


def unheard(world: World, stream: str) -> None:
    head = world.store.read(stream).head
    world.store.append(
        {stream: [Unheard(amount=1)]}, expected={stream: head}, envelope=world.envelope()
    )


def amounts(world: World) -> dict[str, int]:
    return {row.stream: row.amount for row in world.rows.where(TOTALS)}


def counted(world: World) -> int:
    row = world.rows.get(COUNTS, ("all",))
    assert row is not None
    return row.count


class TotalsOfNow(Totals):
    """The same, as the next release defines it: amounts count double."""

    table = dataclasses.replace(TOTALS, version=2)

    def evolve(self, row, recorded, key):  # type: ignore[no-untyped-def]  # as in Totals
        now = super().evolve(row, recorded, key)
        return now and replace(now, amount=now.amount + recorded.event.amount)


def test_what_is_made_again_is_compared_and_serves(world: World) -> None:
    for n in range(1, 8):
        world.add(f"counter-{n % 3}", n, n + 1)
    unheard(world, "counter-2")
    world.add("counter-1", 0)
    before, parked = amounts(world), list(world.index.parked())
    told = world.runner.rebuild()

    assert (told.tables, told.switched, told.differences) == (("total", "count"), True, ())
    assert (amounts(world), list(world.index.parked())) == (before, parked)
    assert isinstance(world.add("counter-1", 5), Committed)
    assert amounts(world)["counter-1"] == 5


def test_an_empty_house_can_be_made_again(world: World) -> None:
    assert world.runner.rebuild().switched
    world.add("counter-1", 5)

    assert amounts(world) == {"counter-1": 5}


@pytest.mark.parametrize("at", ["folding streams", "making keys", "comparing", "switching"])
def test_what_is_written_meanwhile_is_in_the_new_tables(world: World, at: str) -> None:
    world.add("counter-1", 1)

    def tell(told: Told) -> None:
        if told.stage == at:
            world.add("counter-1", 2)
            world.add("counter-2", 3, 4)
            unheard(world, "counter-3")

    told = world.runner.filling(tell=tell).rebuild()

    assert told.difference_count == 0
    assert amounts(world) == {"counter-1": 3, "counter-2": 7}
    assert counted(world) == 4
    assert {each.stream for each in world.index.parked()} == {"counter-3"}


def test_more_than_a_little_behind_is_folded_before_anybody_has_to_stand_still(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "EVENTS_NEAR", 2)
    monkeypatch.setattr(filling, "EVENTS_AT_ONCE", 3)
    monkeypatch.setattr(filling, "ROWS_MAX", 1)
    for n in range(1, 20):
        world.add(f"counter-{n % 4}", n)
    stages: list[Told] = []
    world.runner.filling(tell=stages.append).rebuild()

    assert [each.done for each in stages if each.stage == "folding on"][:2] == [0, 3]
    assert sum(amounts(world).values()) == sum(range(1, 20))
    assert counted(world) == 19 < EVENTS_NEAR


def test_a_runner_that_remembers_the_old_rows_reads_the_new(world: World) -> None:
    world.add("counter-1", 1)
    running = world.store
    world.restart()
    world.start().runner.rebuild()
    world.add("counter-1", 2)
    outcome = running.append(
        {"counter-2": [KNOWN["counter.counted"](amount=7)]},  # type: ignore[call-arg]  # a Counted
        expected={"counter-2": None},
        envelope=world.envelope(),
    )

    assert isinstance(outcome, Committed)
    assert amounts(world) == {"counter-1": 3, "counter-2": 7}
    assert counted(world) == 3


def test_the_kept_tables_come_back_with_all_that_has_happened_since(world: World) -> None:
    world.add("counter-1", 1)
    unheard(world, "counter-9")
    world.runner.rebuild()
    world.add("counter-1", 2)
    world.add("counter-2", 4)
    world.add("counter-1", 0)
    unheard(world, "counter-2")
    now = amounts(world), counted(world), list(world.index.parked())
    told = world.runner.filling().back(["total", "count"])

    assert (told.switched, told.differences) == (True, ())
    assert (amounts(world), counted(world), list(world.index.parked())) == now
    world.add("counter-1", 5)
    assert amounts(world)["counter-1"] == 5
    assert world.runner.filling().back().switched


def test_kept_tables_keep_up_when_something_is_erased_and_others_go(world: World) -> None:
    world.add("counter-1", 1)
    world.runner.rebuild()
    world.add("counter-1", 0)
    world.runner.filling().keep_up()
    with world.index.beside() as beside:
        kept = beside.rows("kept", {TOTALS: [("counter-1",)]})
        positions = set(beside.positions("kept", [TOTALS, COUNTS]).values())
    assert (kept, positions) == ({TOTALS: {}}, {2})

    world.runner.filling().rebuild(["total"], "stop")
    release(world, Totals()).runner.filling().keep_up()
    with world.index.beside() as beside:
        assert beside.tables("kept", [TOTALS, COUNTS]) == [TOTALS]


def test_nothing_comes_back_where_nothing_was_kept(world: World) -> None:
    world.add("counter-1", 1)
    world.runner.rebuild(["total"])
    with world.index.beside() as beside:
        assert [table.name for table in beside.tables("kept", [TOTALS, COUNTS])] == ["total"]
        beside.drop("kept")

    assert not world.runner.filling().back().switched


def test_what_could_not_be_taken_is_taken_by_a_rebuild_when_it_can_be(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add("counter-1", 1)
    unheard(world, "counter-1")
    monkeypatch.setitem(KNOWN, Unheard.TYPE, Unheard)
    world.add("counter-1", 2)
    told = world.runner.rebuild()

    assert list(world.index.parked()) == []
    assert amounts(world) == {"counter-1": 3}
    assert told.difference_count > 0
    world.runner.filling().back()
    assert {each.stream for each in world.index.parked()} == {"counter-1"}


def test_a_stream_that_is_parked_at_another_event_than_before_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add("counter-1", 1)
    unheard(world, "counter-1")
    monkeypatch.setitem(KNOWN, Unheard.TYPE, Unheard)
    world.add("counter-1", 666)
    (before,) = [each for each in world.index.parked() if each.projection == TOTALS.name]
    told = world.runner.rebuild()
    (after,) = world.index.parked()

    assert (before.stream, after.stream, after.nid) == ("counter-1", "counter-1", before.nid + 1)
    assert ("parked", "total counter-1") in {(each.table, each.key) for each in told.differences}


def test_new_tables_that_differ_stay_beside_when_that_is_asked(world: World) -> None:
    world.add("counter-1", 3)
    world.add("counter-2", 4)
    other = TotalsOfNow()
    other.table = TOTALS
    beside = Filling(world.index, [other, Counts()], decode)
    told = beside.rebuild(["total"], "stop")

    assert (told.switched, told.difference_count) == (False, 2)
    (first, _) = told.differences
    assert (first.table, first.key, first.column) == ("total_v1", "counter-1", "amount")
    assert amounts(world) == {"counter-1": 3, "counter-2": 4}
    assert isinstance(world.add("counter-1", 1), Committed)


def refused_or(act: Callable[[], object]) -> object:
    try:
        return act()
    except SupersededError as error:
        return error


def release(world: World, *projections: AnyProjection) -> World:
    """The same journal, worked by another release of the program."""
    other = dataclasses.replace(world)
    other.restart(list(projections))
    return other


def test_a_new_definition_is_filled_at_start_and_the_old_release_may_write_no_more(
    world: World,
) -> None:
    world.add("counter-1", 3)
    after = release(world, TotalsOfNow(), Counts())
    after.start()

    rows = after.rows.where(TotalsOfNow.table)
    assert [(row.stream, row.amount) for row in rows] == [("counter-1", 6)]
    assert after.add("counter-1", 4)
    # Where log and index are two, the old release may still append; it may not judge.
    assert not isinstance(refused_or(lambda: world.add("counter-1", 5)), Committed)
    with pytest.raises(SupersededError, match="replay rebuild --back"):
        world.runner.catch_up(0)
    after.runner.catch_up(0)
    events = after.store.read("counter-1").events
    amount = sum(recorded.event.amount for recorded in events)  # type: ignore[attr-defined]  # a Counted
    assert [row.amount for row in after.rows.where(TotalsOfNow.table)] == [2 * amount]


def test_the_old_release_writes_until_the_new_tables_stand(world: World) -> None:
    world.add("counter-1", 3)
    after = release(world, TotalsOfNow(), Counts())

    def tell(told: Told) -> None:
        if told.stage != "waiting":
            assert isinstance(world.add("counter-1", 1), Committed)

    after.runner.start(tell=tell)
    (row,) = after.rows.where(TotalsOfNow.table)
    assert row.amount == 2 * (3 + row.count - 1)
    assert row.count > 3


def test_an_old_release_takes_its_tables_up_again_only_when_told_to(world: World) -> None:
    world.add("counter-1", 3)
    after = release(world, TotalsOfNow(), Counts())
    after.start()
    after.add("counter-1", 4)
    with pytest.raises(SupersededError):
        release(world, Totals(), Counts()).start()
    before = release(world, Totals(), Counts())
    told = before.runner.filling().back()

    assert told.tables == ("total",)
    assert isinstance(before.add("counter-1", 1), Committed)
    assert amounts(before) == {"counter-1": 8}
    with pytest.raises(SupersededError):
        after.runner.catch_up(0)


def test_a_projection_that_a_release_has_no_more_is_no_reason_to_begin_anew(world: World) -> None:
    world.add("counter-1", 3)
    without = release(world, Totals())
    with pytest.raises(SupersededError, match="count_v3"):
        without.start()
    assert without.runner.filling().back().switched

    assert isinstance(without.add("counter-1", 1), Committed)
    assert Total not in {type(row) for row in without.rows.where(TOTALS) if row.amount != 4}
