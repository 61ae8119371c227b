"""How far the feeds of a log have come, in the schema `durable`."""

from gateways.postgres.database import Database
from gateways.postgres.queries import query


class PostgresFeeds:
    """The positions of one log's feeds."""

    def __init__(self, database: Database, log_id: str) -> None:
        self._database = database
        self._log_id = log_id

    def position(self, feed: str, shard: int) -> int:
        """The nid of the last event of the shard that was published; 0 when none was."""
        asked = {"log_id": self._log_id, "feed": feed, "shard": shard}
        rows = self._database.fetch("feed_position", asked)
        return int(rows[0][0]) if rows else 0

    def reached(self, feed: str, shard: int, nid: int) -> None:
        """All up to that nid has been published."""
        noted = {"log_id": self._log_id, "feed": feed, "shard": shard, "nid": nid}
        self._database.read(lambda connection: connection.execute(query("feed_reached"), noted))
