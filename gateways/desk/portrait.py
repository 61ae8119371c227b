"""Innsyn: all that is held on a person, in one place, opened and in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, cast
from uuid import UUID

from engine.erasure import Hold, Why
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
from gateways.dispatch.composing import agency_of
from gateways.letters import wording
from gateways.letters.printable import free_text
from gateways.letters.render import render_told
from gateways.letters.sheet import Sheet, agency_told
from gateways.office import Office
from gateways.settings import Agency as AgencySettings
from projections import creditor, debtor, kept, payment
from projections.fold import case_event
from projections.opening import opened
from projections.payment import Payment
from projections.timeline import happened_on, sentence

LONGEST_TEXT: Final = 10_000
HOLDS: Final[dict[Why, str]] = {
    "case_open": "Saken er ikke avsluttet",
    "money_held": "Vi har penger som skal tilbake",
    "accounting": "Regnskapet",
    "claims_against_us": "Klager og krav mot oss",
    "claim_waiting": "Kan fortsatt bli en sak",
}
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
    """One thing that happened on a case, as its timeline tells it."""

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
    files = tuple(_person(office, debtor_id) for debtor_id in debtor_ids)
    return Portrait(made_on=office.today, agency=office.agency.name, persons=files)


def printed(portrait: Portrait, agency: AgencySettings) -> bytes:
    """The portrait as a PDF a person can read.

    Raises LetterError when a text cannot be printed.
    """
    sender = agency_of(agency)
    return render_told(
        "portrait",
        {
            "title": "Dette har vi lagret om deg",
            "agency": agency_told(sender),
            "recipient": _recipient(portrait),
            "facts": [["Dato", wording.day(portrait.made_on)]],
            "running": f"Innsyn {wording.day(portrait.made_on)}",
            "reference": f"innsyn {portrait.made_on}",
            "made_on": wording.day(portrait.made_on),
            "persons": [_person_told(person) for person in portrait.persons],
        },
        portrait.made_on,
    )


def _person(office: Office, debtor_id: UUID) -> PersonFile:
    row = office.rows.get(debtor.TABLE, (debtor_id,))
    if row is None:
        raise RefusedError("debtor_unknown")
    found = office.rows.find(kept.TABLE, equals={"debtor_id": debtor_id})
    owner = office.rows.get(creditor.TABLE, (found[0].creditor_id,)) if found else None
    claims = [each.subject_id for each in found if not each.registered]
    return PersonFile(
        debtor_id=debtor_id,
        creditor=owner.name if owner else "",
        forgotten=row.erased,
        details=tuple(_details(office, debtor_id)),
        waiting=tuple(_invoice(office, claim_id) for claim_id in claims),
        cases=tuple(_case(office, each.subject_id) for each in found if each.registered),
        holds=tuple(holds_on(office, debtor_id, office.today)),
    )


def _details(office: Office, debtor_id: UUID) -> Iterator[Detail]:
    for recorded in office.store.read(person_stream(debtor_id)).events:
        event = recorded.event
        if isinstance(event, PersonRecorded):
            for name, what in DETAILS.items():
                if text := _text(office, recorded, name, getattr(event, name)):
                    yield Detail(recorded_on=event.recorded_on, what=what, text=text)


def _case(office: Office, case_id: UUID) -> CaseFile:
    events = office.store.read(case_stream(case_id)).events
    begun = cast("CaseRegistered", events[0].event)
    rows = office.rows.find(payment.TABLE, equals={"case_id": case_id})
    return CaseFile(
        case_number=begun.case_number,
        registered_on=begun.registered_on,
        claims=tuple(_invoice(office, claim.claim_id) for claim in begun.claims),
        payments=tuple(_paid(office, row) for row in rows),
        said=tuple(said for each in events for said in _said(office, each)),
        course=tuple(_step(each) for each in events),
    )


def _step(recorded: Recorded) -> Step:
    event = case_event(recorded)
    return Step(on=happened_on(event), what=sentence(event), by=recorded.actor)


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


def _recipient(portrait: Portrait) -> list[str]:
    """Name and address as recorded last; who was forgotten has none."""
    latest = {each.what: each.text for person in portrait.persons for each in person.details}
    place = f"{latest.get('Postnummer', '')} {latest.get('Poststed', '')}".strip()
    lines = (latest.get("Navn", ""), latest.get("Adresse", ""), place)
    return [free_text(line, "recipient") for line in lines if line]


def _person_told(person: PersonFile) -> Sheet:
    return {
        "creditor": free_text(person.creditor, "creditor"),
        "forgotten": person.forgotten,
        "details": [
            [wording.short_day(each.recorded_on), each.what, free_text(each.text, "detail")]
            for each in person.details
        ],
        "holds": [_hold_told(hold) for hold in person.holds],
        "waiting": [_invoice_told(each) for each in person.waiting],
        "cases": [_case_told(each) for each in person.cases],
    }


def _hold_told(hold: Hold) -> list[str]:
    until = wording.short_day(hold.until) if hold.until else "så lenge det varer"
    return [free_text(hold.subject, "subject"), HOLDS[hold.why], until, hold.law]


def _invoice_told(each: Invoice) -> list[str]:
    return [
        free_text(each.invoice_number, "invoice_number"),
        wording.short_day(each.due_on),
        wording.amount(each.principal_ore),
        free_text(each.description, "description"),
    ]


def _case_told(case: CaseFile) -> Sheet:
    return {
        "number": case.case_number,
        "claims": [_invoice_told(each) for each in case.claims],
        "payments": [
            [
                wording.short_day(each.received_on),
                wording.amount(each.amount_ore),
                free_text(each.from_account, "account"),
            ]
            for each in case.payments
        ],
        "said": [
            [wording.short_day(each.on), each.what, free_text(each.text, "said", LONGEST_TEXT)]
            for each in case.said
        ],
        "course": [
            [wording.short_day(each.on), each.what, free_text(each.by, "by")]
            for each in case.course
        ],
    }
