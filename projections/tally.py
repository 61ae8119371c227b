"""Tallies: small tables of counts and sums, kept in one transaction with what they follow from."""

# What is counted for each row is a statement of views/queries.sql, the same for a batch (of
# its rows before and after), for counting anew, and for holding one against the other.

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final
from uuid import UUID

from typing_extensions import override

from engine.ledger import Account
from events.money import Ore
from projections import balance, case_list, payable, payout, posting
from projections.projection import AnyTable, Row, Table
from projections.status import Group

# Stands for all creditors together, so that the agency's own page adds no creditors up.
EVERYBODY: Final = UUID(int=0)
SLOT: Final = "slot"


class CaseCount(Row, frozen=True, kw_only=True):
    """The cases of a creditor (or of `EVERYBODY`) that stand alike; `stage` is empty for any.

    A row is counted by the shard that wrote it: `slot`. What is told is the sum of the slots,
    of which one may be negative.
    """

    creditor_id: UUID
    stage: str
    status_group: Group
    needs_follow_up: bool
    slot: int
    case_count: int
    total_ore: Ore
    held_ore: Ore


class DayCount(Row, frozen=True, kw_only=True):
    """What a day brought a creditor (or `EVERYBODY`): cases begun or ended, money covered or paid.

    `what` is "registered", the reason cases were closed for, what a payable line is of, or
    "paid_out", whose amount is the creditor's.
    """

    creditor_id: UUID
    day: date
    what: str
    slot: int
    row_count: int
    creditor_ore: Ore
    agency_ore: Ore


class AccountCount(Row, frozen=True, kw_only=True):
    """What an account stands at."""

    account: Account
    slot: int
    amount_ore: Ore


CASES: Final = Table(
    "case_tally",
    key=("creditor_id", "stage", "status_group", "needs_follow_up", SLOT),
    row=CaseCount,
)
DAYS: Final = Table("day_tally", key=("creditor_id", "day", "what", SLOT), row=DayCount)
ACCOUNTS: Final = Table("account_tally", key=("account", SLOT), row=AccountCount)


@dataclass(frozen=True)
class Tally:
    """Where it is kept, and the statements that tell what each row counts, with their tables."""

    table: AnyTable
    statements: Mapping[str, tuple[AnyTable, ...]]

    @cached_property
    def sources(self) -> frozenset[AnyTable]:
        """The tables it follows from."""
        return frozenset(table for tables in self.statements.values() for table in tables)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What is counted apart."""
        return tuple(name for name in self.table.key if name != SLOT)

    @property
    def sums(self) -> tuple[str, ...]:
        """What is added up."""
        return tuple(name for name in self.table.names if name not in self.table.key)

    @override
    def __hash__(self) -> int:
        """By its table: there is one tally a table."""
        return hash(self.table)


TALLIES: Final = (
    Tally(CASES, {"cases_tallied": (case_list.TABLE, balance.TABLE)}),
    Tally(
        DAYS,
        {
            "case_days_tallied": (case_list.TABLE,),
            "payable_days_tallied": (payable.TABLE,),
            "payout_days_tallied": (payout.TABLE,),
        },
    ),
    Tally(ACCOUNTS, {"accounts_tallied": (posting.TABLE,)}),
)
# Two tables with one key, of which the rows are counted together.
PARTNERS: Final[Mapping[AnyTable, AnyTable]] = {
    case_list.TABLE: balance.TABLE,
    balance.TABLE: case_list.TABLE,
}
# The columns that the statements need, the key among them.
COLUMNS: Final[Mapping[AnyTable, tuple[str, ...]]] = {
    case_list.TABLE: (
        "case_id",
        "creditor_id",
        "stage",
        "status_group",
        "needs_follow_up",
        "registered_on",
        "closed_on",
        "closed",
    ),
    balance.TABLE: ("case_id", "total_ore", "held_ore"),
    payable.TABLE: (
        "event_id",
        "line",
        "creditor_id",
        "booked_on",
        "what",
        "principal_ore",
        "interest_ore",
        "fees_ore",
        "salaer_ore",
        "agency_fees_ore",
    ),
    payout.TABLE: ("payout_id", "creditor_id", "state", "confirmed_on", "amount_ore"),
    posting.TABLE: ("event_id", "line", "account", "amount_ore"),
}


def tallies_of(tables: Collection[AnyTable]) -> list[Tally]:
    """The tallies a program with these tables keeps: those whose sources are all among them."""
    return [tally for tally in TALLIES if tally.sources <= set(tables)]
