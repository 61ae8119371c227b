"""Money on the client account: on its case once, in suspense, or sent back; never lost."""

from datetime import date
from uuid import UUID

import pytest

from engine.case.money import ReceivePayment
from engine.decider import Ask
from engine.payment import (
    BookPayment,
    MatchPayment,
    RefundSuspense,
    SuspendPayment,
    TakeBackPayment,
    book_payment,
    match_payment,
    refund_suspense,
    suspend_payment,
    take_back_payment,
)
from engine.refusal import RefusedError
from engine.streams import case_stream, payment_stream, settlement_stream
from events.base import Event
from events.case import PaymentReceived, PaymentReversed
from events.money import Ore
from events.payment import PaymentBooked, PaymentMatched, PaymentSuspended, SuspenseRefunded
from tests.asks import decided
from tests.cases import CREDITOR, registered
from tests.engine.test_settlement import prepared

TODAY = date(2026, 8, 20)
CASE, PAYMENT = UUID(int=9), UUID(int=10)
OWN, ITS_CASE = payment_stream(PAYMENT), case_stream(CASE)
BEGUN = registered()
SUSPENDED = PaymentSuspended(
    amount_ore=Ore(100_000),
    ordered_on=date(2026, 8, 18),
    received_on=date(2026, 8, 19),
    booked_on=TODAY,
    kid=None,
    payer_account=None,
    reason="kid_missing",
    source_file=None,
    source_line=None,
)


def book(kid: str | None = BEGUN.kid) -> Ask:
    received = ReceivePayment(
        payment_id=PAYMENT,
        source="bank",
        amount_ore=Ore(100_000),
        ordered_on=TODAY,
        received_on=TODAY,
        kid=kid,
        today=TODAY,
    )
    return book_payment(
        BookPayment(
            case_id=CASE,
            payment=received,
            payer_account=None,
            source_file="file",
            source_line=3,
        )
    )


def match() -> Ask:
    return match_payment(MatchPayment(payment_id=PAYMENT, case_id=CASE, today=TODAY))


def refund() -> Ask:
    return refund_suspense(RefundSuspense(payment_id=PAYMENT, today=TODAY))


def code_of(ask: Ask, given: dict[str, list[Event]]) -> str:
    with pytest.raises(RefusedError) as refused:
        decided(ask, given)
    return refused.value.code


def test_a_payment_is_booked_on_its_case_and_on_its_own_stream_in_one_commit() -> None:
    changes = decided(book(), {ITS_CASE: [BEGUN]})

    assert isinstance(changes[OWN][0], PaymentBooked)
    assert isinstance(changes[ITS_CASE][0], PaymentReceived)


def test_a_transaction_reported_twice_is_booked_once() -> None:
    first = decided(book(), {ITS_CASE: [BEGUN]})

    assert decided(book(), {OWN: first[OWN], ITS_CASE: [BEGUN]}) == {}


def test_a_payment_is_not_booked_on_a_case_with_another_kid() -> None:
    assert code_of(book("999"), {ITS_CASE: [BEGUN]}) == "kid_of_other_case"


def test_a_payment_nobody_can_place_waits_and_is_not_kept_twice() -> None:
    ask = suspend_payment(SuspendPayment(payment_id=PAYMENT, suspended=SUSPENDED))

    assert decided(ask) == {OWN: [SUSPENDED]}
    assert decided(ask, {OWN: [SUSPENDED]}) == {}


def test_a_payment_in_suspense_counts_from_its_own_days_when_its_case_is_found() -> None:
    changes = decided(match(), {OWN: [SUSPENDED], ITS_CASE: [BEGUN]})

    received = changes[ITS_CASE][0]
    assert isinstance(received, PaymentReceived)
    assert (received.ordered_on, received.booked_on) == (date(2026, 8, 18), TODAY)
    assert changes[OWN] == [
        PaymentMatched(case_id=CASE, amount_ore=Ore(100_000), matched_on=TODAY)
    ]
    assert decided(match(), {OWN: [SUSPENDED, *changes[OWN]], ITS_CASE: [BEGUN]}) == {}


def test_what_is_sent_back_cannot_be_matched_and_the_other_way_round() -> None:
    refunded = SuspenseRefunded(amount_ore=Ore(100_000), refunded_on=TODAY)
    matched = PaymentMatched(case_id=CASE, amount_ore=Ore(100_000), matched_on=TODAY)

    assert decided(refund(), {OWN: [SUSPENDED]}) == {OWN: [refunded]}
    assert decided(refund(), {OWN: [SUSPENDED, refunded]}) == {}
    assert code_of(match(), {OWN: [SUSPENDED, refunded]}) == "payment_not_in_suspense"
    assert code_of(refund(), {OWN: [SUSPENDED, matched]}) == "payment_not_in_suspense"


def test_a_payment_that_never_came_can_be_neither_matched_nor_refunded() -> None:
    assert code_of(match(), {}) == "payment_unknown"
    assert code_of(refund(), {}) == "payment_unknown"


@pytest.mark.parametrize(("position", "paid_out"), [(40, True), (41, False)])
def test_the_settlement_tells_whether_a_payment_taken_back_was_paid_out(
    position: int, *, paid_out: bool
) -> None:
    booked = decided(book(), {ITS_CASE: [BEGUN]})
    ask = take_back_payment(
        TakeBackPayment(
            case_id=CASE,
            creditor_id=CREDITOR,
            payment_id=PAYMENT,
            position=position,
            today=date(2026, 8, 26),
        )
    )
    given = {
        ITS_CASE: [BEGUN, *booked[ITS_CASE]],
        settlement_stream(CREDITOR): [prepared(until=40)],
    }

    taken_back = decided(ask, given)[ITS_CASE][0]

    assert isinstance(taken_back, PaymentReversed)
    assert taken_back.paid_out == paid_out
