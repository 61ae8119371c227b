"""Payments, suspense and payouts as lists show them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from events.case.money import PaymentSource
from events.money import Ore
from projections.payment import PaymentState
from projections.payout import PayoutState
from projections.views.dashboard import Creditors, listed_ids
from projections.views.sql import SqlReader, statement


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    """A payment on a case, and what it covered."""

    payment_id: UUID
    case_id: UUID
    case_number: str
    creditor_id: UUID
    creditor_name: str
    debtor_name: str
    source: PaymentSource
    state: PaymentState
    amount_ore: Ore
    ordered_on: date
    received_on: date
    booked_on: date
    principal_ore: Ore
    interest_ore: Ore
    costs_ore: Ore
    creditor_ore: Ore
    agency_ore: Ore
    held_ore: Ore


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspenseLine:
    """A payment whose case nobody has found yet."""

    payment_id: UUID
    amount_ore: Ore
    ordered_on: date
    received_on: date
    booked_on: date
    suspense_reason: str
    kid: str | None
    payer_account: str | None
    source_file: str | None
    source_line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutHead:
    """A transfer to a creditor."""

    payout_id: UUID
    creditor_id: UUID
    creditor_name: str
    state: PayoutState
    prepared_on: date
    instructed_on: date | None
    confirmed_on: date | None
    rejected_on: date | None
    reason: str | None
    line_count: int
    principal_ore: Ore
    interest_ore: Ore
    fees_ore: Ore
    payable_ore: Ore
    vat_withheld_ore: Ore
    set_off_ore: Ore
    amount_ore: Ore


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutPart:
    """A line of a transfer, with whose debt it was."""

    payout_id: UUID
    line: int
    what: str
    case_id: UUID | None
    case_number: str | None
    invoice_number: str | None
    debtor_name: str
    booked_on: date
    principal_ore: Ore
    interest_ore: Ore
    fees_ore: Ore
    payable_ore: Ore
    salaer_ore: Ore
    agency_fees_ore: Ore
    vat_ore: Ore
    debt_ore: Ore


def payments(
    reader: SqlReader, creditor_ids: Creditors, *, limit: int | None = None, offset: int = 0
) -> list[PaymentLine]:
    """The payments on cases, the latest first."""
    params = {"creditor_ids": listed_ids(creditor_ids), "limit": limit, "offset": offset}
    return reader.query(statement("payments"), params, PaymentLine)


def suspense(reader: SqlReader) -> list[SuspenseLine]:
    """The payments that wait for a person, the oldest first."""
    return reader.query(statement("suspense"), {}, SuspenseLine)


def payouts(
    reader: SqlReader, creditor_ids: Creditors, *, limit: int | None = None, offset: int = 0
) -> list[PayoutHead]:
    """The transfers to creditors, the latest first."""
    params = {"creditor_ids": listed_ids(creditor_ids), "limit": limit, "offset": offset}
    return reader.query(statement("payouts"), params, PayoutHead)


def payout_parts(reader: SqlReader, payout_id: UUID, creditor_ids: Creditors) -> list[PayoutPart]:
    """What a transfer was made of; nothing when it is to a creditor not among these."""
    params = {"payout_id": payout_id, "creditor_ids": listed_ids(creditor_ids)}
    return reader.query(statement("payout_lines"), params, PayoutPart)
