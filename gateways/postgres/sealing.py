"""The seal of a kept table: nobody folds it on, so that a byte changed in it is found by that."""

from hashlib import sha256
from typing import Final

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from gateways.postgres import tables
from gateways.postgres.database import fetched
from gateways.postgres.queries import Schemas

# What a seal is made of, in its order; the rows are those of the table itself.
NOTED: Final = ("projection", "beside", "parked_beside")


def seal_of(connection: Connection, sql_name: str, schemas: Schemas) -> str:
    """The table as it is now, in a digest for its rows and one for each thing noted of it.

    Empty when there is no such table.
    """
    table = Identifier(tables.SCHEMA, sql_name)
    there = connection.execute(
        "SELECT to_regclass(%s) IS NOT NULL", [f"{tables.SCHEMA}.{sql_name}"]
    ).fetchone()
    if there != (True,):
        return ""
    rows = connection.execute(
        SQL(
            "SELECT count(*), sum(hash_record_extended(held, 0)::numeric)::text FROM {} AS held"
        ).format(table)
    ).fetchone()
    (noted,) = fetched(connection, "sealed", {"sql_name": sql_name}, schemas)
    return _closed(" ".join(_digest(repr(part)) for part in (rows, *noted)))


def broken(sql_name: str, was: str, now: str) -> list[str]:
    """Where what is now is not what was sealed; in `projection`, when it is the seal itself."""
    told, _, _ = was.rpartition(" ")
    if not now or _closed(told) != was:
        return ["projection"]
    parts = zip((sql_name, *NOTED), was.split()[:-1], now.split()[:-1], strict=True)
    return [where for where, before, after in parts if before != after]


def _closed(told: str) -> str:
    return f"{told} {_digest(told)}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
