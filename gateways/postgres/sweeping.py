"""Rows of tallies that count nothing any more go, beside whoever writes."""

from typing import Final

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from gateways.postgres import tables
from gateways.postgres.database import Database
from gateways.postgres.queries import query
from projections.tally import TALLIES, Tally

AT_ONCE: Final = 10_000


def sweep(database: Database) -> None:
    """Remove the rows that count nothing; what a writer holds just now is left for another day.

    Raises UnavailableError when the database cannot be reached.
    """
    database.read(lambda connection: _sweep(database, connection))


def _sweep(database: Database, connection: Connection) -> None:
    lives = {name for name, *_ in connection.execute(query("lives", database.schemas))}
    for tally in TALLIES:
        if tally.table.sql_name in lives:
            while connection.execute(_some_gone(tally)).rowcount == AT_ONCE:
                pass


def _some_gone(tally: Tally) -> Composed:
    """Some of the rows go; no row is waited for, so that neither side ever waits for the other."""
    nothing = SQL(" AND ").join(SQL("{} = 0").format(Identifier(name)) for name in tally.sums)
    return SQL(
        "DELETE FROM {table} WHERE {nothing} AND ctid = ANY (ARRAY("
        "SELECT ctid FROM {table} WHERE {nothing} LIMIT {at_once} FOR UPDATE SKIP LOCKED))"
    ).format(table=tables.named(tally.table), nothing=nothing, at_once=AT_ONCE)
