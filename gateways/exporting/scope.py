"""What is to be exported, and what became of it."""

from dataclasses import dataclass, replace
from uuid import UUID

from events.export import ExportKind


@dataclass(frozen=True, slots=True)
class Span:
    """The records of a shard from `start` up to and not with `until`."""

    shard: int
    start: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Some spans of the log, or what in them is about a subject; a subject has one shard.

    The same scope gives the same bytes, whatever has happened since. `personal` asks for
    what is personal in clear, too, and then erasing a person makes a difference.
    """

    kind: ExportKind = "log"
    subject_id: UUID | None = None
    spans: tuple[Span, ...]
    personal: bool = False

    def until(self, offset: int) -> "Scope":
        """The same, up to that record of its last span."""
        *before, last = self.spans
        return replace(self, spans=(*before, replace(last, until=offset)))

    @property
    def passes(self) -> int:
        """How many records are read in all: twice where lines must be proved one by one."""
        once = sum(span.until for span in self.spans)
        return once if self.subject_id is None else 2 * once


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was written of a shard. `first_leaf` lines of the log stand before it.

    `types` counts the events by type and schema.
    """

    lines: int
    events: int
    types: dict[str, int]
    first_leaf: int
    frontier: tuple[bytes, ...]
    first_position: int | None
    last_position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """An export as it lies in its folder; `until` names its end, shard by shard."""

    folder: str
    kind: ExportKind
    until: str
    lines: int
    events: int
    manifest_sha256: str
