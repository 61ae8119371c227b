"""The first page: how many cases stand where, a few of each, and the money month by month."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from events.creditor import SettlementDay
from events.money import ZERO, Ore
from projections.status import GROUPS, Group, Status
from projections.views.sql import SqlReader, listed, owners, statement

HEADS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The cases of one group: how many, what is owed, held, and to be done."""

    status_group: Group
    case_count: int
    total_ore: Ore
    held_ore: Ore
    follow_up_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTotal:
    """How many cases a group holds, and what is owed on them."""

    status_group: Group
    case_count: int
    total_ore: Ore


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One of the few cases a group shows."""

    case_id: UUID
    case_number: str
    debtor_id: UUID
    debtor_name: str
    creditor_name: str
    status: Status
    status_group: Group
    total_ore: Ore
    needs_follow_up: bool
    follow_up: str
    last_event_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What payments covered in a month or a week, whose it was, and what was paid out."""

    begins_on: date
    covered_ore: Ore
    creditor_ore: Ore
    agency_ore: Ore
    paid_out_ore: Ore


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The house in a period, and how it stands now. Suspense belongs to no creditor."""

    open_count: int
    registered_count: int
    paid_count: int
    loss_count: int
    withdrawn_count: int
    follow_up_count: int
    outstanding_ore: Ore
    held_ore: Ore
    creditor_ore: Ore
    agency_ore: Ore
    suspense_count: int
    suspense_ore: Ore


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What has come to a creditor and is in no payout yet."""

    creditor_id: UUID
    creditor_name: str
    settlement: SettlementDay
    first_booked_on: date
    last_booked_on: date
    line_count: int
    payable_ore: Ore
    vat_ore: Ore
    debt_ore: Ore

    @property
    def expected_ore(self) -> Ore:
        """What the next payout would be of it: less what the creditor owes the agency."""
        return Ore(max(0, self.payable_ore - self.vat_ore - self.debt_ore))


Creditors = Sequence[UUID] | None
Period = Literal["month", "week"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Brought:
    """What a period brought, as the statement gives it."""

    registered_count: int
    paid_count: int
    loss_count: int
    withdrawn_count: int
    creditor_ore: Ore
    agency_ore: Ore
    suspense_count: int
    suspense_ore: Ore


def groups(totals: Sequence[Total]) -> list[GroupTotal]:
    """Every group, those without a case too, in the order people know them by."""
    found = {total.status_group: total for total in totals}
    return [
        GroupTotal(
            status_group=group,
            case_count=found[group].case_count if group in found else 0,
            total_ore=found[group].total_ore if group in found else ZERO,
        )
        for group in GROUPS
    ]


def totals(reader: SqlReader, creditor_ids: Creditors) -> list[Total]:
    """How many cases stand in each group and what is owed on them, as it is tallied."""
    return reader.query(statement("totals"), {"owners": owners(creditor_ids)}, Total)


def heads(reader: SqlReader, creditor_ids: Creditors, today: date) -> dict[Group, list[Head]]:
    """Up to five cases of each group, those where something happened last first."""
    params = {
        "creditor_ids": listed(creditor_ids),
        "today": today,
        "limit": HEADS,
        "groups": list(GROUPS),
    }
    whose = "heads_of_all" if creditor_ids is None else "heads_of_some"
    found = reader.query(statement("group_heads", heads_of=statement(whose)), params, Head)
    return {group: [head for head in found if head.status_group == group] for group in GROUPS}


def cash_flow(
    reader: SqlReader,
    creditor_ids: Creditors,
    from_on: date,
    until_on: date,
    period: Period = "month",
) -> list[Month]:
    """The periods in which money moved, each by its first day; direct payments count too."""
    params = {
        "owners": owners(creditor_ids),
        "from_on": from_on,
        "until_on": until_on,
        "period": period,
    }
    return reader.query(statement("cash_flow"), params, Month)


def unsettled(reader: SqlReader, creditor_ids: Creditors) -> list[Waiting]:
    """What the next payouts will be made of, creditor by creditor."""
    return reader.query(statement("unsettled"), {"creditor_ids": listed(creditor_ids)}, Waiting)


def figures(
    reader: SqlReader,
    totals: Sequence[Total],
    creditor_ids: Creditors,
    from_on: date,
    until_on: date,
) -> Figures:
    """What a director asks first; suspense is told only when no creditor is named."""
    params = {
        "owners": owners(creditor_ids),
        "everybody": creditor_ids is None,
        "from_on": from_on,
        "until_on": until_on,
    }
    (brought,) = reader.query(statement("period"), params, _Brought)
    still = [part for part in totals if part.status_group != "avsluttet"]
    return Figures(
        open_count=sum(part.case_count for part in still),
        outstanding_ore=Ore(sum(part.total_ore for part in still)),
        follow_up_count=sum(part.follow_up_count for part in totals),
        held_ore=Ore(sum(part.held_ore for part in totals)),
        **asdict(brought),
    )
