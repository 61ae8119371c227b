"""Rows of the projections, read with their types; and plain SQL for the views over them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar, cast, overload

from psycopg import Connection
from psycopg.errors import UndefinedTable
from psycopg.rows import dict_row
from psycopg.sql import Composed

from gateways.postgres import tables
from gateways.postgres.database import Database
from gateways.postgres.tables import Clause, Sign
from projections.filling import SupersededError
from projections.projection import AnyTable, Key, Row, Table
from projections.reading import NO_BOUNDS, NO_CHOICES

R = TypeVar("R", bound=Row)
T = TypeVar("T")
Q = TypeVar("Q")


class PostgresRows:
    """Reads the tables of the projections."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, table: Table[R], key: Key) -> R | None:
        """The row under the key, or None."""
        found = self.find(table, equals=dict(zip(table.key, key, strict=True)), limit=1)
        return found[0] if found else None

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
        if not all(among.values()):
            return []  # one of none is nothing
        bounds: tuple[tuple[Sign, Mapping[str, object]], ...] = (
            ("=", equals),
            ("<=", at_most),
            (">", more_than),
            ("= ANY", among),
        )
        clauses: list[Clause] = []
        params: dict[str, object] = {"most": limit}
        for sign, values in bounds:
            for name, value in values.items():
                if value is None and sign == "=":
                    clauses.append((name, "IS NULL"))
                else:
                    params[f"c{len(clauses)}"] = list(value) if isinstance(value, tuple) else value
                    clauses.append((name, sign))
        statement = tables.question(table, tuple(clauses), tuple(order_by))
        # Who asks for one row by its key needs no plan that is made for the values.
        keyed = tuple(equals) == table.key and len(clauses) == len(equals)
        read = partial(_typed, table, statement, params, prepare=keyed)
        return cast("list[R]", self._read(read))

    @overload
    def query(
        self, sql: str | Composed, params: Mapping[str, object] = ...
    ) -> list[dict[str, Any]]: ...

    @overload
    def query(
        self, sql: str | Composed, params: Mapping[str, object], row: type[Q]
    ) -> list[Q]: ...

    def query(
        self,
        sql: str | Composed,
        params: Mapping[str, object] = NO_BOUNDS,
        row: type[Q] | None = None,
    ) -> list[dict[str, Any]] | list[Q]:
        """The rows of a view across cases, by column name; as `row`s when it is given.

        A table is named by `gateways.postgres.tables.named`.
        """

        def ask(connection: Connection) -> list[dict[str, Any]]:
            with connection.cursor(row_factory=dict_row, binary=True) as cursor:
                # Never prepared: the plan is made for the values, and a clause about a null goes.
                return cursor.execute(sql, params, prepare=False).fetchall()

        found = self._read(ask)
        if row is None:
            return found
        return [row(**{name: _plain(value) for name, value in each.items()}) for each in found]

    def _read(self, work: Callable[[Connection], list[T]]) -> list[T]:
        """What `work` reads. Raises SupersededError when a table is not there any more."""
        try:
            return self._database.read(work)
        except UndefinedTable as error:
            told = str(error).partition("\n")[0]
            raise SupersededError(f"{told}: another release has the tables now") from error


def _plain(value: object) -> object:
    """A value as rows hold it: arrays are tuples."""
    return tuple(value) if isinstance(value, list) else value


def _typed(
    table: AnyTable,
    statement: bytes,
    params: Mapping[str, object],
    connection: Connection,
    *,
    prepare: bool,
) -> list[object]:
    cursor = connection.cursor(binary=True).execute(statement, params, prepare=prepare)
    return [tables.row_of(table, values) for values in cursor]
