"""How much one key may ask for, and how large and slow a request may be."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Final
from uuid import UUID

BODY_BYTES_MAX: Final = 1 << 20
UPLOAD_BYTES_MAX: Final = 20 << 20
BODY_SECONDS_MAX: Final = 30.0
HEADER_SECONDS_MAX: Final = 10.0
KEYS_REMEMBERED_MAX: Final = 10_000
LANES: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one process allows. `burst` requests at once, `per_second` in the long run."""

    per_second: float = 50.0
    burst: int = 200
    body_bytes: int = BODY_BYTES_MAX
    upload_bytes: int = UPLOAD_BYTES_MAX
    body_seconds: float = BODY_SECONDS_MAX


class Lanes:
    """Commands on one stream go one after the other here, and need not decide again in vain.

    The log decides between processes; this only spares the threads of one the race.
    """

    def __init__(self) -> None:
        self._locks = [Lock() for _ in range(LANES)]

    def of(self, stream: str) -> Lock:
        """The lane that commands on the stream take."""
        return self._locks[hash(stream) % LANES]


@dataclass(slots=True)
class Bucket:
    """What a key has left; it fills again as time goes by."""

    tokens: float
    seen_at: float


@dataclass(slots=True)
class Buckets:
    """A bucket a key, in this process alone: several processes allow several times as much."""

    limits: Limits
    clock: Callable[[], float] = monotonic
    _lock: Lock = field(default_factory=Lock)
    _buckets: dict[UUID, Bucket] = field(default_factory=dict)

    def take(self, key_id: UUID) -> float:
        """Take one request out of the key's bucket; seconds to wait when it is empty, or 0."""
        now = self.clock()
        with self._lock:
            if len(self._buckets) >= KEYS_REMEMBERED_MAX:
                self._buckets.clear()
            bucket = self._buckets.setdefault(key_id, Bucket(float(self.limits.burst), now))
            filled = bucket.tokens + (now - bucket.seen_at) * self.limits.per_second
            bucket.tokens, bucket.seen_at = min(float(self.limits.burst), filled), now
            if bucket.tokens < 1:
                return (1 - bucket.tokens) / self.limits.per_second
            bucket.tokens -= 1
            return 0.0
