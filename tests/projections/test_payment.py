"""Payments: on a case, in suspense, sent back."""

from datetime import date

import pytest

from events.base import Event
from events.money import Ore
from events.payment import PaymentBooked, PaymentMatched, PaymentSuspended, SuspenseRefunded
from projections import payment
from projections.payment import Payment
from tests.projections import given
from tests.projections.given import CASE, PAYMENT, House, clear, fold

SUSPENDED = PaymentSuspended(
    amount_ore=Ore(571016),
    ordered_on=date(2026, 9, 1),
    received_on=date(2026, 9, 2),
    booked_on=date(2026, 9, 2),
    kid=clear("123", PAYMENT),
    payer_account=clear("15064512345", PAYMENT),
    reason="kid_unknown",
    source_file="OCR.D020926",
    source_line=12,
)
MATCHED = PaymentMatched(case_id=CASE, amount_ore=Ore(571016), matched_on=date(2026, 9, 3))
BOOKED = PaymentBooked(
    case_id=CASE,
    amount_ore=Ore(571016),
    booked_on=date(2026, 9, 2),
    payer_account=None,
    source_file="OCR.D020926",
    source_line=12,
)
PAID = given.split(given.share(500000, 7216), fees=3800, salaer=60000)


def the_payment(*events: Event) -> Payment:
    row = House().row(payment.projection, f"payment-{PAYMENT}", *events)
    assert isinstance(row, Payment)
    return row


def test_a_payment_in_suspense_shows_what_is_needed_to_place_it() -> None:
    row = the_payment(SUSPENDED)

    assert (row.state, row.case_id, row.suspense_reason) == ("suspense", None, "kid_unknown")
    assert (row.kid, row.payer_account, row.source_line) == ("123", "•••• 2345", 12)


@pytest.mark.parametrize(
    "event", [MATCHED, SuspenseRefunded(amount_ore=Ore(1), refunded_on=date(2026, 9, 9))]
)
def test_who_paid_is_forgotten_once_the_payment_is_placed_or_sent_back(event: Event) -> None:
    row = the_payment(SUSPENDED, event)

    assert row.state in {"on_case", "refunded"}
    assert (row.kid, row.payer_account, row.suspense_reason) == (None, None, None)


def a_case_payment(*events: Event) -> Payment:
    vault = House().vault
    mixed = [
        given.recorded(
            event,
            f"payment-{PAYMENT}" if isinstance(event, PaymentBooked) else f"case-{CASE}",
            version,
        )
        for version, event in enumerate(events, 1)
    ]
    row = fold(payment.projection(vault), mixed)[(PAYMENT,)]
    assert isinstance(row, Payment)
    return row


def test_a_payment_and_its_case_may_tell_of_it_in_either_order() -> None:
    one = a_case_payment(BOOKED, given.received(571016))
    other = a_case_payment(given.received(571016), BOOKED)

    assert one == other
    assert (one.ordered_on, one.source_file) == (date(2026, 9, 1), "OCR.D020926")


def test_a_payment_tells_what_it_covered_until_it_is_reversed() -> None:
    row = a_case_payment(given.received(571016), given.allocated(PAID), given.held(500))

    assert (row.principal_ore, row.costs_ore, row.interest_ore) == (500000, 63800, 7216)
    assert (row.creditor_ore, row.agency_ore, row.held_ore) == (507216, 63800, 500)
    gone = a_case_payment(
        given.received(571016), given.allocated(PAID), given.reversed_payment(571016, PAID)
    )
    assert (gone.state, gone.principal_ore, gone.creditor_ore) == ("reversed", 0, 0)


def test_a_direct_payment_has_no_bank_line_and_is_listed_all_the_same() -> None:
    row = a_case_payment(given.received(100, source="direct"))

    assert (row.source, row.state, row.source_file) == ("direct", "on_case", None)
