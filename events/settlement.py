"""What a creditor is paid: prepared, instructed, and confirmed or rejected by the bank."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from events.base import Event, Value
from events.money import Ore


class PayoutLine(Value):
    """What one event on one invoice brought the creditor.

    `payable_ore` is client money owed to the creditor; `vat_ore` and `debt_ore` are what the
    creditor owes the agency for it. `salaer_ore` and `agency_fees_ore` are for information:
    the agency's own part of the same payment.
    """

    source_event_id: UUID
    what: str
    case_id: UUID | None
    case_number: str | None
    invoice_number: str | None
    booked_on: date
    principal_ore: Ore
    interest_ore: Ore
    fees_ore: Ore
    payable_ore: Ore
    salaer_ore: Ore
    agency_fees_ore: Ore
    vat_ore: Ore
    debt_ore: Ore


class SettlementEvent(Event):
    """A payout to a creditor has come a step further."""


class PayoutPrepared(SettlementEvent):
    """All that was owed to the creditor between two positions of the log is to be paid out.

    `amount_ore` = the lines' payable less `vat_withheld_ore` and `set_off_ore`. What the creditor
    still owes after that is carried forward.
    """

    TYPE: ClassVar[str] = "settlement.payout_prepared"

    payout_id: UUID
    creditor_id: UUID
    prepared_on: date
    after_position: int
    until_position: int
    lines: tuple[PayoutLine, ...]
    principal_ore: Ore
    interest_ore: Ore
    fees_ore: Ore
    payable_ore: Ore
    vat_withheld_ore: Ore
    set_off_ore: Ore
    carried_vat_ore: Ore
    carried_debt_ore: Ore
    amount_ore: Ore


class PayoutInstructed(SettlementEvent):
    """The bank is told to pay; the file leaves the house only after this stands."""

    TYPE: ClassVar[str] = "settlement.payout_instructed"

    payout_id: UUID
    creditor_id: UUID
    file_name: str
    file_sha256: str
    account_version: int
    instructed_on: date


class PayoutConfirmed(SettlementEvent):
    """The bank has paid the creditor."""

    TYPE: ClassVar[str] = "settlement.payout_confirmed"

    payout_id: UUID
    creditor_id: UUID
    amount_ore: Ore
    confirmed_on: date


class PayoutRejected(SettlementEvent):
    """The bank has not paid; the creditor is owed the sum again."""

    TYPE: ClassVar[str] = "settlement.payout_rejected"

    payout_id: UUID
    creditor_id: UUID
    amount_ore: Ore
    rejected_on: date
    reason: str
