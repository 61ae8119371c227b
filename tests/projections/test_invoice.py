"""The invoices of a case, each with what is left of it."""

from events.base import Event
from projections import invoice
from projections.invoice import Invoice
from tests.projections import given
from tests.projections.given import (
    CASE,
    CLAIM,
    OTHER_CLAIM,
    a_claim,
    allocated,
    fold,
    history,
    share,
    split,
)

TWO_CLAIMS = given.registered(a_claim(), a_claim(OTHER_CLAIM, "1002", 100000))
BOTH = split(share(200000, 10), share(100000, 20, OTHER_CLAIM))


def after(*events: Event) -> tuple[Invoice, Invoice]:
    rows = fold(invoice.PROJECTION, history(*events))
    one, other = rows[(CASE, CLAIM)], rows[(CASE, OTHER_CLAIM)]
    assert isinstance(one, Invoice)
    assert isinstance(other, Invoice)
    return one, other


def test_each_claim_of_a_case_is_an_invoice() -> None:
    one, other = after(TWO_CLAIMS)

    assert (one.invoice_number, one.left_ore, one.state) == ("1001", 500000, "claimed")
    assert (other.invoice_number, other.left_ore) == ("1002", 100000)


def test_a_payment_lowers_each_invoice_by_its_share() -> None:
    one, other = after(TWO_CLAIMS, allocated(BOTH))

    assert (one.left_ore, one.interest_paid_ore, one.state) == (300000, 10, "claimed")
    assert (other.left_ore, other.state) == (0, "paid")


def test_a_payment_taken_back_raises_it_again() -> None:
    assert after(TWO_CLAIMS, allocated(BOTH), given.reversed_payment(1, BOTH)) == after(TWO_CLAIMS)


def test_a_reduction_touches_its_own_invoice_only() -> None:
    one, other = after(TWO_CLAIMS, given.reduced(500000))

    assert (one.left_ore, one.reduced_ore, one.state) == (0, 500000, "reduced")
    assert other == after(TWO_CLAIMS)[1]


def test_what_was_paid_too_much_comes_off_the_invoice_it_was_paid_on() -> None:
    paid = allocated(split(share(500000, 700)))
    one, _ = after(TWO_CLAIMS, paid, given.reduced(100000), given.freed(split(share(100000, 140))))

    assert (one.principal_paid_ore, one.interest_paid_ore, one.left_ore) == (400000, 560, 0)
    assert one.state == "paid"


def test_other_events_touch_no_invoice() -> None:
    quiet = (given.varsel_sent(), given.closed(), given.reversed_payment(1, None))

    assert after(TWO_CLAIMS, *quiet) == after(TWO_CLAIMS)
