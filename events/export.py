"""Taking a part of the log out of the house: that it was done stands in the log itself."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from events.base import Event

ExportKind = Literal["log", "case", "creditor"]


class ExportMade(Event):
    """Somebody has been given an export: of the whole log, or what is about one subject.

    It holds the records from `from_offset` up to and not with `until_offset`; its manifest
    has that SHA-256, and names every file of it.
    """

    TYPE: ClassVar[str] = "export.made"

    kind: ExportKind
    subject_id: UUID | None
    from_offset: int
    until_offset: int
    lines: int
    personal: bool
    manifest_sha256: str
    exported_on: date
