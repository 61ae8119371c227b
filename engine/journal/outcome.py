"""What a writer is told: committed, conflict, or unknown; nothing else can happen."""

from uuid import UUID

from msgspec import Struct

from engine.ports import Decided


class Committed(Struct, frozen=True, gc=False):
    """The commit stands, and every projection has moved with it.

    `repeated` tells that an earlier commit of the same command is the answer.
    """

    commit_id: UUID
    first_nid: int
    last_nid: int
    offset: int
    repeated: bool = False


class Conflict(Struct, frozen=True, gc=False):
    """The commit is void for ever; `reason` is the clause that failed."""

    commit_id: UUID
    reason: str


class Unknown(Struct, frozen=True, gc=False):
    """No verdict yet: it may be in the log, or come later; ask with the commit id."""

    commit_id: UUID


Outcome = Committed | Conflict | Unknown


def outcome_of(decided: Decided, *, repeated: bool = False) -> Committed | Conflict:
    """The verdict as its writer is told it."""
    if not decided.stands:
        return Conflict(decided.commit_id, decided.reason)
    return Committed(
        decided.commit_id, decided.first_nid, decided.last_nid, decided.offset, repeated
    )
