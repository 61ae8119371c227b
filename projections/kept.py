"""How long what is held on a debtor must be kept: its cases, and invoices in no case yet."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from msgspec.structs import replace
from typing_extensions import override

from engine import case_file
from engine.case_file import CaseFile
from engine.journal.recorded import Recorded
from engine.law.deadlines import latest_registration
from events.case import CASE_EVENTS, CaseRegistered
from events.claim import ClaimOffered, ClaimRegistered
from events.person import ErasureOrdered
from projections.fold import case_event, known, subject_id
from projections.projection import Key, Projection, Row, Table
from projections.reading import Rows


class Kept(Row, frozen=True, kw_only=True):
    """One row a case, which is `registered`, or an invoice in no case yet; `called` its number.

    `until` is the last day it must be kept: far away while a case is open, and empty once
    the debtor is to be forgotten.
    """

    subject_id: UUID
    creditor_id: UUID
    debtor_id: UUID
    registered: bool
    called: str
    until: date | None
    closed_on: date | None = None
    booked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Forgettable:
    """A debtor on whom nothing has to be kept any more from `due_on` on; `last` held longest."""

    debtor_id: UUID
    due_on: date
    last: str


TABLE: Final = Table("kept", key=("subject_id",), row=Kept, indexes=("debtor_id", "until"))
CLAIMS: Final = (ClaimOffered, ClaimRegistered)
DEBTORS_MOST: Final = 10_000
DAY: Final = timedelta(days=1)


class Keeping(Projection[Kept]):
    """The same fold as the decision's (`engine.case_file`), kept as rows found by their day."""

    table = TABLE

    @override
    def touches(self, recorded: Recorded) -> Sequence[Key]:
        """The case or the invoice; an erasure touches all that was of the person."""
        event = recorded.event
        if isinstance(event, ErasureOrdered):
            return [(subject,) for subject in (*event.case_ids, *event.claim_ids)]
        about = isinstance(event, (*CASE_EVENTS, *CLAIMS))
        return [(subject_id(recorded),)] if about else []

    @override
    def evolve(self, row: Kept | None, recorded: Recorded, key: Key) -> Kept | None:
        """The row as it is after the event."""
        event = recorded.event
        match event:
            case ErasureOrdered():
                return replace(known(row, recorded), until=None)
            case ClaimOffered():
                until = latest_registration(event.due_on)
                return _row(recorded, event, event.invoice_number, until)
            case ClaimRegistered():
                return None
            case CaseRegistered():
                until = CaseFile().kept_until
                return _row(recorded, event, event.case_number, until)
            case _:
                return _changed(known(row, recorded), recorded)


PROJECTION: Final = Keeping()


def forgettable(rows: Rows, until: date) -> list[Forgettable]:
    """The debtors on whom nothing has to be kept after `until`, in the order of their days."""
    found: defaultdict[UUID, list[Kept]] = defaultdict(list)
    for row in rows.due(TABLE, "until", until, DEBTORS_MOST):
        found[row.debtor_id].append(row)
    due = []
    for debtor_id in found:
        every = rows.find(TABLE, equals={"debtor_id": debtor_id})
        lasting = max(every, key=lambda row: (row.until or date.min, row.called))
        if lasting.until is not None and lasting.until <= until:
            due.append(Forgettable(debtor_id, lasting.until + DAY, lasting.called))
    return sorted(due, key=lambda each: (each.due_on, each.debtor_id))


def _row(
    recorded: Recorded, event: ClaimOffered | CaseRegistered, called: str, until: date
) -> Kept:
    return Kept(
        subject_id=subject_id(recorded),
        creditor_id=event.creditor_id,
        debtor_id=event.debtor_id,
        registered=isinstance(event, CaseRegistered),
        called=called,
        until=until,
    )


def _changed(row: Kept, recorded: Recorded) -> Kept:
    file = case_file.evolve(CaseFile(row.closed_on, row.booked_on), case_event(recorded))
    if row.until is None:  # the debtor is to be forgotten, whatever still happens
        return replace(row, closed_on=file.closed_on, booked_on=file.booked_on)
    return replace(row, until=file.kept_until, closed_on=file.closed_on, booked_on=file.booked_on)
