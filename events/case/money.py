"""The money of a case: what came in, what it covered, whose it is, and what was given up."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from events.base import Event, Value
from events.case.lifecycle import AllocationOrder
from events.case.notices import Grounds
from events.money import Ore

PaymentSource = Literal["bank", "direct"]
WaiveReason = Literal["small_balance", "written_off"]


class ClaimShare(Value):
    """What one claim got of a payment."""

    claim_id: UUID
    invoice_number: str
    principal_ore: Ore
    interest_ore: Ore


class Split(Value):
    """What a sum covered, and whose money that is.

    `costs_ore` is the sum of fees, salær and compensation. `creditor_ore` and `agency_ore`
    sum to the whole; `vat_ore` is the VAT on the salær: inside it where the creditor cannot
    deduct VAT, else owed by the creditor on top (`vat_inside`).
    """

    creditor_id: UUID
    case_number: str
    claims: tuple[ClaimShare, ...]
    principal_ore: Ore
    interest_ore: Ore
    costs_ore: Ore
    letter_fees_ore: Ore
    creditors_letter_fees_ore: Ore
    salaer_ore: Ore
    compensation_ore: Ore
    creditor_ore: Ore
    agency_ore: Ore
    vat_ore: Ore
    vat_inside: bool


class MoneyEvent(Event):
    """Money has moved, or a claim on money has changed."""


class PaymentReceived(MoneyEvent):
    """The debtor has paid: to the client account (`bank`) or to the creditor (`direct`).

    `ordered_on` is the day the bank had the order, which counts for deadlines and interest.
    """

    TYPE: ClassVar[str] = "case.payment_received"

    payment_id: UUID
    source: PaymentSource
    amount_ore: Ore
    ordered_on: date
    received_on: date
    booked_on: date
    kid: str | None


class PaymentAllocated(MoneyEvent):
    """A payment has covered parts of what was owed on the day it was ordered.

    `interest_accrued_ore` is all the interest up to that day, paid or not.
    """

    TYPE: ClassVar[str] = "case.payment_allocated"

    payment_id: UUID
    source: PaymentSource
    order: AllocationOrder
    effective_on: date
    booked_on: date
    principal_ore: Ore
    costs_ore: Ore
    interest_ore: Ore
    interest_accrued_ore: Ore
    split: Split


class PaymentFreed(MoneyEvent):
    """What payments had covered is not owed after all: it is the payer's money again.

    It then covers what else is owed, or is held. `paid_out` when the creditor already had
    its part, or may have had it: the creditor then owes that, and the agency makes the
    client account good.
    """

    TYPE: ClassVar[str] = "case.payment_freed"

    freed_on: date
    reason: Literal["claim_reduced", "earlier_payment_told_late"]
    split: Split
    paid_out: bool


class OverpaymentHeld(MoneyEvent):
    """More was paid than was owed: it is the payer's and is to be given back.

    A direct overpayment is held by the creditor, not by us.
    """

    TYPE: ClassVar[str] = "case.overpayment_held"

    payment_id: UUID
    source: PaymentSource
    amount_ore: Ore
    held_on: date
    reason: Literal["overpaid", "case_closed", "claim_reduced"]


class RefundMade(MoneyEvent):
    """What was overpaid has been sent back to the payer."""

    TYPE: ClassVar[str] = "case.refund_made"

    payment_id: UUID
    amount_ore: Ore
    refunded_on: date


class PaymentReversed(MoneyEvent):
    """The bank has taken a payment back: what it covered is owed again.

    `split` is what is undone, `held_ore` what had been held of it. `paid_out` when the
    creditor had already got its part: it then owes that to the agency, which makes the
    client account good.
    """

    TYPE: ClassVar[str] = "case.payment_reversed"

    payment_id: UUID
    source: PaymentSource
    amount_ore: Ore
    effective_on: date
    reversed_on: date
    split: Split | None
    held_ore: Ore
    paid_out: bool


class SalaerClaimed(MoneyEvent):
    """Salær is claimed: light from the betalingsoppfordring, heavy from its 43rd day.

    `amount_ore` is the cap on that day. What is owed on another day is the cap of that day.
    Law: inkassoforskriften 1989 § 2-2
    """

    TYPE: ClassVar[str] = "case.salaer_claimed"

    level: Literal["light", "heavy"]
    claimed_on: date
    amount_ore: Ore
    grounds: Grounds


class RemainderWaived(MoneyEvent):
    """What was left is not claimed any more."""

    TYPE: ClassVar[str] = "case.remainder_waived"

    waived_on: date
    reason: WaiveReason
    principal_ore: Ore
    interest_ore: Ore
    letter_fees_ore: Ore
    salaer_ore: Ore
    compensation_ore: Ore


class RemainderReinstated(MoneyEvent):
    """What had been waived is owed again."""

    TYPE: ClassVar[str] = "case.remainder_reinstated"

    reinstated_on: date
