"""What is to be exported, and what became of it."""

from dataclasses import dataclass
from uuid import UUID

from events.export import ExportKind

SHARD = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The records of a shard from `start` up to `until`, or what in them is about a subject.

    The same scope gives the same bytes, whatever has happened since; with `personal` as long
    as nobody in it is erased.
    """

    kind: ExportKind = "log"
    subject_id: UUID | None = None
    start: int = 0
    until: int
    personal: bool = False

    @property
    def passes(self) -> int:
        """How many records are read in all: twice where lines must be proved one by one."""
        return self.until if self.kind == "log" else 2 * self.until


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
    """An export as it lies in its folder."""

    folder: str
    kind: ExportKind
    from_offset: int
    until_offset: int
    log_lines: int
    lines: int
    events: int
    manifest_sha256: str
