"""Which shard a stream lives in: a fixed, explicit map, never a client's default."""

from dataclasses import dataclass
from typing import Final, Protocol

from engine.journal.control import ShardOpened, decode_control
from engine.ports import Index

SHARD_COUNT: Final = 64
CONTROL: Final = "control-0"  # where the log says which other shards are in use


class ShardMap(Protocol):
    """The map from streams to shards."""

    def shard_of(self, stream: str) -> int:
        """The shard, from 0, that holds `stream`."""
        ...


def in_use(index: Index) -> tuple[int, ...]:
    """The shards the log says are in use: the first, and each that was opened after it."""
    control = index.read([CONTROL])[CONTROL].entries
    opened = (decode_control(entry.type, entry.data) for entry in control)
    shards = {event.shard for event in opened if isinstance(event, ShardOpened)}
    return tuple(sorted({0, *shards}))


@dataclass(frozen=True, slots=True)
class OneShard:
    """Every stream in shard 0: one shard is plenty for one agency."""

    def shard_of(self, stream: str) -> int:
        """Shard 0, but for the control streams of the others."""
        name, _, number = stream.partition("-")
        return int(number) if name == "control" and number.isdecimal() else 0
