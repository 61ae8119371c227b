"""Rows packed by us are read by PostgreSQL as what they were."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import psycopg
from psycopg import RawCursor

from gateways.postgres.arrays import BODIES, array, configure, row_packer, texts

VALUES: dict[str, Sequence[object]] = {
    "uuid": [UUID(int=0), UUID(int=2**128 - 1)],
    "text": ["", "æøå", "x" * 10_000],
    "bigint": [0, -1, 2**63 - 1, -(2**63)],
    "boolean": [True, False],
    "bytea": [b"", b"\0\xff"],
    "date": [date(1, 1, 1), date(1999, 12, 31), date(9999, 12, 31)],
    "timestamptz": [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2026, 11, 22, 8, 30, 15, 123456, tzinfo=UTC),
    ],
    "numeric": [Decimal("-12.50"), Decimal("99999999999999999999.1")],
    "text[]": [["a", 'b"\\,{}', "æ"], []],
}
ORDER = ("bigint", *VALUES, "bigint", "bigint")


def test_rows_of_every_type_come_back_with_their_empty_places(database: str) -> None:
    assert set(VALUES) == set(BODIES)
    longest = max(map(len, VALUES.values()))
    rows = [tuple(VALUES[kind][n % len(VALUES[kind])] for kind in ORDER) for n in range(longest)]
    rows.append(tuple(None for _ in ORDER))
    with psycopg.connect(database, options="-c timezone=UTC") as connection:
        configure(connection)
        columns = ", ".join(f"c{place} {kind}" for place, kind in enumerate(ORDER))
        connection.execute(f"CREATE TABLE packed ({columns})".encode())
        found = connection.execute("SELECT 'packed'::regtype::oid::bigint").fetchone()
        assert found is not None
        pack = row_packer(tuple((kind, True) for kind in ORDER))
        for some in (rows, rows[:1], []):
            asked = RawCursor(connection).execute(
                "SELECT new.* FROM unnest($1::packed[]) AS new",
                [array(found[0], pack(some))],
            )
            assert asked.fetchall() == some


def test_a_column_that_is_never_empty_is_packed_in_fewer_steps_to_the_same_bytes() -> None:
    rows = [tuple(VALUES[kind][n] for kind in ORDER) for n in range(2)]

    in_short = row_packer(tuple((kind, False) for kind in ORDER))
    one_by_one = row_packer(tuple((kind, True) for kind in ORDER))

    assert in_short(rows) == one_by_one(rows)


def test_an_array_of_texts_comes_back(database: str) -> None:
    with psycopg.connect(database) as connection:
        configure(connection)
        for some in (["a", "", "æ"], []):
            found = RawCursor(connection).execute("SELECT $1::text[]", [texts(some)]).fetchone()
            assert found == (some,)
