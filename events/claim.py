"""One invoice of one creditor: its stream makes sure that it is claimed once."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from events.base import Event
from events.money import Ore
from events.personal import Personal


class ClaimEvent(Event):
    """Something has happened to an invoice."""


class ClaimOffered(ClaimEvent):
    """The creditor has handed the invoice over; it is a candidate until it becomes a case."""

    TYPE: ClassVar[str] = "claim.offered"

    creditor_id: UUID
    debtor_id: UUID
    invoice_number: str
    issued_on: date
    due_on: date
    principal_ore: Ore
    consumer: bool
    varsel_sent_on: date | None
    varsel_pay_by: date | None
    varsel_fee_ore: Ore
    description: Personal | None
    offered_on: date


class ClaimRegistered(ClaimEvent):
    """The invoice is part of a case."""

    TYPE: ClassVar[str] = "claim.registered"

    case_id: UUID
    registered_on: date


class CaseNumberTaken(ClaimEvent):
    """A case number has been given out; its stream makes sure that it is given once."""

    TYPE: ClassVar[str] = "case_number.taken"

    case_id: UUID
