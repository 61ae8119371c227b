"""Creditors and debtors as lists show them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from events.case.lifecycle import AllocationOrder, DebtorKind, LetterPolicy
from events.creditor import SettlementDay
from events.money import Ore
from projections.views.cases import named_like
from projections.views.dashboard import Creditors
from projections.views.listing import Column, Listing, Order, Place, Query, Turn
from projections.views.sql import SqlReader, listed, statement
from projections.wording import sort_name

# Up to so many cases, a creditor's debtors are found first and sorted then.
FEW_CASES: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditorLine:
    """A client, what is agreed, and where its money goes: last four digits only."""

    creditor_id: UUID
    number: int
    name: str
    orgnr: str | None
    address: str | None
    email: str | None
    created_on: date
    terms_version: str | None
    terms_accepted_by: str | None
    terms_accepted_on: date | None
    agreed_from: date | None
    deducts_vat: bool
    allocation: AllocationOrder
    free_withdrawal_days: int
    withdrawal_fee_ore: Ore
    settlement: SettlementDay
    small_balance_ore: Ore
    due_date_shift: bool
    claim_letter_fees: bool
    claim_compensation: bool
    letters: LetterPolicy
    payout_account: str | None
    account_approved_by: str | None
    proposed_account: str | None
    proposed_by: str | None
    proposed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorLine:
    """Somebody who owes; the text is "slettet" once the person is erased."""

    debtor_id: UUID
    kind: DebtorKind
    name: str
    address: str
    postcode: str
    city: str
    country: str
    email: str | None
    mobile: str | None
    recorded_on: date
    erased: bool


@dataclass(frozen=True, slots=True)
class _Owed:
    case_count: int


CREDITORS: Final = Listing(
    statement="creditors",
    row=CreditorLine,
    key=Column[CreditorLine]("k.creditor_id", "uuid", lambda row: row.creditor_id),
    columns={
        "name": Column("k.sort_name", "text", lambda row: sort_name(row.name)),
        "number": Column("k.number", "bigint", lambda row: row.number),
        "created_on": Column("k.created_on", "date", lambda row: row.created_on),
    },
    sort_by="name",
)
DEBTORS: Final = Listing(
    statement="debtors",
    row=DebtorLine,
    key=Column[DebtorLine]("d.debtor_id", "uuid", lambda row: row.debtor_id),
    columns={
        "name": Column("d.sort_name", "text", lambda row: sort_name(row.name)),
        "recorded_on": Column("d.recorded_on", "date", lambda row: row.recorded_on),
    },
    sort_by="name",
)


def creditors(creditor_ids: Creditors) -> Query[CreditorLine]:
    """The clients by name."""
    return Query(CREDITORS, {"creditor_ids": listed(creditor_ids)})


def debtors(
    creditor_ids: Creditors, *, search: str | None = None, debtor_id: UUID | None = None
) -> Query[DebtorLine]:
    """Those who owe these creditors, or owed them once, by name; `search` is a part of it."""
    word = (search or "").strip().casefold()
    params = {
        "creditor_ids": listed(creditor_ids),
        "debtor_id": debtor_id,
        **(named_like(word) if word else {}),
    }
    parts = {
        "named_so": statement("named_so") if word else "",
        "whose": statement("asked_of_each"),
    }
    return Query(DEBTORS, params, parts, None if creditor_ids is None else FewOwe())


class FewOwe:
    """The debtors of creditors with few cases are found first, whatever else the house has."""

    def is_needed(self, reader: SqlReader, query: Query[DebtorLine], order: Order) -> bool:
        """Whether the cases are few."""
        del order
        (owed,) = reader.query(statement("how_many"), query.params, _Owed)
        return owed.case_count <= FEW_CASES

    def turn(
        self,
        reader: SqlReader,
        query: Query[DebtorLine],
        order: Order,
        after: Place | None,
        limit: int,
    ) -> Turn[DebtorLine]:
        """A page of them."""
        parts = {**query.parts, "whose": statement("found_first")}
        return replace(query, parts=parts, walk=None).turn(reader, order, after, limit)
