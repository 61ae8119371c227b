"""Invoices on cases, and invoices that are not yet: what a creditor has handed over."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from events.money import Ore
from projections.status import Group, Status
from projections.views.dashboard import Creditors
from projections.views.listing import Column, Listing, Query
from projections.views.sql import listed, statement
from projections.wording import sort_name


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """An invoice and the case it is part of; `outstanding` while something of it is pursued."""

    claim_id: UUID
    case_id: UUID
    case_number: str
    invoice_number: str
    issued_on: date
    due_on: date
    principal_ore: Ore
    principal_paid_ore: Ore
    left_ore: Ore
    creditor_id: UUID
    creditor_name: str
    debtor_id: UUID
    debtor_name: str
    status: Status
    status_group: Group
    outstanding: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateGroup:
    """All that one debtor owes one creditor and is in no case yet.

    `ripe_count` and `ripe_ore` are of the invoices that may be registered today; on
    `last_day_on` the first of them becomes too old.
    """

    creditor_id: UUID
    creditor_name: str
    debtor_id: UUID
    debtor_name: str
    invoice_count: int
    principal_ore: Ore
    ripe_count: int
    ripe_ore: Ore
    first_ripe_on: date
    last_day_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateInvoice:
    """An invoice in no case yet; `state` is waits, ripe or too_old on the day asked about."""

    claim_id: UUID
    creditor_id: UUID
    debtor_id: UUID
    invoice_number: str
    issued_on: date
    due_on: date
    principal_ore: Ore
    offered_on: date
    ripe_on: date
    too_old_after: date
    state: str


INVOICES: Final = Listing(
    statement="invoices",
    row=InvoiceLine,
    key=Column[InvoiceLine](
        "(i.case_id::text || i.claim_id::text)",
        "text",
        lambda row: f"{row.case_id}{row.claim_id}",
    ),
    columns={
        "due_on": Column("i.due_on", "date", lambda row: row.due_on),
        "issued_on": Column("i.issued_on", "date", lambda row: row.issued_on),
        "invoice_number": Column(
            "i.search_number", "text", lambda row: row.invoice_number.casefold()
        ),
        "case_number": Column("i.case_number", "text", lambda row: row.case_number),
        "principal_ore": Column("i.principal_ore", "bigint", lambda row: row.principal_ore),
        "left_ore": Column("i.left_ore", "bigint", lambda row: row.left_ore),
        "debtor_name": Column(
            "d.sort_name",
            "text",
            lambda row: sort_name(row.debtor_name),
            {"debtor_join": statement("led")},
        ),
    },
    sort_by="due_on",
)
CANDIDATES: Final = Listing(
    statement="candidates",
    row=CandidateGroup,
    key=Column[CandidateGroup](
        "(g.creditor_id::text || g.debtor_id::text)",
        "text",
        lambda row: f"{row.creditor_id}{row.debtor_id}",
    ),
    columns={
        "first_ripe_on": Column("g.first_ripe_on", "date", lambda row: row.first_ripe_on),
        "last_day_on": Column("g.last_day_on", "date", lambda row: row.last_day_on),
        "debtor_name": Column(
            "g.debtor_sort_name", "text", lambda row: sort_name(row.debtor_name)
        ),
        "principal_ore": Column("g.principal_ore", "bigint", lambda row: row.principal_ore),
        "ripe_ore": Column("g.ripe_ore", "bigint", lambda row: row.ripe_ore),
    },
    sort_by="first_ripe_on",
)
CANDIDATE_INVOICES: Final = Listing(
    statement="candidate_invoices",
    row=CandidateInvoice,
    key=Column[CandidateInvoice]("a.claim_id", "uuid", lambda row: row.claim_id),
    columns={
        "due_on": Column("a.due_on", "date", lambda row: row.due_on),
        "ripe_on": Column("a.ripe_on", "date", lambda row: row.ripe_on),
        "invoice_number": Column("a.invoice_number", "text", lambda row: row.invoice_number),
        "principal_ore": Column("a.principal_ore", "bigint", lambda row: row.principal_ore),
    },
    sort_by="due_on",
)


def invoices(  # noqa: PLR0913 - each narrows the list
    creditor_ids: Creditors,
    today: date,
    *,
    only_outstanding: bool = True,
    case_id: UUID | None = None,
    debtor_id: UUID | None = None,
    number: str | None = None,
) -> Query[InvoiceLine]:
    """The invoices with their cases as these stand on `today`, the oldest due first."""
    params = {
        "creditor_ids": listed(creditor_ids),
        "today": today,
        "only_outstanding": only_outstanding,
        "case_id": case_id,
        "debtor_id": debtor_id,
        "number": None if number is None else number.strip().casefold(),
    }
    return Query(INVOICES, params, {"debtor_join": statement("joined")})


def candidates(
    creditor_ids: Creditors, today: date, *, only_ripe: bool = False
) -> Query[CandidateGroup]:
    """What may become cases, debtor by debtor, those that are ripe first."""
    params = {
        "creditor_ids": listed(creditor_ids),
        "today": today,
        "only_ripe": only_ripe,
    }
    return Query(CANDIDATES, params)


def candidate_invoices(
    creditor_ids: Creditors, today: date, *, debtor_id: UUID | None = None
) -> Query[CandidateInvoice]:
    """The invoices in no case yet, one by one: of one debtor, where it is named."""
    params = {
        "creditor_ids": listed(creditor_ids),
        "today": today,
        "debtor_id": debtor_id,
    }
    return Query(CANDIDATE_INVOICES, params)
