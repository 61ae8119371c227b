"""How a case begins, ends and goes on."""

from dataclasses import replace
from datetime import date

from engine.case.claim import Claim
from engine.case.parts import Case, Fee
from events.case import (
    CaseRegistered,
)
from events.case.notices import StopReason


def registered(event: CaseRegistered) -> Case:
    """The case as it begins, with what the creditor itself has warned of and charged."""
    claims = tuple(Claim.taken(taken) for taken in event.claims)
    varsler = [
        claim.varsel for claim in claims if claim.varsel is not None and claim.varsel.counts
    ]
    return Case(
        registered=True,
        creditor_id=event.creditor_id,
        debtor_id=event.debtor_id,
        debtor_kind=event.debtor_kind,
        consumer=event.consumer,
        case_number=event.case_number,
        kid=event.kid,
        registered_on=event.registered_on,
        terms=event.terms,
        claims=claims,
        fees=tuple(Fee(varsel.sent_on, varsel.fee_ore, creditors=True) for varsel in varsler),
        varsel_pay_by=(
            max(varsel.pay_by for varsel in varsler) if len(varsler) == len(claims) else None
        ),
    )


def closed(case: Case, reason: str, on: date) -> Case:
    """The case once it has ended."""
    crossed: StopReason = (
        "withdrawal" if reason == "withdrawn" else "payment" if reason == "paid" else "closed"
    )
    letters = tuple(
        replace(letter, crossed=crossed) if letter.state == "released" else letter
        for letter in case.letters
    )
    return replace(case, closed=reason, closed_on=on, letters=letters)


def reopened(case: Case) -> Case:
    """The case when it goes on; after a withdrawal it begins anew."""
    if case.closed != "withdrawn":
        return replace(case, closed=None, closed_on=None)
    # A notice that the case has ended would now be untrue.
    letters = tuple(
        replace(letter, state="stopped")
        if letter.kind == "withdrawal_notice" and letter.state == "ordered"
        else letter
        for letter in case.letters
    )
    # The debtor was told that the case had ended: whatever was sent before counts no more.
    return replace(
        case,
        closed=None,
        closed_on=None,
        letters=letters,
        varsel_pay_by=None,
        bo_sent_on=None,
        bo_pay_by=None,
        heavy_from=None,
        approval="none",
    )
