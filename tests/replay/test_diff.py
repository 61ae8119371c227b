"""Two views of a case, line by line, and the events that make the difference."""

from dataclasses import fields

import pytest

from events.money import Ore
from replay.diff import Diff, Moved
from tests.replay.cases import EXAMPLE, Played, played

LATE = (("2026-09-01", "2026-09-01"), ("2026-09-01", "2026-09-30"))
LATER = (("2026-09-01", "2026-09-01"), ("2026-09-16", "2026-09-30"))


@pytest.fixture(scope="module")
def case() -> Played:
    return played(EXAMPLE)


def changed(diff: Diff) -> dict[str, object]:
    """The lines of the whole case that are money in both views, and by how much they differ."""
    named = (change for change in diff.changes if not change.key.startswith("claim "))
    return {change.key: change.by_ore for change in named if change.by_ore is not None}


def summed(diff: Diff) -> dict[str, int]:
    """What the days and the events move, one after the other, in all."""
    moved = [diff.by_time, *(effect.moved for effect in diff.effects)]
    names = [field.name for field in fields(Moved)]
    return {name: sum(getattr(each, name) for each in moved) for name in names}


def test_a_view_does_not_differ_from_itself(case: Played) -> None:
    diff = case.diff(LATE[1], LATE[1])
    assert (diff.changes, diff.effects, diff.by_time) == ((), (), Moved())


def test_each_line_that_differs_is_told_to_the_ore(case: Played) -> None:
    assert changed(case.diff(*LATE)) == {
        "principal_ore": -296_200,
        "interest_ore": -1_790,
        "letter_fees_ore": -3_800,
        "salaer_ore": -30_000,
        "total_ore": -331_790,
        "pursued_ore": -331_790,
        "paid_ore": 300_000,
    }


def test_a_line_that_one_view_lacks_is_told_without_a_figure(case: Played) -> None:
    (payment,) = [each for each in case.diff(*LATE).changes if each.key.startswith("payment ")]
    told = "3\xa0000,00\xa0kr: dekker 3\xa0000,00\xa0kr"
    assert (payment.before, payment.after, payment.by_ore) == (None, told, None)


def test_only_what_was_told_in_between_makes_the_difference_of_one_day(case: Played) -> None:
    diff = case.diff(*LATE)
    assert diff.by_time == Moved()
    assert [(effect.version, effect.came) for effect in diff.effects] == [(10, "in"), (11, "in")]


def test_the_days_and_the_events_sum_to_the_difference(case: Played) -> None:
    for pair in (LATE, LATER, (LATER[1], LATER[0])):
        diff = case.diff(*pair)
        before, after = diff.before.owed, diff.after.owed
        assert before is not None
        assert after is not None
        whole = {name: getattr(after, name) - getattr(before, name) for name in summed(diff)
                 if name != "held_ore"}  # fmt: skip
        assert {name: by for name, by in summed(diff).items() if name != "held_ore"} == whole


def test_backwards_the_same_events_are_taken_out(case: Played) -> None:
    forth, back = case.diff(*LATER), case.diff(LATER[1], LATER[0])
    assert [effect.version for effect in back.effects] == [
        effect.version for effect in reversed(forth.effects)
    ]
    assert {effect.came for effect in back.effects} == {"out"}


def test_interest_that_runs_by_itself_is_laid_to_the_days(case: Played) -> None:
    diff = case.diff(("2026-08-20", "2026-08-20"), ("2026-08-30", "2026-08-30"))
    assert diff.effects == ()
    assert diff.by_time == Moved(interest_ore=Ore(1_678), total_ore=Ore(1_678))
