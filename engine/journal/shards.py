"""Which shard a stream lives in: a fixed, explicit map, never a client's default."""

from dataclasses import dataclass
from typing import Final, Protocol

SHARD_COUNT: Final = 64


class ShardMap(Protocol):
    """The map from streams to shards."""

    def shard_of(self, stream: str) -> int:
        """The shard, from 0, that holds `stream`."""
        ...


@dataclass(frozen=True, slots=True)
class OneShard:
    """Every stream in shard 0: one shard is plenty for one agency."""

    def shard_of(self, stream: str) -> int:
        """Shard 0, but for the control streams of the others."""
        name, _, number = stream.partition("-")
        return int(number) if name == "control" and number.isdecimal() else 0
