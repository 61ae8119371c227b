"""Talk with the parties of a case: calls, e-mails and letters that no step asks for."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from events.base import Event
from events.personal import Personal

ContactKind = Literal["phone", "email", "letter", "sms"]
Direction = Literal["in", "out"]
Party = Literal["debtor", "creditor", "other"]


class ContactEvent(Event):
    """Somebody has been in touch; it changes neither what is owed nor what is due."""


class ContactRecorded(ContactEvent):
    """A person has noted a talk or a message; `direction` is `in` when the other party began."""

    TYPE: ClassVar[str] = "case.contact_recorded"

    contact_id: UUID
    contacted_on: date
    kind: ContactKind
    direction: Direction
    who: Party
    note: Personal
