"""What a world has to tell: each operation as its client saw it, and what was found at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["open", "ok", "repeated", "conflict", "unknown", "nothing"]
# nid, stream, version, event id, type, schema, data, commit id, command id, offset
EventRow = tuple[int, str, int, str, str, int, bytes, str, str, int]
# stands, reason, offset, first nid, last nid, command id, mac, hash
VerdictRow = tuple[bool, str, int, int, int, str, str, str]


@dataclass(slots=True)
class Operation:
    """One wish to write, from the reading of the heads to what its client was told.

    `read` holds the version of each stream it was decided on, 0 for none. Steps are numbers
    of the schedule; `done_at` is None until the client was told.
    """

    intent: int
    command_id: str
    commit_id: str
    read: Mapping[str, int]
    invoked_at: int
    done_at: int | None = None
    outcome: Outcome = "open"
    raw: bytes = b""
    shard: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """The events a subscriber was given, as (nid, event id), in the order they came."""

    events: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The size (lines) and root (hex) of the log's Merkle tree at one moment."""

    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFound:
    """All that an index held, in plain values."""

    next_offset: int
    nid: int
    last_hash: str
    tree: Checkpoint
    events: Sequence[EventRow]
    heads: Mapping[str, tuple[int, str]]
    verdicts: Mapping[str, VerdictRow]
    commands: Mapping[tuple[str, str], str]
    tracking: Mapping[tuple[str, str], int]
    totals: Mapping[str, tuple[int, int]]


@dataclass(slots=True, kw_only=True)
class Past:
    """A whole world, over and done, for the checker; or one shard of it.

    `lost_records` is the log as it was before it lost its end, when it did; `offsets` are
    those the log gave its records at the end.
    """

    records: Sequence[bytes]
    offsets: Sequence[int]
    lost_records: Sequence[bytes] | None
    operations: Sequence[Operation]
    index: IndexFound
    rebuilt_the_same: bool = True
    seen: Sequence[Seen] = ()
    checkpoints: Sequence[Checkpoint] = ()
    halted: bool = False
    unresolved: int = 0
    keys_destroyed: frozenset[str] = frozenset()
    broken: list[str] = field(default_factory=list)
    shard: int = 0
