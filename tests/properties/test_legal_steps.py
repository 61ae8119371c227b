"""The saga and the case fold apart: whatever happened, they agree on what is due."""

from datetime import timedelta

from hypothesis import given, settings

from engine.case.decider import CaseCommand, decide
from engine.case.lifecycle import RequestApproval
from engine.case.notices import ClaimHeavySalaer, OrderBetalingsoppfordring, OrderInkassovarsel
from engine.case.parts import Case
from engine.refusal import RefusedError
from engine.sagas import legal_steps
from engine.sagas.legal_steps import LegalSteps
from events.case import CaseRegistered
from tests.cases import named
from tests.properties.test_case_histories import (
    LAST_DAY,
    STEPS,
    History,
    Step,
    beginnings,
    play,
)

WAITS = (0, 1, 2, 20, 60)


def allowed(case: Case, asked: CaseCommand) -> bool:
    """Whether the command would lead to anything now."""
    try:
        return bool(decide(asked, case))
    except RefusedError:
        return False


def after(history: History) -> LegalSteps:
    first, *rest = history.events
    assert isinstance(first, CaseRegistered)
    steps = legal_steps.begin(named("case"), first)
    for event in rest:
        steps = legal_steps.evolve(steps, event)
    return steps


@settings(max_examples=150, deadline=None)
@given(beginnings(), STEPS)
def test_what_the_saga_owes_the_case_allows_and_the_other_way_round(
    begun: CaseRegistered, steps: list[Step]
) -> None:
    history = History()
    history.add(begun)
    for serial, word in enumerate(("varsel", "demand")[: len(steps) % 3]):
        play(history, Step(word, 30, 1, 0, flag=False), 90 + serial)
    for serial, step in enumerate(steps):
        play(history, step, serial)
        for days in WAITS:
            today = min(LAST_DAY, history.today + timedelta(days=days))
            owed = after(history).owes(today)
            every: tuple[CaseCommand, ...] = (
                OrderInkassovarsel(letter_id=named("x"), today=today),
                OrderBetalingsoppfordring(letter_id=named("x"), today=today),
                ClaimHeavySalaer(today=today),
                RequestApproval(today=today),
            )
            may = {type(each).__name__ for each in every if allowed(history.case, each)}

            assert {type(each).__name__ for each in owed} == may
