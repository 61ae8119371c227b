"""Invoices on cases, and invoices that are not yet: what a creditor has handed over."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from events.money import Ore
from projections.status import Group, Status
from projections.views.dashboard import Creditors, listed_ids
from projections.views.sql import SqlReader, statement


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

    `ripe_count` and `ripe_ore` are of the invoices that may be registered today.
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


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: `limit` None is all of it."""

    limit: int | None = None
    offset: int = 0


ALL = Page()


def invoices(
    reader: SqlReader,
    creditor_ids: Creditors,
    today: date,
    *,
    only_outstanding: bool = True,
    page: Page = ALL,
) -> list[InvoiceLine]:
    """The invoices with their cases as these stand on `today`, the oldest due first."""
    params = {
        "creditor_ids": listed_ids(creditor_ids),
        "today": today,
        "only_outstanding": only_outstanding,
        "limit": page.limit,
        "offset": page.offset,
    }
    return reader.query(statement("invoices"), params, InvoiceLine)


def candidates(
    reader: SqlReader, creditor_ids: Creditors, today: date, *, page: Page = ALL
) -> list[CandidateGroup]:
    """What may become cases, debtor by debtor, those that are ripe first."""
    params = {
        "creditor_ids": listed_ids(creditor_ids),
        "today": today,
        "limit": page.limit,
        "offset": page.offset,
    }
    return reader.query(statement("candidates"), params, CandidateGroup)
