"""What is known of a person or company that owes: all of it sealed under its own key."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from events.base import Event
from events.case.lifecycle import DebtorKind
from events.personal import Personal


class PersonEvent(Event):
    """Something has become known of a debtor."""


class PersonRecorded(PersonEvent):
    """Name, address and contact points as they were handed over or corrected."""

    TYPE: ClassVar[str] = "person.recorded"

    kind: DebtorKind
    recorded_on: date
    name: Personal
    address: Personal
    postcode: Personal
    city: Personal
    country: str
    identity_number: Personal | None
    email: Personal | None
    mobile: Personal | None


class CaseAttached(PersonEvent):
    """A case on this debtor begins or goes on: the key may not be destroyed meanwhile."""

    TYPE: ClassVar[str] = "person.case_attached"

    case_id: UUID
    attached_on: date
