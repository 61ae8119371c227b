"""Forgetting a person: never while something must be kept, and nothing new afterwards."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from engine.asking import on_case
from engine.case.lifecycle import ReopenCase
from engine.debtor import ChangeDebtor, change_debtor
from engine.erasure import OrderErasure, ReportKeyDestroyed, order_erasure, report_key_destroyed
from engine.refusal import RefusedError
from engine.registration import OfferClaims, going_on, offer_claims, register_case
from engine.streams import case_stream, claim_stream, person_stream
from events.base import Event
from events.case import CaseClosed, CaseReopened, CaseWithdrawn
from events.money import Ore
from events.person import CaseAttached, ErasureOrdered, KeyDestroyed
from tests.asks import decided
from tests.engine.test_registration import (
    CASE,
    CREDITOR,
    DEBTOR,
    PERSON,
    TODAY,
    claim_id,
    offered,
    register,
    world,
)
from tests.projections.given import held, received, registered

PAYMENT = UUID(int=77)
REGISTERED, RECEIVED, HELD = registered(), received(100), held(100)
ATTACHED = CaseAttached(case_id=CASE, attached_on=TODAY)
CLOSED = CaseClosed(closed_on=date(2026, 10, 1), reason="paid")
LAST_DAY = date(2031, 12, 31)  # five years after the year in which it was paid
ORDER = OrderErasure(
    debtor_id=DEBTOR,
    case_ids=(CASE,),
    claim_ids=(),
    payment_ids=(PAYMENT,),
    basis="request",
    today=LAST_DAY + timedelta(days=1),
)


def given(*case: Event, person: tuple[Event, ...] = (PERSON, ATTACHED)) -> dict[str, list[Event]]:
    return {person_stream(DEBTOR): list(person), case_stream(CASE): [REGISTERED, *case]}


def refusal(command: OrderErasure, events: dict[str, list[Event]]) -> RefusedError:
    with pytest.raises(RefusedError) as told:
        decided(order_erasure(command), events)
    return told.value


@pytest.mark.law("personvernforordningen 2016 art. 17")
def test_a_person_is_forgotten_when_nothing_has_to_be_kept() -> None:
    changes = decided(order_erasure(ORDER), given(RECEIVED, CLOSED))

    assert changes == {
        person_stream(DEBTOR): [
            ErasureOrdered(
                ordered_on=ORDER.today,
                basis="request",
                rule="personvernforordningen 2016 art. 17",
                kept_until=LAST_DAY,
                case_ids=(CASE,),
                claim_ids=(),
                payment_ids=(PAYMENT,),
            )
        ]
    }


@pytest.mark.law("bokføringsloven 2004 § 13")
def test_the_books_hold_a_person_to_the_last_day() -> None:
    told = refusal(replace(ORDER, today=LAST_DAY), given(RECEIVED, CLOSED))

    assert (told.code, told.law) == ("legal_hold", "bokføringsloven 2004 § 13")
    assert told.facts["until"] == LAST_DAY


@pytest.mark.law("foreldelsesloven 1979 § 2")
def test_a_case_without_a_posting_is_held_only_while_it_may_be_asked_about() -> None:
    withdrawn = CaseWithdrawn(
        creditor_id=CREDITOR, case_number="1", withdrawn_on=TODAY, charge_ore=Ore(0)
    )
    last = date(2030, 2, 3)

    assert refusal(replace(ORDER, today=last), given(withdrawn)).facts["until"] == last
    later = replace(ORDER, today=last + timedelta(days=1))
    assert decided(order_erasure(later), given(withdrawn))


def test_an_open_case_holds_its_debtor_however_old_it_is() -> None:
    told = refusal(replace(ORDER, today=date(2060, 1, 1)), given())

    assert (told.code, told.facts["why"]) == ("legal_hold", "case_open")
    assert "until" not in told.facts


def test_a_case_that_was_reopened_holds_again() -> None:
    reopened = CaseReopened(reopened_on=date(2026, 11, 1), reason="asked")

    assert refusal(ORDER, given(CLOSED, reopened)).facts["why"] == "case_open"


def test_money_that_is_the_payers_holds_its_person() -> None:
    told = refusal(replace(ORDER, today=date(2060, 1, 1)), given(RECEIVED, HELD, CLOSED))

    assert told.facts["why"] == "money_held"


def test_an_invoice_that_may_still_become_a_case_holds_its_debtor() -> None:
    waiting = claim_id("1")
    command = replace(
        ORDER, case_ids=(), claim_ids=(waiting,), payment_ids=(), today=date(2029, 7, 20)
    )
    events: dict[str, list[Event]] = {
        person_stream(DEBTOR): [PERSON],
        claim_stream(waiting): [offered("1")],
    }

    assert refusal(command, events).facts["why"] == "claim_waiting"
    assert decided(order_erasure(replace(command, today=date(2029, 7, 21))), events)


def test_a_case_that_came_since_one_looked_stops_the_erasure() -> None:
    assert refusal(replace(ORDER, case_ids=()), given(CLOSED)).code == "debtor_has_changed"


def test_nobody_who_was_never_recorded_is_forgotten() -> None:
    assert refusal(replace(ORDER, case_ids=()), {}).code == "debtor_unknown"


def erased() -> tuple[Event, ...]:
    (ordered,) = decided(order_erasure(ORDER), given(RECEIVED, CLOSED))[person_stream(DEBTOR)]
    return (PERSON, ATTACHED, ordered)


def test_an_erasure_ordered_twice_is_one() -> None:
    assert decided(order_erasure(ORDER), given(RECEIVED, CLOSED, person=erased())) == {}


def test_the_end_of_the_key_is_told_once_and_only_when_it_was_ordered() -> None:
    report = report_key_destroyed(ReportKeyDestroyed(debtor_id=DEBTOR, today=ORDER.today))
    gone = KeyDestroyed(destroyed_on=ORDER.today)

    with pytest.raises(RefusedError) as told:
        decided(report, {person_stream(DEBTOR): [PERSON]})
    assert told.value.code == "erasure_not_ordered"
    assert decided(report, {person_stream(DEBTOR): [*erased()]}) == {person_stream(DEBTOR): [gone]}
    assert decided(report, {person_stream(DEBTOR): [*erased(), gone]}) == {}


def test_nothing_new_is_taken_in_about_a_person_who_is_to_be_forgotten() -> None:
    offer = OfferClaims(
        creditor_id=CREDITOR,
        debtor_id=DEBTOR,
        debtor=PERSON,
        claims={claim_id("2"): offered("2")},
        today=TODAY,
    )
    change = ChangeDebtor(debtor_id=DEBTOR, details=PERSON, today=TODAY)
    events = world(offered("1"))
    events[person_stream(DEBTOR)] = [*erased()]

    for ask in (
        offer_claims(offer),
        change_debtor(change),
        register_case(register("1"), 10_001),
    ):
        with pytest.raises(RefusedError, match="debtor erased"):
            decided(ask, events)


def test_a_case_taken_up_again_says_so_in_its_debtors_stream() -> None:
    withdrawn = CaseWithdrawn(
        creditor_id=CREDITOR, case_number="1", withdrawn_on=TODAY, charge_ore=Ore(0)
    )
    ask = going_on(on_case(CASE, ReopenCase(today=TODAY)), CASE, DEBTOR)

    changes = decided(ask, given(withdrawn))

    assert changes[person_stream(DEBTOR)] == [ATTACHED]
    with pytest.raises(RefusedError, match="debtor erased"):
        decided(ask, given(withdrawn, person=erased()))
    assert person_stream(DEBTOR) not in decided(ask, given())


def test_a_case_that_goes_on_keeps_no_new_case_of_the_day_away() -> None:
    events = world(offered("1"))
    old = UUID(int=55)
    events[person_stream(DEBTOR)] = [
        PERSON,
        CaseAttached(case_id=old, attached_on=date(2025, 1, 2)),
        CaseAttached(case_id=old, attached_on=TODAY),
    ]

    assert decided(register_case(register("1"), 10_001), events)[case_stream(CASE)]
