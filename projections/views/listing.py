"""Lists that people sort and page through: one order, one place in it, one page at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from projections.views.sql import SqlReader, statement

R = TypeVar("R")

Value = str | int | date | UUID
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Column(Generic[R]):
    """What a list may be sorted by: in SQL, of which SQL type, and as a row shows it."""

    sql: str
    sql_type: str
    of: Callable[[R], Value]
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[R]):
    """A list: its statement, its rows, what they may be sorted by, and what they are told by.

    `key` differs from row to row, so that every order is whole and a page ends in one place.
    """

    statement: str
    row: type[R]
    key: Column[R]
    columns: Mapping[str, Column[R]]
    sort_by: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """By which column a list is sorted, and whether the last comes first."""

    sort_by: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: what its last row was sorted by, and its key."""

    value: Value
    key: Value


@dataclass(frozen=True, slots=True)
class Turn(Generic[R]):
    """A page: its rows, and where the next begins; None at the end."""

    rows: list[R]
    next: Place | None


class Walk(Protocol[R]):
    """Another way to a page, for what the planner had better not choose the way to."""

    def is_needed(self, reader: SqlReader, query: "Query[R]", order: Order) -> bool:
        """Whether a page of that order had better be looked for so."""
        ...

    def turn(
        self, reader: SqlReader, query: "Query[R]", order: Order, after: Place | None, limit: int
    ) -> Turn[R]:
        """A page of what the query finds; it may be short, and not the last."""
        ...


@dataclass(frozen=True)
class Query(Generic[R]):
    """A list narrowed to what somebody asked for; `parts` fill what its statement leaves open."""

    listing: Listing[R]
    params: Mapping[str, object]
    parts: Mapping[str, str] = field(default_factory=dict)
    walk: "Walk[R] | None" = None

    def order(self, sort_by: str | None = None, *, descending: bool | None = None) -> Order:
        """The order that was asked for; the list's own where nothing was.

        Raises KeyError when the list is not sorted by such a column.
        """
        if sort_by is None:
            down = self.listing.descending if descending is None else descending
            return Order(self.listing.sort_by, down)
        if sort_by not in self.listing.columns:
            raise KeyError(sort_by)
        return Order(sort_by, bool(descending))

    def page(
        self, reader: SqlReader, order: Order, after: Place | None = None, limit: int | None = None
    ) -> list[R]:
        """The rows after a place, at most `limit` of them; all, when there is no limit."""
        sql = statement(self.listing.statement, **self.fragments(order, after))
        params = {**self.params, **placed(after), "limit": limit}
        return reader.query(sql, params, self.listing.row)

    def turn(self, reader: SqlReader, order: Order, after: Place | None, limit: int) -> "Turn[R]":
        """A page, and where the next one begins. It may hold fewer rows and not be the last."""
        if self.walk is not None and self.walk.is_needed(reader, self, order):
            return self.walk.turn(reader, self, order, after, limit)
        rows = self.page(reader, order, after, limit + 1)
        shown = rows[:limit]
        return Turn(shown, self.place_of(shown[-1], order) if len(rows) > limit else None)

    def fragments(self, order: Order, after: Place | None) -> dict[str, str]:
        """What the statement leaves open, for a page of that order after a place."""
        column = self.listing.columns[order.sort_by]
        words = {
            "column": column.sql,
            "column_type": column.sql_type,
            "key": self.listing.key.sql,
            "key_type": self.listing.key.sql_type,
            "beyond": "<" if order.descending else ">",
            "direction": "DESC" if order.descending else "ASC",
        }
        return {
            **self.parts,
            **column.parts,
            "column": column.sql,
            "key": words["key"],
            "direction": words["direction"],
            "after": statement("after", **words) if after else "",
            "in_order": statement("in_order", **words),
        }

    def place_of(self, row: R, order: Order) -> Place:
        """Where the next page begins after this row."""
        return Place(self.listing.columns[order.sort_by].of(row), self.listing.key.of(row))

    def every(self, reader: SqlReader, order: Order, at_once: int) -> Iterator[Sequence[R]]:
        """All rows in that order, so many at a time; none twice, whatever comes meanwhile."""
        turn: Turn[R] = self.turn(reader, order, None, at_once)
        while turn.next is not None:
            if turn.rows:
                yield turn.rows
            turn = self.turn(reader, order, turn.next, at_once)
        if turn.rows:
            yield turn.rows


def placed(after: Place | None) -> dict[str, object]:
    """A place as parameters of a statement."""
    return {
        "after_value": after.value if after else None,
        "after_key": after.key if after else None,
    }
