"""Typed rows as the bytes of a binary COPY, packed a column at a time."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from itertools import repeat
from struct import Struct
from typing import Final

from msgspec.structs import astuple
from psycopg import Connection

from gateways.postgres import tables
from gateways.postgres.arrays import BODIES, LENGTHS, NULL, Value, Values
from projections.projection import AnyTable, Row

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER: Final = b"\xff\xff"
ROWS_AT_ONCE: Final = 5_000
LENGTH: Final = Struct(">I").pack

Column = Callable[[Values], tuple[Iterable[bytes], ...]]


def copy_rows(connection: Connection, table: AnyTable, rows: Collection[Row]) -> None:
    """Rows into the table, by binary COPY."""
    if not rows:
        return
    kept = list(rows)
    with connection.cursor().copy(tables.copy(table)) as copy:
        copy.write(HEADER)
        for start in range(0, len(kept), ROWS_AT_ONCE):
            copy.write(packed(table, kept[start : start + ROWS_AT_ONCE]))
        copy.write(TRAILER)


def packed(table: AnyTable, rows: Sequence[Row]) -> bytes:
    """The rows as they stand between the header and the trailer of a binary COPY."""
    pieces: list[Iterable[bytes]] = [repeat(len(table.columns).to_bytes(2, "big"))]
    values = zip(*map(astuple, rows), strict=True)
    for column, of_column in zip(_columns(table), values, strict=True):
        pieces += column(of_column)
    return b"".join(map(b"".join, zip(*pieces, strict=False)))


@cache
def _columns(table: AnyTable) -> list[Column]:
    return [_column(each.bare_type, nullable=each.nullable) for each in table.columns]


def _column(sql_type: str, *, nullable: bool) -> Column:
    """What gives the pieces of a column: the lengths, and the values themselves."""
    body = BODIES[sql_type]

    def one(value: Value) -> bytes:
        told = body(value)
        return LENGTH(len(told)) + told

    def with_gaps(values: Values) -> tuple[Iterable[bytes], ...]:
        return ([NULL if value is None else one(value) for value in values],)

    def of_any_length(values: Values) -> tuple[Iterable[bytes], ...]:
        bodies = list(map(body, values))
        return map(LENGTH, map(len, bodies)), bodies

    def of_one_length(values: Values) -> tuple[Iterable[bytes], ...]:
        return repeat(LENGTH(LENGTHS[sql_type])), map(body, values)

    if nullable:
        return with_gaps
    return of_one_length if sql_type in LENGTHS else of_any_length
