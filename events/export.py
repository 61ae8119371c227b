"""Taking a part of the log out of the house: that it was done stands in the log itself."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from events.base import Event, Value

ExportKind = Literal["log", "case", "creditor"]


class ExportedSpan(Value):
    """The records of one shard from `from_offset` up to and not with `until_offset`."""

    shard: int
    from_offset: int
    until_offset: int


class ExportMade(Event):
    """Somebody has been given an export: of the log, or what in it is about one subject.

    Its manifest has that SHA-256, and names every file of it. `personal` when it holds
    personal data in clear.
    """

    TYPE: ClassVar[str] = "export.made"

    kind: ExportKind
    subject_id: UUID | None
    spans: tuple[ExportedSpan, ...]
    lines: int
    personal: bool
    manifest_sha256: str
    exported_on: date
