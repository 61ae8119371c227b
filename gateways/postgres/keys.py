"""The keys of persons and of the agency, in a database of their own."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from secrets import token_bytes
from time import monotonic
from typing import Final
from uuid import UUID

from psycopg import Connection

from engine.ports import KeyDestroyedError
from gateways.postgres.database import Database, fetched, migrate
from gateways.postgres.queries import query

KEY_BYTES: Final = 32
REMEMBERED_SECONDS: Final = 5.0
REMEMBERED_MAX: Final = 10_000


class PostgresKeys:
    """Keys by person. What another process destroys is unreadable here within seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: dict[UUID, tuple[float, bytes]] = {}

    def key(self, person_id: UUID) -> bytes | None:
        """The person's key, or None when it was never made or is destroyed."""
        seen_at, key = self._remembered.get(person_id, (0.0, b""))
        if key and monotonic() - seen_at < REMEMBERED_SECONDS:
            return key
        self._remembered.pop(person_id, None)
        rows = self._database.fetch("key", {"person_id": person_id})
        if not rows or rows[0][0] is None:
            return None
        return self._remember(person_id, bytes(rows[0][0]))

    def make(self, person_ids: Iterable[UUID]) -> Mapping[UUID, bytes]:
        """The persons' keys, made where missing; flushed on return.

        Raises KeyDestroyedError for a tombstone.
        """
        asked = sorted(set(person_ids))
        found = self._database.read(lambda connection: _made(connection, asked))
        for person_id in asked:
            if found[person_id] is None:
                self._remembered.pop(person_id, None)
                raise KeyDestroyedError(person_id)
        return {p: self._remember(p, bytes(key)) for p, key in found.items() if key}

    def scrub(self) -> None:
        """Write the table of keys anew, so that destroyed ones leave its file."""
        self._database.read(lambda connection: connection.execute("VACUUM FULL keys.person"))

    def destroy(self, person_id: UUID) -> None:
        """Forget the key for ever, here at once and elsewhere within seconds."""
        params = {"person_id": person_id}
        self._database.read(lambda connection: connection.execute(query("destroy_key"), params))
        self._remembered.pop(person_id, None)

    def agency_key(self) -> bytes:
        """The agency's own key."""
        return self._agency_key

    def signing_key(self) -> bytes:
        """The key the house signs with; asked for each time, so that no process keeps it."""
        return self._made_once("signing_key")

    def close(self) -> None:
        """Give all connections back."""
        self._database.close()

    @cached_property
    def _agency_key(self) -> bytes:
        return self._made_once("agency_key")

    def _made_once(self, name: str) -> bytes:
        """Asked again when another process made it at the very same moment."""
        rows: list[tuple[bytes]] = []
        while not rows:
            rows = self._database.fetch(name, {"key": token_bytes(KEY_BYTES)})
        return bytes(rows[0][0])

    def _remember(self, person_id: UUID, key: bytes) -> bytes:
        if len(self._remembered) >= REMEMBERED_MAX:
            self._remembered.clear()
        self._remembered[person_id] = monotonic(), key
        return key


def open_keys(dsn: str) -> PostgresKeys:
    """The keys in that database, its schema made or brought up to date.

    Raises UnavailableError when the database cannot be reached.
    """
    database = Database(dsn)
    try:
        migrate(database, "keys_migration", "keys_migrations")
    except BaseException:
        database.close()
        raise
    return PostgresKeys(database)


def _made(connection: Connection, person_ids: list[UUID]) -> dict[UUID, bytes | None]:
    """The keys of these persons; a new one is only made when it is missing."""
    held: dict[UUID, bytes | None] = dict(fetched(connection, "keys", {"person_ids": person_ids}))
    missing = [person_id for person_id in person_ids if person_id not in held]
    if not missing:
        return held
    keys = [token_bytes(KEY_BYTES) for _ in missing]
    connection.execute(query("make_keys"), {"person_ids": missing, "keys": keys})
    return dict(fetched(connection, "keys", {"person_ids": person_ids}))
