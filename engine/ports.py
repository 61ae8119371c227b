"""What the engine asks of the world: the log, the index, the keys, ids; and how they fail."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct


class UnavailableError(Exception):
    """The store cannot be reached and nothing has been written; try again in a moment."""


class OutcomeUnknownError(Exception):
    """The store was lost in the middle: the record may be in the log, or come later."""


class CommitUnknownError(OutcomeUnknownError):
    """Nobody can tell yet whether a commit stands; ask for it by its id, or ask again."""

    def __init__(self, commit_id: UUID) -> None:
        self.commit_id = commit_id
        super().__init__(
            "the journal has not answered yet; give the same command again, it has one effect"
        )


class HaltedError(Exception):
    """A shard stands still at a record nobody may pass over without a quarantine in the log."""

    def __init__(self, shard: int, offset: int, reason: str) -> None:
        self.shard = shard
        self.offset = offset
        self.reason = reason
        super().__init__(f"shard {shard} is halted at offset {offset}: {reason}")


class KeyDestroyedError(Exception):
    """The person has been erased; no key is ever made for that id again."""

    def __init__(self, person_id: UUID) -> None:
        self.person_id = person_id
        super().__init__(f"the key of person {person_id} has been destroyed")


class Head(Struct, frozen=True, gc=False):
    """Where a stream ends: its last version, and the hash (hex) of the commit that wrote it."""

    version: int
    hash: str


class Entry(Struct, frozen=True, gc=False):
    """One standing event as the index holds it, its data still bytes.

    `nid` counts the standing events of the shard from 1 and never leaves a gap.
    """

    shard: int
    nid: int
    stream: str
    version: int
    event_id: UUID
    type: str
    schema: int
    data: bytes
    commit_id: UUID
    command_id: UUID
    offset: int
    recorded_at: datetime
    actor: str
    correlation: UUID
    causation: UUID | None


class Decided(Struct, frozen=True, gc=False):
    """The verdict on a commit, as it stands for ever.

    `hash` is that of the line as it was judged. A commit without events, or a void one, has
    `last_nid` = `first_nid` - 1.
    """

    commit_id: UUID
    command_id: UUID
    command_mac: str
    shard: int
    offset: int
    stands: bool
    reason: str
    first_nid: int
    last_nid: int
    hash: str


class Stored(Struct, frozen=True):
    """A stream as the index holds it; without a head it does not exist."""

    head: Head | None
    entries: tuple[Entry, ...]


class Log(Protocol):
    """Ordered records, never changed. A record is whole or it is not there."""

    def identity(self) -> str:
        """The name the log was born with; another name is another log."""
        ...

    def append(self, shard: int, record: bytes) -> int:
        """Write `record` last and return its offset; it is durable on return.

        Raises OutcomeUnknownError when it may or may not be there.
        """
        ...

    def read(self, shard: int, start: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """At most `limit` records with their offsets, from `start` on, in order."""
        ...

    def end(self, shard: int) -> int:
        """The offset the next record will get."""
        ...

    def lacks(self, shard: int, offset: int) -> bool:
        """Whether the log ends before `offset`, for sure.

        Whoever answers for a log of several copies may have been deposed, and know less than
        the others: that is ruled out before it is said.
        """
        ...

    def epoch(self, shard: int) -> int:
        """A number that moves when the way to the shard was lost, or leads elsewhere now.

        While it stands, what was read last is still there. A log that nothing stands between
        has always the same.
        """
        ...


class Index(Protocol):
    """What is computed from the log at once, as writers and readers ask for it."""

    def read(self, streams: Sequence[str]) -> Mapping[str, Stored]:
        """The named streams, all as of one moment, in one round trip."""
        ...

    def entries(self, shard: int, after: int, limit: int) -> Sequence[Entry]:
        """At most `limit` standing events of a shard with `nid` beyond `after`, in order."""
        ...

    def by_id(self, event_ids: Sequence[UUID]) -> Mapping[UUID, Entry]:
        """The standing events there are of these ids."""
        ...

    def decided(self, commit_ids: Sequence[UUID]) -> Mapping[UUID, Decided]:
        """The verdicts there are on the named commits."""
        ...

    def answers(self, command_id: UUID, streams: Sequence[str]) -> Sequence[Decided]:
        """The standing commits of a command on any of `streams`."""
        ...


class Keys(Protocol):
    """The keys of persons and of the agency, in a store of their own."""

    def key(self, person_id: UUID) -> bytes | None:
        """The person's key of 32 bytes; None when it was never made or is destroyed."""
        ...

    def make(self, person_ids: Iterable[UUID]) -> Mapping[UUID, bytes]:
        """The persons' keys, made where missing and durable on return.

        Raises KeyDestroyedError when one of them has been destroyed.
        """
        ...

    def destroy(self, person_id: UUID) -> None:
        """Forget the person's key for ever, leaving a tombstone; doing it again is nothing."""
        ...

    def agency_key(self) -> bytes:
        """The agency's own key of 32 bytes, made once and never changed."""
        ...

    def signing_key(self) -> bytes:
        """The key of 32 bytes that the house signs with, made once and never shown."""
        ...


class Clock(Protocol):
    """The only source of the present moment."""

    def now(self) -> datetime:
        """The instant, in UTC."""
        ...


class Ids(Protocol):
    """The only source of ids that name nothing yet."""

    def commit_id(self) -> UUID:
        """A new uuid7, from the operating system's source of randomness."""
        ...
