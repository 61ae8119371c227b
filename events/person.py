"""What is known of a person or company that owes: all of it sealed under its own key."""

from datetime import date
from typing import ClassVar, Literal
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


class ErasureOrdered(PersonEvent):
    """The person is to be forgotten: nothing requires any more that it is known.

    From here on nothing more is recorded of the person, and no case on it begins or goes on.
    `kept_until` is the last day on which something still had to be kept, None when nothing
    did. The keys of the payments go with the person's own.
    Law: personvernforordningen 2016 art. 17
    """

    TYPE: ClassVar[str] = "person.erasure_ordered"

    ordered_on: date
    basis: Literal["request", "retention"]
    rule: str
    kept_until: date | None
    case_ids: tuple[UUID, ...]
    claim_ids: tuple[UUID, ...]
    payment_ids: tuple[UUID, ...]


class KeyDestroyed(PersonEvent):
    """The person's keys are gone, and with them every name and text sealed under them.

    Law: personvernforordningen 2016 art. 17
    """

    TYPE: ClassVar[str] = "person.key_destroyed"

    destroyed_on: date
