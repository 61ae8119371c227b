"""The keys of persons and of the agency, in a dict."""

from collections.abc import Iterable, Mapping
from secrets import token_bytes
from threading import RLock
from uuid import UUID

from engine.ports import KeyDestroyedError

KEY_BYTES = 32


class MemoryKeys:
    """Keys that live as long as the object; a tombstone is None."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._agency_key = token_bytes(KEY_BYTES)
        self._signing_key = token_bytes(KEY_BYTES)
        self._keys: dict[UUID, bytes | None] = {}

    def key(self, person_id: UUID) -> bytes | None:
        """The person's key, or None when it was never made or is destroyed."""
        with self._lock:
            return self._keys.get(person_id)

    def make(self, person_ids: Iterable[UUID]) -> Mapping[UUID, bytes]:
        """The persons' keys, made where missing. Raises KeyDestroyedError for a tombstone."""
        with self._lock:
            return {person_id: self._made(person_id) for person_id in person_ids}

    def destroy(self, person_id: UUID) -> None:
        """Leave a tombstone where the key was."""
        with self._lock:
            self._keys[person_id] = None

    def agency_key(self) -> bytes:
        """The agency's own key."""
        return self._agency_key

    def signing_key(self) -> bytes:
        """The key the house signs with."""
        return self._signing_key

    def _made(self, person_id: UUID) -> bytes:
        key = self._keys.setdefault(person_id, token_bytes(KEY_BYTES))
        if key is None:
            raise KeyDestroyedError(person_id)
        return key
