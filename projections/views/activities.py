"""What has happened on cases, and the letters that have left the house, as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from events.case.notices import Channel, LetterKind
from projections.views.dashboard import Creditors
from projections.views.listing import Column, Listing, Query
from projections.views.sql import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something that touched a case: `kind` is sak, brev, innsigelse, penger or kontakt."""

    event_id: UUID
    case_id: UUID
    case_number: str
    creditor_id: UUID
    creditor_name: str
    debtor_id: UUID
    debtor_name: str
    nid: int
    version: int
    on: date
    at: datetime
    kind: str
    what: str
    type: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """A letter or SMS that has been sent, and whether it came back."""

    letter_id: UUID
    case_id: UUID
    case_number: str
    creditor_id: UUID
    creditor_name: str
    debtor_id: UUID
    debtor_name: str
    kind: LetterKind
    channel: Channel
    sent_on: date
    pay_by: date | None
    returned_on: date | None


ACTIVITIES: Final = Listing(
    statement="activities",
    row=Activity,
    key=Column[Activity]("t.event_id", "uuid", lambda row: row.event_id),
    columns={
        "nid": Column("t.nid", "bigint", lambda row: row.nid),
        "on": Column("t.on", "date", lambda row: row.on),
    },
    sort_by="nid",
    descending=True,
)
DOCUMENTS: Final = Listing(
    statement="documents",
    row=DocumentLine,
    key=Column[DocumentLine]("l.letter_id", "uuid", lambda row: row.letter_id),
    columns={
        "sent_on": Column("l.sent_on", "date", lambda row: row.sent_on),
        "case_number": Column("c.case_number", "text", lambda row: row.case_number),
    },
    sort_by="sent_on",
    descending=True,
)


def activities(
    creditor_ids: Creditors,
    *,
    case_id: UUID | None = None,
    kinds: Sequence[str] | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Query[Activity]:
    """All that has touched the cases, the latest recorded first."""
    params = {
        "creditor_ids": listed(creditor_ids),
        "case_id": case_id,
        "kinds": listed(kinds),
        "from_on": from_on,
        "until_on": until_on,
    }
    return Query(ACTIVITIES, params)


def documents(
    creditor_ids: Creditors, *, case_id: UUID | None = None, letter_id: UUID | None = None
) -> Query[DocumentLine]:
    """The letters that have been sent, the latest first."""
    params = {
        "creditor_ids": listed(creditor_ids),
        "case_id": case_id,
        "letter_id": letter_id,
    }
    return Query(DOCUMENTS, params)
