"""A debtor's new details: from a later file, from a person, and never back again by mistake."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from engine.streams import person_stream
from events.person import PersonRecorded
from events.personal import Sealed
from gateways.desk import cases, debtors
from gateways.desk.debtors import Told
from gateways.desk.finding import find_case
from gateways.desk.invoices import take_in
from gateways.letters.content import DemandLetter
from projections import candidate, debtor
from projections.case_list import CaseRow
from projections.debtor import Debtor
from tests.gateways.desk.world import HEADER, World, csv_of, refused, row

ORGNR = "999999999"
TEST_PERSON = "07841949964"  # the tax authority's own example: it is nobody's
NOBODY = UUID(int=9)
NEW = Told(address="Nygata 2", postcode="5003", city="Bergen")


def company(number: str, *, address: str = "Gata 1", more: str = ";", issued: int = 1) -> str:
    """A row on one company, which its number names whatever its address is."""
    due = "10.07.2026"
    issued_on = f"{issued:02}.07.2026"
    place = f"{address};0150;Oslo"
    return f"Lys og Varme AS;Nord AS;{place};{number};{issued_on};{due};5000,00;{ORGNR};{more}"


def taken(world: World, *rows: str) -> Any:
    header = f"{HEADER};Orgnr;E-post;Mobil"
    content = "\n".join((header, *rows)).encode()
    return take_in(world.office, content, "f.csv", today=world.today, actor="user:kari")


def known(world: World) -> Debtor:
    (row,) = world.office.rows.find(debtor.TABLE)
    return row


def recorded(world: World) -> Sequence[PersonRecorded]:
    history = world.office.store.read(person_stream(known(world).debtor_id))
    return [each.event for each in history.events if isinstance(each.event, PersonRecorded)]


def test_a_later_files_new_address_is_recorded_with_its_invoice(world: World) -> None:
    taken(world, company("1"))
    found = taken(world, company("2", address="Nygata 2"))
    assert known(world).address == "Nygata 2"
    assert found.changed == (known(world).debtor_id,)
    claim = world.office.store.read(f"claim-{claim_of(world, '2')}").events[0]
    person = world.office.store.read(person_stream(known(world).debtor_id)).events[-1]
    assert claim.commit_id == person.commit_id


def claim_of(world: World, number: str) -> object:
    # A second case on the same day waits, so that the invoice is a candidate still.
    found = world.office.rows.find(candidate.TABLE, equals={"invoice_number": number})
    return found[0].claim_id


@pytest.mark.parametrize("address", ["Gata 1", "GATA  1,"])
def test_the_same_address_is_not_recorded_again(world: World, address: str) -> None:
    taken(world, company("1"))
    found = taken(world, company("2", address=address))
    assert found.changed == ()
    assert len(recorded(world)) == 1


def test_the_file_that_told_the_news_changes_nothing_the_second_time(world: World) -> None:
    taken(world, company("1"))
    taken(world, company("2", address="Nygata 2"))
    end = world.end
    assert taken(world, company("2", address="Nygata 2")).changed == ()
    assert world.end == end


def test_of_two_addresses_in_a_file_that_on_the_newest_invoice_counts(world: World) -> None:
    taken(world, company("1", address="Nygata 2", issued=5), company("2", issued=2))
    assert known(world).address == "Nygata 2"


def test_an_empty_cell_takes_nothing_away(world: World) -> None:
    taken(world, company("1", more="post@nord.example;41234567"))
    before = known(world)
    assert before.email == "post@nord.example"
    assert before.mobile
    assert taken(world, company("2")).changed == ()
    taken(world, company("3", more="ny@nord.example;"))
    assert (known(world).email, known(world).mobile) == ("ny@nord.example", before.mobile)


def test_a_file_does_not_undo_what_a_person_corrected(world: World) -> None:
    taken(world, company("1"))
    debtors.change(world.office, known(world).debtor_id, NEW, world.by)
    assert taken(world, company("2")).changed == ()
    assert known(world).address == "Nygata 2"
    taken(world, company("3", more="post@nord.example;"))
    assert (known(world).address, known(world).email) == ("Nygata 2", "post@nord.example")


def test_new_details_are_sealed_and_the_number_is_kept(world: World) -> None:
    taken(world, company("1"))
    debtors.change(world.office, known(world).debtor_id, NEW, world.by)
    last = recorded(world)[-1]
    assert isinstance(last.address, Sealed)
    assert isinstance(last.identity_number, Sealed)
    details = debtors.told_of(world.office, known(world).debtor_id)
    assert [each.identity_number for each in details] == [ORGNR, ORGNR]


def test_the_same_change_twice_is_one(world: World) -> None:
    taken(world, company("1"))
    debtors.change(world.office, known(world).debtor_id, NEW, world.by)
    end = world.end
    debtors.change(world.office, known(world).debtor_id, NEW, world.by)
    assert world.end == end


def test_a_debtor_nobody_knows_is_not_changed(world: World) -> None:
    with refused("debtor_unknown"):
        debtors.change(world.office, NOBODY, NEW, world.by)


def test_the_official_test_persons_are_debtors_only_where_they_are_allowed(world: World) -> None:
    content = f"{HEADER};Fødselsnummer\n{row()};{TEST_PERSON}".encode()
    how: Any = {"today": world.today, "actor": "user:kari"}
    assert take_in(world.office, content, "f.csv", **how).offered == 0
    assert take_in(world.office, content, "f.csv", allow_synthetic=True, **how).offered == 1


def demand(world: World, place: int) -> DemandLetter:
    letter = world.post.letters[place]
    assert isinstance(letter, DemandLetter)
    return letter


def case_of(world: World) -> CaseRow:
    found = take_in(world.office, csv_of(row()), "f.csv", today=world.today, actor="user:kari")
    return find_case(world.office, found.cases[0].case_number)


def test_after_a_returned_letter_the_next_goes_to_the_new_address(world: World) -> None:
    case = case_of(world)
    world.day()
    first = demand(world, 0)
    assert first.debtor.address_lines == ("Gata 1", "0150 Oslo")
    cases.letter_returned(world.office, case, None, world.by)
    debtors.change(world.office, case.debtor_id, NEW, world.by)
    world.days_until(date(2026, 9, 15))
    assert len(world.post.letters) == 1, "it rests until somebody lets it go on"
    cases.resume(world.office, find_case(world.office, case.case_number), world.by)
    world.days_until(date(2026, 10, 1))
    assert demand(world, 1).debtor.address_lines == ("Nygata 2", "5003 Bergen")
