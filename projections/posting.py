"""The ledger as rows: every posting of every event, and what each account stands at."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from typing_extensions import override

from engine.journal.recorded import Recorded
from engine.ledger import CLIENT_MONEY, Account, Entry, entries
from events.base import Event
from events.case import (
    CASE_EVENTS,
    CaseWithdrawn,
    PaymentAllocated,
    PaymentFreed,
    PaymentReversed,
)
from events.money import Ore, total
from events.payment import PaymentMatched, PaymentSuspended, SuspenseRefunded
from events.settlement import PayoutConfirmed, PayoutPrepared, PayoutRejected
from projections.fold import subject_id
from projections.happening import happened_on
from projections.projection import Key, Projection, Row, Table


class Posting(Row, frozen=True, kw_only=True):
    """One row a posting: a debit when positive, a credit when negative.

    `case_id` is empty for payouts and suspense. `creditor_id` is empty where money has come
    or gone that is no creditor's yet.
    """

    event_id: UUID
    line: int
    nid: int
    account: Account
    amount_ore: Ore
    booked_on: date
    case_id: UUID | None
    creditor_id: UUID | None
    type: str


TABLE: Final = Table(
    "posting",
    key=("event_id", "line"),
    row=Posting,
    indexes=("account, booked_on", "case_id", "creditor_id"),
    one_stream=True,
)


class Postings(Projection[Posting]):
    """Writes down what `engine.ledger` says of each event; a posting never changes."""

    table = TABLE

    @override
    def touches(self, recorded: Recorded) -> Sequence[Key]:
        """A row for each posting of the event."""
        return [(recorded.event_id, line) for line in range(len(entries(recorded.event)))]

    @override
    def evolve(self, row: Posting | None, recorded: Recorded, key: Key) -> Posting:
        """The posting of that line."""
        line = int(str(key[1]))
        return _posting(entries(recorded.event)[line], line, recorded)


PROJECTION: Final = Postings()


def client_money_missing_ore(balances: dict[Account, Ore]) -> Ore:
    """What the client account holds too little of, to the øre; 0 when all is there.

    The agency's part of a payment stands there too until it is drawn, and may be more.
    Law: inkassoloven 1988 § 16
    """
    owed = -total([balances.get(account, Ore(0)) for account in CLIENT_MONEY])
    return Ore(max(0, owed - balances.get("klientkonto", 0)))


def _posting(entry: Entry, line: int, recorded: Recorded) -> Posting:
    event = recorded.event
    return Posting(
        event_id=recorded.event_id,
        line=line,
        nid=recorded.nid,
        account=entry.account,
        amount_ore=entry.amount_ore,
        booked_on=_booked_on(event),
        case_id=subject_id(recorded) if isinstance(event, CASE_EVENTS) else None,
        creditor_id=_creditor_id(event),
        type=event.TYPE,
    )


def _creditor_id(event: Event) -> UUID | None:
    match event:
        case PaymentAllocated() | PaymentFreed():
            return event.split.creditor_id
        case PaymentReversed():
            return event.split.creditor_id if event.split else None
        case CaseWithdrawn() | PayoutPrepared() | PayoutConfirmed() | PayoutRejected():
            return event.creditor_id
        case _:
            return None


def _booked_on(event: Event) -> date:
    match event:
        case PaymentSuspended():
            return event.booked_on
        case PaymentMatched():
            return event.matched_on
        case SuspenseRefunded():
            return event.refunded_on
        case PayoutPrepared():
            return event.prepared_on
        case PayoutConfirmed():
            return event.confirmed_on
        case PayoutRejected():
            return event.rejected_on
        case _ if isinstance(event, CASE_EVENTS):
            return happened_on(event)
        case _:
            raise TypeError(f"{event.TYPE} moves no money")
