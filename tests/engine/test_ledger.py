"""Double entry: what each event posts, by hand, and that nothing is ever made or lost."""

from datetime import date

import pytest

from engine.case.lifecycle import WithdrawCase
from engine.case.money import RefundOverpayment
from engine.ledger import CLIENT_MONEY, Account, entries
from events.base import Event
from events.money import ZERO, Ore
from events.payment import PaymentMatched, PaymentSuspended, SuspenseRefunded
from events.registry import ALL
from events.settlement import PayoutConfirmed, PayoutPrepared, PayoutRejected
from tests.cases import (
    CREDITOR,
    DEMAND_DEADLINE,
    REGISTERED_ON,
    Play,
    balances,
    named,
    registered,
    terms,
)

ALL_ON_DEADLINE = 571_016
PAID_OUT_ON = date(2026, 9, 7)


def prepared(payable_ore: int, *, vat_ore: int = 0, set_off_ore: int = 0) -> PayoutPrepared:
    return PayoutPrepared(
        payout_id=named("payout"),
        creditor_id=CREDITOR,
        prepared_on=PAID_OUT_ON,
        after_position=0,
        until_position=9,
        lines=(),
        principal_ore=ZERO,
        interest_ore=ZERO,
        fees_ore=ZERO,
        payable_ore=Ore(payable_ore),
        vat_withheld_ore=Ore(vat_ore),
        set_off_ore=Ore(set_off_ore),
        carried_vat_ore=ZERO,
        carried_debt_ore=ZERO,
        amount_ore=Ore(payable_ore - vat_ore - set_off_ore),
    )


def confirmed(amount_ore: int) -> PayoutConfirmed:
    return PayoutConfirmed(
        payout_id=named("payout"),
        creditor_id=CREDITOR,
        amount_ore=Ore(amount_ore),
        confirmed_on=PAID_OUT_ON,
    )


def paid(*, direct: bool = False, deducts_vat: bool = True) -> Play:
    play = Play(event=registered(terms=terms(deducts_vat=deducts_vat))).warned().demanded()
    play.pay(play.owed(DEMAND_DEADLINE).total_ore, DEMAND_DEADLINE, direct=direct)
    return play


def test_a_payment_becomes_the_creditors_and_ours() -> None:
    assert paid().ledger() == {
        "klientkonto": ALL_ON_DEADLINE,
        "creditor_payable": -507_216,
        "agency_revenue": -63_800,
        "creditor_vat": 15_000,
        "vat": -15_000,
    }


def test_the_vat_a_debtor_paid_inside_the_salaer_is_the_states_not_ours() -> None:
    assert paid(deducts_vat=False).ledger() == {
        "klientkonto": ALL_ON_DEADLINE + 15_000,
        "creditor_payable": -507_216,
        "agency_revenue": -63_800,
        "vat": -15_000,
    }


def test_of_what_is_paid_to_the_creditor_it_owes_us_our_part() -> None:
    assert paid(direct=True).ledger() == {
        "creditor_debt": 63_800,
        "agency_revenue": -63_800,
        "creditor_vat": 15_000,
        "vat": -15_000,
    }


def test_a_direct_payment_taken_back_leaves_nothing() -> None:
    play = paid(direct=True)
    play.take_back("p1", date(2026, 9, 3))

    assert play.ledger() == {}


def test_the_vat_is_withheld_from_the_payout_and_the_rest_leaves_the_client_account() -> None:
    play = paid()
    payout = [prepared(507_216, vat_ore=15_000), confirmed(492_216)]

    assert balances([*play.events, *payout]) == {
        "klientkonto": 78_800,  # our salær and fee, and the VAT we owe the state
        "agency_revenue": -63_800,
        "vat": -15_000,
    }


def test_a_payout_on_its_way_is_still_client_money() -> None:
    play = paid()
    ledger = balances([*play.events, prepared(507_216, vat_ore=15_000)])

    assert ledger["in_transit"] == -492_216
    assert ledger["klientkonto"] == ALL_ON_DEADLINE


def test_a_rejected_payout_is_owed_to_the_creditor_again() -> None:
    rejected = PayoutRejected(
        payout_id=named("payout"),
        creditor_id=CREDITOR,
        amount_ore=Ore(492_216),
        rejected_on=PAID_OUT_ON,
        reason="AC04",
    )
    ledger = balances([*paid().events, prepared(507_216, vat_ore=15_000), rejected])

    assert ledger["creditor_payable"] == -492_216
    assert "in_transit" not in ledger


def test_what_a_creditor_owes_us_is_set_off_in_its_payout() -> None:
    direct = paid(direct=True)
    ledger = balances([*direct.events, *paid().events, prepared(507_216, set_off_ore=63_800)])

    assert "creditor_debt" not in ledger
    assert ledger["in_transit"] == -443_416


def test_a_payment_taken_back_before_the_payout_leaves_nothing() -> None:
    play = paid()
    play.take_back("p1", date(2026, 9, 3))

    assert play.ledger() == {}


def test_a_payment_taken_back_after_the_payout_is_made_good_and_owed_by_the_creditor() -> None:
    play = paid()
    payout = [prepared(507_216, vat_ore=15_000), confirmed(492_216)]
    before = list(play.events)
    after = play.take_back("p1", date(2026, 9, 9), paid_out=True)
    ledger = balances([*before, *payout, *after])

    assert ledger["creditor_debt"] == 507_216
    assert ledger["agency_funds"] == -507_216
    # It had been paid out less the VAT, and no VAT is due any more.
    assert ledger["klientkonto"] == 15_000 == -ledger["creditor_vat"]
    assert not any(account in ledger for account in CLIENT_MONEY)


def test_what_was_refunded_and_then_taken_back_by_the_bank_is_our_loss() -> None:
    play = paid()
    play.pay(10_000, DEMAND_DEADLINE, name="p2")
    play.do(RefundOverpayment(payment_id=named("p2"), amount_ore=Ore(10_000), today=PAID_OUT_ON))
    before = play.ledger()
    play.take_back("p2", PAID_OUT_ON)
    after = play.ledger()

    assert after["klientkonto"] == before["klientkonto"]
    assert after["agency_funds"] == -10_000
    assert after["agency_revenue"] == before["agency_revenue"] + 10_000


def test_a_withdrawal_that_costs_is_owed_by_the_creditor() -> None:
    play = Play().warned().demanded()
    play.do(WithdrawCase(today=PAID_OUT_ON, letter_id=named("bye"), channel="letter"))

    assert play.ledger() == {"creditor_debt": 50_000, "agency_revenue": -50_000}


def suspended(amount_ore: int) -> PaymentSuspended:
    return PaymentSuspended(
        amount_ore=Ore(amount_ore),
        ordered_on=REGISTERED_ON,
        received_on=REGISTERED_ON,
        booked_on=REGISTERED_ON,
        kid=None,
        payer_account=None,
        reason="kid_missing",
        source_file=None,
        source_line=None,
    )


def test_a_payment_nobody_can_place_waits_in_suspense_and_is_client_money() -> None:
    assert balances([suspended(500)]) == {"klientkonto": 500, "suspense": -500}


def test_a_payment_that_is_placed_stands_once_on_the_client_account() -> None:
    play = Play()
    matched = PaymentMatched(case_id=named("case"), amount_ore=Ore(500), matched_on=REGISTERED_ON)
    events: list[Event] = [suspended(500), matched, *play.pay(500, REGISTERED_ON)]

    assert balances(events) == {"klientkonto": 500, "creditor_payable": -500}


def test_a_payment_sent_back_from_suspense_leaves_nothing() -> None:
    back = SuspenseRefunded(amount_ore=Ore(500), refunded_on=REGISTERED_ON)

    assert balances([suspended(500), back]) == {}


def test_what_is_held_is_the_payers_until_it_is_sent_back() -> None:
    play = paid()
    play.pay(10_000, DEMAND_DEADLINE, name="p2")
    assert play.ledger()["refund"] == -10_000
    play.do(RefundOverpayment(payment_id=named("p2"), amount_ore=Ore(10_000), today=PAID_OUT_ON))

    assert "refund" not in play.ledger()


@pytest.mark.parametrize("account", CLIENT_MONEY)
def test_client_money_is_never_the_agencys_own(account: Account) -> None:
    assert account not in ("agency_revenue", "agency_funds", "vat")


def test_events_that_move_no_money_post_nothing() -> None:
    play = Play().warned().demanded()
    play.object(DEMAND_DEADLINE)

    assert all(entries(event) == () for event in play.events)
    assert len(ALL) > len({event.TYPE for event in play.events})
