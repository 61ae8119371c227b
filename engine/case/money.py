"""Payments on a case: taking them up, holding what is too much, and taking them back."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.case.allocating import out_of_order_excess, split_payment
from engine.case.draft import Draft
from engine.case.lifecycle import remainder_waived
from engine.case.parts import Case
from engine.case.restating import free_excess, known_day, restate_salaer, salaer_told
from engine.case.splits import sum_of
from engine.case.statement import statement, terms_of
from engine.refusal import RefusedError, refuse_if
from events.case import (
    CaseClosed,
    CaseEvent,
    CaseReopened,
    OverpaymentHeld,
    PaymentAllocated,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
    RemainderReinstated,
)
from events.case.money import PaymentSource
from events.case.notices import Input
from events.money import Ore


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivePayment:
    """Money has come in on the client account (`bank`), or to the creditor (`direct`).

    `ordered_on` is when the bank had the order, `received_on` when the money was there,
    `today` when we book it.
    """

    payment_id: UUID
    source: PaymentSource
    amount_ore: Ore
    ordered_on: date
    received_on: date
    kid: str | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversePayment:
    """The bank has taken a payment back.

    `paid_out` tells whether the creditor's part has already been settled.
    """

    payment_id: UUID
    paid_out: bool
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOverpayment:
    """What was held of a payment has been sent back to the payer."""

    payment_id: UUID
    amount_ore: Ore
    today: date


def receive_payment(command: ReceivePayment, case: Case) -> list[CaseEvent]:
    """Take up a payment once; it counts from the day the bank had the order.

    What is more than was owed, and all that comes after the case has ended, is held for the
    payer. The case closes when nothing is left but a balance too small to pursue.
    Refuses: case_unknown, amount_not_positive, dates_in_wrong_order, in_the_future,
    rate_unknown.
    Law: inkassoloven 1988 § 9
    """
    refuse_if(not case.registered, "case_unknown")
    refuse_if(command.amount_ore <= 0, "amount_not_positive")
    refuse_if(command.ordered_on > command.received_on, "dates_in_wrong_order")
    refuse_if(command.received_on > command.today, "in_the_future", today=command.today)
    if case.payment(command.payment_id) is not None:
        return []
    draft = Draft(case)
    draft.add(
        PaymentReceived(
            payment_id=command.payment_id,
            source=command.source,
            amount_ore=command.amount_ore,
            ordered_on=command.ordered_on,
            received_on=command.received_on,
            booked_on=command.today,
            kid=command.kid,
        )
    )
    if case.closed is not None:
        draft.add(_held(command, command.amount_ore, closed=True))
        return draft.events
    salaer_before = salaer_told(case, command.today)
    _cover(draft, command)
    _restate(draft, salaer_before, command)
    settle_if_covered(draft, command.ordered_on, command.today)
    return draft.events


def _cover(draft: Draft, command: ReceivePayment) -> None:
    """Let the payment cover what was owed on its day; hold what is left of it."""
    case = draft.case
    split, over_ore = split_payment(case, command.amount_ore, command.ordered_on)
    accrued = (claim.interest_accrued(command.ordered_on) for claim in case.claims)
    if over_ore < command.amount_ore:
        draft.add(
            PaymentAllocated(
                payment_id=command.payment_id,
                source=command.source,
                order=terms_of(case).allocation,
                effective_on=command.ordered_on,
                booked_on=command.today,
                principal_ore=split.principal_ore,
                costs_ore=split.costs_ore,
                interest_ore=split.interest_ore,
                interest_accrued_ore=Ore(sum(accrued)),
                split=split,
            )
        )
    if over_ore:
        draft.add(_held(command, over_ore, closed=False))


def _restate(draft: Draft, salaer_before: Ore, command: ReceivePayment) -> None:
    """Draw what follows when the payment counts from before something was asked or covered."""
    why = Input(name="payment_ordered_on", value=str(command.ordered_on))
    restate_salaer(draft, salaer_before, command.today, why)
    if all(paid.ordered_on <= command.ordered_on for paid in draft.case.payments):
        return
    over = out_of_order_excess(draft.case, known_day(command.today))
    if over is None:
        return
    # Whether the creditor has had it is not known here; if not, its debt is set off.
    free_excess(draft, over, command.today, reason="earlier_payment_told_late", paid_out=True)


def settle_if_covered(draft: Draft, as_of: date, today: date) -> None:
    """Close the case as paid when what was owed on `as_of` is within the small balance.

    Refuses: rate_unknown.
    """
    left = statement(draft.case, as_of)
    if left.total_ore > terms_of(draft.case).small_balance_ore:
        return
    # A letter that left after the order and before we knew of it costs the payer nothing.
    later_ore = sum(fee.fee_ore for fee in draft.case.fees if fee.sent_on > as_of)
    if left.total_ore or later_ore:
        waived = remainder_waived(draft.case, as_of, "small_balance")
        fees_ore = Ore(waived.letter_fees_ore + later_ore)
        draft.add(waived.model_copy(update={"letter_fees_ore": fees_ore}))
    draft.stop_letters("payment", today)
    draft.add(CaseClosed(closed_on=today, reason="paid"))


def reverse_payment(command: ReversePayment, case: Case) -> list[CaseEvent]:
    """Take a payment back: what it covered is owed again, as if it had never been paid.

    A case that it had closed goes on.
    A direct payment of which something has been given back is for a person to undo.
    Refuses: case_unknown, payment_unknown, payment_given_back.
    """
    refuse_if(not case.registered, "case_unknown")
    paid = case.payment(command.payment_id)
    if paid is None:
        raise RefusedError("payment_unknown")
    if paid.reversed:
        return []
    refuse_if(paid.given_back, "payment_given_back")
    covered = sum_of(paid.splits)
    salaer_before = salaer_told(case, command.today)
    draft = Draft(case)
    draft.add(
        PaymentReversed(
            payment_id=paid.payment_id,
            source=paid.source,
            amount_ore=paid.amount_ore,
            effective_on=paid.ordered_on,
            reversed_on=command.today,
            split=covered,
            held_ore=paid.held_ore if paid.source == "bank" else paid.held_by_creditor_ore,
            paid_out=command.paid_out,
        )
    )
    if covered is None:
        return draft.events
    if case.closed in ("paid", "part_paid_with_loss"):
        draft.add(CaseReopened(reopened_on=command.today, reason="payment_reversed"))
        if any(claim.waived for claim in case.claims):
            draft.add(RemainderReinstated(reinstated_on=command.today))
    if case.closed not in ("withdrawn", "objection_accepted"):
        why = Input(name="payment_reversed_on", value=str(command.today))
        restate_salaer(draft, salaer_before, command.today, why)
        settle_if_covered(draft, known_day(command.today), command.today)
    return draft.events


def refund_overpayment(command: RefundOverpayment, case: Case) -> list[CaseEvent]:
    """Record that what was held has been sent back; never more than is held.

    Refuses: case_unknown, payment_unknown, held_by_creditor, more_than_held.
    """
    refuse_if(not case.registered, "case_unknown")
    paid = case.payment(command.payment_id)
    if paid is None:
        raise RefusedError("payment_unknown")
    refuse_if(paid.source == "direct" and not paid.held_ore, "held_by_creditor")
    refuse_if(not 0 < command.amount_ore <= paid.held_ore, "more_than_held", held=paid.held_ore)
    return [
        RefundMade(
            payment_id=paid.payment_id,
            amount_ore=command.amount_ore,
            refunded_on=command.today,
        )
    ]


def _held(command: ReceivePayment, amount_ore: Ore, *, closed: bool) -> OverpaymentHeld:
    return OverpaymentHeld(
        payment_id=command.payment_id,
        source=command.source,
        amount_ore=amount_ore,
        held_on=command.today,
        reason="case_closed" if closed else "overpaid",
    )
