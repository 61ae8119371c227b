"""Objections: what one does to the costs and the clock at once, and what its answer does."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from engine.case.allocating import excess, split_payment
from engine.case.draft import Draft
from engine.case.lifecycle import refuse_unless_open
from engine.case.money import settle_if_covered
from engine.case.state import Case, Objection, Payment
from engine.case.statement import asked_on, salaer_asked
from engine.refusal import RefusedError, refuse_if
from events.case import (
    CaseClosed,
    CaseEvent,
    CostsBarred,
    CostsReinstated,
    ObjectionAnswered,
    ObjectionRaised,
    OverpaymentHeld,
    PaymentAllocated,
    PrincipalReduced,
    SalaerClaimed,
)
from events.case.notices import Grounds, Input
from events.case.objections import Answer
from events.money import ZERO, Ore
from events.personal import Personal

LAW = "inkassoloven 1988 § 17"


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
            for claim_id in objection.claim_ids:
                _reduce(draft, claim_id, ZERO, command)
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
            _reduce(draft, objection.claim_ids[0], command.amount_ore, command)
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
    if not newly:
        return
    before = asked_on(draft.case, today)
    probe = Draft(draft.case)
    probe.add(_barred(newly, today, ZERO, ZERO, ZERO))
    after = asked_on(probe.case, today)
    draft.add(
        _barred(
            newly,
            today,
            Ore(before.letter_fees_ore - after.letter_fees_ore),
            Ore(before.salaer_ore - after.salaer_ore),
            Ore(before.compensation_ore - after.compensation_ore),
        )
    )


def _barred(
    claim_ids: tuple[UUID, ...], on: date, fees_ore: Ore, salaer_ore: Ore, compensation_ore: Ore
) -> CostsBarred:
    return CostsBarred(
        claim_ids=claim_ids,
        reason="objection",
        barred_on=on,
        letter_fees_ore=fees_ore,
        salaer_ore=salaer_ore,
        compensation_ore=compensation_ore,
    )


def _reinstate_costs(draft: Draft, claim_ids: tuple[UUID, ...], today: date) -> None:
    known = (draft.case.claim(claim_id) for claim_id in claim_ids)
    again = tuple(claim.claim_id for claim in known if claim and claim.costs_barred)
    if not again:
        return
    before = asked_on(draft.case, today)
    probe = Draft(draft.case)
    probe.add(_reinstated(again, today, ZERO, ZERO, ZERO))
    after = asked_on(probe.case, today)
    draft.add(
        _reinstated(
            again,
            today,
            Ore(after.letter_fees_ore - before.letter_fees_ore),
            Ore(after.salaer_ore - before.salaer_ore),
            Ore(after.compensation_ore - before.compensation_ore),
        )
    )


def _reinstated(
    claim_ids: tuple[UUID, ...], on: date, fees_ore: Ore, salaer_ore: Ore, compensation_ore: Ore
) -> CostsReinstated:
    return CostsReinstated(
        claim_ids=claim_ids,
        reinstated_on=on,
        letter_fees_ore=fees_ore,
        salaer_ore=salaer_ore,
        compensation_ore=compensation_ore,
    )


def _reduce(draft: Draft, claim_id: UUID, right_ore: Ore, command: AnswerObjection) -> None:
    """Lower the claim from its start, and give back what was paid beyond what is then owed."""
    claim = draft.case.claim(claim_id)
    if claim is None or claim.principal_ore <= right_ore:
        return
    salaer_before = salaer_asked(draft.case, command.today)
    reduced = PrincipalReduced(
        claim_id=claim_id,
        by_ore=Ore(claim.principal_ore - right_ore),
        reduced_on=command.today,
        reason="accepted" if command.answer == "accepted" else "corrected",
        excess=None,
        paid_out=False,
    )
    probe = Draft(draft.case)
    probe.add(reduced)
    over = excess(probe.case, command.today)
    paid_out = over is not None and (command.paid_out or draft.case.paid_out_of_house)
    draft.add(reduced.model_copy(update={"excess": over, "paid_out": paid_out}))
    _restate_salaer(draft, salaer_before, command.today)
    if over is not None:
        _use_excess(draft, Ore(over.creditor_ore + over.agency_ore), command.today)


def _restate_salaer(draft: Draft, before_ore: Ore, today: date) -> None:
    after_ore = salaer_asked(draft.case, today)
    if after_ore != before_ore:
        draft.add(
            SalaerClaimed(
                level="heavy" if draft.case.heavy_from else "light",
                claimed_on=today,
                amount_ore=after_ore,
                grounds=Grounds(
                    rule="inkassoforskriften 1989 § 2-2",
                    inputs=(Input(name="principal_reduced_on", value=str(today)),),
                    earliest_on=today,
                ),
            )
        )


def _use_excess(draft: Draft, amount_ore: Ore, today: date) -> None:
    """Let money that is owed back cover what else is owed; what is left is held for the payer."""
    newest = _newest(draft.case)
    split, over_ore = split_payment(draft.case, amount_ore, today)
    if amount_ore > over_ore:
        draft.add(
            PaymentAllocated(
                payment_id=newest.payment_id,
                source=newest.source,
                order="practice",
                effective_on=today,
                booked_on=today,
                principal_ore=split.principal_ore,
                costs_ore=split.costs_ore,
                interest_ore=split.interest_ore,
                interest_accrued_ore=Ore(
                    sum(claim.interest_accrued(today) for claim in draft.case.claims)
                ),
                split=split,
            )
        )
    if over_ore:
        draft.add(
            OverpaymentHeld(
                payment_id=newest.payment_id,
                source="bank",
                amount_ore=over_ore,
                held_on=today,
                reason="claim_reduced",
            )
        )


def _newest(case: Case) -> Payment:
    return next(paid for paid in reversed(case.payments) if not paid.reversed)


def _settle_accepted(draft: Draft, command: AnswerObjection) -> None:
    if any(claim.principal_ore > 0 for claim in draft.case.claims):
        settle_if_covered(draft, command.today, command.today)
        return
    draft.stop_letters("closed", command.today)
    draft.add(CaseClosed(closed_on=command.today, reason="objection_accepted"))
