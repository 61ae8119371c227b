"""Recording that somebody has been in touch: what was said is kept, nothing else changes."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.case.parts import Case
from engine.refusal import refuse_if
from events.case import CaseEvent, ContactRecorded
from events.case.contacts import ContactKind, Direction, Party
from events.personal import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContact:
    """Note a call, an e-mail, a letter or an SMS with `who`, on the day it was."""

    contact_id: UUID
    contacted_on: date
    kind: ContactKind
    direction: Direction
    who: Party
    note: Personal
    today: date


def record_contact(command: RecordContact, case: Case) -> list[CaseEvent]:
    """Keep what was said; a case that has ended takes it too, for people still call.

    Refuses: case_unknown, contact_in_future.
    """
    refuse_if(not case.registered, "case_unknown")
    refuse_if(command.contacted_on > command.today, "contact_in_future", latest=command.today)
    if command.contact_id in case.contacts:
        return []
    return [
        ContactRecorded(
            contact_id=command.contact_id,
            contacted_on=command.contacted_on,
            kind=command.kind,
            direction=command.direction,
            who=command.who,
            note=command.note,
        )
    ]
