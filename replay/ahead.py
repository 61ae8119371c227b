"""What comes next on a case, on which first lawful day, why not before, and what holds it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Final, Literal
from uuid import UUID

from engine.case.notices import earliest_betalingsoppfordring, earliest_inkassovarsel
from engine.case.parts import Case, Letter
from engine.case.statement import charged_claims, terms_of
from engine.law import deadlines, salaer
from engine.law.calendar import first_bank_day_on_or_after, shifted_due
from engine.sagas import legal_steps
from engine.sagas.legal_steps import NEVER, LegalSteps
from events.case import CaseEvent, CaseRegistered
from projections.telling import ENDED, LETTERS
from projections.wording import day

StepName = Literal[
    "send_letter",
    "inkassovarsel",
    "betalingsoppfordring",
    "heavy_salaer",
    "legal_course_asked",
    "legal_course",
]

VARSEL_LAW: Final = "inkassoloven 1988 § 9; inkassoforskriften 1989 § 1-2"
DEMAND_LAW: Final = "inkassoloven 1988 § 10"
HEAVY_LAW: Final = "inkassoforskriften 1989 § 2-3"
LEGAL_LAW: Final = "inkassoloven 1988 § 11"
OBJECTION_LAW: Final = "inkassoloven 1988 § 8"
LETTER_LAWS: Final = {"inkassovarsel": VARSEL_LAW, "betalingsoppfordring": DEMAND_LAW}
WAITING: Final = ("ordered", "released")
ANSWERS: Final = {
    "requested": "Fordringshaver har ikke svart om rettslig tiltak.",
    "declined": "Fordringshaver ønsker ikke rettslig tiltak; en person må avgjøre hva som skjer.",
}
AGAIN: Final = "Brevet kom ikke ut, eller saken begynte på nytt: det kan bestilles fra {}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step that is to come. `from_on` is its first lawful day; `why` says what sets it."""

    step: StepName
    what: str
    from_on: date
    why: str
    law: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What keeps the case from going on, in a sentence; the law where a paragraph does."""

    what: str
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The steps to come, the first one first; none is taken while anything holds the case.

    `waits_for` is an answer that somebody owes; it holds only what hangs from that answer.
    """

    steps: tuple[Step, ...]
    held_by: tuple[Holding, ...]
    waits_for: str = ""


def steps_after(case_id: UUID, events: Sequence[CaseEvent]) -> LegalSteps:
    """The saga of a case after these events, the registration first among them."""
    first, *rest = events
    if not isinstance(first, CaseRegistered):
        raise TypeError("a case begins with its registration")
    return reduce(legal_steps.evolve, rest, legal_steps.begin(case_id, first))


def ahead(case: Case, saga: LegalSteps, on: date) -> Ahead:
    """What comes next, seen from the day."""
    leaving = [_leaving(letter, on) for letter in case.letters if letter.state in WAITING]
    if case.closed is not None:
        return Ahead(steps=tuple(leaving), held_by=(Holding(what=_ended(case)),))
    steps = sorted((*leaving, *_steps(case, saga, on)), key=lambda step: step.from_on)
    return Ahead(
        steps=tuple(steps),
        held_by=tuple(_holding(case, saga)),
        waits_for=ANSWERS.get(case.approval, ""),
    )


def _steps(case: Case, saga: LegalSteps, on: date) -> Iterator[Step]:
    if saga.varsel_on != NEVER:
        yield _varsel(case, saga.varsel_on, on)
    elif saga.demand_on != NEVER and case.varsel_pay_by is not None:
        yield _demand(case, case.varsel_pay_by, saga.demand_on, on)
    if saga.heavy_on != NEVER and case.bo_sent_on is not None and charged_claims(case):
        yield _heavy(case.bo_sent_on, saga.heavy_on, on)
    if case.bo_pay_by is not None and (saga.approval_on != NEVER or case.approval == "given"):
        yield _legal_course(case.bo_pay_by, on, asked=case.approval == "given")


def _leaving(letter: Letter, on: date) -> Step:
    released = letter.state == "released"
    waits = "Brevet er frigitt, og det er ikke meldt sendt ennå."
    return Step(
        step="send_letter",
        what=f"{LETTERS[letter.kind]} sendes.",
        from_on=(letter.released_on or on) if released else first_bank_day_on_or_after(on),
        why=waits if released else "Brevet er bestilt. Brev går bare ut på bankdager.",
        law=LETTER_LAWS.get(letter.kind, ""),
    )


def _varsel(case: Case, due: date, on: date) -> Step:
    last_due = max(
        shifted_due(claim.due_on, shift=terms_of(case).due_date_shift) for claim in case.claims
    )
    why = (
        f"Det siste kravet forfalt {day(last_due)}; et varsel med gebyr kan tidligst gå 14 dager "
        f"etter, og ikke før saken ble registrert {day(case.registered_on)}. "
        "Brev går bare ut på bankdager."
    )
    again = due > earliest_inkassovarsel(case)
    return Step(
        step="inkassovarsel",
        what="Inkassovarsel bestilles.",
        from_on=first_bank_day_on_or_after(max(due, on)),
        why=AGAIN.format(day(due)) if again else why,
        law=VARSEL_LAW,
    )


def _demand(case: Case, pay_by: date, due: date, on: date) -> Step:
    why = (
        f"Fristen i inkassovarselet er {day(pay_by)}. En betaling bestilt den dagen er hos banken "
        f"senest {day(first_bank_day_on_or_after(pay_by))}; brevet går neste bankdag."
    )
    earliest_on = earliest_betalingsoppfordring(case)
    return Step(
        step="betalingsoppfordring",
        what="Betalingsoppfordring bestilles.",
        from_on=first_bank_day_on_or_after(max(due, earliest_on, on)),
        why=AGAIN.format(day(due)) if due > earliest_on else why,
        law=DEMAND_LAW,
    )


def _heavy(sent_on: date, due: date, on: date) -> Step:
    return Step(
        step="heavy_salaer",
        what="Tungt salær kreves.",
        from_on=max(due, on),
        why=(
            f"Betalingsoppfordringen ble sendt {day(sent_on)}. Fristen på 14 dager må være "
            f"oversittet med mer enn 28 dager: det er {day(salaer.heavy_from(sent_on))}."
        ),
        law=HEAVY_LAW,
    )


def _legal_course(pay_by: date, on: date, *, asked: bool) -> Step:
    earliest_on = deadlines.legal_course_from(pay_by)
    given = "Fordringshaver har godkjent det. "
    return Step(
        step="legal_course" if asked else "legal_course_asked",
        what=(
            "Rettslig tiltak kan settes i verk."
            if asked
            else "Fordringshaver spørres om rettslig tiltak."
        ),
        from_on=max(earliest_on, on),
        why=(
            f"{given if asked else ''}Fristen i betalingsoppfordringen er {day(pay_by)}. En "
            "betaling bestilt den dagen er hos banken senest "
            f"{day(first_bank_day_on_or_after(pay_by))}; neste bankdag er {day(earliest_on)}."
        ),
        law=LEGAL_LAW,
    )


def _holding(case: Case, saga: LegalSteps) -> Iterator[Holding]:
    if case.paused:
        yield Holding(what="Saken er på vent.")
    if case.frozen:
        yield Holding(what="En innsigelse står ubesvart.", law=OBJECTION_LAW)
    if case.principal_left_ore <= 0:
        yield Holding(what="Det står ikke igjen noe av hovedstolen.")
    if not saga.wanted:
        yield Holding(what="Etter avtalen sender inkassobyrået ingen brev i saken.")


def _ended(case: Case) -> str:
    return f"Saken er avsluttet: {ENDED.get(case.closed or '', 'fordringshaver har trukket den')}."
