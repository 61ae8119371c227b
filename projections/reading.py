"""How rows are asked for, whatever holds them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol, TypeVar

from projections.projection import Key, Row, Table

R = TypeVar("R", bound=Row)

NO_BOUNDS: Mapping[str, object] = {}
NO_CHOICES: Mapping[str, Sequence[object]] = {}


class Rows(Protocol):
    """The tables of the projections, read row by row type."""

    def get(self, table: Table[R], key: Key) -> R | None:
        """The row under the key, or None."""
        ...

    def where(self, table: Table[R], **equals: object) -> list[R]:
        """The rows whose columns equal these values, in the order of their key."""
        ...

    def due(self, table: Table[R], column: str, until: date, limit: int) -> list[R]:
        """At most `limit` rows whose day in `column` is `until` or before, earliest first."""
        ...

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
        """The rows that pass every clause, in the given order and then that of their key.

        An empty column equals None and passes no other clause; `among` wants one of the
        values it names, of which there may be none. `order_by` names columns,
        "-amount_ore" for descending; empty ones come last either way.
        """
        ...
