"""What each event brought the creditor, and that the ledger says the same."""

from collections.abc import Sequence

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from engine.ledger import entries
from events.base import Event
from events.case.money import Split
from projections import payable
from projections.payable import Payable
from tests.projections import given
from tests.projections.given import (
    CLAIM,
    CREDITOR,
    OTHER_CLAIM,
    allocated,
    fold,
    history,
    share,
    split,
)

PAID = split(share(500000, 7216), fees=3800, salaer=60000, vat=15000)


def lines(*events: Event) -> list[Payable]:
    rows = fold(payable.PROJECTION, history(*events)).values()
    return [row for row in rows if isinstance(row, Payable)]


def posted(account: str, events: Sequence[Event]) -> int:
    return sum(
        entry.amount_ore
        for event in events
        for entry in entries(event)
        if entry.account == account
    )


def test_a_payment_brings_the_creditor_principal_and_interest() -> None:
    (line,) = lines(allocated(PAID))

    assert (line.principal_ore, line.interest_ore, line.fees_ore) == (500000, 7216, 0)
    assert (line.payable_ore, line.debt_ore) == (507216, 0)
    assert (line.salaer_ore, line.agency_fees_ore, line.vat_ore) == (60000, 3800, 15000)
    assert (line.creditor_id, line.case_number) == (CREDITOR, given.CASE_NUMBER)
    assert (line.what, line.invoice_number) == ("payment", "1001")


def test_each_invoice_has_a_line_and_the_first_has_the_costs() -> None:
    first, second = lines(
        allocated(
            split(
                share(1000, 10, CLAIM),
                share(500, 5, OTHER_CLAIM),
                fees=3800,
                creditors_fees=3800,
                salaer=900,
                compensation=430,
                vat=225,
            )
        )
    )

    assert (first.fees_ore, first.payable_ore, first.vat_ore) == (4230, 5240, 225)
    assert (second.fees_ore, second.payable_ore, second.salaer_ore) == (0, 505, 0)
    assert second.invoice_number == "1002"


def test_a_payment_that_covered_costs_alone_has_a_line_of_no_invoice() -> None:
    (line,) = lines(allocated(split(fees=3800, salaer=1000, vat=250)))

    assert (line.invoice_number, line.payable_ore, line.vat_ore) == (None, 0, 250)


def test_what_was_paid_to_the_creditor_leaves_it_owing_the_agencys_part() -> None:
    (line,) = lines(allocated(PAID, source="direct"))

    assert (line.what, line.payable_ore, line.debt_ore, line.vat_ore) == (
        "direct_payment",
        0,
        63800,
        15000,
    )


def test_vat_inside_the_salaer_is_not_the_creditors_to_pay() -> None:
    (line,) = lines(allocated(split(share(100), salaer=75000, vat=15000, vat_inside=True)))

    assert line.vat_ore == 0


def test_a_payment_taken_back_before_payout_lowers_what_is_payable() -> None:
    (line,) = lines(given.reversed_payment(571016, PAID))

    assert (line.payable_ore, line.debt_ore, line.vat_ore) == (-507216, 0, -15000)


def test_a_payment_taken_back_after_payout_is_the_creditors_debt() -> None:
    (line,) = lines(given.reversed_payment(571016, PAID, paid_out=True))

    assert (line.payable_ore, line.debt_ore) == (0, 507216)


def test_a_reversal_of_what_covered_nothing_has_no_line() -> None:
    assert lines(given.reversed_payment(100, None, held=100)) == []


def test_a_withdrawal_is_a_debt_only_when_it_is_charged() -> None:
    (line,) = lines(given.WITHDRAWN)

    assert (line.what, line.debt_ore, line.payable_ore) == ("withdrawal", 25000, 0)
    assert lines(given.WITHDRAWN.model_copy(update={"charge_ore": 0})) == []


def test_a_rejected_payout_is_owed_again() -> None:
    rows = fold(payable.PROJECTION, history(given.REJECTED, stream=f"settlement-{CREDITOR}"))
    (line,) = rows.values()

    assert isinstance(line, Payable)
    assert (line.payable_ore, line.case_id, line.creditor_id) == (492216, None, CREDITOR)


def test_other_events_bring_nothing() -> None:
    assert lines(given.registered(), given.received(100), given.held(5), given.closed()) == []


amounts = st.integers(min_value=0, max_value=10**7)


@st.composite
def splits(draw: st.DrawFn) -> Split:
    fees = draw(amounts)
    return split(
        *(share(draw(amounts), draw(amounts), claim) for claim in (CLAIM, OTHER_CLAIM)),
        fees=fees,
        creditors_fees=draw(st.integers(min_value=0, max_value=fees)),
        salaer=draw(amounts),
        compensation=draw(amounts),
        vat=draw(amounts),
        vat_inside=draw(st.booleans()),
    )


@given_any(splits(), st.booleans())
def test_the_lines_and_the_ledger_tell_the_same(part: Split, paid_out: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    events = [
        allocated(part),
        allocated(part, source="direct"),
        given.reversed_payment(0, part, paid_out=paid_out),
        given.reversed_payment(0, part, source="direct"),
        given.freed(part, paid_out=paid_out),
        given.WITHDRAWN,
    ]
    rows = lines(*events)

    assert sum(row.payable_ore for row in rows) == -posted("creditor_payable", events)
    assert sum(row.debt_ore for row in rows) == posted("creditor_debt", events)
    assert sum(row.vat_ore for row in rows) == posted("creditor_vat", events)


@pytest.mark.parametrize("source", ["bank", "direct"])
def test_taking_a_payment_back_undoes_it_to_the_oere(source: str) -> None:
    rows = lines(
        allocated(PAID, source=source), given.reversed_payment(571016, PAID, source=source)
    )

    assert sum(row.payable_ore for row in rows) == 0
    assert sum(row.debt_ore for row in rows) == 0
    assert sum(row.vat_ore for row in rows) == 0
