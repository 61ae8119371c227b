"""Arrays as PostgreSQL takes them in binary, packed without asking what each value is."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.adapt import Dumper
from psycopg.postgres import types
from psycopg.pq import Format
from typing_extensions import override

NULL: Final = b"\xff\xff\xff\xff"
FALSE, TRUE = b"\0\0\0\x01\0", b"\0\0\0\x01\x01"
FOUR, EIGHT, SIXTEEN = (size.to_bytes(4, "big") for size in (4, 8, 16))
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
EPOCH_DAY: Final = EPOCH.toordinal()
MICROSECOND: Final = timedelta(microseconds=1)

Pack = Callable[[Sequence[Any]], list[bytes]]


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


def array(sql_type: str, values: Sequence[object]) -> Packed | Sequence[object]:
    """The values as an array of that type; as they came where the driver must pack them.

    A value may be None, and must else be of the one Python type that goes with `sql_type`.
    """
    pack = PACKS.get(sql_type)
    if pack is None:
        return values
    length = len(values)
    header = b"\0\0\0\x01\0\0\0\x01" + OIDS[sql_type] + length.to_bytes(4, "big") + b"\0\0\0\x01"
    return Packed(b"".join((header, *pack(values))))


def _uuids(values: Sequence[UUID | None]) -> list[bytes]:
    return [NULL if v is None else SIXTEEN + v.bytes for v in values]


def _texts(values: Sequence[str | None]) -> list[bytes]:
    return _blobs([None if v is None else v.encode() for v in values])


def _blobs(values: Sequence[bytes | None]) -> list[bytes]:
    return [NULL if v is None else len(v).to_bytes(4, "big") + v for v in values]


def _integers(values: Sequence[int | None]) -> list[bytes]:
    return [NULL if v is None else EIGHT + v.to_bytes(8, "big", signed=True) for v in values]


def _booleans(values: Sequence[bool | None]) -> list[bytes]:
    return [NULL if v is None else TRUE if v else FALSE for v in values]


def _dates(values: Sequence[date | None]) -> list[bytes]:
    return [
        NULL if v is None else FOUR + (v.toordinal() - EPOCH_DAY).to_bytes(4, "big", signed=True)
        for v in values
    ]


def _instants(values: Sequence[datetime | None]) -> list[bytes]:
    return _integers([None if v is None else (v - EPOCH) // MICROSECOND for v in values])


PACKS: Final[Mapping[str, Pack]] = {
    "uuid": _uuids,
    "text": _texts,
    "bigint": _integers,
    "boolean": _booleans,
    "bytea": _blobs,
    "date": _dates,
    "timestamptz": _instants,
}
OIDS: Final = {name: types[name].oid.to_bytes(4, "big") for name in PACKS}
