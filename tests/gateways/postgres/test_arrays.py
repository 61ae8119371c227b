"""Arrays packed by us are read by PostgreSQL as what they were."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
import pytest
from psycopg import RawCursor
from psycopg.sql import SQL

from gateways.postgres.arrays import PACKS, array, configure

VALUES: dict[str, Sequence[object]] = {
    "uuid": [UUID(int=0), None, UUID(int=2**128 - 1)],
    "text": ["", "æøå", None, "x" * 10_000],
    "bigint": [0, -1, None, 2**63 - 1, -(2**63)],
    "boolean": [True, None, False],
    "bytea": [b"", b"\0\xff", None],
    "date": [date(1, 1, 1), date(1999, 12, 31), None, date(9999, 12, 31)],
    "timestamptz": [
        datetime(1970, 1, 1, tzinfo=UTC),
        None,
        datetime(2026, 11, 22, 8, 30, 15, 123456, tzinfo=UTC),
    ],
}


@pytest.mark.postgres
def test_every_packed_type_comes_back_with_its_empty_places(database: str) -> None:
    assert set(VALUES) == set(PACKS)
    with psycopg.connect(database, options="-c timezone=UTC") as connection:
        configure(connection)
        for sql_type, values in VALUES.items():
            for some in (values, values[:1], []):
                asked = SQL("SELECT $1::{}[]").format(SQL(sql_type))
                found = RawCursor(connection).execute(asked, [array(sql_type, some)]).fetchone()
                assert found == (list(some),), sql_type


def test_a_type_we_do_not_pack_is_left_to_the_driver() -> None:
    assert array("numeric", [1]) == [1]
