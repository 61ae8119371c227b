"""What objections and their answers make of a case."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from engine.case.claim import change_principal
from engine.case.folds.money import undo
from engine.case.parts import NEXT_DAY, Case, Covering, Payment
from engine.case.splits import negated, part_of
from events.case import (
    ObjectionAnswered,
    PrincipalReduced,
)
from events.case.money import Split


def answered(case: Case, event: ObjectionAnswered) -> Case:
    """The case once the objection has its answer."""
    objections = tuple(
        replace(objection, open=False, groundless=objection.groundless or event.groundless)
        if objection.objection_id == event.objection_id
        else objection
        for objection in case.objections
    )
    return replace(case, objections=objections)


def reduced(case: Case, event: PrincipalReduced) -> Case:
    """The case with a claim that was too high all along, and what was paid too much undone."""
    claims = tuple(
        change_principal(claim, claim.interest_from_on, -event.by_ore, reduces=True)
        if claim.claim_id == event.claim_id
        else claim
        for claim in case.claims
    )
    lower = replace(case, claims=claims)
    if event.excess is None:
        return lower
    from_on = event.reduced_on + NEXT_DAY
    payments = _freed(case.payments, event.excess, from_on)
    return undo(replace(lower, payments=payments), event.excess, from_on)


def freed_parts(payments: tuple[Payment, ...], excess: Split) -> list[tuple[Payment, Split]]:
    """Which payments the excess was part of, and what of each: the newest gives first."""
    parts: list[tuple[Payment, Split]] = []
    rest: Split | None = excess
    for paid in reversed(payments):
        part, rest = part_of(rest, paid.splits)
        if part is not None:
            parts.append((paid, part))
    return parts


def _freed(payments: tuple[Payment, ...], excess: Split, from_on: date) -> tuple[Payment, ...]:
    parts = {paid.payment_id: part for paid, part in freed_parts(payments, excess)}
    return tuple(
        replace(
            paid,
            coverings=(*paid.coverings, Covering(from_on, negated(parts[paid.payment_id]))),
            given_back=paid.given_back or paid.source == "direct",
        )
        if paid.payment_id in parts
        else paid
        for paid in payments
    )


def barred(case: Case, claim_ids: tuple[UUID, ...], *, barred: bool) -> Case:
    """The case with the costs on these claims barred, or not barred any more."""
    claims = tuple(
        replace(claim, costs_barred=barred) if claim.claim_id in claim_ids else claim
        for claim in case.claims
    )
    return replace(case, claims=claims)
