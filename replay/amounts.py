"""Why this amount: principal and interest, claim by claim, with the events they come from."""

from collections.abc import Iterator, Sequence

from engine.case.claim import Claim
from engine.case.statement import Statement
from engine.law.interest import InterestRow, explain
from events.case import CaseRegistered, PrincipalReduced, RemainderWaived
from events.money import Ore
from projections.wording import day, kroner
from replay.as_at import Then
from replay.costs import compensation, letter_fees, salaer
from replay.counting import Fact
from replay.reason import Component, Reason, component, exact, paid

INTEREST_LAW = "forsinkelsesrenteloven 1976 § 2; § 3"


def components(seen: Then, owed: Statement) -> tuple[Component, ...]:
    """Each part of what is owed, explained; the reasons of each sum to it."""
    return (
        component("principal_ore", "Hovedstol", owed.principal_ore, [*principal(seen)]),
        component("interest_ore", "Renter", owed.interest_ore, [*interest(seen)]),
        component("letter_fees_ore", "Gebyr for brev", owed.letter_fees_ore, letter_fees(seen)),
        component("salaer_ore", "Salær", owed.salaer_ore, salaer(seen)),
        component(
            "compensation_ore", "Standardkompensasjon", owed.compensation_ore, compensation(seen)
        ),
    )


def principal(seen: Then) -> Iterator[Reason]:
    """What was claimed, what it was lowered by, and what has been covered or given up of it."""
    for fact in seen.facts:
        match fact.event:
            case CaseRegistered():
                yield from _claimed(fact.event, fact)
            case PrincipalReduced():
                yield _reduced(fact.event, seen.case.claim(fact.event.claim_id), fact)
            case _:
                pass
    yield from paid(seen.facts, "principal_ore")
    for claim in seen.case.claims:
        if claim.waived:
            left = Ore(claim.principal_ore - claim.principal_covered_ore)
            yield waived(seen.facts, claim, left)


def _claimed(event: CaseRegistered, fact: Fact) -> Iterator[Reason]:
    for claim in event.claims:
        yield Reason(
            what=(
                f"Faktura {claim.invoice_number} av {day(claim.issued_on)}, "
                f"forfalt {day(claim.due_on)}."
            ),
            amount_ore=claim.principal_ore,
            on=event.registered_on,
            version=fact.recorded.version,
        )


def _reduced(event: PrincipalReduced, claim: Claim | None, fact: Fact) -> Reason:
    answers = {"accepted": "innsigelsen er godtatt", "corrected": "kravet er rettet"}
    of = f"Faktura {claim.invoice_number}" if claim else "Kravet"
    return Reason(
        what=f"{of} var for høy fra starten: {answers[event.reason]} {day(event.reduced_on)}.",
        amount_ore=Ore(-event.by_ore),
        on=event.reduced_on,
        version=fact.recorded.version,
    )


def waived(facts: Sequence[Fact], claim: Claim, ore: Ore) -> Reason:
    """What was left of the claim when the rest was given up."""
    gave = [fact for fact in facts if isinstance(fact.event, RemainderWaived)][-1]
    return Reason(
        what=f"Resten av faktura {claim.invoice_number} kreves ikke.",
        amount_ore=Ore(-ore),
        on=gave.counts_from,
        version=gave.recorded.version,
    )


def interest(seen: Then) -> Iterator[Reason]:
    """Each claim's interest: the spans it is reckoned from, their sum rounded once, what is paid.

    Refuses: rate_unknown.
    """
    for claim in seen.case.claims:
        for row in explain(claim.segments(seen.on)):
            yield Reason(what=_span(claim, row), on=row.until_on, law=INTEREST_LAW)
        accrued = claim.interest_accrued(seen.on)
        yield Reason(
            what=f"Renter på faktura {claim.invoice_number}, rundet av én gang.",
            amount_ore=accrued,
            on=seen.on,
            law=INTEREST_LAW,
        )
        if claim.waived:
            yield waived(seen.facts, claim, Ore(accrued - claim.interest_paid_ore))
    yield from paid(seen.facts, "interest_ore")


def _span(claim: Claim, row: InterestRow) -> str:
    rate = str(row.rate_percent).replace(".", ",")
    days = "1 dag" if row.days == 1 else f"{row.days} dager"
    return (
        f"Faktura {claim.invoice_number}, {day(row.from_on)} til {day(row.until_on)}: {days} av "
        f"{kroner(row.principal_ore)} med {rate} % i året på {row.year_days} dager: "
        f"{exact(row.exact_ore)}."
    )
