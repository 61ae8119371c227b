"""Contacts: what is said is kept, and changes nothing."""

from datetime import date

import pytest

from engine.case.contacts import RecordContact, record_contact
from engine.case.parts import INITIAL
from engine.case.state import evolve
from engine.refusal import RefusedError
from events.case import ContactRecorded
from events.personal import Clear
from tests.cases import REGISTERED_ON, Play, named

TODAY = date(2026, 9, 5)


def call(on: date = TODAY) -> RecordContact:
    return RecordContact(
        contact_id=named("call"),
        contacted_on=on,
        kind="phone",
        direction="in",
        who="debtor",
        note=Clear(person_id=named("debtor"), text="Ringte og ba om utsettelse."),
        today=TODAY,
    )


def test_a_contact_is_kept_and_moves_neither_money_nor_deadlines() -> None:
    before = Play().warned().case
    (event,) = record_contact(call(), before)
    after = evolve(before, event)

    assert isinstance(event, ContactRecorded)
    assert (event.kind, event.direction, event.who) == ("phone", "in", "debtor")
    assert after.varsel_pay_by == before.varsel_pay_by
    assert after.principal_left_ore == before.principal_left_ore


def test_a_contact_recorded_again_is_already_so() -> None:
    case = Play().case
    (event,) = record_contact(call(), case)

    assert record_contact(call(), evolve(case, event)) == []


def test_a_contact_may_be_told_afterwards_but_not_before_it_has_been() -> None:
    case = Play().case

    assert len(record_contact(call(on=REGISTERED_ON), case)) == 1
    with pytest.raises(RefusedError) as refused:
        record_contact(call(on=date(2026, 9, 6)), case)
    assert refused.value.code == "contact_in_future"


def test_a_case_that_nobody_knows_has_no_contacts() -> None:
    with pytest.raises(RefusedError) as refused:
        record_contact(call(), INITIAL)
    assert refused.value.code == "case_unknown"
