"""The embedded log: an append-only table beside the read models."""

from collections.abc import Sequence

from psycopg import InterfaceError, OperationalError
from typing_extensions import override

from engine.ports import OutcomeUnknownError
from gateways.postgres.database import Database, fetched
from gateways.postgres.queries import OURS, Schemas


class PostgresLog:
    """The log in the schema `journal`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def identity(self) -> str:
        """The name the log was born with."""
        ((log_id,),) = self._database.fetch("identity")
        return str(log_id)

    def append(self, shard: int, record: bytes) -> int:
        """Write `record` last and return its offset; it is flushed on return.

        Raises OutcomeUnknownError when the connection was lost in the middle.
        """
        connection = self._database.dedicated()
        try:
            params = {"shard": shard, "record": record}
            ((offset,),) = fetched(connection, "log_append", params, self._database.schemas)
        except (OperationalError, InterfaceError) as error:
            raise OutcomeUnknownError("the log was lost while a record was written") from error
        finally:
            connection.close()
        return int(offset)

    def read(self, shard: int, start: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """At most `limit` records from `start` on, with their offsets."""
        params = {"shard": shard, "start": start, "limit": limit}
        return [(offset, record) for offset, record in self._database.fetch("log_read", params)]

    def end(self, shard: int) -> int:
        """The offset the next record will get."""
        ((end,),) = self._database.fetch("log_end", {"shard": shard})
        return int(end)

    def lacks(self, shard: int, offset: int) -> bool:
        """Whether it ends before `offset`; there is one copy to ask."""
        return self.end(shard) < offset

    def epoch(self, shard: int) -> int:  # noqa: ARG002 - the same for all
        """Always the same: there is one log, and no leader to change."""
        return 0

    def close(self) -> None:
        """Nothing of its own: its connections are the database's."""


class OwnPostgresLog(PostgresLog):
    """The log on connections of its own, which go with it."""

    def __init__(self, dsn: str, schemas: Schemas = OURS) -> None:
        super().__init__(Database(dsn, schemas))

    @override
    def close(self) -> None:
        """Give them back."""
        self._database.close()
