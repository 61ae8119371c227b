"""Typed rows as the bytes of a binary COPY, packed a column at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, repeat
from struct import Struct
from typing import Final

from msgspec.structs import astuple
from psycopg import Connection
from psycopg.sql import Composed

from gateways.postgres import tables
from gateways.postgres.arrays import BODIES, LENGTHS, NULL, Kind, Value, Values
from projections.projection import AnyTable, Row

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER: Final = b"\xff\xff"
ROWS_AT_ONCE: Final = 500
LENGTH: Final = Struct(">I").pack

Column = Callable[[Values], tuple[Iterable[bytes], ...]]


def copy_rows(connection: Connection, table: AnyTable, rows: Iterable[Row]) -> None:
    """Rows into the table, by binary COPY."""
    kinds = tuple((column.bare_type, column.nullable) for column in table.columns)
    copy_values(connection, tables.copy(table), kinds, map(astuple, rows))


def copy_values(
    connection: Connection,
    statement: Composed,
    kinds: tuple[Kind, ...],
    rows: Iterable[Values],
) -> None:
    """Rows whose columns are of these kinds, by a COPY that takes them in binary."""
    copy_pieces(connection, statement, _packed_in_pieces(kinds, iter(rows)))


def copy_pieces(connection: Connection, statement: Composed, pieces: Iterable[bytes]) -> None:
    """Rows that are packed already, by a COPY in binary, unless there are none."""
    left = filter(None, pieces)
    for first in left:
        with connection.cursor().copy(statement) as copy:
            copy.write(HEADER)
            copy.write(first)
            for piece in left:
                copy.write(piece)
            copy.write(TRAILER)


def _packed_in_pieces(kinds: tuple[Kind, ...], left: Iterator[Values]) -> Iterator[bytes]:
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield packed(kinds, some)


def packed(kinds: tuple[Kind, ...], rows: Sequence[Values]) -> bytes:
    """The rows as they stand between the header and the trailer of a binary COPY."""
    pieces: list[Iterable[bytes]] = [repeat(len(kinds).to_bytes(2, "big"))]
    for column, of_column in zip(_columns(kinds), zip(*rows, strict=True), strict=True):
        pieces += column(of_column)
    return b"".join(map(b"".join, zip(*pieces, strict=False)))


@cache
def _columns(kinds: tuple[Kind, ...]) -> list[Column]:
    return [_column(sql_type, nullable=nullable) for sql_type, nullable in kinds]


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
