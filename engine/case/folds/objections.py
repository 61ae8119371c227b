"""What objections and their answers make of a case."""

from dataclasses import replace
from uuid import UUID

from engine.case.parts import Case
from events.case import (
    ObjectionAnswered,
    PrincipalReduced,
)


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
    """The case with a claim that was too high all along."""
    claims = tuple(
        claim.lowered(event.by_ore) if claim.claim_id == event.claim_id else claim
        for claim in case.claims
    )
    return replace(case, claims=claims)


def barred(case: Case, claim_ids: tuple[UUID, ...], *, barred: bool) -> Case:
    """The case with the costs on these claims barred, or not barred any more."""
    claims = tuple(
        replace(claim, costs_barred=barred) if claim.claim_id in claim_ids else claim
        for claim in case.claims
    )
    return replace(case, claims=claims)
