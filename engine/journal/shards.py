"""Which shard a stream lives in: a fixed, explicit map, never a client's default."""

# The map stands in the names themselves. A creditor's number says its shard; the ids of all
# that is the creditor's are made from the creditor's id, and carry the shard with them. So
# every machine, now and in a rebuild, reads the same map from the same name, and nothing
# can move. docs/adr/0015-shards.md has the reasons.

from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID, uuid5

from engine.journal.control import ShardOpened, decode_control
from engine.ports import Index

SHARD_COUNT: Final = 64
CONTROL: Final = "control-0"  # where the log says which other shards are in use

# An id of the first shard is as it was made; one of another has the version that RFC 9562
# leaves to its maker, and the shard in its last six bits.
PLACED_VERSION: Final = 8
PLACE_MASK: Final = SHARD_COUNT - 1
VERSION_MASK: Final = 0xF << 76
ID_CHARACTERS: Final = 36

# The first shard has the low numbers; each of the others has so many of the high ones.
NUMBERS_END: Final = 100_000
NUMBERS_EACH: Final = 500
NUMBERS_APART: Final = NUMBERS_END - NUMBERS_EACH * (SHARD_COUNT - 1)


class ShardMap(Protocol):
    """The map from streams to shards."""

    def shard_of(self, stream: str) -> int | None:
        """The shard, from 0, that holds `stream`; None for one that goes with its commit."""
        ...


@dataclass(frozen=True, slots=True)
class OneShard:
    """Every stream in shard 0, but for the control streams of the others."""

    def shard_of(self, stream: str) -> int:
        """The shard of the stream."""
        return _controlled(stream) or 0


@dataclass(frozen=True, slots=True)
class Named:
    """The shard stands in the id that a stream's name ends in.

    A stream that is named by a number, and gives it out once, goes with the commit that takes
    the number: numbers are a creditor's, and a creditor has one shard.
    """

    def shard_of(self, stream: str) -> int | None:
        """The shard of the stream."""
        if (controlled := _controlled(stream)) is not None:
            return controlled
        with suppress(ValueError):
            return shard_of_id(UUID(stream[-ID_CHARACTERS:]))
        return None


def placed(made: UUID, shard: int) -> UUID:
    """The id as one of that shard; in the first it stays as it was made."""
    if shard == 0:
        return made
    bare = made.int & ~VERSION_MASK & ~PLACE_MASK
    return UUID(int=bare | PLACED_VERSION << 76 | shard)


def shard_of_id(named: UUID) -> int:
    """The shard an id carries."""
    return named.int & PLACE_MASK if named.version == PLACED_VERSION else 0


def child_id(parent: UUID, name: str) -> UUID:
    """The id of what is the parent's under that name, for ever; it lies in the same shard."""
    return placed(uuid5(parent, name), shard_of_id(parent))


def shard_of_number(number: int) -> int:
    """The shard of the creditor with that number."""
    return 0 if number < NUMBERS_APART else (number - NUMBERS_APART) // NUMBERS_EACH + 1


def numbers_of(shard: int) -> range:
    """The numbers of the creditors in a shard."""
    if shard == 0:
        return range(1, NUMBERS_APART)
    first = NUMBERS_APART + (shard - 1) * NUMBERS_EACH
    return range(first, first + NUMBERS_EACH)


def in_use(index: Index) -> tuple[int, ...]:
    """The shards the log says are in use: the first, and each that was opened after it."""
    control = index.read([CONTROL])[CONTROL].entries
    opened = (decode_control(entry.type, entry.data) for entry in control)
    shards = {event.shard for event in opened if isinstance(event, ShardOpened)}
    return tuple(sorted({0, *shards}))


def _controlled(stream: str) -> int | None:
    name, _, number = stream.partition("-")
    return int(number) if name == "control" and number.isdecimal() else None
