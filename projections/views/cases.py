"""The list of cases as people narrow, search, sort and page through it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from re import fullmatch, sub
from typing import Final, Literal
from uuid import UUID

from events.case.lifecycle import DebtorKind
from events.money import Ore
from projections.status import Group, Status
from projections.views.sql import SqlReader, statement

SortBy = Literal[
    "case_number",
    "debtor_name",
    "creditor_name",
    "registered_on",
    "oldest_due_on",
    "principal_ore",
    "principal_left_ore",
    "total_ore",
    "status",
    "last_event_on",
]

# What a column is really sorted by, and of what SQL type that is.
COLUMNS: Final[dict[SortBy, tuple[str, str]]] = {
    "case_number": ("case_number", "text"),
    "debtor_name": ("debtor_sort_name", "text"),
    "creditor_name": ("creditor_sort_name", "text"),
    "registered_on": ("registered_on", "date"),
    "oldest_due_on": ("oldest_due_on", "date"),
    "principal_ore": ("principal_ore", "bigint"),
    "principal_left_ore": ("principal_left_ore", "bigint"),
    "total_ore": ("total_ore", "bigint"),
    "status": ("status", "text"),
    "last_event_on": ("last_event_on", "date"),
}

AMOUNT: Final = r"\d{1,12}(?:[,.]\d{1,2})?"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: what its last case was sorted by, and its id."""

    value: str | int | date
    case_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases, and in what order. What is None narrows nothing; `limit` None is all.

    `creditor_ids` are those the asker may see: None is all of them, empty is none.
    `search` finds a part of the debtor's name, or a whole case number, invoice number, KID
    or amount owed; an amount in whole kroner finds any øre.
    """

    creditor_ids: tuple[UUID, ...] | None = None
    groups: tuple[Group, ...] | None = None
    statuses: tuple[Status, ...] | None = None
    needs_follow_up: bool | None = None
    debtor_id: UUID | None = None
    from_on: date | None = None
    until_on: date | None = None
    search: str | None = None
    sort_by: SortBy = "oldest_due_on"
    descending: bool = False
    after: Place | None = None
    limit: int | None = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case as lists show it; `total_ore` is what was owed at the last money event."""

    case_id: UUID
    case_number: str
    kid: str
    creditor_id: UUID
    creditor_name: str
    debtor_id: UUID
    debtor_name: str
    debtor_sort_name: str
    creditor_sort_name: str
    debtor_kind: DebtorKind
    registered_on: date
    invoice_numbers: tuple[str, ...]
    oldest_due_on: date
    principal_ore: Ore
    principal_left_ore: Ore
    total_ore: Ore
    paid_ore: Ore
    held_ore: Ore
    status: Status
    status_group: Group
    paused: bool
    disputed: bool
    approval: str
    closed_on: date | None
    needs_follow_up: bool
    follow_up: str
    last_event_on: date


def cases(reader: SqlReader, wanted: Wanted, today: date) -> list[CaseLine]:
    """The cases that are wanted, as they stand on `today`."""
    column, column_type = COLUMNS[wanted.sort_by]
    sql = statement(
        "cases",
        column=column,
        column_type=column_type,
        beyond="<" if wanted.descending else ">",
        direction="DESC" if wanted.descending else "ASC",
    )
    return reader.query(sql, _params(wanted, today), CaseLine)


def place_of(line: CaseLine, sort_by: SortBy) -> Place:
    """Where the next page begins after this case."""
    column, _ = COLUMNS[sort_by]
    return Place(getattr(line, column), line.case_id)


def amounts_searched(word: str) -> tuple[int, int] | None:
    """The øre, from and until, that a search word may mean; None when it is no amount."""
    digits = sub(r"[\s.](?=\d{3}(?:\D|$))|\s*kr\.?$", "", word)
    if not fullmatch(AMOUNT, digits):
        return None
    exact = Decimal(digits.replace(",", ".")) * 100
    return int(exact), int(exact) + (0 if "," in digits or "." in digits else 99)


def _params(wanted: Wanted, today: date) -> dict[str, object]:
    word = (wanted.search or "").strip().casefold() or None
    amounts = amounts_searched(word) if word else None
    return {
        "today": today,
        "creditor_ids": None if wanted.creditor_ids is None else list(wanted.creditor_ids),
        "groups": None if wanted.groups is None else list(wanted.groups),
        "statuses": None if wanted.statuses is None else list(wanted.statuses),
        "needs_follow_up": wanted.needs_follow_up,
        "debtor_id": wanted.debtor_id,
        "from_on": wanted.from_on,
        "until_on": wanted.until_on,
        "word": word,
        "name_like": f"%{_literally(word)}%" if word else None,
        "from_ore": amounts[0] if amounts else None,
        "until_ore": amounts[1] if amounts else None,
        "after_value": wanted.after.value if wanted.after else None,
        "after_id": wanted.after.case_id if wanted.after else None,
        "limit": wanted.limit,
    }


def _literally(word: str) -> str:
    r"""The word with what LIKE would take for a pattern escaped: % and _ mean themselves."""
    return sub(r"([\\%_])", r"\\\1", word)
