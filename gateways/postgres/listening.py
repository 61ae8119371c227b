"""Hears from the database, on a connection of its own, that the index has moved."""

from collections.abc import Generator
from contextlib import closing
from threading import Event, Lock, Thread
from typing import Final

from psycopg import Connection, Error, Notify
from psycopg.sql import SQL, Identifier

from engine.ports import UnavailableError
from gateways.moves import Moves, Place
from gateways.postgres.database import Database, fetched
from gateways.postgres.queries import channel

# So often the places are read even when nothing is heard: a connection may be deaf (its
# far end gone, or a pooler in between), and then this is how fast we hear.
POLL_SECONDS: Final = 0.5
RECONNECT_SECONDS: Final = 0.2


class Listening:
    """Keeps `moves` told, from a thread that begins when somebody first asks.

    A batch ends with one NOTIFY of shard, nid and next offset. When the connection is
    lost it connects again, and reads what it missed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopped = Event()
        self._begun = Lock()
        self.moves = Moves(self._begin)

    def close(self) -> None:
        """Listen no more."""
        self._stopped.set()
        self.moves.wake()

    def _begin(self) -> None:
        if self._stopped.is_set() or not self._begun.acquire(blocking=False):
            return
        Thread(target=self._listen, name="listening", daemon=True).start()

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                with closing(self._database.dedicated()) as connection:
                    name = Identifier(channel(self._database.schemas))
                    connection.execute(SQL("LISTEN {}").format(name))
                    self._hear(connection)
            except (UnavailableError, Error):
                # Whoever waits asks, and so finds out whether the database is there.
                self.moves.wake()
                self._stopped.wait(RECONNECT_SECONDS)

    def _hear(self, connection: Connection) -> None:
        """Tell what comes, and look when nothing does; both on this thread, so in order."""
        while not self._stopped.is_set():
            self.moves.stand(self._places(connection))
            notes: Generator[Notify] = connection.notifies(timeout=POLL_SECONDS)
            for note in notes:
                shard, nid, next_offset = map(int, note.payload.split(":"))
                self.moves.tell(shard, Place(nid, next_offset))
                if self._stopped.is_set():
                    return

    def _places(self, connection: Connection) -> dict[int, Place]:
        rows = fetched(connection, "places", {}, self._database.schemas)
        return {shard: Place(nid, next_offset) for shard, nid, next_offset in rows}
