"""Innsyn: all that is held on a person, in one place, opened and in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, cast
from uuid import UUID

from engine.erasure import Hold
from engine.journal.recorded import Recorded
from engine.refusal import RefusedError
from engine.streams import case_stream, claim_stream, payment_stream, person_stream
from events.case import CaseRegistered
from events.claim import ClaimOffered
from events.money import Ore
from events.payment import PaymentBooked, PaymentSuspended
from events.person import PersonRecorded
from events.personal import Clear, Sealed
from gateways.desk.forgetting import holds_on
from gateways.desk.looked import Look, keys_by_actor, looks_at
from gateways.durable.access import ApiKey
from gateways.office import Office
from projections import creditor, debtor, kept, payment
from projections.fold import case_event
from projections.happening import happened_on
from projections.opening import opened
from projections.payment import Payment
from projections.telling import sentence

DETAILS: Final = {
    "name": "Navn",
    "address": "Adresse",
    "postcode": "Postnummer",
    "city": "Poststed",
    "country": "Land",
    "identity_number": "Fødselsnummer eller organisasjonsnummer",
    "email": "E-post",
    "mobile": "Mobil",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One thing known of the person, and the day it was recorded."""

    recorded_on: date
    what: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice of the person's, with what it was for where the creditor told."""

    invoice_number: str
    due_on: date
    principal_ore: Ore
    description: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A payment on a case, and the account it came from where that is known."""

    received_on: date
    amount_ore: Ore
    source: str
    from_account: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Free text about the person or from it: an objection, a note, why a case rests."""

    on: date
    what: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened on a case, as its timeline tells it; `by` a key is its label."""

    on: date
    what: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """All of one case."""

    case_number: str
    registered_on: date
    claims: tuple[Invoice, ...]
    payments: tuple[Paid, ...]
    said: tuple[Said, ...]
    course: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFile:
    """All that is held on the person as one creditor's debtor."""

    debtor_id: UUID
    creditor: str
    forgotten: bool
    details: tuple[Detail, ...]
    waiting: tuple[Invoice, ...]
    cases: tuple[CaseFile, ...]
    holds: tuple[Hold, ...]
    looks: tuple[Look, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """All that is held on a person, creditor by creditor.

    Law: personvernforordningen 2016 art. 15
    """

    made_on: date
    agency: str
    persons: tuple[PersonFile, ...]


def portrait_of(office: Office, debtor_ids: Sequence[UUID]) -> Portrait:
    """What is held on the person who is these debtors, as the log and the keys have it now.

    Refuses: debtor_unknown.
    """
    keys = keys_by_actor(office)
    files = tuple(_person(office, debtor_id, keys) for debtor_id in debtor_ids)
    return Portrait(made_on=office.today, agency=office.agency.name, persons=files)


def _person(office: Office, debtor_id: UUID, keys: Mapping[str, ApiKey]) -> PersonFile:
    row = office.rows.get(debtor.TABLE, (debtor_id,))
    if row is None:
        raise RefusedError("debtor_unknown")
    found = office.rows.find(kept.TABLE, equals={"debtor_id": debtor_id})
    owner = office.rows.get(creditor.TABLE, (found[0].creditor_id,)) if found else None
    claims = [each.subject_id for each in found if not each.registered]
    numbers = {each.subject_id: each.called for each in found if each.registered}
    return PersonFile(
        debtor_id=debtor_id,
        creditor=owner.name if owner else "",
        forgotten=row.erased,
        details=tuple(_details(office, debtor_id)),
        waiting=tuple(_invoice(office, claim_id) for claim_id in claims),
        cases=tuple(_case(office, case_id, keys) for case_id in numbers),
        holds=tuple(holds_on(office, debtor_id, office.today)),
        looks=tuple(looks_at(office, debtor_id, numbers, keys)),
    )


def _details(office: Office, debtor_id: UUID) -> Iterator[Detail]:
    for recorded in office.store.read(person_stream(debtor_id)).events:
        event = recorded.event
        if isinstance(event, PersonRecorded):
            for name, what in DETAILS.items():
                if text := _text(office, recorded, name, getattr(event, name)):
                    yield Detail(recorded_on=event.recorded_on, what=what, text=text)


def _case(office: Office, case_id: UUID, keys: Mapping[str, ApiKey]) -> CaseFile:
    events = office.store.read(case_stream(case_id)).events
    begun = cast("CaseRegistered", events[0].event)
    rows = office.rows.find(payment.TABLE, equals={"case_id": case_id})
    return CaseFile(
        case_number=begun.case_number,
        registered_on=begun.registered_on,
        claims=tuple(_invoice(office, claim.claim_id) for claim in begun.claims),
        payments=tuple(_paid(office, row) for row in rows),
        said=tuple(said for each in events for said in _said(office, each)),
        course=tuple(_step(each, keys) for each in events),
    )


def _step(recorded: Recorded, keys: Mapping[str, ApiKey]) -> Step:
    event, key = case_event(recorded), keys.get(recorded.actor)
    by = key.label if key else recorded.actor
    return Step(on=happened_on(event), what=sentence(event), by=by)


def _said(office: Office, recorded: Recorded) -> Iterator[Said]:
    """The sealed texts of an event, whichever it has: a new event's are here by themselves."""
    event = case_event(recorded)
    for name, value in event:
        if text := _text(office, recorded, name, value, sealed_only=True):
            yield Said(on=happened_on(event), what=sentence(event), text=text)


def _invoice(office: Office, claim_id: UUID) -> Invoice:
    recorded = office.store.read(claim_stream(claim_id)).events[0]
    event = cast("ClaimOffered", recorded.event)
    return Invoice(
        invoice_number=event.invoice_number,
        due_on=event.due_on,
        principal_ore=event.principal_ore,
        description=_text(office, recorded, "description", event.description),
    )


def _paid(office: Office, row: Payment) -> Paid:
    accounts = [
        _text(office, recorded, "payer_account", recorded.event.payer_account)
        for recorded in office.store.read(payment_stream(row.payment_id)).events
        if isinstance(recorded.event, PaymentBooked | PaymentSuspended)
    ]
    return Paid(
        received_on=row.received_on,
        amount_ore=row.amount_ore,
        source=row.source,
        from_account=next(iter(accounts), ""),
    )


def _text(
    office: Office, recorded: Recorded, name: str, value: object, *, sealed_only: bool = False
) -> str:
    if isinstance(value, Sealed | Clear):
        return opened(office.vault, value, recorded, name)
    return value if isinstance(value, str) and not sealed_only else ""
