"""Rows as PostgreSQL takes them in binary: arrays of a table's own row type, packed by us."""

# One array for a table costs a fifth of one for each of its columns, here and in the
# server, when a batch is small.

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import repeat
from struct import Struct
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.adapt import Dumper
from psycopg.postgres import types
from psycopg.pq import Format
from psycopg.types.numeric import DecimalBinaryDumper
from typing_extensions import override

NULL: Final = b"\xff\xff\xff\xff"
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
EPOCH_DAY: Final = EPOCH.toordinal()
MICROSECOND: Final = timedelta(microseconds=1)
INTEGER: Final = Struct(">q").pack
LENGTH: Final = Struct(">I").pack
ARRAY: Final = Struct(">IIIII").pack  # dimensions, whether some are missing, type, count, first
DAY: Final = Struct(">i").pack
NUMERIC: Final = DecimalBinaryDumper(Decimal)
LENGTHS: Final = {"uuid": 16, "bigint": 8, "boolean": 1, "date": 4, "timestamptz": 8}

Kind = tuple[str, bool]  # an SQL type, and whether a value may be missing
Value = Any  # what goes into a column of any type
Values = Sequence[Value]
Pack = Callable[[Sequence[Values]], list[bytes]]


class Packed(bytes):
    """An array already in binary; the statement's own cast says of what."""

    __slots__ = ()


class PackedDumper(Dumper):
    """Sends what is packed as it is."""

    format = Format.BINARY
    oid = 0

    @override
    def dump(self, obj: Packed) -> Packed:
        """The same bytes."""
        return obj


def configure(connection: Connection) -> None:
    """Let the connection take packed arrays."""
    connection.adapters.register_dumper(Packed, PackedDumper)


def array(element_oid: int, elements: Sequence[bytes]) -> Packed:
    """An array of elements that are in binary already."""
    parts = [ARRAY(1, 0, element_oid, len(elements), 1)]
    for element in elements:
        parts += (LENGTH(len(element)), element)
    return Packed(b"".join(parts))


def texts(values: Sequence[str]) -> Packed:
    """An array of texts."""
    return array(types["text"].oid, [value.encode() for value in values])


@cache
def row_packer(kinds: tuple[Kind, ...]) -> Pack:
    """What packs rows whose columns are of these kinds, in their order.

    A column is turned into bytes at a time, so that the loops run in C.
    """
    head = len(kinds).to_bytes(4, "big")
    columns = [_column(sql_type, nullable=nullable) for sql_type, nullable in kinds]

    def pack(rows: Sequence[Values]) -> list[bytes]:
        pieces: list[Iterable[bytes]] = [repeat(head)]
        for column, values in zip(columns, zip(*rows, strict=True), strict=False):
            pieces += column(values)
        return list(map(b"".join, zip(*pieces, strict=False))) if rows else []

    return pack


def _column(sql_type: str, *, nullable: bool) -> Callable[[Values], tuple[Iterable[bytes], ...]]:
    """What gives the pieces of a column: types and lengths, and the values themselves."""
    element = types[sql_type.removesuffix("[]")]
    oid = element.array_oid if sql_type.endswith("[]") else element.oid
    body, head = BODIES[sql_type], Struct(">II").pack
    missing = oid.to_bytes(4, "big") + NULL
    known = head(oid, LENGTHS.get(sql_type, 0))

    def one(value: Value) -> bytes:
        packed = body(value)
        return head(oid, len(packed)) + packed

    def with_gaps(values: Values) -> tuple[Iterable[bytes], ...]:
        return ([missing if value is None else one(value) for value in values],)

    def of_any_length(values: Values) -> tuple[Iterable[bytes], ...]:
        bodies = list(map(body, values))
        return map(head, repeat(oid), map(len, bodies)), bodies

    def of_one_length(values: Values) -> tuple[Iterable[bytes], ...]:
        return repeat(known), map(body, values)

    if nullable:
        return with_gaps
    return of_one_length if sql_type in LENGTHS else of_any_length


def _uuid(value: UUID) -> bytes:
    return value.int.to_bytes(16, "big")


def _day(value: date) -> bytes:
    return DAY(value.toordinal() - EPOCH_DAY)


def micros(at: datetime) -> int:
    """An instant as PostgreSQL counts it."""
    return (at - EPOCH) // MICROSECOND


def _instant(value: datetime) -> bytes:
    return INTEGER(micros(value))


def _truth(value: bool) -> bytes:  # noqa: FBT001 - it is a value here
    return b"\x01" if value else b"\0"


BODIES: Final[dict[str, Callable[[Value], bytes]]] = {
    "uuid": _uuid,
    "text": str.encode,
    "bigint": INTEGER,
    "boolean": _truth,
    "bytea": bytes,
    "date": _day,
    "timestamptz": _instant,
    "numeric": lambda value: bytes(NUMERIC.dump(value) or b""),
    "text[]": texts,
}
