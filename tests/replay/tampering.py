"""A hand that changes what lies in the database, a value at a time, and puts it back."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.sql import SQL, Identifier

from projections.tally import SLOT, TALLIES

# What no log can tell: how often tables were rebuilt, when the log was born, and a constant.
# In which slot of a tally a part of a sum lies, none can tell either: their sum counts.
UNTOLD = {("log_meta", "generation"), ("identity", "born_at"), ("identity", "singleton")} | {
    (tally.table.sql_name, SLOT) for tally in TALLIES
}
# What a rebuild has yet to do; when it has been done wrong, comparing the tables tells.
UNTRIED = {"filling_part"}

OTHER: dict[str, str] = {
    "bigint": "coalesce({0}, 0) + 1",
    "text": "CASE WHEN {0} <> '' THEN overlay({0} placing 'Æ' from length({0})) ELSE 'Æ' END",
    "bytea": "set_byte({0}, length({0}) / 2, get_byte({0}, length({0}) / 2) # 1)",
    "uuid": "(CASE WHEN {0} IS NULL THEN gen_random_uuid()::text ELSE overlay({0}::text placing"
    " CASE right({0}::text, 1) WHEN 'f' THEN 'e' ELSE 'f' END from 36) END)::uuid",
    "timestamp with time zone": "coalesce({0}, now()) + interval '1 microsecond'",
    "date": "coalesce({0}, '2026-01-01') + 1",
    "boolean": "NOT {0}",
    "ARRAY": "coalesce({0}, '{{}}') || 'x'::text",
}


@contextmanager
def tampering(dsn: str) -> Iterator[psycopg.Connection]:
    """A hand that no trigger and no foreign key stops."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def columns(dsn: str) -> list[tuple[str, str, str, str]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "SELECT table_schema, table_name, column_name, data_type"
            " FROM information_schema.columns"
            " WHERE table_schema IN ('journal', 'kravspor_index') ORDER BY 1, 2, 3"
        ).fetchall()


@contextmanager
def changed(dsn: str, schema: str, table: str, column: str, kind: str) -> Iterator[None]:
    """One value of one row is another for a while; the row with the greatest, so none collide."""
    with tampering(dsn) as connection:
        named, field = Identifier(schema, table), Identifier(column)
        found = connection.execute(
            SQL("SELECT ctid::text, {} FROM {} ORDER BY 2 DESC NULLS LAST LIMIT 1").format(
                field, named
            )
        ).fetchone()
        assert found is not None, f"{table} is empty, so nothing is tried on it"
        at, before = found
        other = SQL(OTHER[kind]).format(field)
        update = SQL("UPDATE {} SET {} = {} WHERE ctid = {}::tid RETURNING ctid::text")
        row = connection.execute(update.format(named, field, other, at)).fetchone()
        assert row is not None
        yield
        connection.execute(update.format(named, field, before, row[0]))
