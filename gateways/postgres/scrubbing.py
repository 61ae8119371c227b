"""After an erasure: what was deleted leaves the pages of the database, not only its tables."""

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from gateways.postgres.database import Database
from gateways.postgres.keys import PostgresKeys
from gateways.postgres.queries import query


def scrub(database: Database, keys: PostgresKeys) -> None:
    """Vacuum every table of the projections, and write the table of keys anew.

    What is in write-ahead files and in backups goes when those do.
    Raises UnavailableError when a database cannot be reached; to be done again then.
    """
    keys.scrub()
    database.read(lambda connection: _vacuum(database, connection))


def _vacuum(database: Database, connection: Connection) -> None:
    for (table,) in connection.execute(query("projection_tables", database.schemas)).fetchall():
        connection.execute(SQL("VACUUM {}").format(Identifier(database.schemas.index, table)))
