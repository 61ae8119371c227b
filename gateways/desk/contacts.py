"""What people have said to us, and we to them, as somebody at the desk notes it."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid5

from engine.case.contacts import RecordContact
from engine.refusal import refuse_if
from events.case.contacts import ContactKind, Direction, Party
from events.personal import Clear
from gateways.desk.asking import By, Outcome, carry_on_case, wish_id
from gateways.office import Office
from projections.case_list import CaseRow

NOTE_MOST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A call, an e-mail, a letter or an SMS, and what was said; never left blank."""

    contacted_on: date
    kind: ContactKind
    direction: Direction
    who: Party
    note: str


def record(office: Office, case: CaseRow, said: Contact, by: By) -> Outcome:
    """Keep what was said on the case; the text is sealed under the debtor's key.

    Refuses: note_missing, note_too_long, and as recording a contact does.
    """
    note = said.note.strip()
    refuse_if(not note, "note_missing")
    refuse_if(len(note) > NOTE_MOST, "note_too_long", most=NOTE_MOST)
    words = ("contact", said.contacted_on, said.kind, said.direction, said.who, note)
    command_id = wish_id(office, case.case_id, by, *words)
    command = RecordContact(
        contact_id=uuid5(command_id, "contact"),
        contacted_on=said.contacted_on,
        kind=said.kind,
        direction=said.direction,
        who=said.who,
        note=Clear(person_id=case.debtor_id, text=note),
        today=by.today,
    )
    return carry_on_case(office, case.case_id, command, by, command_id)
