"""Checkpoints in a dict that lives as long as the object."""

from collections.abc import Sequence
from threading import RLock

from replay.checkpoints import Checkpoint


class MemoryCheckpoints:
    """Checkpoints by log, shard and size."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._held: dict[tuple[str, int, int], Checkpoint] = {}

    def keep(self, checkpoint: Checkpoint) -> Checkpoint:
        """Keep the checkpoint unless one of its size is there; what is kept."""
        place = (checkpoint.log_id, checkpoint.shard, checkpoint.size)
        with self._lock:
            return self._held.setdefault(place, checkpoint)

    def last(self, log_id: str, shard: int) -> Checkpoint | None:
        """The one with the most lines."""
        return next(reversed(self.all_of(log_id, shard)), None)

    def all_of(self, log_id: str, shard: int) -> Sequence[Checkpoint]:
        """All of a shard, by size."""
        with self._lock:
            places = sorted(place for place in self._held if place[:2] == (log_id, shard))
            return [self._held[place] for place in places]
