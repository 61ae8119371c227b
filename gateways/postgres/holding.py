"""Who works on which shard: one holder each, by an advisory lock that needs proof of life."""

# The lock is for liveness alone. What keeps two workers from doing harm is the log's order
# and the index's compare-and-set, which nobody can hold wrongly.

from collections.abc import Callable, Collection
from threading import Event, Thread
from time import monotonic
from typing import Final

from psycopg import Connection, Error

from engine.journal.shards import SHARD_COUNT
from engine.ports import UnavailableError
from gateways.postgres.database import Database, fetched
from gateways.postgres.queries import channel, query

# A holder shows every second that it lives. The server itself ends the session of one that
# has not for this long (stopped, cut off or frozen), and the lock is free with it.
LEASE_SECONDS: Final = 5.0
BEATS_A_LEASE: Final = 5
LOOK_AGAIN_SECONDS: Final = 1.0
PRESENT: Final = SHARD_COUNT  # a lock that every worker shares, to count how many they are


class Holding:
    """The shards this process may work on, fairly shared with the other workers there are.

    `wanted` gives the shards that are in use. `name` is what others see of this worker, and
    `purpose` what it does there: a shard has one holder for each.
    """

    def __init__(
        self,
        database: Database,
        wanted: Callable[[], Collection[int]],
        name: str,
        lease_seconds: float = LEASE_SECONDS,
        *,
        purpose: str = "",
    ) -> None:
        self._database = database
        self._log = channel(database.schemas) + purpose
        self._wanted = wanted
        self._name = name
        self._lease_seconds = lease_seconds
        self._held: frozenset[int] = frozenset()
        self._held_until = 0.0
        self._connection: Connection | None = None
        self._stopped = Event()
        self._thread: Thread | None = None

    def begin(self) -> None:
        """Take what is free, and go on showing that this process lives."""
        self._beat()
        self._thread = Thread(target=self._live, name="holding", daemon=True)
        self._thread.start()

    def held(self) -> frozenset[int]:
        """The shards held at this moment; none when the last sign of life is too long ago."""
        return self._held if monotonic() < self._held_until else frozenset()

    def close(self) -> None:
        """Give the shards back, for others to take at once."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self._lose()

    def _live(self) -> None:
        while not self._stopped.wait(self._lease_seconds / BEATS_A_LEASE):
            self._beat()

    def _beat(self) -> None:
        begun = monotonic()
        try:
            connection = self._connection or self._opened()
            held = self._shared(connection)
        except (Error, UnavailableError):
            self._lose()
            return
        self._held, self._held_until = held, begun + self._lease_seconds

    def _shared(self, connection: Connection) -> frozenset[int]:
        """Give back what is more than a fair share, and take what is free up to it."""
        wanted = sorted(self._wanted())
        held = set(self._held & set(wanted))
        ((present,),) = self._asked(connection, "workers_present", PRESENT)
        share = -(-len(wanted) // max(present, 1))
        held = set(sorted(held)[:share])
        too_many = self._held - held
        self._held &= held  # told first: nobody here acts on a shard that another can take
        for shard in too_many:
            self._asked(connection, "let_go", shard)
        for shard in wanted:
            if len(held) < share and shard not in held:
                ((taken,),) = self._asked(connection, "take_hold", shard)
                held |= {shard} if taken else set()
        return frozenset(held)

    def _opened(self) -> Connection:
        connection = self._database.dedicated()
        self._connection = connection
        lease = f"{int(self._lease_seconds * 1000)}ms"
        connection.execute(query("lease"), {"lease": lease, "name": f"kravspor {self._name}"})
        self._asked(connection, "be_present", PRESENT)
        return connection

    def _asked(self, connection: Connection, name: str, place: int) -> list[tuple[int]]:
        params = {"log": self._log, "place": place}
        return fetched(connection, name, params, self._database.schemas)

    def _lose(self) -> None:
        self._held, self._held_until = frozenset(), 0.0
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def holders(database: Database) -> dict[int, str]:
    """The shards somebody works on, each with the worker's name."""
    rows = database.fetch("holders", {"log": channel(database.schemas), "present": PRESENT})
    return {shard: name.removeprefix("kravspor ") for shard, name in rows}


class Unheld:
    """The shards in use that nobody works on, asked anew when the answer is a second old.

    Whoever finds one so may work on it for the moment: a worker that takes it up meanwhile
    is not in the way, nor harmed.
    """

    def __init__(self, database: Database, wanted: Callable[[], Collection[int]]) -> None:
        self._database = database
        self._wanted = wanted
        self._found: frozenset[int] = frozenset()
        self._found_at = -LOOK_AGAIN_SECONDS

    def held(self) -> frozenset[int]:
        """The shards without a holder."""
        if monotonic() - self._found_at >= LOOK_AGAIN_SECONDS:
            self._found = frozenset(self._wanted()) - holders(self._database).keys()
            self._found_at = monotonic()
        return self._found
