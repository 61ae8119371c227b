"""Looking back at any history: each past day is seen as it was seen then, to the øre."""

from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.case.parts import INITIAL, Case
from engine.case.state import evolve
from engine.case.statement import statement
from engine.journal.recorded import Recorded
from engine.refusal import RefusedError
from events.case import CaseRegistered
from projections import case_list
from replay.ahead import ahead, steps_after
from replay.amounts import components
from replay.as_at import Then, folded, owed_on, then
from replay.counting import Fact, Moment, facts
from replay.diff import Moved, by_time, effects
from tests.cases import named
from tests.properties.test_case_histories import (
    BEGINS,
    LAST_DAY,
    STEPS,
    History,
    Step,
    beginnings,
    play,
)

DAYS = st.integers(0, (LAST_DAY - BEGINS).days).map(lambda days: BEGINS + timedelta(days))
MOMENTS = st.builds(Moment, DAYS, DAYS)
NAMES = [field.name for field in fields(Moved)]


def told(begun: CaseRegistered, steps: list[Step]) -> tuple[History, list[Fact]]:
    """A history played, each event recorded on the day it was decided."""
    history, days = History(), [BEGINS]
    history.add(begun)
    warned = [Step(word, 30, 1, 0, flag=False) for word in ("varsel", "demand")[: len(steps) % 3]]
    for serial, step in enumerate((*warned, *steps)):
        play(history, step, serial)
        days += [history.today] * (len(history.events) - len(days))
    one = named("case")
    recorded = [
        Recorded(
            event, named(f"e{n}"), f"case-{one}", n, n, 0, n, one, one, _at(day), "", one, None
        )
        for n, (event, day) in enumerate(zip(history.events, days, strict=True), start=1)
    ]
    return history, facts(recorded)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10), tzinfo=UTC)


def seen(facts_: list[Fact], moment: Moment) -> Then | None:
    try:
        return then(facts_, moment)
    except RefusedError:  # there is no case before its first day
        assert min(moment.known_on, moment.effective_on) < BEGINS
        return None


def prefix(facts_: list[Fact], known: date) -> Case:
    case = INITIAL
    for fact in facts_:
        if fact.known_on <= known:
            case = evolve(case, fact.event)
    return case


@settings(max_examples=60, deadline=None)
@given(beginnings(), STEPS, DAYS)
def test_a_day_as_known_that_day_is_the_case_as_everybody_saw_it(
    begun: CaseRegistered, steps: list[Step], day: date
) -> None:
    history, facts_ = told(begun, steps)
    for on in (day, history.today):
        then_ = seen(facts_, Moment(on, on))
        assert then_ is not None
        assert then_.case == prefix(facts_, on)
        assert owed_on(then_.case, on) == statement(then_.case, on)
    row = None
    for fact in facts_:
        row = case_list.evolve(row, fact.recorded)
    assert then_ is not None
    assert (then_.case, then_.row) == (history.case, row)


@settings(max_examples=60, deadline=None)
@given(beginnings(), STEPS, MOMENTS)
def test_whatever_one_asks_no_part_is_negative_and_each_is_the_sum_of_its_reasons(
    begun: CaseRegistered, steps: list[Step], moment: Moment
) -> None:
    _, facts_ = told(begun, steps)
    then_ = seen(facts_, moment)
    if then_ is None:
        return
    owed = owed_on(then_.case, moment.effective_on)
    parts = components(then_, owed)
    assert sum(part.amount_ore for part in parts) == owed.total_ore
    for part in parts:
        assert part.amount_ore == getattr(owed, part.key) >= 0
        assert sum(reason.amount_ore or 0 for reason in part.reasons) == part.amount_ore
        # Where more is paid than may be asked the figure is nothing, and never too high.
        assert not any("betalt mer" in each.what and (each.amount_ore or 0) < 0
                       for each in part.reasons)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(beginnings(), STEPS, MOMENTS, MOMENTS)
def test_days_and_events_sum_to_any_difference_and_nothing_differs_from_itself(
    begun: CaseRegistered, steps: list[Step], one: Moment, other: Moment
) -> None:
    _, facts_ = told(begun, steps)
    before, after = seen(facts_, one), seen(facts_, other)
    if before is None or after is None:
        return
    assert (list(effects(before, before)), by_time(before, before)) == ([], Moved())
    moved = [by_time(before, after), *(effect.moved for effect in effects(before, after))]
    was = owed_on(before.case, before.on)
    now = owed_on(after.case, after.on)
    for name in NAMES[:-1]:  # what is held is no part of the statement
        assert sum(getattr(each, name) for each in moved) == getattr(now, name) - getattr(
            was, name
        )


@settings(max_examples=60, deadline=None)
@given(beginnings(), STEPS, DAYS)
def test_no_step_ahead_is_told_for_a_day_before_the_saga_would_take_it(
    begun: CaseRegistered, steps: list[Step], day: date
) -> None:
    _, facts_ = told(begun, steps)
    then_ = seen(facts_, Moment(day, day))
    assert then_ is not None
    saga = steps_after(named("case"), [fact.event for fact in then_.facts])
    coming = ahead(folded(then_.facts), saga, day)
    owed = {type(each).__name__ for each in saga.owes(day)}
    names = {"OrderInkassovarsel": "inkassovarsel", "OrderBetalingsoppfordring":
             "betalingsoppfordring", "ClaimHeavySalaer": "heavy_salaer",
             "RequestApproval": "legal_course_asked"}  # fmt: skip
    today = {
        step.step
        for step in coming.steps
        if not coming.held_by and step.from_on <= day and step.step in names.values()
    }
    assert today == {names[each] for each in owed}
