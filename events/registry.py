"""Every type of event ever released, by its type and schema, and how its bytes are read."""

from events.base import Event, canonical
from events.case import CASE_EVENTS
from events.claim import CaseNumberTaken, ClaimOffered, ClaimRegistered
from events.creditor import (
    AgreementSet,
    CreditorChanged,
    CreditorCreated,
    CreditorNumberTaken,
    PayoutAccountApproved,
    PayoutAccountDeclined,
    PayoutAccountProposed,
    TermsAccepted,
)
from events.export import ExportMade
from events.payment import PaymentBooked, PaymentMatched, PaymentSuspended, SuspenseRefunded
from events.person import CaseAttached, ErasureOrdered, KeyDestroyed, PersonRecorded
from events.settlement import PayoutConfirmed, PayoutInstructed, PayoutPrepared, PayoutRejected
from events.upcast import upcast

ALL: tuple[type[Event], ...] = (
    *CASE_EVENTS,
    ClaimOffered,
    ClaimRegistered,
    CaseNumberTaken,
    CreditorCreated,
    CreditorNumberTaken,
    CreditorChanged,
    TermsAccepted,
    AgreementSet,
    PayoutAccountProposed,
    PayoutAccountApproved,
    PayoutAccountDeclined,
    PaymentBooked,
    PaymentSuspended,
    PaymentMatched,
    SuspenseRefunded,
    PersonRecorded,
    CaseAttached,
    ErasureOrdered,
    KeyDestroyed,
    PayoutPrepared,
    PayoutInstructed,
    PayoutConfirmed,
    PayoutRejected,
    ExportMade,
)

BY_TYPE: dict[str, type[Event]] = {event.TYPE: event for event in ALL}


class UnknownEventError(Exception):
    """The event is not known here: its type is new, or its schema is newer than ours."""


def decode(event_type: str, schema: int, data: bytes) -> Event:
    """The event that `data` holds, in its newest shape.

    Raises UnknownEventError when the type or the schema is not known, and pydantic's
    ValidationError when the data is not of its schema's shape.
    """
    known = BY_TYPE.get(event_type)
    if known is None or schema > known.SCHEMA:
        raise UnknownEventError(f"{event_type}, schema {schema}")
    if schema < known.SCHEMA:
        data = upcast(event_type, schema, data)
    return known.model_validate_json(data)


def encode(event: Event) -> bytes:
    """The bytes of an event's data as they stand in the log."""
    return canonical(event)
