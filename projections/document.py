"""The documents of a case: every letter that has left the house."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from engine.journal.recorded import Recorded
from events.case import (
    BetalingsoppfordringSent,
    InkassovarselSent,
    LetterReturned,
    WithdrawalNoticeSent,
)
from events.case.notices import Channel, LetterKind
from projections.fold import Fold, known, subject_id
from projections.projection import Key, Row, Table

Sent = InkassovarselSent | BetalingsoppfordringSent | WithdrawalNoticeSent
DOCUMENT_EVENTS: Final = (
    InkassovarselSent,
    BetalingsoppfordringSent,
    WithdrawalNoticeSent,
    LetterReturned,
)


class Document(Row, frozen=True, kw_only=True):
    """One row a letter sent. `content_hmac` proves what it said, wherever it is kept."""

    case_id: UUID
    letter_id: UUID
    nid: int
    kind: LetterKind
    channel: Channel
    sent_on: date
    pay_by: date | None
    returned_on: date | None = None
    content_hmac: str


TABLE: Final = Table(
    "document",
    key=("case_id", "letter_id"),
    row=Document,
    indexes=("letter_id", "sent_on"),
    one_stream=True,
)


def keys(recorded: Recorded) -> Sequence[Key]:
    """The letter that was sent or came back; none when the event is about no letter gone."""
    event = recorded.event
    if not isinstance(event, DOCUMENT_EVENTS):
        return []
    return [(subject_id(recorded), event.letter_id)]


def evolve(row: Document | None, recorded: Recorded) -> Document:
    """The document as it is after the event."""
    event = recorded.event
    match event:
        case InkassovarselSent():
            return _sent("inkassovarsel", event, recorded, pay_by=event.pay_by)
        case BetalingsoppfordringSent():
            return _sent("betalingsoppfordring", event, recorded, pay_by=event.pay_by)
        case WithdrawalNoticeSent():
            sent = _sent("withdrawal_notice", event, recorded, pay_by=None)
            return replace(sent, channel=event.channel)
        case LetterReturned():
            return replace(known(row, recorded), returned_on=event.returned_on)
        case _:
            raise TypeError(f"{event.TYPE} sends no letter")


PROJECTION: Final = Fold(TABLE, keys, evolve)


def _sent(kind: LetterKind, event: Sent, recorded: Recorded, *, pay_by: date | None) -> Document:
    return Document(
        case_id=subject_id(recorded),
        letter_id=event.letter_id,
        nid=recorded.nid,
        kind=kind,
        channel="letter",
        sent_on=event.sent_on,
        pay_by=pay_by,
        content_hmac=event.content_hmac,
    )
