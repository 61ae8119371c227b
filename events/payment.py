"""One transaction on the client account: its stream makes sure that it is booked once."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from events.base import Event
from events.money import Ore
from events.personal import Personal


class PaymentEvent(Event):
    """Something has happened to money on the client account."""


class PaymentBooked(PaymentEvent):
    """The bank has reported a payment, and a case has taken it up."""

    TYPE: ClassVar[str] = "payment.booked"

    case_id: UUID
    amount_ore: Ore
    booked_on: date
    payer_account: Personal | None
    source_file: str | None
    source_line: int | None


class PaymentSuspended(PaymentEvent):
    """The bank has reported a payment that no case can take up: it waits for a person.

    `not_booked` when its case is known and could not take it up on that day.
    """

    TYPE: ClassVar[str] = "payment.suspended"

    amount_ore: Ore
    ordered_on: date
    received_on: date
    booked_on: date
    kid: Personal | None
    payer_account: Personal | None
    reason: Literal["kid_unknown", "kid_missing", "kid_malformed", "not_booked"]
    source_file: str | None
    source_line: int | None


class PaymentMatched(PaymentEvent):
    """A person has found the case that a payment in suspense belongs to."""

    TYPE: ClassVar[str] = "payment.matched"

    case_id: UUID
    amount_ore: Ore
    matched_on: date


class SuspenseRefunded(PaymentEvent):
    """A payment that nobody could place has been sent back to the payer."""

    TYPE: ClassVar[str] = "payment.suspense_refunded"

    amount_ore: Ore
    refunded_on: date
