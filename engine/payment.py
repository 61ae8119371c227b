"""Money on the client account: booked on its case once, or kept in suspense, never lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from engine.case.money import ReceivePayment, ReversePayment, receive_payment, reverse_payment
from engine.case.parts import Case
from engine.decider import Ask, Decider, States
from engine.journal.shards import shard_of_id
from engine.refusal import RefusedError, refuse_if
from engine.registration import CASE
from engine.settlement import DECIDER as SETTLEMENT
from engine.settlement import Settlement
from engine.streams import case_stream, payment_stream, settlement_stream
from events.base import Event
from events.money import Ore
from events.payment import PaymentBooked, PaymentMatched, PaymentSuspended, SuspenseRefunded
from events.personal import Personal

PaymentEvent = PaymentBooked | PaymentSuspended | PaymentMatched | SuspenseRefunded


@dataclass(frozen=True, slots=True)
class BankPayment:
    """One transaction: `state` is none, booked, suspended, matched or refunded."""

    state: str = "none"
    amount_ore: Ore = Ore(0)
    suspended: PaymentSuspended | None = None


def evolve(payment: BankPayment, event: PaymentEvent) -> BankPayment:
    """The transaction as it is after `event`."""
    match event:
        case PaymentBooked():
            return BankPayment("booked", event.amount_ore)
        case PaymentSuspended():
            return BankPayment("suspended", event.amount_ore, event)
        case PaymentMatched():
            return replace(payment, state="matched")
        case SuspenseRefunded():
            return replace(payment, state="refunded")
        case _:
            assert_never(event)


DECIDER = Decider(BankPayment(), evolve)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookPayment:
    """The bank reports a payment whose KID is a case's."""

    case_id: UUID
    payment: ReceivePayment
    payer_account: Personal | None
    source_file: str | None
    source_line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendPayment:
    """The bank reports a payment that no case is known for."""

    payment_id: UUID
    suspended: PaymentSuspended


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPayment:
    """A person has found the case of a payment in suspense."""

    payment_id: UUID
    case_id: UUID
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSuspense:
    """A payment in suspense has been sent back to the payer."""

    payment_id: UUID
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackPayment:
    """The bank has taken back a payment on a case; `position` is where it stands in the log."""

    case_id: UUID
    creditor_id: UUID
    payment_id: UUID
    position: int
    today: date


def book_payment(command: BookPayment, elsewhere: Sequence[UUID] = ()) -> Ask:
    """Book a transaction on its case, once, whoever reports it how often.

    `elsewhere` are the ids it would have in other shards: it may have come in there while
    nobody knew its case.
    Refuses: kid_of_other_case, and as receiving a payment does.
    """
    own, case = payment_stream(command.payment.payment_id), case_stream(command.case_id)
    told = dict.fromkeys([own, *map(payment_stream, elsewhere)], DECIDER)

    def decide(states: States) -> Mapping[str, Sequence[Event]]:
        if any(states.of(stream, BankPayment).state != "none" for stream in told):
            return {}
        folded = states.of(case, Case)
        kid = command.payment.kid
        refuse_if(kid is not None and folded.kid != kid, "kid_of_other_case")
        booked = PaymentBooked(
            case_id=command.case_id,
            amount_ore=command.payment.amount_ore,
            booked_on=command.payment.today,
            payer_account=command.payer_account,
            source_file=command.source_file,
            source_line=command.source_line,
        )
        return {own: [booked], case: receive_payment(command.payment, folded)}

    return Ask({**told, case: CASE}, decide)


def suspend_payment(command: SuspendPayment) -> Ask:
    """Keep a transaction that no case is known for until a person has placed it.

    Refuses: amount_not_positive.
    """
    own = payment_stream(command.payment_id)

    def decide(states: States) -> Mapping[str, Sequence[Event]]:
        refuse_if(command.suspended.amount_ore <= 0, "amount_not_positive")
        if states.of(own, BankPayment).state != "none":
            return {}
        return {own: [command.suspended]}

    return Ask({own: DECIDER}, decide)


def match_payment(command: MatchPayment) -> Ask:
    """Book a payment in suspense on the case a person found; it counts from its own days.

    When the case is in another shard, the payment leaves suspense here, and its case takes
    it up in a commit of its own, which `received_later` is for.
    Refuses: payment_unknown, payment_not_in_suspense, and as receiving a payment does.
    """
    own, case = payment_stream(command.payment_id), case_stream(command.case_id)
    together = shard_of_id(command.payment_id) == shard_of_id(command.case_id)

    def decide(states: States) -> Mapping[str, Sequence[Event]]:
        payment = states.of(own, BankPayment)
        if payment.state == "matched":
            return {}
        suspended = _in_suspense(payment)
        received = receive_payment(
            received_later(command.payment_id, suspended, command.today), states.of(case, Case)
        )
        matched = PaymentMatched(
            case_id=command.case_id,
            amount_ore=suspended.amount_ore,
            matched_on=command.today,
        )
        return {own: [matched], case: received} if together else {own: [matched]}

    return Ask({own: DECIDER, case: CASE}, decide)


def received_later(payment_id: UUID, suspended: PaymentSuspended, today: date) -> ReceivePayment:
    """What its case takes up when a payment leaves suspense."""
    return ReceivePayment(
        payment_id=payment_id,
        source="bank",
        amount_ore=suspended.amount_ore,
        ordered_on=suspended.ordered_on,
        received_on=suspended.received_on,
        kid=None,
        today=today,
    )


def refund_suspense(command: RefundSuspense) -> Ask:
    """Record that a payment in suspense has gone back to its payer.

    Refuses: payment_unknown, payment_not_in_suspense.
    """
    own = payment_stream(command.payment_id)

    def decide(states: States) -> Mapping[str, Sequence[Event]]:
        payment = states.of(own, BankPayment)
        if payment.state == "refunded":
            return {}
        suspended = _in_suspense(payment)
        refunded = SuspenseRefunded(amount_ore=suspended.amount_ore, refunded_on=command.today)
        return {own: [refunded]}

    return Ask({own: DECIDER}, decide)


def take_back_payment(command: TakeBackPayment) -> Ask:
    """Undo a payment that the bank took back; the settlement tells whether it was paid out.

    Refuses: case_unknown, payment_unknown.
    """
    case = case_stream(command.case_id)
    payouts = settlement_stream(command.creditor_id)

    def decide(states: States) -> Mapping[str, Sequence[Event]]:
        reverse = ReversePayment(
            payment_id=command.payment_id,
            paid_out=command.position <= states.of(payouts, Settlement).settled_until,
            today=command.today,
        )
        return {case: reverse_payment(reverse, states.of(case, Case))}

    return Ask({case: CASE, payouts: SETTLEMENT}, decide)


def _in_suspense(payment: BankPayment) -> PaymentSuspended:
    refuse_if(payment.state == "none", "payment_unknown")
    if payment.state != "suspended" or payment.suspended is None:
        raise RefusedError("payment_not_in_suspense")
    return payment.suspended
