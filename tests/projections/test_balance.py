"""The balance: every part of what is owed, by events alone."""

from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from events.base import Event
from events.case.lifecycle import CreditorsVarsel
from projections import balance
from projections.balance import Balance
from projections.fold import NoRowError
from tests.projections import given
from tests.projections.given import CASE, CREDITOR, allocated, fold, history, share, split

DEMANDED = (
    given.registered(),
    given.varsel_sent(),
    given.demand_sent(),
    given.salaer_claimed(),
)
ALL_OF_IT = split(share(500000, 7216), fees=3800, salaer=60000, vat=15000)


def after(*events: Event) -> Balance:
    row = fold(balance.PROJECTION, history(*events))[(CASE,)]
    assert isinstance(row, Balance)
    return row


def test_a_new_case_owes_its_principal() -> None:
    row = after(given.registered(given.a_claim(principal=500000)))

    assert (row.principal_ore, row.total_ore, row.open) == (500000, 500000, True)
    assert (row.creditor_id, row.case_number) == (CREDITOR, "2026-000123")


def test_fees_and_salaer_are_owed_from_their_events() -> None:
    row = after(*DEMANDED)

    assert (row.letter_fees_ore, row.salaer_ore, row.costs_ore) == (3800, 60000, 63800)
    assert row.total_ore == 563800


def test_a_new_salaer_cap_replaces_the_one_before() -> None:
    row = after(*DEMANDED, given.salaer_claimed(120000))

    assert row.salaer_ore == 120000


def test_the_fee_of_a_creditors_notice_that_counts_is_owed() -> None:
    varsel = CreditorsVarsel(
        sent_on=date(2026, 7, 21), pay_by=date(2026, 8, 4), fee_ore=given.Ore(3800), counts=True
    )
    fell_short = varsel.model_copy(update={"counts": False})

    assert after(given.registered(given.a_claim(varsel=varsel))).letter_fees_ore == 3800
    assert after(given.registered(given.a_claim(varsel=fell_short))).letter_fees_ore == 0


def test_compensation_is_set_off_against_fees_then_salaer() -> None:
    row = after(
        given.registered(given.a_claim(compensation=43000)),
        *DEMANDED[1:-1],
        given.salaer_claimed(90000),
    )

    assert (row.compensation_ore, row.letter_fees_ore, row.salaer_ore) == (43000, 0, 50800)
    assert row.costs_ore == 93800


def test_a_letter_makes_interest_part_of_the_balance() -> None:
    row = after(given.registered(), given.released(interest=2349))

    assert (row.interest_ore, row.interest_on) == (2349, date(2026, 8, 3))


def test_a_letter_that_states_no_sum_leaves_interest_alone() -> None:
    silent = given.released().model_copy(update={"printed": None})

    assert after(given.registered(), silent) == after(given.registered())


def test_a_payment_in_full_leaves_nothing() -> None:
    row = after(*DEMANDED, given.received(571016), allocated(ALL_OF_IT, accrued=7216))

    assert (row.total_ore, row.principal_ore, row.interest_ore, row.costs_ore) == (0, 0, 0, 0)
    assert row.paid_ore == 571016
    assert row.interest_on == date(2026, 9, 1)


def test_money_received_covers_nothing_until_it_is_allocated() -> None:
    assert after(*DEMANDED, given.received(571016)) == after(*DEMANDED)


def test_a_letter_after_a_part_payment_does_not_forget_the_interest_paid() -> None:
    row = after(
        given.registered(),
        allocated(split(share(100000, 2000)), accrued=2000),
        given.released(interest=1500),
    )

    assert (row.interest_accrued_ore, row.interest_ore) == (3500, 1500)


def test_a_reversed_payment_is_owed_again() -> None:
    paid = (*DEMANDED, allocated(ALL_OF_IT, accrued=7216))
    row = after(*paid, given.reversed_payment(571016, ALL_OF_IT))

    assert (row.paid_ore, row.principal_ore, row.interest_ore) == (0, 500000, 7216)
    assert row.costs_ore == 63800


def test_what_is_held_is_not_paid_and_goes_when_it_is_refunded() -> None:
    row = after(*DEMANDED, given.held(1500))

    assert (row.held_ore, row.paid_ore) == (1500, 0)
    assert after(*DEMANDED, given.held(1500), given.REFUNDED).held_ore == 500


def test_what_a_creditor_was_overpaid_is_not_ours_to_hold() -> None:
    assert after(*DEMANDED, given.held(1500, source="direct")).held_ore == 0


def test_a_reversal_takes_what_was_held_too() -> None:
    row = after(*DEMANDED, given.held(1500), given.reversed_payment(1500, None, held=1500))

    assert row.held_ore == 0


def test_barred_costs_fall_away_and_come_back() -> None:
    row = after(*DEMANDED, given.barred(3800, 60000))

    assert (row.costs_ore, row.total_ore) == (0, 500000)
    assert after(*DEMANDED, given.barred(), given.REINSTATED).costs_ore == 63800


def test_costs_are_never_below_nothing_when_the_cap_had_risen() -> None:
    assert after(*DEMANDED, given.barred(3800, 72000)).salaer_ore == 0


def test_a_reduced_claim_owes_less() -> None:
    assert after(*DEMANDED, given.reduced(100000)).principal_ore == 400000


def test_a_claim_reduced_to_nothing_bears_no_interest() -> None:
    row = after(given.registered(), given.released(2349), given.reduced(500000))

    assert (row.principal_ore, row.interest_ore, row.total_ore) == (0, 0, 0)


def test_what_was_paid_too_much_on_a_reduced_claim_is_not_paid_any_more() -> None:
    paid = allocated(split(share(500000, 7000)), accrued=7000)
    row = after(
        given.registered(), paid, given.reduced(100000), given.freed(split(share(100000, 1400)))
    )

    assert (row.principal_ore, row.interest_ore, row.paid_ore) == (0, 0, 405600)


def test_a_waived_remainder_is_not_owed_until_it_is_reinstated() -> None:
    waived = (*DEMANDED, given.waived(principal=500000, interest=900, salaer=60000))
    row = after(*waived)

    assert (row.principal_ore, row.interest_ore, row.salaer_ore) == (0, 0, 0)
    assert row.waived_ore == 560900
    assert after(*waived, given.REMAINDER_REINSTATED).principal_ore == 500000


def test_a_case_is_open_until_it_ends_and_again_when_reopened() -> None:
    assert not after(given.registered(), given.closed()).open
    assert not after(given.registered(), given.WITHDRAWN).open
    assert after(given.registered(), given.closed(), given.REOPENED).open


def test_notices_on_their_way_move_no_money() -> None:
    quiet = (given.VARSEL_ORDERED, given.STOPPED, given.LAPSED, given.RETURNED, given.PAUSED)

    assert after(given.registered(), *quiet) == after(given.registered())


def test_an_event_before_the_registration_cannot_be_taken() -> None:
    with pytest.raises(NoRowError, match="before its beginning"):
        after(given.varsel_sent())


parts = st.integers(min_value=0, max_value=10_000)
payments = st.lists(st.tuples(parts, parts, parts, parts), max_size=6)


@given_any(payments, parts)
def test_claimed_is_what_is_left_and_paid_and_waived(
    paid: list[tuple[int, int, int, int]], waived: int
) -> None:
    interest = sum(part[1] for part in paid) + 123
    events = [
        allocated(split(share(p, i), fees=f % 600, salaer=s), accrued=interest)
        for p, i, f, s in paid
    ]
    row = after(*DEMANDED, *events, given.waived(principal=waived))
    claimed = 500000 + row.interest_accrued_ore + 3800 + 60000

    assert claimed == row.principal_ore + row.interest_ore + row.costs_ore + row.paid_ore + waived
    assert row.total_ore == row.principal_ore + row.interest_ore + row.costs_ore
    undone = [given.reversed_payment(0, event.split) for event in events]
    assert after(*DEMANDED, *events, *undone).paid_ore == 0
