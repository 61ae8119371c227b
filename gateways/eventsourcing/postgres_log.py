"""An application's log in PostgreSQL: two schemas of its own, read in slices and listened to."""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from psycopg import OperationalError, connect

from gateways.eventsourcing.application_log import SHARD, ApplicationLog
from gateways.eventsourcing.factory import foreign
from gateways.eventsourcing.reading import Bounds, Row
from gateways.postgres.database import Database, open_journal, unreachable
from gateways.postgres.index import PostgresIndex
from gateways.postgres.listening import Listening
from gateways.postgres.log import PostgresLog
from gateways.postgres.queries import Schemas
from projections.runner import Runner

NAME_CHARACTERS_MAX: Final = 32


def open_postgres_log(
    dsn: str, name: str, *, within: str = "", create: bool = True
) -> ApplicationLog:
    """The log of the application `name`, its schemas made unless `create` is off.

    `within` keeps applications of one name in one database apart.
    Raises UnavailableError when the database cannot be reached.
    """
    schemas = schemas_of(name, within)
    reach(dsn)
    database = open_journal(dsn, (SHARD,), schemas) if create else Database(dsn, schemas)
    try:
        index = PostgresIndex(database)
        runner = Runner(PostgresLog(database), index, (), foreign(), together=index)

        listening = Listening(database)

        def close() -> None:
            listening.close()
            index.close()
            database.close()

        reading, bell = PostgresReading(database), listening.moves
        return ApplicationLog(name, runner, index, reading=reading, bell=bell, close=close)
    except BaseException:
        database.close()
        raise


def schemas_of(name: str, within: str = "") -> Schemas:
    """Where the log and the index of an application lie.

    Capitals do not count, as they do not in the library's own names of tables.
    """
    full = f"{within}.{name}".lower() if within else name.lower()
    plain = re.sub(r"[^a-z0-9_]", "_", full)[:NAME_CHARACTERS_MAX]
    if plain != full:
        plain = f"{plain}_{sha256(full.encode()).hexdigest()[:8]}"
    return Schemas(f"app_{plain}_log", f"app_{plain}_index")


class PostgresReading:
    """Slices of the index in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def versions(self, stream: str, bounds: Bounds, *, back: bool) -> Sequence[Row]:
        """Events of the stream whose versions are in bounds."""
        asked = {"stream": stream, **_bound(bounds)}
        found = self._database.fetch("stream_slice_back" if back else "stream_slice", asked)
        return [Row(*row) for row in found]

    def notifications(self, bounds: Bounds, topics: Sequence[str]) -> Sequence[Row]:
        """Events whose nids are in bounds, of these topics."""
        asked = {"shard": SHARD, "topics": list(topics), **_bound(bounds)}
        return [Row(*row) for row in self._database.fetch("notifications", asked)]


def _bound(bounds: Bounds) -> dict[str, object]:
    return {"above": bounds.above, "upto": bounds.upto, "limit": bounds.limit}


def reach(dsn: str) -> None:
    """Find out at once whether the database is there; a pool would go on trying."""
    try:
        connect(dsn).close()
    except OperationalError as error:
        raise unreachable(error) from error
