"""What was asked under which Idempotency-Key, so that one key is one wish while it is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A wish as it was first asked. `mac` is of its content, under the agency's key.

    `commit_id` is of the commit whose outcome was unknown when the answer was given.
    """

    command_id: UUID
    key_id: UUID
    mac: str
    asked_at: datetime
    commit_id: UUID | None = None


class RequestStore(Protocol):
    """Keeps requests by their command id."""

    def first(self, request: Request) -> Request:
        """Keep the request unless its command id is known; what is kept under it."""
        ...

    def unknown(self, command_id: UUID, commit_id: UUID) -> None:
        """Note the commit that the command's outcome hangs on."""
        ...

    def waiting(self, commit_id: UUID, key_id: UUID) -> Request | None:
        """The request of that key whose outcome hangs on the commit; None when there is none."""
        ...

    def prune(self, before: datetime, *, trial: bool = False) -> int:
        """Remove what was first asked before that moment; how much. In a trial it all stays."""
        ...
