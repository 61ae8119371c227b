"""Debtors' details: as they have been told over time, compared where they can be read, changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from engine.debtor import ChangeDebtor, change_debtor
from engine.journal.recorded import Recorded
from engine.loop import Nothing
from engine.refusal import RefusedError
from engine.streams import person_stream
from events.case.lifecycle import DebtorKind
from events.person import PersonRecorded
from events.personal import Clear, Personal
from gateways.desk.asking import By, Outcome, carry, version_id
from gateways.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Who a debtor is and where it is reached, in clear; None is not known."""

    kind: DebtorKind
    name: str
    address: str
    postcode: str
    city: str
    country: str
    identity_number: str | None = field(default=None, repr=False)
    email: str | None = None
    mobile: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person tells of a debtor; what is None stays as it was."""

    name: str | None = None
    address: str | None = None
    postcode: str | None = None
    city: str | None = None
    country: str | None = None
    email: str | None = None
    mobile: str | None = None


def told_of(office: Office, debtor_id: UUID) -> Sequence[Details]:
    """All that has been recorded of a debtor, the latest last; empty when nothing was.

    What cannot be opened any more is left out: the person has been erased.
    """
    history = office.store.read(person_stream(debtor_id))
    opened = (
        _opened(office, recorded, recorded.event)
        for recorded in history.events
        if isinstance(recorded.event, PersonRecorded)
    )
    return [details for details in opened if details is not None]


def with_news(known: Sequence[Details], told: Details) -> Details | None:
    """The details with what is new in a file's row; None when the row tells nothing new.

    What was told before is no news: a creditor's next file often repeats an address that a
    person has corrected meanwhile. An empty cell takes nothing away.
    """
    if not known:
        return None
    last = known[-1]
    merged = replace(
        told,
        kind=last.kind,
        city=told.city or (last.city if told.postcode == last.postcode else ""),
        identity_number=last.identity_number or told.identity_number,
        email=told.email or last.email,
        mobile=told.mobile or last.mobile,
    )
    before = [
        {_alike(each.name) for each in known},
        {_place(each) for each in known},
        {_alike(each.email) for each in known},
        {_alike(each.mobile) for each in known},
    ]
    now = (_alike(merged.name), _place(merged), _alike(merged.email), _alike(merged.mobile))
    new_name, new_place, new_email, new_mobile = (
        said not in seen for said, seen in zip(now, before, strict=True)
    )
    if not (new_name or new_place or new_email or new_mobile):
        return None
    return replace(
        merged,
        name=merged.name if new_name else last.name,
        address=merged.address if new_place else last.address,
        postcode=merged.postcode if new_place else last.postcode,
        city=merged.city if new_place else last.city,
        country=merged.country if new_place else last.country,
        email=merged.email if new_email else last.email,
        mobile=merged.mobile if new_mobile else last.mobile,
    )


def change(office: Office, debtor_id: UUID, told: Told, by: By) -> Outcome:
    """Record what a person has found out of a debtor; what is the same changes nothing.

    Letters released from now on have the new details; those that left keep theirs.
    Refuses: debtor_unknown.
    """
    known = told_of(office, debtor_id)
    if not known:
        raise RefusedError("debtor_unknown")
    last = known[-1]
    details = Details(
        kind=last.kind,
        name=told.name or last.name,
        address=told.address or last.address,
        postcode=told.postcode or last.postcode,
        city=told.city or last.city,
        country=told.country or last.country,
        identity_number=last.identity_number,
        email=told.email or last.email,
        mobile=told.mobile or last.mobile,
    )
    if details == last:
        return Nothing()
    command = ChangeDebtor(
        debtor_id=debtor_id, details=recording(debtor_id, details, by.today), today=by.today
    )
    command_id = version_id(office, person_stream(debtor_id), by, "change debtor", details)
    return carry(office, change_debtor(command), command, by, ids=(command_id, debtor_id))


def recording(debtor_id: UUID, details: Details, on: date) -> PersonRecorded:
    """The event that records the details; they are sealed on their way to the log."""

    def clear(text: str) -> Clear:
        return Clear(person_id=debtor_id, text=text)

    def clear_if(text: str | None) -> Clear | None:
        return clear(text) if text else None

    return PersonRecorded(
        kind=details.kind,
        recorded_on=on,
        name=clear(details.name),
        address=clear(details.address),
        postcode=clear(details.postcode),
        city=clear(details.city),
        country=details.country,
        identity_number=clear_if(details.identity_number),
        email=clear_if(details.email),
        mobile=clear_if(details.mobile),
    )


def _opened(office: Office, recorded: Recorded, event: PersonRecorded) -> Details | None:
    def text(field: str, personal: Personal | None) -> str | None:
        if personal is None or isinstance(personal, Clear):
            return None if personal is None else personal.text
        return office.vault.open(personal, recorded.stream, recorded.event_id, field)

    name = text("name", event.name)
    if name is None:
        return None
    return Details(
        kind=event.kind,
        name=name,
        address=text("address", event.address) or "",
        postcode=text("postcode", event.postcode) or "",
        city=text("city", event.city) or "",
        country=event.country,
        identity_number=text("identity_number", event.identity_number),
        email=text("email", event.email),
        mobile=text("mobile", event.mobile),
    )


def _place(details: Details) -> str:
    # A postcode has one city, and a row that leaves the city out is at no new place.
    return _alike(f"{details.address} {details.postcode} {details.country}")


def _alike(text: str | None) -> str:
    """The text as it is compared: another case or comma is no news."""
    kept = "".join(letter if letter.isalnum() else " " for letter in (text or "").casefold())
    return " ".join(kept.split())
