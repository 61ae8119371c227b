"""Invoices handed over and not yet part of a case."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from engine.journal.recorded import Recorded
from engine.law.deadlines import earliest_registration, latest_registration
from events.claim import ClaimOffered, ClaimRegistered
from events.money import Ore
from projections.fold import Fold, subject_id
from projections.projection import Key, Row, Table


class Candidate(Row, frozen=True, kw_only=True):
    """One row an invoice offered. It may be registered from `ripe_on` to `too_old_after`.

    `ripe_on` counts from the due date moved off weekends and holidays, as agreements have
    it unless they say otherwise; what registers a case asks the agreement itself.
    """

    claim_id: UUID
    creditor_id: UUID
    debtor_id: UUID
    invoice_number: str
    issued_on: date
    due_on: date
    principal_ore: Ore
    consumer: bool
    varsel_sent_on: date | None
    varsel_pay_by: date | None
    offered_on: date
    ripe_on: date
    too_old_after: date


TABLE: Final = Table(
    "candidate",
    key=("claim_id",),
    row=Candidate,
    indexes=("creditor_id, debtor_id", "debtor_id", "ripe_on"),
    one_stream=True,
)


def keys(recorded: Recorded) -> Sequence[Key]:
    """The invoice's row, when it was offered or registered."""
    about = isinstance(recorded.event, (ClaimOffered, ClaimRegistered))
    return [(subject_id(recorded),)] if about else []


def evolve(row: Candidate | None, recorded: Recorded) -> Candidate | None:
    """The candidate as it is after the event; none once it is part of a case."""
    event = recorded.event
    match event:
        case ClaimOffered():
            return _offered(event, recorded)
        case ClaimRegistered():
            return None
        case _:
            return row


PROJECTION: Final = Fold(TABLE, keys, evolve)


def _offered(event: ClaimOffered, recorded: Recorded) -> Candidate:
    return Candidate(
        claim_id=subject_id(recorded),
        creditor_id=event.creditor_id,
        debtor_id=event.debtor_id,
        invoice_number=event.invoice_number,
        issued_on=event.issued_on,
        due_on=event.due_on,
        principal_ore=event.principal_ore,
        consumer=event.consumer,
        varsel_sent_on=event.varsel_sent_on,
        varsel_pay_by=event.varsel_pay_by,
        offered_on=event.offered_on,
        ripe_on=earliest_registration(event.due_on, shift=True),
        too_old_after=latest_registration(event.due_on),
    )
