"""What a projection could not take: the stream waits there, and every other goes on."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Parked:
    """A stream one projection could not take further than the event before this one."""

    projection: str
    stream: str
    event_id: UUID
    shard: int
    nid: int
    reason: str
