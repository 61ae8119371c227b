"""Objections: what one does to the costs and the clock at once, and what its answer does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from engine.case.allocating import excess
from engine.case.draft import Draft
from engine.case.lifecycle import refuse_unless_open
from engine.case.money import settle_if_covered
from engine.case.parts import Case, Objection
from engine.case.restating import free_excess, known_day, restate_salaer
from engine.case.statement import asked_on, salaer_asked
from engine.refusal import RefusedError, refuse_if
from events.case import (
    CaseClosed,
    CaseEvent,
    CostsBarred,
    CostsReinstated,
    ObjectionAnswered,
    ObjectionRaised,
    PrincipalReduced,
)
from events.case.notices import Input
from events.case.objections import Answer
from events.money import ZERO, Ore
from events.personal import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseObjection:
    """The debtor disputes claims (all when none is named); oral objections count too.

    `groundless` when it is no reason not to pay ("I cannot pay"): then nothing stops.
    """

    objection_id: UUID
    claim_ids: tuple[UUID, ...]
    reason: Personal
    groundless: bool
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerObjection:
    """The creditor's answer; without an id, to the only open one.

    `amount_ore` is the right principal of the one claim, for `corrected`.
    `paid_out` tells whether the creditor already has had what would be given back.
    """

    objection_id: UUID | None
    answer: Answer
    amount_ore: Ore | None
    groundless: bool
    paid_out: bool
    today: date


def raise_objection(command: RaiseObjection, case: Case) -> list[CaseEvent]:
    """Freeze the clock and bar the costs on what is disputed, at once.

    Refuses: case_unknown, case_closed, claim_unknown.
    Law: inkassoloven 1988 § 8
    Law: inkassoloven 1988 § 17
    """
    refuse_unless_open(case)
    if any(known.objection_id == command.objection_id for known in case.objections):
        return []
    claim_ids = command.claim_ids or tuple(claim.claim_id for claim in case.claims)
    refuse_if(any(case.claim(claim_id) is None for claim_id in claim_ids), "claim_unknown")
    draft = Draft(case)
    draft.add(
        ObjectionRaised(
            objection_id=command.objection_id,
            raised_on=command.today,
            claim_ids=claim_ids,
            groundless=command.groundless,
            reason=command.reason,
        )
    )
    if not command.groundless:
        _bar_costs(draft, claim_ids, command.today)
        if draft.case.frozen:
            draft.stop_letters("objection", command.today)
    return draft.events


def answer_objection(command: AnswerObjection, case: Case) -> list[CaseEvent]:
    """Accept and credit, correct, or uphold; only a groundless one brings costs back.

    Refuses: case_unknown, case_closed, objection_unknown, amount_missing,
    amount_for_one_claim, amount_not_lower, rate_unknown.
    Law: inkassoloven 1988 § 17
    """
    refuse_unless_open(case)
    objection = _objection(command, case)
    if not objection.open:
        return []
    draft = Draft(case)
    match command.answer:
        case "accepted":
            _answered(draft, objection, command)
            _bar_costs(draft, objection.claim_ids, command.today)
            _reduce(draft, objection.claim_ids, ZERO, command)
            _settle_accepted(draft, command)
        case "corrected":
            refuse_if(len(objection.claim_ids) != 1, "amount_for_one_claim")
            if command.amount_ore is None:
                raise RefusedError("amount_missing")
            claim = case.claim(objection.claim_ids[0])
            refuse_if(
                claim is None or not 0 < command.amount_ore < claim.principal_ore,
                "amount_not_lower",
            )
            _answered(draft, objection, command)
            _bar_costs(draft, objection.claim_ids, command.today)
            _reduce(draft, objection.claim_ids, command.amount_ore, command)
            settle_if_covered(draft, command.today, command.today)
        case "upheld":
            _answered(draft, objection, command)
            if command.groundless:
                _reinstate_costs(draft, objection.claim_ids, command.today)
        case _:
            assert_never(command.answer)
    return draft.events


def _objection(command: AnswerObjection, case: Case) -> Objection:
    known = [
        objection
        for objection in case.objections
        if (
            objection.open
            if command.objection_id is None
            else objection.objection_id == command.objection_id
        )
    ]
    if not known:
        raise RefusedError("objection_unknown")
    return known[0]


def _answered(draft: Draft, objection: Objection, command: AnswerObjection) -> None:
    draft.add(
        ObjectionAnswered(
            objection_id=objection.objection_id,
            answered_on=command.today,
            answer=command.answer,
            groundless=command.groundless,
        )
    )


def _bar_costs(draft: Draft, claim_ids: tuple[UUID, ...], today: date) -> None:
    known = (draft.case.claim(claim_id) for claim_id in claim_ids)
    newly = tuple(claim.claim_id for claim in known if claim and not claim.costs_barred)
    barred = CostsBarred(
        claim_ids=newly,
        reason="objection",
        barred_on=today,
        letter_fees_ore=ZERO,
        salaer_ore=ZERO,
        compensation_ore=ZERO,
    )
    if newly:
        draft.add(barred.model_copy(update=_changed(draft.case, barred, today, -1)))


def _reinstate_costs(draft: Draft, claim_ids: tuple[UUID, ...], today: date) -> None:
    known = (draft.case.claim(claim_id) for claim_id in claim_ids)
    again = tuple(claim.claim_id for claim in known if claim and claim.costs_barred)
    reinstated = CostsReinstated(
        claim_ids=again,
        reinstated_on=today,
        letter_fees_ore=ZERO,
        salaer_ore=ZERO,
        compensation_ore=ZERO,
    )
    if again:
        draft.add(reinstated.model_copy(update=_changed(draft.case, reinstated, today, 1)))


def _changed(
    case: Case, event: CostsBarred | CostsReinstated, today: date, sign: int
) -> dict[str, Ore]:
    """By how much the event changes each cost that is asked.

    An objection is taken in on any day: past the last known rates it is reckoned by them.
    """
    after = Draft(case)
    after.add(event)
    was, now = asked_on(case, known_day(today)), asked_on(after.case, known_day(today))
    return {
        "letter_fees_ore": Ore(sign * (now.letter_fees_ore - was.letter_fees_ore)),
        "salaer_ore": Ore(sign * (now.salaer_ore - was.salaer_ore)),
        "compensation_ore": Ore(sign * (now.compensation_ore - was.compensation_ore)),
    }


def _reduce(draft: Draft, claim_ids: Sequence[UUID], right_ore: Ore, why: AnswerObjection) -> None:
    """Lower the claims from their start, and give back what was paid beyond what is then owed."""
    salaer_before = salaer_asked(draft.case, why.today)
    known = (draft.case.claim(claim_id) for claim_id in dict.fromkeys(claim_ids))
    reductions = [
        PrincipalReduced(
            claim_id=claim.claim_id,
            by_ore=Ore(claim.principal_ore - right_ore),
            reduced_on=why.today,
            reason="accepted" if why.answer == "accepted" else "corrected",
        )
        for claim in known
        if claim is not None and claim.principal_ore > right_ore
    ]
    if not reductions:
        return
    draft.add(*reductions)
    over = excess(draft.case, why.today)
    if over is not None:
        free_excess(draft, over, why.today, reason="claim_reduced", paid_out=why.paid_out)
    restate_salaer(
        draft, salaer_before, why.today, Input(name="principal_reduced_on", value=str(why.today))
    )


def _settle_accepted(draft: Draft, command: AnswerObjection) -> None:
    if any(claim.principal_ore > 0 for claim in draft.case.claims):
        settle_if_covered(draft, command.today, command.today)
        return
    draft.stop_letters("closed", command.today)
    draft.add(CaseClosed(closed_on=command.today, reason="objection_accepted"))
