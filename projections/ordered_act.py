"""Whatever is to leave the house: letters and payouts, from the order to the report."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal
from uuid import UUID

from msgspec.structs import replace

from engine.journal.recorded import Recorded
from events.base import Event
from events.case import (
    BetalingsoppfordringOrdered,
    BetalingsoppfordringSent,
    InkassovarselOrdered,
    InkassovarselSent,
    LetterFailed,
    LetterLapsed,
    LetterReleased,
    LetterReturned,
    LetterStopped,
    WithdrawalNoticeOrdered,
    WithdrawalNoticeSent,
)
from events.settlement import PayoutConfirmed, PayoutInstructed, PayoutPrepared, PayoutRejected
from projections.fold import Fold, known, subject_id
from projections.projection import Key, Row, Table

ActKind = Literal["inkassovarsel", "betalingsoppfordring", "withdrawal_notice", "payout"]
ActState = Literal[
    "ordered", "released", "done", "stopped", "lapsed", "failed", "returned", "rejected"
]

LetterAct = (
    InkassovarselOrdered
    | BetalingsoppfordringOrdered
    | WithdrawalNoticeOrdered
    | LetterReleased
    | LetterStopped
    | LetterLapsed
    | LetterFailed
    | LetterReturned
    | InkassovarselSent
    | BetalingsoppfordringSent
    | WithdrawalNoticeSent
)
PayoutAct = PayoutPrepared | PayoutInstructed | PayoutConfirmed | PayoutRejected


class OrderedAct(Row, frozen=True, kw_only=True):
    """One row an act. Released and not reported by the end of its day, it is uncertain.

    `nid` is the position of the order: acts are taken in that order. A payout's state is
    released once its instruction stands in the log.
    """

    act_id: UUID
    kind: ActKind
    stream: str
    case_id: UUID | None
    creditor_id: UUID | None
    state: ActState
    nid: int
    ordered_on: date
    released_on: date | None = None
    worker: str | None = None
    done_on: date | None = None
    reason: str | None = None

    def uncertain(self, today: date) -> bool:
        """Whether the far end, or a person, must say what became of it."""
        return self.state == "released" and (self.released_on or today) < today


TABLE: Final = Table(
    "ordered_act",
    key=("act_id",),
    row=OrderedAct,
    indexes=("state, nid", "case_id"),
    one_stream=True,
)


def keys(recorded: Recorded) -> Sequence[Key]:
    """The act that the event orders, releases or reports; none when there is no such act."""
    event = recorded.event
    if isinstance(event, LetterAct):
        return [(event.letter_id,)]
    return [(event.payout_id,)] if isinstance(event, PayoutAct) else []


def evolve(row: OrderedAct | None, recorded: Recorded) -> OrderedAct:
    """The act as it is after the event."""
    event = recorded.event
    match event:
        case InkassovarselOrdered():
            return _letter("inkassovarsel", event, recorded)
        case BetalingsoppfordringOrdered():
            return _letter("betalingsoppfordring", event, recorded)
        case WithdrawalNoticeOrdered():
            return _letter("withdrawal_notice", event, recorded)
        case PayoutPrepared():
            return _payout(event, recorded)
        case _:
            return _changed(known(row, recorded), event)


PROJECTION: Final = Fold(TABLE, keys, evolve)


def _letter(
    kind: ActKind,
    event: InkassovarselOrdered | BetalingsoppfordringOrdered | WithdrawalNoticeOrdered,
    recorded: Recorded,
) -> OrderedAct:
    return OrderedAct(
        act_id=event.letter_id,
        kind=kind,
        stream=recorded.stream,
        case_id=subject_id(recorded),
        creditor_id=None,
        state="ordered",
        nid=recorded.nid,
        ordered_on=event.ordered_on,
    )


def _payout(event: PayoutPrepared, recorded: Recorded) -> OrderedAct:
    return OrderedAct(
        act_id=event.payout_id,
        kind="payout",
        stream=recorded.stream,
        case_id=None,
        creditor_id=event.creditor_id,
        state="ordered",
        nid=recorded.nid,
        ordered_on=event.prepared_on,
    )


def _changed(row: OrderedAct, event: Event) -> OrderedAct:
    match event:
        case LetterReleased():
            return replace(
                row, state="released", released_on=event.released_on, worker=event.worker
            )
        case LetterStopped():
            return replace(row, state="stopped", done_on=event.stopped_on, reason=event.reason)
        case LetterLapsed():
            return replace(row, state="lapsed", done_on=event.lapsed_on)
        case LetterFailed():
            return replace(row, state="failed", done_on=event.failed_on, reason=event.code)
        case LetterReturned():
            return replace(row, state="returned", done_on=event.returned_on)
        case InkassovarselSent() | BetalingsoppfordringSent():
            return replace(row, state="done", done_on=event.sent_on, reason=event.crossed)
        case WithdrawalNoticeSent():
            return replace(row, state="done", done_on=event.sent_on)
        case PayoutInstructed():
            return replace(row, state="released", released_on=event.instructed_on)
        case PayoutConfirmed():
            return replace(row, state="done", done_on=event.confirmed_on)
        case PayoutRejected():
            return replace(row, state="rejected", done_on=event.rejected_on, reason=event.reason)
        case _:
            raise TypeError(f"{event.TYPE} is about nothing that leaves the house")
