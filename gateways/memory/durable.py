"""What is kept beside the log, in dicts that live as long as the object."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from threading import RLock
from uuid import UUID

from gateways.durable.access import AccessLine, ApiKey
from gateways.durable.requests import Request
from gateways.durable.stores import Durable
from gateways.memory.checkpoints import MemoryCheckpoints
from gateways.memory.webhooks import MemoryWebhooks


class MemoryAccess:
    """Keys by id and by digest, and a list of lines."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._keys: dict[UUID, ApiKey] = {}
        self._digests: dict[UUID, bytes] = {}
        self._lines: list[AccessLine] = []

    def add(self, key: ApiKey, digest: bytes) -> None:
        """Keep a new key."""
        with self._lock:
            self._keys[key.key_id] = key
            self._digests[key.key_id] = digest

    def rotate(self, key_id: UUID, digest: bytes, ends_with: str, at: datetime) -> bool:
        """Give a key another secret."""
        with self._lock:
            key = self._keys.get(key_id)
            if key is None or key.revoked_at is not None:
                return False
            self._keys[key_id] = replace(key, ends_with=ends_with, rotated_at=at)
            self._digests[key_id] = digest
            return True

    def revoke(self, key_id: UUID, at: datetime) -> bool:
        """Let a key open nothing any more."""
        with self._lock:
            key = self._keys.get(key_id)
            if key is None or key.revoked_at is not None:
                return False
            self._keys[key_id] = replace(key, revoked_at=at)
            return True

    def all_keys(self) -> Sequence[ApiKey]:
        """All keys, in the order they were added."""
        with self._lock:
            return list(self._keys.values())

    def opened_by(self, digest: bytes) -> ApiKey | None:
        """The key with that secret."""
        with self._lock:
            found = (self._keys[k] for k, held in self._digests.items() if held == digest)
            return next((key for key in found if key.revoked_at is None), None)

    def used(self, key_id: UUID, at: datetime) -> None:
        """Note when a key was last used."""
        with self._lock:
            self._keys[key_id] = replace(self._keys[key_id], last_used_at=at)

    def note(self, line: AccessLine) -> None:
        """Add a line to the record of access."""
        with self._lock:
            self._lines.append(line)

    def about(self, person_id: UUID, case_ids: Sequence[UUID] = ()) -> Sequence[AccessLine]:
        """Who has looked at a person, or at one of the cases, the latest first."""
        asked = {person_id, *case_ids}
        with self._lock:
            lines = list(reversed(self._lines))
        return [line for line in lines if not asked.isdisjoint((*line.person_ids, *line.case_ids))]

    def lines(self, limit: int) -> Sequence[AccessLine]:
        """The latest lines of the record, the latest first."""
        with self._lock:
            return list(reversed(self._lines))[:limit]

    def named(self, before: datetime) -> Sequence[UUID]:
        """The persons that lines from before that moment name."""
        with self._lock:
            old = [line for line in self._lines if line.at < before]
        return list({person for line in old for person in line.person_ids})

    def prune(self, before: datetime, held: Collection[UUID], *, trial: bool = False) -> int:
        """Remove old lines that name nobody of `held`."""
        named = set(held)
        with self._lock:
            kept = [
                line
                for line in self._lines
                if line.at >= before or not named.isdisjoint(line.person_ids)
            ]
            gone_count = len(self._lines) - len(kept)
            if not trial:
                self._lines = kept
            return gone_count


class MemoryRequests:
    """Requests by their command id."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._requests: dict[UUID, Request] = {}

    def first(self, request: Request) -> Request:
        """Keep the request unless its command id is known; what is kept under it."""
        with self._lock:
            return self._requests.setdefault(request.command_id, request)

    def unknown(self, command_id: UUID, commit_id: UUID) -> None:
        """Note the commit that the command's outcome hangs on."""
        with self._lock:
            held = self._requests[command_id]
            self._requests[command_id] = replace(held, commit_id=commit_id)

    def waiting(self, commit_id: UUID, key_id: UUID) -> Request | None:
        """The request of that key whose outcome hangs on the commit."""
        with self._lock:
            of_key = (each for each in self._requests.values() if each.key_id == key_id)
            return next((each for each in of_key if each.commit_id == commit_id), None)

    def prune(self, before: datetime, *, trial: bool = False) -> int:
        """Remove what was first asked before that moment."""
        with self._lock:
            kept = {key: each for key, each in self._requests.items() if each.asked_at >= before}
            gone_count = len(self._requests) - len(kept)
            if not trial:
                self._requests = kept
            return gone_count


def in_memory() -> Durable:
    """Stores that forget everything at the end."""
    return Durable(MemoryAccess(), MemoryRequests(), MemoryCheckpoints(), MemoryWebhooks())
