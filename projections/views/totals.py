"""How many cases stand where and what is owed on them, summed again only where something moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from events.money import Ore
from projections.status import Group
from projections.views.sql import SqlReader, listed, statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The cases of one creditor in one group: how many, what is owed, held, and to be done."""

    creditor_id: UUID
    status_group: Group
    case_count: int
    total_ore: Ore
    held_ore: Ore
    follow_up_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How far a creditor's cases have come in the log."""

    creditor_id: UUID
    last_nid: int


class Totals:
    """Sums of one-row-a-case tables, remembered by creditor and position of the log.

    Nothing is counted up: a creditor with an event since is summed again, whole. What is
    remembered is therefore what the tables say, after a rebuild too.
    """

    def __init__(self, reader: SqlReader) -> None:
        self._reader = reader
        self._lock = Lock()
        self._known: dict[UUID, tuple[int, tuple[Total, ...]]] = {}

    def of(self, creditor_ids: Sequence[UUID] | None) -> list[Total]:
        """The totals of these creditors; of all when None."""
        ids = listed(creditor_ids)
        moved = self._reader.query(statement("moved"), {"creditor_ids": ids}, Moved)
        with self._lock:
            known = {each.creditor_id: self._known.get(each.creditor_id) for each in moved}
        stale = [each for each in moved if not _is_of(known[each.creditor_id], each.last_nid)]
        fresh = self._summed(stale)
        remembered = {owner: parts[1] for owner, parts in known.items() if parts is not None}
        whole = {**remembered, **fresh}
        return [total for each in moved for total in whole[each.creditor_id]]

    def _summed(self, stale: Sequence[Moved]) -> dict[UUID, tuple[Total, ...]]:
        if not stale:
            return {}
        params = {"creditor_ids": [each.creditor_id for each in stale]}
        totals = self._reader.query(statement("totals"), params, Total)
        fresh = {
            each.creditor_id: tuple(t for t in totals if t.creditor_id == each.creditor_id)
            for each in stale
        }
        with self._lock:
            for each in stale:
                self._known[each.creditor_id] = (each.last_nid, fresh[each.creditor_id])
        return fresh


def _is_of(known: tuple[int, tuple[Total, ...]] | None, last_nid: int) -> bool:
    return known is not None and known[0] == last_nid
