"""Debtors: read with their key, and gone with it."""

from datetime import date

from events.base import Event
from events.person import PersonRecorded
from projections import debtor
from projections.debtor import Debtor
from tests.projections.given import (
    DEBTOR,
    Forgetful,
    House,
    clear,
)

RECORDED = PersonRecorded(
    kind="person",
    recorded_on=date(2026, 7, 22),
    name=clear("Åse Ødegård"),
    address=clear("Fjordveien 12 B"),
    postcode=clear("5003"),
    city=clear("Bergen"),
    country="NO",
    identity_number=clear("01017012345"),
    email=None,
    mobile=clear("+4790000000"),
)


def the_debtor(house: House, *events: Event) -> Debtor:
    row = house.row(debtor.projection, f"person-{DEBTOR}", *events)
    assert isinstance(row, Debtor)
    return row


def test_a_debtor_is_read_with_its_key() -> None:
    row = the_debtor(House(), RECORDED)

    assert (row.name, row.city, row.mobile) == ("Åse Ødegård", "Bergen", "+4790000000")
    assert (row.erased, row.email) == (False, None)


def test_a_debtors_identity_number_is_not_shown() -> None:
    assert "01017012345" not in str(the_debtor(House(), RECORDED))


def test_names_sort_as_norwegians_sort_them() -> None:
    assert the_debtor(House(), RECORDED).sort_name == "}se |deg}rd"


def test_what_is_recorded_last_is_what_is_shown() -> None:
    moved = RECORDED.model_copy(update={"city": clear("Ålesund")})

    assert the_debtor(House(), RECORDED, moved).city == "Ålesund"


def test_an_erased_debtor_is_slettet_in_every_field() -> None:
    row = the_debtor(Forgetful(DEBTOR), RECORDED)

    assert row.erased
    assert {row.name, row.address, row.postcode, row.city, row.mobile} == {"slettet"}
    assert "Åse" not in str(row)
