"""Contacts at the desk: noted once, sealed under the debtor's key, and told in the timeline."""

from dataclasses import replace

import pytest

from events.case import ContactRecorded
from events.personal import Sealed
from gateways.desk.contacts import NOTE_MOST, Contact, record
from gateways.desk.finding import find_case
from gateways.desk.invoices import take_in
from projections import timeline
from projections.case_list import CaseRow
from tests.gateways.desk.world import TODAY, World, csv_of, refused, row

CALL = Contact(
    contacted_on=TODAY, kind="phone", direction="in", who="debtor", note="Ba om utsettelse."
)


@pytest.fixture
def case(world: World) -> CaseRow:
    found = take_in(
        world.office, csv_of(row("1001")), "f.csv", today=world.today, actor="user:kari"
    )
    return find_case(world.office, found.cases[0].case_number)


def test_what_was_said_is_sealed_and_the_timeline_tells_only_that_it_was(
    world: World, case: CaseRow
) -> None:
    record(world.office, case, CALL, world.by)
    event = world.office.store.read(f"case-{case.case_id}").events[-1].event
    lines = world.office.rows.find(timeline.TABLE, equals={"case_id": case.case_id})

    assert isinstance(event, ContactRecorded)
    assert isinstance(event.note, Sealed)
    assert event.note.key_id == case.debtor_id
    assert (lines[-1].kind, lines[-1].what) == ("kontakt", "Skyldner har tatt kontakt på telefon.")


def test_the_same_note_in_the_same_words_is_one(world: World, case: CaseRow) -> None:
    record(world.office, case, CALL, world.by)
    end = world.end
    record(world.office, case, CALL, world.by)

    assert world.end == end


def test_a_note_says_something_and_is_no_book(world: World, case: CaseRow) -> None:
    with refused("note_missing"):
        record(world.office, case, replace(CALL, note=" \n "), world.by)
    with refused("note_too_long"):
        record(world.office, case, replace(CALL, note="x" * (NOTE_MOST + 1)), world.by)
