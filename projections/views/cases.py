"""The list of cases as people narrow, search, sort and page through it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from re import fullmatch, sub
from typing import Final, Literal
from uuid import UUID

from events.case.lifecycle import DebtorKind
from events.money import Ore
from projections.status import Group, Status, stages
from projections.views.listing import Column, Listing, Order, Place, Query
from projections.views.sql import SqlReader, listed, statement
from projections.wording import parts_wanted, sort_name

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

AMOUNT: Final = r"\d{1,12}(?:[,.]\d{1,2})?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases, and in what order. What is None narrows nothing; `limit` None is all.

    `creditor_ids` are those the asker may see: None is all of them, empty is none.
    `from_on` and `until_on` are of the registration. `search` finds a part of the debtor's
    name (one or two letters: how a word of it begins), or a whole case number, invoice
    number, KID or amount owed; an amount in whole kroner finds any øre.
    """

    creditor_ids: tuple[UUID, ...] | None = None
    groups: tuple[Group, ...] | None = None
    statuses: tuple[Status, ...] | None = None
    needs_follow_up: bool | None = None
    debtor_id: UUID | None = None
    from_on: date | None = None
    until_on: date | None = None
    closed_from_on: date | None = None
    closed_until_on: date | None = None
    approval: str | None = None
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
    varsel_pay_by: date | None
    bo_pay_by: date | None
    paused: bool
    disputed: bool
    approval: str
    approval_asked_on: date | None
    closed_on: date | None
    needs_follow_up: bool
    follow_up: str
    last_event_on: date
    stage: str


LISTING: Final = Listing(
    statement="cases",
    row=CaseLine,
    key=Column[CaseLine]("c.case_id", "uuid", lambda row: row.case_id),
    columns={
        "case_number": Column("c.case_number", "text", lambda row: row.case_number),
        "debtor_name": Column(
            "d.sort_name",
            "text",
            lambda row: sort_name(row.debtor_name),
            {"leading": statement("by_debtor")},
        ),
        "creditor_name": Column(
            "k.sort_name",
            "text",
            lambda row: sort_name(row.creditor_name),
            {"leading": statement("by_creditor")},
        ),
        "registered_on": Column("c.registered_on", "date", lambda row: row.registered_on),
        "oldest_due_on": Column("c.oldest_due_on", "date", lambda row: row.oldest_due_on),
        "principal_ore": Column("c.principal_ore", "bigint", lambda row: row.principal_ore),
        "principal_left_ore": Column(
            "c.principal_left_ore", "bigint", lambda row: row.principal_left_ore
        ),
        "total_ore": Column(
            "b.total_ore",
            "bigint",
            lambda row: row.total_ore,
            {"leading": statement("by_balance")},
        ),
        "status": Column("c.stage", "text", lambda row: row.stage),
        "last_event_on": Column("c.last_event_on", "date", lambda row: row.last_event_on),
    },
    sort_by="oldest_due_on",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """How many of the cases asked for have one value of a facet, and what is owed on them."""

    facet: str
    value: str
    case_count: int
    total_ore: Ore


def cases(reader: SqlReader, wanted: Wanted, today: date) -> list[CaseLine]:
    """The cases that are wanted, as they stand on `today`."""
    order = Order(wanted.sort_by, wanted.descending)
    return query(wanted, today).page(reader, order, wanted.after, wanted.limit)


def query(wanted: Wanted, today: date) -> Query[CaseLine]:
    """The list narrowed to what is wanted, in any order and from any place."""
    return Query(LISTING, _params(wanted, today), {"leading": "", **_parts(wanted)})


def facets(reader: SqlReader, wanted: Wanted, today: date) -> list[Facet]:
    """The cases that are wanted, counted by group, status, creditor and follow-up."""
    sql = statement("facets", **_parts(wanted))
    return reader.query(sql, _params(wanted, today), Facet)


def place_of(line: CaseLine, sort_by: SortBy) -> Place:
    """Where the next page begins after this case."""
    return Place(LISTING.columns[sort_by].of(line), line.case_id)


def amounts_searched(word: str) -> tuple[int, int] | None:
    """The øre, from and until, that a search word may mean; None when it is no amount."""
    digits = sub(r"[\s.](?=\d{3}(?:\D|$))|\s*kr\.?$", "", word)
    if not fullmatch(AMOUNT, digits):
        return None
    exact = Decimal(digits.replace(",", ".")) * 100
    return int(exact), int(exact) + (0 if "," in digits or "." in digits else 99)


def named_like(word: str) -> dict[str, object]:
    """A word as names are searched by it: the parts it must have, and what it is in one."""
    return {"name_parts": list(parts_wanted(word)), "name_like": f"%{_literally(word)}%"}


def _parts(wanted: Wanted) -> dict[str, str]:
    """The clauses that are there only when they are asked for."""
    ranges = [
        statement("stage_range", first=f"stage_first_{at}", last=f"stage_last_{at}")
        for at, _ in enumerate(wanted.statuses or ())
    ]
    asked = wanted.statuses is not None
    return {
        "stages": statement("of_stages", stages=" OR ".join(ranges) or "false") if asked else "",
        "searched": statement("searched") if _word(wanted) else "",
    }


def _params(wanted: Wanted, today: date) -> dict[str, object]:
    word = _word(wanted)
    amounts = amounts_searched(word) if word else None
    named = {} if word is None else {"word": word, **named_like(word)}
    for at, status in enumerate(wanted.statuses or ()):
        named[f"stage_first_{at}"], named[f"stage_last_{at}"] = stages(status, today)
    return {
        **named,
        "today": today,
        "creditor_ids": listed(wanted.creditor_ids),
        "groups": listed(wanted.groups),
        "needs_follow_up": wanted.needs_follow_up,
        "approval": wanted.approval,
        "debtor_id": wanted.debtor_id,
        "from_on": wanted.from_on,
        "until_on": wanted.until_on,
        "closed_from_on": wanted.closed_from_on,
        "closed_until_on": wanted.closed_until_on,
        "from_ore": amounts[0] if amounts else None,
        "until_ore": amounts[1] if amounts else None,
    }


def _word(wanted: Wanted) -> str | None:
    return (wanted.search or "").strip().casefold() or None


def _literally(word: str) -> str:
    r"""The word with what LIKE would take for a pattern escaped: % and _ mean themselves."""
    return sub(r"([\\%_])", r"\\\1", word)
