"""The log as a list a shard."""

from collections import defaultdict
from collections.abc import Sequence
from threading import RLock

from gateways.memory.faults import Faults


class MemoryLog:
    """Keeps every record it is given, in order; the lock is shared with its index."""

    def __init__(self, log_id: str = "memory", faults: Faults | None = None) -> None:
        self.lock = RLock()
        self.faults = faults or Faults()
        self._log_id = log_id
        self._shards: defaultdict[int, list[bytes]] = defaultdict(list)

    def identity(self) -> str:
        """The name it was made with."""
        return self._log_id

    def append(self, shard: int, record: bytes) -> int:
        """Keep the record, and return its offset."""
        with self.lock:
            self.faults.at("before_append")
            self._shards[shard].append(record)
            self.faults.at("after_append")
            return len(self._shards[shard]) - 1

    def read(self, shard: int, start: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """At most `limit` records from `start` on, with their offsets."""
        with self.lock:
            return list(enumerate(self._shards[shard][start : start + limit], start))

    def end(self, shard: int) -> int:
        """The offset the next record will get."""
        with self.lock:
            return len(self._shards[shard])

    def lacks(self, shard: int, offset: int) -> bool:
        """Whether it ends before `offset`; nobody else could know better."""
        return self.end(shard) < offset

    def epoch(self, shard: int) -> int:  # noqa: ARG002 - the same for all
        """Always the same: there is one log, and no leader to change."""
        return 0
