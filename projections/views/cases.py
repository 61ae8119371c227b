"""The list of cases as people narrow, search, sort and page through it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from re import fullmatch, sub
from typing import Final, Literal
from uuid import UUID

from events.case.lifecycle import DebtorKind
from events.money import Ore
from projections.status import Group, Status, stages
from projections.views.listing import Column, Listing, Order, Place, Query, Turn, Walk, placed
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

# More hits than these are not sorted, but met along the order of the list; and for one page no
# more cases than those are passed.
COMMON_HITS: Final = 2_000
WALK_MOST: Final = 20_000
# Up to so many, what is narrowed is found first, whatever it is sorted by.
FEW_WANTED: Final = 2_000
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passed(CaseLine):
    """A case that was passed on the way, as the so many-th, and whether it was looked for."""

    walked: int
    found: bool

    @property
    def line(self) -> CaseLine:
        """The case as it is shown."""
        return CaseLine(**{each.name: getattr(self, each.name) for each in fields(CaseLine)})


@dataclass(frozen=True, slots=True)
class _Hits:
    hit_count: int


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
            {"leading": statement("by_debtor"), "looked_up": statement("debtor_looked_up")},
        ),
        "creditor_name": Column(
            "k.sort_name",
            "text",
            lambda row: sort_name(row.creditor_name),
            {"leading": statement("by_creditor"), "looked_up": statement("creditor_looked_up")},
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
            {"leading": statement("by_balance"), "looked_up": statement("balance_looked_up")},
        ),
        "status": Column("c.stage", "text", lambda row: row.stage),
        "last_event_on": Column("c.last_event_on", "date", lambda row: row.last_event_on),
    },
    sort_by="oldest_due_on",
)


def cases(reader: SqlReader, wanted: Wanted, today: date) -> list[CaseLine]:
    """The cases that are wanted, as they stand on `today`."""
    order = Order(wanted.sort_by, wanted.descending)
    return query(wanted, today).page(reader, order, wanted.after, wanted.limit)


def query(wanted: Wanted, today: date) -> Query[CaseLine]:
    """The list narrowed to what is wanted, in any order and from any place."""
    parts = {"leading": "", "looked_up": "", "passed": "", **_parts(wanted)}
    return Query(LISTING, _params(wanted, today), parts, _walk(wanted))


def _walk(wanted: Wanted) -> Walk[CaseLine] | None:
    if _word(wanted):
        return SearchOnTheWay()
    waits = wanted.approval is not None or wanted.needs_follow_up is True
    return FewFoundFirst(waits=waits) if _is_narrowed(wanted) else None


def _is_narrowed(wanted: Wanted) -> bool:
    """By more than whose they are."""
    states = (wanted.groups, wanted.statuses, wanted.needs_follow_up)
    return not is_tallied(wanted) or any(each is not None for each in states)


def is_tallied(wanted: Wanted) -> bool:
    """Whether only whose they are, groups, statuses and follow-up narrow: what tallies are by."""
    others = (
        wanted.debtor_id,
        wanted.from_on,
        wanted.until_on,
        wanted.closed_from_on,
        wanted.closed_until_on,
        wanted.approval,
        _word(wanted),
    )
    return all(each is None for each in others)


def is_common(reader: SqlReader, params: Mapping[str, object]) -> bool:
    """Whether the word that is searched finds more than is found first and sorted afterwards."""
    told = {**params, "hits_most": COMMON_HITS}
    (hits,) = reader.query(statement("hits"), told, _Hits)
    return hits.hit_count >= COMMON_HITS


class SearchOnTheWay:
    """A common word is looked for along the order of the list: what is found need not be sorted.

    Not beyond WALK_MOST cases for a page, which may so come to fewer rows, or none.
    """

    def is_needed(self, reader: SqlReader, query: Query[CaseLine], order: Order) -> bool:
        """Whether the word is common."""
        del order
        return is_common(reader, query.params)

    def turn(
        self,
        reader: SqlReader,
        query: Query[CaseLine],
        order: Order,
        after: Place | None,
        limit: int,
    ) -> Turn[CaseLine]:
        """A page of what the word finds; the next begins behind the last case that was passed."""
        fragments = {**query.fragments(order, after), "searched": ""}
        page = statement("on_the_way", **fragments)
        passed = ", p.walked, p.found"
        sql = statement("cases", **{**fragments, "page": page, "passed": passed})
        params = {**query.params, **placed(after), "walk": WALK_MOST, "limit": limit + 1}
        rows = reader.query(sql, params, _Passed)
        found = [row.line for row in rows if row.found][:limit]
        if sum(row.found for row in rows) > limit:
            return Turn(found, query.place_of(found[-1], order))
        ended = not rows or rows[-1].walked < WALK_MOST
        return Turn(found, None if ended else query.place_of(rows[-1].line, order))


@dataclass(frozen=True, slots=True)
class FewFoundFirst:
    """Few cases of many are found first and sorted then: along another order they may come last.

    What `waits` for a person is looked for so however much it is, but in the order of its index.
    """

    waits: bool

    def is_needed(self, reader: SqlReader, query: Query[CaseLine], order: Order) -> bool:
        """Whether they are few, or wait and are sorted by something else."""
        if self.waits:
            return order.sort_by != LISTING.sort_by
        told = {**query.params, "hits_most": FEW_WANTED}
        (hits,) = reader.query(statement("few_wanted", **query.parts), told, _Hits)
        return hits.hit_count < FEW_WANTED

    def turn(
        self,
        reader: SqlReader,
        query: Query[CaseLine],
        order: Order,
        after: Place | None,
        limit: int,
    ) -> Turn[CaseLine]:
        """A page of them."""
        first = statement("page_of_found", **query.fragments(order, after))
        parts = {**query.parts, "page": first}
        return replace(query, parts=parts, walk=None).turn(reader, order, after, limit)


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
        "running": stages("INKASSOVARSEL", today)[1],
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
