"""Every payment the house knows of: on a case, waiting for a person, or sent back."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final, Literal
from uuid import UUID

from msgspec.structs import replace

from engine.journal.recorded import Recorded
from engine.journal.shards import shard_of_id
from engine.vault import Vault
from events.base import Event
from events.case import (
    OverpaymentHeld,
    PaymentAllocated,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
)
from events.case.money import PaymentSource
from events.money import ZERO, Ore
from events.payment import PaymentBooked, PaymentMatched, PaymentSuspended, SuspenseRefunded
from projections.fold import Fold, known, subject_id
from projections.opening import opened_if
from projections.projection import Key, Projection, Row, Table
from projections.wording import masked

PaymentState = Literal["suspense", "moving", "on_case", "reversed", "refunded"]

IN_CASE: Final = (
    PaymentReceived,
    PaymentAllocated,
    OverpaymentHeld,
    PaymentReversed,
    RefundMade,
)
OWN: Final = (PaymentBooked, PaymentSuspended, PaymentMatched, SuspenseRefunded)


class Payment(Row, frozen=True, kw_only=True):
    """One row a payment. What it covered is as it was allocated, all zero once reversed.

    `suspense_reason`, `kid` and the payer's account (last four digits) are for the person
    who looks for its case, and are gone when it has one. It is moving while it has left
    suspense in one shard, and its case in another has not taken it up yet.
    """

    payment_id: UUID
    case_id: UUID | None
    source: PaymentSource
    state: PaymentState
    amount_ore: Ore
    ordered_on: date
    received_on: date
    booked_on: date
    principal_ore: Ore = ZERO
    interest_ore: Ore = ZERO
    costs_ore: Ore = ZERO
    creditor_ore: Ore = ZERO
    agency_ore: Ore = ZERO
    held_ore: Ore = ZERO
    suspense_reason: str | None = None
    kid: str | None = None
    payer_account: str | None = None
    source_file: str | None = None
    source_line: int | None = None
    nid: int


TABLE: Final = Table(
    "payment",
    key=("payment_id",),
    row=Payment,
    indexes=(
        "state, booked_on",
        "case_id",
        "booked_on, payment_id",
        "received_on, payment_id",
        "amount_ore, payment_id",
    ),
)


def projection(vault: Vault) -> Projection[Payment]:
    """The payments; those in suspense are read with the keys of `vault`."""
    return Fold(TABLE, keys, partial(evolve, vault))


def keys(recorded: Recorded) -> Sequence[Key]:
    """The payment that the event is about; none when it is about no payment."""
    event = recorded.event
    if isinstance(event, IN_CASE):
        return [(event.payment_id,)]
    return [(subject_id(recorded),)] if isinstance(event, OWN) else []


def evolve(vault: Vault, row: Payment | None, recorded: Recorded) -> Payment:
    """The payment as it is after the event.

    A payment and its case tell of it in one commit, in either order: whichever comes first
    makes the row, and the other adds what it knows.
    """
    event = recorded.event
    match event:
        case PaymentSuspended():
            suspended = _suspended(vault, event, recorded)
            return suspended if row is None else _matched_before(row, suspended)
        case PaymentReceived():
            return _received(row, event, recorded)
        case PaymentBooked():
            return _booked(row, event, recorded)
        case _:
            return _changed(known(row, recorded), event)


def _suspended(vault: Vault, event: PaymentSuspended, recorded: Recorded) -> Payment:
    account = opened_if(vault, event.payer_account, recorded, "payer_account")
    return Payment(
        payment_id=subject_id(recorded),
        case_id=None,
        source="bank",
        state="suspense",
        amount_ore=event.amount_ore,
        ordered_on=event.ordered_on,
        received_on=event.received_on,
        booked_on=event.booked_on,
        suspense_reason=event.reason,
        kid=opened_if(vault, event.kid, recorded, "kid"),
        payer_account=None if account is None else masked(account),
        source_file=event.source_file,
        source_line=event.source_line,
        nid=recorded.nid,
    )


def _matched_before(row: Payment, suspended: Payment) -> Payment:
    """The row when its case, in another shard, has been read before the suspense it came from."""
    return replace(
        row,
        source_file=suspended.source_file,
        source_line=suspended.source_line,
        nid=suspended.nid,
    )


def _received(row: Payment | None, event: PaymentReceived, recorded: Recorded) -> Payment:
    received = Payment(
        payment_id=event.payment_id,
        case_id=subject_id(recorded),
        source=event.source,
        state="on_case",
        amount_ore=event.amount_ore,
        ordered_on=event.ordered_on,
        received_on=event.received_on,
        booked_on=event.booked_on,
        nid=recorded.nid,
    )
    if row is None:
        return received
    return replace(received, source_file=row.source_file, source_line=row.source_line, nid=row.nid)


def _booked(row: Payment | None, event: PaymentBooked, recorded: Recorded) -> Payment:
    booked = row or Payment(
        payment_id=subject_id(recorded),
        case_id=event.case_id,
        source="bank",
        state="on_case",
        amount_ore=event.amount_ore,
        ordered_on=event.booked_on,
        received_on=event.booked_on,
        booked_on=event.booked_on,
        nid=recorded.nid,
    )
    return replace(booked, source_file=event.source_file, source_line=event.source_line)


def _changed(row: Payment, event: Event) -> Payment:
    match event:
        case PaymentMatched():
            return _matched(row, event)
        case SuspenseRefunded():
            gone = replace(row, state="refunded", suspense_reason=None)
            return replace(gone, kid=None, payer_account=None)
        case PaymentAllocated():
            split = event.split
            return replace(
                row,
                principal_ore=Ore(row.principal_ore + split.principal_ore),
                interest_ore=Ore(row.interest_ore + split.interest_ore),
                costs_ore=Ore(row.costs_ore + split.costs_ore),
                creditor_ore=Ore(row.creditor_ore + split.creditor_ore),
                agency_ore=Ore(row.agency_ore + split.agency_ore),
            )
        case OverpaymentHeld():
            return replace(row, held_ore=Ore(row.held_ore + event.amount_ore))
        case RefundMade():
            return replace(row, held_ore=Ore(row.held_ore - event.amount_ore))
        case PaymentReversed():
            return _reversed(row)
        case _:
            raise TypeError(f"{event.TYPE} is about no payment")


def _matched(row: Payment, event: PaymentMatched) -> Payment:
    """Out of suspense, and on its case; on the way there while that lies in another shard."""
    placed = replace(row, case_id=event.case_id)
    placed = replace(placed, suspense_reason=None, kid=None, payer_account=None)
    if row.state != "suspense":
        return placed
    together = shard_of_id(row.payment_id) == shard_of_id(event.case_id)
    return replace(placed, state="on_case" if together else "moving")


def _reversed(row: Payment) -> Payment:
    return replace(
        row,
        state="reversed",
        principal_ore=ZERO,
        interest_ore=ZERO,
        costs_ore=ZERO,
        creditor_ore=ZERO,
        agency_ore=ZERO,
        held_ore=ZERO,
    )
