"""Rows asked for in memory, answered as PostgreSQL would."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cmp_to_key
from typing import Any, TypeVar, cast

from gateways.memory.index import MemoryIndex
from projections.projection import Key, Row, Table
from projections.reading import NO_BOUNDS, NO_CHOICES

R = TypeVar("R", bound=Row)


class MemoryRows:
    """Reads the rows of a memory index."""

    def __init__(self, index: MemoryIndex) -> None:
        self._index = index

    def get(self, table: Table[R], key: Key) -> R | None:
        """The row under the key, or None."""
        with self._index.log.lock:
            return cast("R | None", self._index.content.rows[table.sql_name].get(key))

    def where(self, table: Table[R], **equals: object) -> list[R]:
        """The rows whose columns equal these values, in the order of their key."""
        return self.find(table, equals=equals)

    def due(self, table: Table[R], column: str, until: date, limit: int) -> list[R]:
        """At most `limit` rows whose day in `column` is `until` or before, earliest first."""
        return self.find(table, at_most={column: until}, order_by=[column], limit=limit)

    def find(  # noqa: PLR0913 - each is a clause of one question
        self,
        table: Table[R],
        *,
        equals: Mapping[str, object] = NO_BOUNDS,
        at_most: Mapping[str, object] = NO_BOUNDS,
        more_than: Mapping[str, object] = NO_BOUNDS,
        among: Mapping[str, Sequence[object]] = NO_CHOICES,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> list[R]:
        """The rows that pass every clause, in the given order and then that of their key."""
        with self._index.log.lock:
            rows = cast("list[R]", list(self._index.content.rows[table.sql_name].values()))
        found = [
            row
            for row in rows
            if all(getattr(row, name) == value for name, value in equals.items())
            and all(_least(row, name, value) for name, value in at_most.items())
            and all(_beyond(row, name, value) for name, value in more_than.items())
            and all(getattr(row, name) in values for name, values in among.items())
        ]
        found.sort(key=lambda row: tuple(_ranked(row, name) for name in (*order_by, *table.key)))
        return found[:limit]


def _least(row: object, name: str, bound: Any) -> bool:
    value = getattr(row, name)
    return value is not None and bool(value <= bound)


def _beyond(row: object, name: str, bound: Any) -> bool:
    value = getattr(row, name)
    return value is not None and bool(value > bound)


def _ranked(row: object, name: str) -> tuple[bool, Any]:
    """A sort key for one column: empty ones last, "-" for descending."""
    value = getattr(row, name.removeprefix("-"))
    sign = -1 if name.startswith("-") else 1
    return value is None, _order(value, sign)


def _order(value: Any, sign: int) -> Any:
    def compare(ours: Any, theirs: Any) -> int:
        return 0 if ours == theirs else sign if ours > theirs else -sign

    return cmp_to_key(compare)(value)
