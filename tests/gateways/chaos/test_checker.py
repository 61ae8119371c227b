"""The checker by itself: it must complain of each thing that may never be."""

from dataclasses import replace

import pytest

from gateways.chaos.checker import violations
from gateways.chaos.disk import Tree
from gateways.chaos.healing import past_of
from gateways.chaos.history import Checkpoint, Past, Seen
from gateways.chaos.world import World


@pytest.fixture
def past() -> Past:
    world = World(seed=4)
    world.run(range(600))
    return past_of(world)


def found(past: Past) -> str:
    return "\n".join(violations(past))


def test_a_whole_world_has_no_violation(past: Past) -> None:
    assert violations(past) == []
    assert len(past.index.events) > 20


def test_who_was_told_ok_must_stand(past: Past) -> None:
    next(op for op in past.operations if op.outcome == "conflict").outcome = "ok"

    assert "1: " in found(past)


def test_who_was_told_conflict_must_not_stand(past: Past) -> None:
    next(op for op in past.operations if op.outcome == "ok").outcome = "conflict"

    assert "2: " in found(past)


def test_what_was_never_written_must_not_be_in_the_log(past: Past) -> None:
    next(op for op in past.operations if op.outcome == "ok").outcome = "nothing"

    assert "nothing was written" in found(past)


def test_an_event_missing_in_the_index_is_seen(past: Past) -> None:
    past.index = replace(past.index, events=past.index.events[:-1])

    assert "4: the events" in found(past)


def test_a_changed_byte_in_an_event_is_seen(past: Past) -> None:
    *events, last = past.index.events
    changed = (*last[:6], last[6] + b" ", *last[7:])
    past.index = replace(past.index, events=[*events, changed])

    assert "4: the events" in found(past)


def test_a_head_a_verdict_or_a_row_that_differs_is_seen(past: Past) -> None:
    index = past.index
    for name in ("heads", "verdicts", "commands", "totals"):
        held = dict(getattr(index, name))
        held.popitem()
        past.index = replace(index, **{name: held})
        assert "4: the" in found(past), name


def test_a_tree_that_differs_is_seen(past: Past) -> None:
    past.index = replace(past.index, tree=replace(past.index.tree, root="00" * 32))

    assert "4: the tree" in found(past)


def test_a_record_taken_out_of_the_log_is_seen(past: Past) -> None:
    past.records = [*past.records[:5], *past.records[6:]]

    assert violations(past) != []


def test_who_reads_behind_what_was_told_is_seen(past: Past) -> None:
    last = max(past.operations, key=lambda op: op.invoked_at)
    past.operations = [*past.operations, replace(last, invoked_at=10**9, read={"stream-1": 0})]

    assert "5: " in found(past)


def test_one_wish_with_two_effects_is_seen(past: Past) -> None:
    first, second = [op for op in past.operations if op.outcome == "ok"][:2]
    second.intent = first.intent

    assert "7: " in found(past)


def test_a_subscriber_given_a_gap_or_another_event_is_seen(past: Past) -> None:
    events = [(row[0], row[3]) for row in past.index.events]
    past.seen = [Seen([*events[:2], *events[3:]])]
    gap = found(past)
    past.seen = [Seen([events[0], (2, "another")])]

    assert "8: a subscriber was given" in gap
    assert "8: notification id 2 was used for two events" in found(past)


def test_a_gap_in_the_offsets_is_seen(past: Past) -> None:
    past.offsets = [*past.offsets[:3], *(offset + 1 for offset in past.offsets[3:])]

    assert "9: " in found(past)


def test_a_checkpoint_of_another_log_is_seen(past: Past) -> None:
    assert past.checkpoints == [] or "10" not in found(past)
    good = Tree().checkpoint(list(past.records))
    past.checkpoints = [good]
    assert violations(past) == []
    past.checkpoints = [Checkpoint(good.size, "00" * 32)]
    changed = found(past)
    past.checkpoints = [good, Tree().checkpoint(list(past.records[:7]))]

    assert "10: the root" in changed
    assert "came after one of" in found(past)


def test_what_stays_unknown_and_a_rebuild_that_differs_are_seen(past: Past) -> None:
    past.unresolved, past.rebuilt_the_same = 1, False

    assert "11: " in found(past)
    assert "12: " in found(past)


def test_a_key_destroyed_without_an_order_is_seen(past: Past) -> None:
    past.keys_destroyed = frozenset({"person-999"})

    assert "nobody had ordered it" in found(past)


def test_a_log_that_lost_what_the_index_has_must_be_halted_at(past: Past) -> None:
    past.lost_records, past.records = past.records, past.records[:-1]
    past.offsets = past.offsets[:-1]
    going_on = found(past)
    past.halted = True

    assert "nobody halted" in going_on
    assert violations(past) == []
