"""The ledger's rows, and what the accounts stand at."""

from datetime import date

import pytest

from engine.ledger import entries
from events.case import CASE_EVENTS
from events.money import Ore
from projections import posting
from projections.posting import Posting, client_money_missing_ore
from tests.projections import given
from tests.projections.given import CREDITOR, allocated, fold, history, share, split

PAID = split(share(500000, 7216), fees=3800, salaer=60000, vat=15000)


def test_every_posting_of_an_event_is_a_row() -> None:
    events = history(given.registered(), given.received(571016), allocated(PAID))
    rows = fold(posting.PROJECTION, events)

    assert len(rows) == sum(len(entries(event.event)) for event in events)
    assert sum(row.amount_ore for row in rows.values() if isinstance(row, Posting)) == 0


def test_a_posting_names_its_case_and_the_creditor_its_event_names() -> None:
    rows = fold(posting.PROJECTION, history(given.received(571016), allocated(PAID)))
    by_type = {row.type: row for row in rows.values() if isinstance(row, Posting)}

    assert by_type["case.payment_received"].creditor_id is None
    assert by_type["case.payment_allocated"].creditor_id == CREDITOR
    assert by_type["case.payment_allocated"].case_id == given.CASE
    assert by_type["case.payment_allocated"].booked_on == date(2026, 9, 2)


def test_a_payouts_postings_name_no_case() -> None:
    events = history(given.PREPARED, given.CONFIRMED, stream=f"settlement-{CREDITOR}")
    rows = [row for row in fold(posting.PROJECTION, events).values() if isinstance(row, Posting)]

    assert {row.case_id for row in rows} == {None}
    assert {row.creditor_id for row in rows} == {CREDITOR}


def test_events_that_move_no_money_post_nothing() -> None:
    assert fold(posting.PROJECTION, history(given.registered(), given.varsel_sent())) == {}


def test_all_that_may_happen_to_a_case_has_a_day_to_be_booked_on() -> None:
    assert {type(event) for event in given.EXAMPLES} == set(CASE_EVENTS)
    for event in given.EXAMPLES:
        fold(posting.PROJECTION, history(event))


@pytest.mark.law("inkassoloven 1988 § 16")
def test_client_money_that_is_not_there_is_missed_to_the_oere() -> None:
    balances = {"klientkonto": Ore(99), "creditor_payable": Ore(-60), "suspense": Ore(-40)}

    assert client_money_missing_ore(balances) == 1
    assert client_money_missing_ore({**balances, "klientkonto": Ore(100)}) == 0
