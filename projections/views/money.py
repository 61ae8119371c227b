"""Payments, suspense and payouts as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from events.case.money import PaymentSource
from events.money import Ore
from projections.payment import PaymentState
from projections.payout import PayoutState
from projections.views.dashboard import Creditors
from projections.views.listing import Column, Listing, Query
from projections.views.sql import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    """A payment on a case, and what it covered."""

    payment_id: UUID
    case_id: UUID
    case_number: str
    creditor_id: UUID
    creditor_name: str
    debtor_id: UUID
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
    debtor_id: UUID | None
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
    source_event_id: UUID


PAYMENTS: Final = Listing(
    statement="payments",
    row=PaymentLine,
    key=Column[PaymentLine]("p.payment_id", "uuid", lambda row: row.payment_id),
    columns={
        "booked_on": Column("p.booked_on", "date", lambda row: row.booked_on),
        "received_on": Column("p.received_on", "date", lambda row: row.received_on),
        "amount_ore": Column("p.amount_ore", "bigint", lambda row: row.amount_ore),
        "case_number": Column("c.case_number", "text", lambda row: row.case_number),
    },
    sort_by="booked_on",
    descending=True,
)
SUSPENSE: Final = Listing(
    statement="suspense",
    row=SuspenseLine,
    key=Column[SuspenseLine]("p.payment_id", "uuid", lambda row: row.payment_id),
    columns={
        "booked_on": Column("p.booked_on", "date", lambda row: row.booked_on),
        "amount_ore": Column("p.amount_ore", "bigint", lambda row: row.amount_ore),
    },
    sort_by="booked_on",
)
PAYOUTS: Final = Listing(
    statement="payouts",
    row=PayoutHead,
    key=Column[PayoutHead]("o.payout_id", "uuid", lambda row: row.payout_id),
    columns={
        "prepared_on": Column("o.prepared_on", "date", lambda row: row.prepared_on),
        "amount_ore": Column("o.amount_ore", "bigint", lambda row: row.amount_ore),
        "state": Column("o.state", "text", lambda row: row.state),
    },
    sort_by="prepared_on",
    descending=True,
)
PAYOUT_LINES: Final = Listing(
    statement="payout_lines",
    row=PayoutPart,
    key=Column[PayoutPart]("l.payout_id", "uuid", lambda row: row.payout_id),
    columns={"line": Column("l.line", "bigint", lambda row: row.line)},
    sort_by="line",
)


def payments(
    creditor_ids: Creditors,
    *,
    case_id: UUID | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Query[PaymentLine]:
    """The payments on cases, the latest first."""
    params = {
        "creditor_ids": listed(creditor_ids),
        "case_id": case_id,
        "from_on": from_on,
        "until_on": until_on,
    }
    return Query(PAYMENTS, params)


def suspense() -> Query[SuspenseLine]:
    """The payments that wait for a person, the oldest first."""
    return Query(SUSPENSE, {})


def payouts(
    creditor_ids: Creditors,
    *,
    payout_id: UUID | None = None,
    states: Sequence[PayoutState] | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Query[PayoutHead]:
    """The transfers to creditors, the latest first."""
    params = {
        "creditor_ids": listed(creditor_ids),
        "payout_id": payout_id,
        "states": listed(states),
        "from_on": from_on,
        "until_on": until_on,
    }
    return Query(PAYOUTS, params)


def payout_parts(
    creditor_ids: Creditors, *, payout_id: UUID | None = None, case_id: UUID | None = None
) -> Query[PayoutPart]:
    """What transfers were made of: of one of them, or of one case."""
    params = {
        "creditor_ids": listed(creditor_ids),
        "payout_id": payout_id,
        "case_id": case_id,
    }
    return Query(PAYOUT_LINES, params)
