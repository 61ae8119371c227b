"""What happens, as others may follow it: the events of cases, payouts and creditors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from projections.views.sql import SqlReader, listed, statement

WINDOW: Final = 2_000


@dataclass(frozen=True, slots=True)
class Happening:
    """One event in the words of the timeline; it names cases and amounts, and nobody.

    `shard` and `nid` are its place in the log. A payout's and a creditor's has no case.
    """

    shard: int
    nid: int
    event_id: UUID
    type: str
    recorded_at: datetime
    creditor_id: UUID
    case_id: UUID | None
    case_number: str | None
    happened_on: date | None
    what: str | None

    @property
    def place(self) -> str:
        """Its place in the log, as the API writes it."""
        return f"{self.shard}:{self.nid}"


def happenings(
    reader: SqlReader, shard: int, after: int, creditor_ids: Sequence[UUID] | None
) -> list[Happening]:
    """What happened in the next `WINDOW` places after `after` that one of these may see.

    `creditor_ids` None is every creditor. Whoever follows goes on `WINDOW` places later, or at
    the end of the shard, also when there was nothing to see.
    """
    params = {
        "shard": shard,
        "after": after,
        "until": after + WINDOW,
        "creditor_ids": listed(creditor_ids),
    }
    return reader.query(statement("happenings"), params, Happening)
