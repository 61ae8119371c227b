"""Objections: what one does to the costs and the clock at once, and what its answer does."""

from datetime import date

import pytest

from engine.case.money import RefundOverpayment
from engine.case.objections import AnswerObjection
from engine.refusal import RefusedError
from events.case import (
    CostsBarred,
    CostsReinstated,
    LetterReleased,
    OverpaymentHeld,
    PaymentAllocated,
    PaymentFreed,
    SalaerClaimed,
)
from events.money import Ore
from tests.cases import (
    DEMAND_DEADLINE,
    DEMANDED_ON,
    HEAVY_FROM,
    REGISTERED_ON,
    VARSEL_DEADLINE,
    Play,
    claim,
    named,
    registered,
    terms,
    types,
)

RAISED_ON = date(2026, 9, 5)
ANSWERED_ON = date(2026, 9, 10)


def two() -> Play:
    """A claim of 10 000 and one of 400, warned and demanded as one case: salær 1 200."""
    return Play(claim("big", 1_000_000), claim("small", 40_000)).warned().demanded()


@pytest.mark.law("inkassoloven 1988 § 17")
def test_an_objection_bars_the_costs_already_asked_and_interest_runs_on() -> None:
    play = Play().warned().demanded()
    raised, barred = play.object(RAISED_ON)

    assert types([raised]) == ["objection_raised"]
    assert isinstance(barred, CostsBarred)
    assert (barred.letter_fees_ore, barred.salaer_ore) == (3_800, 60_000)
    owed = play.owed(RAISED_ON)
    assert (owed.costs_ore, owed.salaer_light_ore) == (0, 0)
    assert owed.interest_ore == 7_887  # 47 days


@pytest.mark.law("inkassoloven 1988 § 8")
def test_an_objection_stops_the_letter_that_was_about_to_go_and_the_clock() -> None:
    play = Play().warned()
    play.order_demand()

    assert types(play.object(DEMANDED_ON)) == [
        "objection_raised",
        "costs_barred",
        "letter_stopped",
    ]
    with pytest.raises(RefusedError, match="letter stopped"):
        play.release("demand", DEMANDED_ON)
    with pytest.raises(RefusedError) as refused:
        play.order_demand(name="second")
    assert refused.value.code == "objection_open"


def test_no_heavy_salaer_is_claimed_while_an_objection_stands() -> None:
    play = Play().warned().demanded()
    play.object(RAISED_ON)

    with pytest.raises(RefusedError) as refused:
        play.heavy()

    assert refused.value.code == "objection_open"


def test_an_objection_is_raised_once() -> None:
    play = Play()
    play.object(REGISTERED_ON)

    assert play.object(REGISTERED_ON) == []
    assert types(play.object(REGISTERED_ON, name="o2")) == ["objection_raised"]


def test_not_being_able_to_pay_is_no_objection() -> None:
    play = Play().warned()
    play.order_demand()
    before = play.owed(DEMANDED_ON)

    assert types(play.object(DEMANDED_ON, groundless=True)) == ["objection_raised"]
    assert play.owed(DEMANDED_ON) == before
    assert types(play.release("demand", DEMANDED_ON)) == ["letter_released"]


def test_an_objection_to_a_claim_of_another_case_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        Play().object(REGISTERED_ON, "9999")

    assert refused.value.code == "claim_unknown"


def test_upheld_lets_the_clock_go_on_but_brings_no_costs_back() -> None:
    play = Play().warned()
    play.object(VARSEL_DEADLINE)

    assert types(play.answer("upheld", DEMANDED_ON)) == ["objection_answered"]
    play.demanded()
    assert play.owed(DEMANDED_ON).costs_ore == 0
    assert play.heavy() == []
    assert play.owed(HEAVY_FROM).costs_ore == 0


def test_only_a_groundless_objection_brings_the_costs_back() -> None:
    play = Play().warned().demanded()
    before = play.owed(ANSWERED_ON)
    play.object(RAISED_ON)
    answered, again = play.answer("upheld", ANSWERED_ON, groundless=True)

    assert types([answered]) == ["objection_answered"]
    assert isinstance(again, CostsReinstated)
    assert (again.letter_fees_ore, again.salaer_ore) == (3_800, 60_000)
    assert play.owed(ANSWERED_ON) == before


def test_no_heavy_salaer_is_claimed_when_all_that_is_left_bears_no_costs() -> None:
    play = Play(claim("1001", 100_000), claim("1002", 100_000)).warned().demanded()
    play.pay(140_000, DEMANDED_ON)
    play.object(RAISED_ON, "1002")
    play.answer("upheld", ANSWERED_ON)

    assert [known.principal_left_ore > 0 for known in play.case.claims] == [False, True]
    assert play.heavy() == []


def test_heavy_salaer_is_not_claimed_for_the_days_an_objection_stood() -> None:
    play = Play().warned().demanded()
    play.object(RAISED_ON)
    play.answer("upheld", date(2026, 10, 20), groundless=True)
    play.heavy(date(2026, 10, 20))

    assert play.owed(date(2026, 10, 19)).salaer_ore == 60_000
    assert play.owed(date(2026, 10, 20)).salaer_ore == 120_000


def test_the_undisputed_rest_goes_on_with_the_salaer_of_its_own_band() -> None:
    play = two()
    assert play.owed(RAISED_ON).salaer_ore == 120_000
    play.object(RAISED_ON, "big")

    owed = play.owed(RAISED_ON)
    assert (owed.salaer_ore, owed.letter_fees_ore) == (18_750, 3_800)
    assert owed.principal_ore == 1_040_000
    assert types(play.heavy()) == ["salaer_claimed"]
    assert play.owed(HEAVY_FROM).salaer_ore == 37_500


def test_the_letter_fee_falls_only_when_every_claim_is_barred() -> None:
    play = two()
    play.object(RAISED_ON, "big")
    assert play.owed(RAISED_ON).letter_fees_ore == 3_800
    play.object(RAISED_ON, "small", name="o2")

    assert play.owed(RAISED_ON).costs_ore == 0


def test_the_demand_states_only_what_is_not_disputed() -> None:
    play = Play(claim("big", 1_000_000), claim("small", 40_000)).warned()
    play.object(VARSEL_DEADLINE, "big")
    play.order_demand()
    released = play.release("demand", DEMANDED_ON)[0]

    assert isinstance(released, LetterReleased)
    assert released.printed is not None
    assert [line.invoice_number for line in released.printed.claims] == ["small"]
    assert released.printed.principal_ore == 40_000
    assert released.printed.salaer_ore == 18_750
    assert released.printed.total_ore == 40_000 + 389 + 3_800 + 18_750


def test_a_payment_covers_the_undisputed_claim_first() -> None:
    play = Play(claim("old", 100_000, due=date(2026, 7, 17)), claim("new", 100_000))
    play.object(REGISTERED_ON, "old")
    paid = play.pay(60_000, REGISTERED_ON)[1]

    assert isinstance(paid, PaymentAllocated)
    assert [share.invoice_number for share in paid.split.claims] == ["new"]


def test_accepted_credits_the_claim_and_closes_the_case() -> None:
    play = Play().warned().demanded()
    play.object(RAISED_ON)
    events = play.answer("accepted", ANSWERED_ON)

    assert types(events) == ["objection_answered", "principal_reduced", "closed"]
    assert play.case.closed == "objection_accepted"
    assert play.owed(HEAVY_FROM).total_ore == 0


def test_an_objection_that_is_accepted_was_not_groundless() -> None:
    play = two()
    play.object(RAISED_ON, "big", groundless=True)
    play.answer("accepted", ANSWERED_ON)

    owed = play.owed(ANSWERED_ON)
    assert (owed.principal_ore, owed.salaer_ore) == (40_000, 18_750)


def test_one_claim_accepted_leaves_the_other_to_be_paid() -> None:
    play = two()
    play.object(RAISED_ON, "big")
    play.answer("accepted", ANSWERED_ON)

    owed = play.owed(ANSWERED_ON)
    assert play.case.closed is None
    assert (owed.principal_ore, owed.costs_ore) == (40_000, 22_550)
    assert owed.interest_ore == 698  # 52 days on 400 kr


def test_everything_paid_on_an_accepted_claim_goes_back_to_the_payer() -> None:
    play = Play().warned().demanded()
    play.pay(400_000, DEMAND_DEADLINE)
    play.object(RAISED_ON)
    events = play.answer("accepted", ANSWERED_ON)
    held = next(event for event in events if isinstance(event, OverpaymentHeld))

    assert (held.amount_ore, held.reason) == (400_000, "claim_reduced")
    assert play.owed(ANSWERED_ON).paid_ore == 0
    # Revenue, VAT and what the creditor was to have are undone to the øre.
    assert play.ledger() == {"klientkonto": 400_000, "refund": -400_000}


def test_what_the_creditor_already_had_of_an_accepted_claim_it_owes() -> None:
    play = Play().warned().demanded()
    play.pay(400_000, DEMAND_DEADLINE)
    play.object(RAISED_ON)
    play.answer("accepted", ANSWERED_ON, paid_out=True)
    ledger = play.ledger()

    assert ledger["creditor_debt"] == 336_200
    assert ledger["refund"] == -400_000
    assert ledger["klientkonto"] >= 400_000


def test_corrected_lowers_the_claim_and_its_interest_from_the_start() -> None:
    play = Play().warned().demanded()
    play.object(RAISED_ON)
    events = play.answer("corrected", ANSWERED_ON, amount_ore=300_000)

    assert types(events) == ["objection_answered", "principal_reduced"]
    owed = play.owed(ANSWERED_ON)
    assert (owed.principal_ore, owed.costs_ore) == (300_000, 0)
    assert owed.interest_ore == 5_236  # 52 days on 3 000 kr


def test_what_was_paid_beyond_a_corrected_claim_covers_its_interest_and_goes_back() -> None:
    play = Play().warned().demanded()
    play.pay(400_000, DEMAND_DEADLINE)  # 38 fee, 600 salær, 3 362 principal
    play.object(RAISED_ON)
    events = play.answer("corrected", ANSWERED_ON, amount_ore=200_000)
    freed = next(event.split for event in events if isinstance(event, PaymentFreed))
    held = next(event for event in events if isinstance(event, OverpaymentHeld))

    assert (freed.principal_ore, freed.costs_ore) == (136_200, 63_800)
    assert freed.vat_ore == 15_000
    assert held.amount_ore == 200_000 - 2_886  # 43 days of interest on 2 000 kr
    assert play.case.closed == "paid"
    assert play.ledger() == {
        "klientkonto": 400_000,
        "creditor_payable": -202_886,
        "refund": -197_114,
    }


def test_a_payment_taken_back_after_a_correction_undoes_only_what_it_still_covers() -> None:
    play = Play().warned().demanded()
    play.pay(400_000, DEMAND_DEADLINE)
    play.object(RAISED_ON)
    play.answer("corrected", ANSWERED_ON, amount_ore=200_000)
    play.take_back("p1", date(2026, 9, 15))

    assert play.ledger() == {}
    owed = play.owed(ANSWERED_ON)
    assert (owed.principal_ore, owed.interest_ore) == (200_000, 3_490)
    assert play.case.closed is None


def test_an_excess_over_several_payments_is_taken_from_each() -> None:
    play = Play().warned().demanded()
    play.pay(300_000, DEMAND_DEADLINE)
    play.pay(100_000, date(2026, 9, 2), name="p2")
    play.object(RAISED_ON)
    play.answer("accepted", ANSWERED_ON)

    assert [paid.held_ore for paid in play.case.payments] == [300_000, 100_000]
    play.take_back("p2", date(2026, 9, 15))
    assert play.ledger() == {"klientkonto": 300_000, "refund": -300_000}


def test_the_salaer_of_a_case_whose_claim_was_corrected_is_told_again() -> None:
    play = Play(claim("a", 1_000_000), claim("b", 200_000)).warned().demanded()
    play.object(RAISED_ON, "a", groundless=True)
    events = play.answer("corrected", ANSWERED_ON, amount_ore=10_000)

    assert not [event for event in events if isinstance(event, SalaerClaimed)]
    assert play.owed(ANSWERED_ON).salaer_ore == 30_000  # of b alone: a was rightly disputed


def test_money_paid_to_the_creditor_and_not_owed_is_given_back_by_us_and_owed_by_it() -> None:
    play = Play().warned().demanded()
    play.pay(400_000, DEMAND_DEADLINE, direct=True)
    assert play.ledger()["creditor_debt"] == 63_800
    play.object(RAISED_ON)
    play.answer("accepted", ANSWERED_ON)
    ledger = play.ledger()

    assert ledger == {
        "creditor_debt": 400_000,
        "klientkonto": 400_000,
        "agency_funds": -400_000,
        "refund": -400_000,
    }
    with pytest.raises(RefusedError) as refused:
        play.take_back("p1", date(2026, 9, 15))
    assert refused.value.code == "payment_given_back"
    refund = RefundOverpayment(payment_id=named("p1"), amount_ore=Ore(400_000), today=ANSWERED_ON)
    assert types(play.do(refund)) == ["refund_made"]


@pytest.mark.parametrize(
    ("amount_ore", "code"),
    [
        (None, "amount_missing"),
        (0, "amount_not_lower"),
        (500_000, "amount_not_lower"),
        (500_001, "amount_not_lower"),
    ],
)
def test_a_correction_names_a_lower_amount(amount_ore: int | None, code: str) -> None:
    play = Play()
    play.object(REGISTERED_ON)

    with pytest.raises(RefusedError) as refused:
        play.answer("corrected", ANSWERED_ON, amount_ore=amount_ore)

    assert refused.value.code == code


def test_a_correction_is_of_one_claim() -> None:
    play = two()
    play.object(RAISED_ON)

    with pytest.raises(RefusedError) as refused:
        play.answer("corrected", ANSWERED_ON, amount_ore=10_000)

    assert refused.value.code == "amount_for_one_claim"


def test_there_is_no_answer_without_an_objection() -> None:
    with pytest.raises(RefusedError) as refused:
        Play().answer("upheld", REGISTERED_ON)

    assert refused.value.code == "objection_unknown"


def test_an_objection_is_answered_once() -> None:
    play = Play()
    play.object(REGISTERED_ON)
    answer = AnswerObjection(
        objection_id=named("o1"),
        answer="upheld",
        amount_ore=None,
        groundless=True,
        paid_out=False,
        today=DEMANDED_ON,
    )

    assert types(play.do(answer)) == ["objection_answered", "costs_reinstated"]
    assert play.do(answer) == []


def test_the_compensation_of_a_disputed_claim_is_not_asked() -> None:
    agreed = terms(claim_compensation=True, claim_letter_fees=False)
    claims = (
        claim("a", 1_000_000, compensation_ore=43_000),
        claim("b", 100_000, compensation_ore=43_000),
    )
    play = Play(event=registered(*claims, consumer=False, terms=agreed)).warned().demanded()
    assert play.owed(RAISED_ON).costs_ore == 180_000  # 1.6 x 750 x 1.5
    play.object(RAISED_ON, "a")

    owed = play.owed(RAISED_ON)
    assert (owed.compensation_ore, owed.salaer_ore) == (43_000, 0)  # 393.75 is the smaller


def test_compensation_paid_net_of_the_salaer_is_given_back_to_the_oere() -> None:
    agreed = terms(claim_compensation=True)
    one = claim("B", 1_000_000, compensation_ore=43_000)
    play = Play(event=registered(one, consumer=False, terms=agreed)).warned().demanded()
    play.pay(100_000, DEMANDED_ON)
    play.object(RAISED_ON)
    play.answer("accepted", ANSWERED_ON)

    assert play.ledger() == {"klientkonto": 100_000, "refund": -100_000}


def test_an_objection_is_a_brake_on_any_day_also_when_no_rate_is_known() -> None:
    play = Play().warned().demanded()

    events = play.object(date(2027, 3, 1))

    assert types(events) == ["objection_raised", "costs_barred"]
    assert play.case.frozen
    assert play.owed(date(2026, 12, 31)).costs_ore == 0
