"""Events as they come back from the journal, and the envelope they go in with."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from engine.journal.control import decode_control
from engine.ports import Entry, Head
from events.base import Event

Decode = Callable[[str, int, bytes], Event]


class Recorded(Struct, frozen=True):
    """A standing event with its place in the log and who caused it."""

    event: Event
    event_id: UUID
    stream: str
    version: int
    nid: int
    shard: int
    offset: int
    commit_id: UUID
    command_id: UUID
    recorded_at: datetime
    actor: str
    correlation: UUID
    causation: UUID | None


class History(Struct, frozen=True):
    """All that has happened in a stream; without a head, nothing."""

    stream: str
    head: Head | None
    events: tuple[Recorded, ...]


class Envelope(Struct, frozen=True, kw_only=True):
    """Who asks, why and when. `content` is the command in canonical bytes.

    The same `command_id` with the same content is the same command, asked again.
    """

    command_id: UUID
    content: bytes
    actor: str
    correlation: UUID
    causation: UUID | None
    now: datetime


def recorded(entry: Entry, decode: Decode) -> Recorded:
    """The entry with its event decoded. Raises whatever `decode` raises."""
    event = decode_control(entry.type, entry.data)
    # By place, for every event that is ever read comes by here.
    return Recorded(
        decode(entry.type, entry.schema, entry.data) if event is None else event,
        entry.event_id,
        entry.stream,
        entry.version,
        entry.nid,
        entry.shard,
        entry.offset,
        entry.commit_id,
        entry.command_id,
        entry.recorded_at,
        entry.actor,
        entry.correlation,
        entry.causation,
    )
