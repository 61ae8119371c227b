"""What is handed in and told of row by row: invoices, and the bank's files."""

from datetime import date
from typing import Final, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from events.case.lifecycle import DebtorKind
from gateways.http.bodies import Body, Country, Day, Flag, Line, NotNegativeOre, PositiveOre

ITEMS_MOST: Final = 1000


class Invoice(Body):
    """An invoice handed over for collection. `amount_ore` is its original sum, without fees."""

    creditor: Line | None = Field(
        default=None,
        description="Number, orgnr or name; not needed when the key sees one creditor alone.",
    )
    invoice_number: Line = Field(examples=["1001"])
    issued_on: Day
    due_on: Day
    amount_ore: PositiveOre
    debtor_name: Line = Field(examples=["Ola Nordmann"])
    address: Line = Field(examples=["Storgata 1"])
    postcode: Line = Field(examples=["0155"])
    city: Line | None = Field(default=None, examples=["Oslo"])
    country: Country | None = None
    debtor_kind: DebtorKind | None = None
    orgnr: Line | None = None
    national_id: Line | None = Field(default=None, description="Fødselsnummer; persons only.")
    consumer: Flag | None = None
    customer_number: Line | None = None
    description: Line | None = Field(default=None, examples=["Strøm juni 2026"])
    email: Line | None = None
    mobile: Line | None = None
    kid: Line | None = Field(default=None, description="The invoice's own KID.")
    varsel_sent_on: Day | None = None
    varsel_pay_by: Day | None = None
    varsel_fee_ore: NotNegativeOre | None = None


class Invoices(Body):
    """Invoices to hand over, at most a thousand at once."""

    invoices: tuple[Invoice, ...] = Field(min_length=1, max_length=ITEMS_MOST)


class RefusedRow(BaseModel):
    """A row that was not taken, and why, in Norwegian."""

    row: int = Field(description="The line of the file; in JSON the item, from 1.")
    code: str
    text: str


class WaitingRow(BaseModel):
    """An invoice that is taken in and may become a case from a day on."""

    row: int
    invoice_number: str
    ripe_on: date


class NewCase(BaseModel):
    """A case that the file led to."""

    case_id: UUID
    case_number: str
    kid: str


class StuckRows(BaseModel):
    """Ripe invoices that could not be registered today; they are tried every day."""

    invoice_numbers: list[str]
    code: str


class Imported(BaseModel):
    """What became of invoices. The same again changes nothing: its rows are `known`."""

    outcome: Literal["done", "foreseen"]
    sha256: str
    rows: int
    offered: int
    known: int
    debtors_changed: int
    waiting: list[WaitingRow]
    cases: list[NewCase]
    stuck: list[StuckRows]
    refused: list[RefusedRow]
    unread_sheets: list[str]


class BookedRow(BaseModel):
    """What became of one transaction; `code` says why it waits or is unresolved."""

    row: int
    kid: str
    amount_ore: int
    became: Literal["booked", "suspended", "reversed", "repeated", "unresolved"]
    payment_id: UUID
    case_number: str
    held_ore: int
    code: str


class BookedFile(BaseModel):
    """What became of the bank's file of payments. A transaction is booked once."""

    outcome: Literal["done", "foreseen"]
    sha256: str
    booked: int
    suspended: int
    reversed: int
    repeated: int
    unresolved: int
    lines: list[BookedRow]


class ReportedRow(BaseModel):
    """What the bank says of one payout, and what became of that."""

    payout_id: UUID | None
    became: Literal["confirmed", "rejected", "pending", "repeated", "unresolved"]
    reason: str
    code: str


class ReportedFile(BaseModel):
    """What became of the bank's report on payouts."""

    outcome: Literal["done", "foreseen"]
    sha256: str
    confirmed: int
    rejected: int
    pending: int
    repeated: int
    unresolved: int
    lines: list[ReportedRow]
