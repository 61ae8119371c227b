"""Payments on a case: what they cover, what is held, and what happens when they are taken back."""

from datetime import date, timedelta

import pytest

from engine.case.lifecycle import WithdrawCase, WriteOffCase
from engine.case.money import ReceivePayment, RefundOverpayment
from engine.refusal import RefusedError
from events.case import (
    OverpaymentHeld,
    PaymentAllocated,
    PaymentReversed,
    RemainderWaived,
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
    creditors_varsel,
    named,
    registered,
    terms,
    types,
)

ALL_ON_DEADLINE = 571_016


def allocated(events: list[object]) -> PaymentAllocated:
    return next(event for event in events if isinstance(event, PaymentAllocated))


def held(events: list[object]) -> OverpaymentHeld:
    return next(event for event in events if isinstance(event, OverpaymentHeld))


def refund(play: Play, amount_ore: int, name: str = "p1") -> list[str]:
    return types(
        play.do(
            RefundOverpayment(
                payment_id=named(name), amount_ore=Ore(amount_ore), today=date(2026, 9, 10)
            )
        )
    )


def test_the_statement_paid_on_its_day_closes_the_case() -> None:
    play = Play().warned().demanded()
    events = play.pay(ALL_ON_DEADLINE, DEMAND_DEADLINE)

    assert types(events) == ["payment_received", "payment_allocated", "closed"]
    assert play.owed(date(2026, 12, 31)).total_ore == 0
    assert play.owed(date(2026, 12, 31)).paid_ore == ALL_ON_DEADLINE


def test_the_same_payment_is_taken_up_once() -> None:
    play = Play()
    play.pay(1_000, REGISTERED_ON)

    assert play.pay(1_000, REGISTERED_ON) == []


@pytest.mark.law("inkassoloven 1988 § 17")
def test_a_payment_ordered_in_time_and_booked_late_leaves_no_salaer() -> None:
    play = Play().warned().demanded()
    events = play.pay(508_499, VARSEL_DEADLINE, booked=date(2026, 8, 19))
    given = allocated(list(events))

    assert (given.principal_ore, given.costs_ore, given.interest_ore) == (500_000, 3_800, 4_699)
    assert types(events)[-1] == "closed"
    told = [event for event in events if isinstance(event, SalaerClaimed)]
    assert [event.amount_ore for event in told] == [0]
    assert play.owed(date(2026, 12, 31)).total_ore == 0


def test_a_letter_sent_after_the_order_and_before_we_knew_of_it_costs_nothing() -> None:
    play = Play(event=registered(terms=terms(small_balance_ore=0)))
    play.warned(date(2026, 8, 5))
    events = play.pay(502_517, date(2026, 8, 4), booked=date(2026, 8, 6))
    waived = next(event for event in events if isinstance(event, RemainderWaived))

    assert play.case.closed == "paid"
    assert (waived.letter_fees_ore, waived.principal_ore, waived.interest_ore) == (3_800, 0, 0)
    assert play.owed(date(2026, 9, 1)).total_ore == 0


def test_what_was_paid_in_time_lowers_the_band_of_the_salaer() -> None:
    play = Play().warned().demanded()
    assert play.owed(DEMANDED_ON).salaer_ore == 60_000

    play.pay(450_000, VARSEL_DEADLINE, booked=date(2026, 8, 19))

    assert play.owed(date(2026, 8, 19)).principal_ore == 53_800
    assert play.owed(date(2026, 8, 19)).salaer_ore == 26_250


def test_what_is_paid_after_the_demand_does_not_lower_the_band() -> None:
    play = Play().warned().demanded()
    play.pay(450_000, DEMAND_DEADLINE)

    assert play.owed(DEMAND_DEADLINE).salaer_ore == 0
    assert play.owed(DEMAND_DEADLINE).salaer_light_ore == 60_000
    play.heavy()
    assert play.owed(HEAVY_FROM).salaer_ore == 60_000


def test_a_payment_ordered_before_the_heavy_salaer_meets_the_light_one() -> None:
    play = Play().warned().demanded()
    play.heavy()
    day_42 = HEAVY_FROM - timedelta(1)
    owed = 500_000 + 3_800 + 60_000 + 11_914  # 71 days of interest
    events = play.pay(owed, day_42, booked=date(2026, 10, 1))

    assert types(events)[-1] == "closed"
    assert allocated(list(events)).split.salaer_ore == 60_000
    assert play.owed(date(2026, 12, 31)).total_ore == 0


def test_the_interest_changes_rate_and_principal_each_on_its_day() -> None:
    play = Play(
        event=registered(
            claim("2001", 10_000_000, due=date(2026, 6, 15)),
            on=date(2026, 6, 29),
            consumer=False,
        )
    )
    assert play.owed(date(2026, 7, 15)).interest_ore == 99_658
    play.pay(5_000_000, date(2026, 6, 30))

    # 15 days on 100 000 at 12 %, 15 days on 50 000 at 12.25 %: 493.151 + 251.712 kr.
    assert play.owed(date(2026, 7, 15)).interest_ore == 74_486


def last_year() -> Play:
    play = Play(event=registered(claim(due=date(2025, 10, 20)), on=date(2025, 11, 3)))
    return play.warned(date(2025, 11, 3)).demanded(date(2025, 11, 18))


def test_the_new_years_sats_raises_the_salaer_that_is_still_unpaid() -> None:
    play = last_year()
    assert play.owed(date(2025, 12, 31)).salaer_ore == 56_000
    assert play.owed(date(2026, 1, 1)).salaer_ore == 60_000

    play.pay(100_000, date(2025, 12, 19))
    assert play.owed(date(2025, 12, 31)).salaer_ore == 0
    assert play.owed(date(2026, 1, 1)).salaer_ore == 4_000


def test_the_salaer_stands_as_it_was_on_the_day_the_principal_was_paid() -> None:
    play = last_year()
    total = play.owed(date(2025, 12, 31)).total_ore
    play.pay(total, date(2025, 12, 31), booked=date(2026, 1, 2))

    assert play.case.closed == "paid"
    assert play.owed(date(2026, 1, 2)).total_ore == 0


def test_practice_covers_costs_then_principal_then_interest() -> None:
    play = Play(claim("1009", 800_000)).warned().demanded()
    given = allocated(list(play.pay(500_000, DEMAND_DEADLINE)))

    assert (given.costs_ore, given.principal_ore, given.interest_ore) == (63_800, 436_200, 0)
    owed = play.owed(DEMAND_DEADLINE)
    assert (owed.principal_ore, owed.interest_ore, owed.costs_ore) == (363_800, 11_545, 0)


def test_textbook_covers_costs_then_interest_then_principal() -> None:
    play = Play(event=registered(claim("1009", 800_000), terms=terms(allocation="textbook")))
    given = allocated(list(play.warned().demanded().pay(500_000, DEMAND_DEADLINE)))

    assert given.order == "textbook"
    assert (given.costs_ore, given.principal_ore, given.interest_ore) == (63_800, 424_655, 11_545)


def test_the_oldest_claim_is_covered_first() -> None:
    play = Play(claim("B", 100_000, due=date(2026, 7, 17)), claim("A", 100_000))
    given = allocated(list(play.pay(150_000, REGISTERED_ON)))

    assert [(share.invoice_number, share.principal_ore) for share in given.split.claims] == [
        ("B", 100_000),
        ("A", 50_000),
    ]


def test_what_is_paid_too_much_is_held_for_the_payer_and_given_back_once() -> None:
    play = Play().warned().demanded()
    events = play.pay(ALL_ON_DEADLINE + 5_000, DEMAND_DEADLINE)

    assert held(list(events)).amount_ore == 5_000
    assert held(list(events)).reason == "overpaid"
    assert refund(play, 2_000) == ["refund_made"]
    with pytest.raises(RefusedError) as refused:
        refund(play, 3_001)
    assert refused.value.code == "more_than_held"
    assert refused.value.facts["held"] == 3_000
    assert refund(play, 3_000) == ["refund_made"]
    with pytest.raises(RefusedError, match="more than held"):
        refund(play, 1)


def test_a_payment_on_a_case_that_has_ended_is_held() -> None:
    play = Play().warned()
    play.do(WithdrawCase(today=VARSEL_DEADLINE, letter_id=named("bye"), channel="sms"))
    events = play.pay(100_000, DEMANDED_ON)

    assert types(events) == ["payment_received", "overpayment_held"]
    assert held(list(events)).reason == "case_closed"
    assert play.owed(DEMANDED_ON).principal_ore == 500_000


def test_what_was_paid_too_much_to_the_creditor_is_the_creditors_to_give_back() -> None:
    play = Play()
    play.pay(600_000, REGISTERED_ON, direct=True)

    with pytest.raises(RefusedError) as refused:
        refund(play, 1)

    assert refused.value.code == "held_by_creditor"


@pytest.mark.parametrize(("short_ore", "closed"), [(5_000, "paid"), (5_001, None)])
def test_a_balance_too_small_to_pursue_closes_the_case(short_ore: int, closed: str | None) -> None:
    play = Play().warned().demanded()
    events = play.pay(ALL_ON_DEADLINE - short_ore, DEMAND_DEADLINE)

    assert play.case.closed == closed
    waived = [event for event in events if isinstance(event, RemainderWaived)]
    assert [event.interest_ore for event in waived] == ([5_000] if closed else [])
    assert play.owed(date(2026, 12, 31)).total_ore == 0 or closed is None


def test_a_payment_stops_the_letter_that_was_about_to_go() -> None:
    play = Play().warned()
    play.order_demand()
    events = play.pay(508_700, VARSEL_DEADLINE, booked=DEMANDED_ON)

    assert "letter_stopped" in types(events)
    with pytest.raises(RefusedError, match="letter stopped"):
        play.release("demand", DEMANDED_ON)


def test_a_part_payment_lets_the_letter_go_on() -> None:
    play = Play().warned()
    play.order_demand()
    play.pay(100_000, VARSEL_DEADLINE, booked=DEMANDED_ON)

    assert types(play.release("demand", DEMANDED_ON)) == ["letter_released"]


@pytest.mark.parametrize(
    ("amount", "ordered", "booked", "code"),
    [
        (0, REGISTERED_ON, REGISTERED_ON, "amount_not_positive"),
        (-1, REGISTERED_ON, REGISTERED_ON, "amount_not_positive"),
        (1, date(2026, 8, 4), REGISTERED_ON, "dates_in_wrong_order"),
        (1, date(2027, 1, 4), date(2027, 1, 4), "rate_unknown"),
    ],
)
def test_what_is_no_payment_is_refused(
    amount: int, ordered: date, booked: date, code: str
) -> None:
    play = Play().warned().demanded()

    with pytest.raises(RefusedError) as refused:
        play.pay(amount, ordered, booked=booked)

    assert refused.value.code == code


def test_money_that_has_not_come_yet_is_not_booked() -> None:
    with pytest.raises(RefusedError) as refused:
        Play().do(
            ReceivePayment(
                payment_id=named("p"),
                source="bank",
                amount_ore=Ore(1),
                ordered_on=REGISTERED_ON,
                received_on=date(2026, 8, 5),
                kid=None,
                today=date(2026, 8, 4),
            )
        )

    assert refused.value.code == "in_the_future"


def test_a_payment_taken_back_is_owed_again_as_if_it_had_never_come() -> None:
    play = Play().warned().demanded()
    before = [play.owed(DEMAND_DEADLINE), play.owed(HEAVY_FROM)]
    play.pay(100_000, DEMAND_DEADLINE)
    play.take_back("p1", date(2026, 9, 3))

    assert [play.owed(DEMAND_DEADLINE), play.owed(HEAVY_FROM)] == before
    assert play.take_back("p1", date(2026, 9, 3)) == []


def test_a_case_that_a_payment_closed_goes_on_when_it_is_taken_back() -> None:
    play = Play().warned().demanded()
    before = play.owed(HEAVY_FROM)
    play.pay(ALL_ON_DEADLINE - 4_000, DEMAND_DEADLINE)
    events = play.take_back("p1", date(2026, 9, 3))

    assert types(events) == ["payment_reversed", "reopened", "remainder_reinstated"]
    assert play.owed(HEAVY_FROM) == before
    assert types(play.heavy()) == ["salaer_claimed"]


def test_a_case_closed_with_a_loss_goes_on_when_its_part_payment_is_taken_back() -> None:
    play = Play().warned().demanded()
    before = play.owed(HEAVY_FROM)
    play.pay(100_000, DEMAND_DEADLINE)
    play.do(WriteOffCase(today=date(2026, 9, 2)))
    events = play.take_back("p1", date(2026, 9, 3))

    assert types(events)[1:3] == ["reopened", "remainder_reinstated"]
    assert play.owed(HEAVY_FROM) == before


def test_a_withdrawn_case_stays_withdrawn_when_a_payment_is_taken_back() -> None:
    play = Play().warned()
    play.pay(100_000, REGISTERED_ON)
    play.do(WithdrawCase(today=VARSEL_DEADLINE, letter_id=named("bye"), channel="sms"))

    assert types(play.take_back("p1", DEMANDED_ON)) == ["payment_reversed"]
    assert play.case.closed == "withdrawn"


def test_taking_back_what_was_only_held_leaves_the_case_closed() -> None:
    play = Play().warned().demanded()
    play.pay(ALL_ON_DEADLINE, DEMAND_DEADLINE)
    play.pay(10_000, DEMAND_DEADLINE, name="p2")

    assert types(play.take_back("p2", date(2026, 9, 3))) == ["payment_reversed"]
    assert play.case.closed == "paid"


def test_what_was_sent_back_before_a_payment_was_taken_back_is_told_as_not_held() -> None:
    play = Play().warned().demanded()
    play.pay(ALL_ON_DEADLINE + 5_000, DEMAND_DEADLINE)
    refund(play, 2_000)
    undone = play.take_back("p1", date(2026, 9, 11))[0]

    assert isinstance(undone, PaymentReversed)
    assert (undone.amount_ore, undone.held_ore) == (ALL_ON_DEADLINE + 5_000, 3_000)
    assert play.ledger() == {"agency_revenue": 2_000, "agency_funds": -2_000}


def test_a_payment_nobody_knows_is_not_taken_back_or_given_back() -> None:
    play = Play()
    with pytest.raises(RefusedError) as refused:
        play.take_back("p1", REGISTERED_ON)
    assert refused.value.code == "payment_unknown"
    with pytest.raises(RefusedError, match="payment unknown"):
        refund(play, 1)


@pytest.mark.parametrize("part_ore", [7, 333, 10_001, 33_333])
def test_the_vat_of_part_payments_sums_to_the_vat_of_the_whole(part_ore: int) -> None:
    for deducts, salaer, vat in ((True, 60_000, 15_000), (False, 75_000, 15_000)):
        play = Play(event=registered(terms=terms(deducts_vat=deducts))).warned().demanded()
        splits = [
            allocated(list(play.pay(part_ore, DEMAND_DEADLINE, name=f"p{n}"))).split
            for n in range(4)
        ]
        rest = allocated(list(play.pay(300_000, DEMAND_DEADLINE, name="last"))).split

        assert sum(split.salaer_ore for split in [*splits, rest]) == salaer
        assert sum(split.vat_ore for split in [*splits, rest]) == vat


def test_a_creditor_outside_vat_passes_it_on_inside_the_salaer() -> None:
    play = Play(
        event=registered(
            claim("77", 40_000, due=date(2026, 8, 17)),
            on=date(2026, 8, 31),
            terms=terms(deducts_vat=False),
        )
    )
    play.warned(date(2026, 8, 31)).demanded(date(2026, 9, 15))
    owed = play.owed(date(2026, 9, 15))

    assert (owed.salaer_ore, owed.salaer_light_ore, owed.salaer_heavy_ore) == (
        23_438,
        23_438,
        46_875,
    )
    split = allocated(list(play.pay(owed.total_ore, date(2026, 9, 15)))).split
    assert (split.vat_ore, split.vat_inside) == (4_688, True)
    assert play.ledger()["vat"] == -4_688
    assert play.ledger()["agency_revenue"] == -(23_438 - 4_688 + 3_800)


def business(*, fees: bool) -> Play:
    agreed = terms(claim_compensation=True, claim_letter_fees=fees)
    one = claim("B", 1_000_000, compensation_ore=43_000)
    return Play(event=registered(one, consumer=False, terms=agreed)).warned().demanded()


@pytest.mark.law("inkassoforskriften 1989 § 2-6")
def test_the_compensation_is_set_off_against_fees_and_then_salaer() -> None:
    owed = business(fees=False).owed(DEMANDED_ON)
    assert (owed.compensation_ore, owed.salaer_ore, owed.costs_ore) == (43_000, 47_000, 90_000)

    owed = business(fees=True).owed(DEMANDED_ON)
    assert (owed.letter_fees_ore, owed.salaer_ore, owed.costs_ore) == (0, 50_800, 93_800)


def test_the_creditor_gets_the_compensation_and_the_agency_what_is_left_of_the_salaer() -> None:
    split = allocated(list(business(fees=True).pay(93_800, DEMANDED_ON))).split

    assert (split.creditor_ore, split.agency_ore) == (43_000, 50_800)
    assert split.vat_ore == 12_700


def test_the_fee_of_the_creditors_own_letter_is_the_creditors() -> None:
    play = Play(event=registered(claim(varsel=creditors_varsel()), on=DEMANDED_ON)).demanded()
    split = allocated(list(play.pay(63_800, DEMANDED_ON))).split

    assert (split.letter_fees_ore, split.creditors_letter_fees_ore) == (3_800, 3_800)
    assert (split.creditor_ore, split.agency_ore) == (3_800, 60_000)


def test_the_creditors_fee_is_covered_though_it_was_paid_before_the_case_began() -> None:
    play = Play(event=registered(claim(varsel=creditors_varsel()), on=DEMANDED_ON))
    play.pay(508_499, VARSEL_DEADLINE, booked=DEMANDED_ON, direct=True)

    assert play.case.closed == "paid"
    assert allocated(list(play.events)).split.creditors_letter_fees_ore == 3_800


def test_an_earlier_payment_told_later_gives_back_what_the_later_one_covered_too_much() -> None:
    play = Play().warned().demanded()
    play.pay(100_000, date(2026, 9, 5))
    # The creditor tells on 20 September that the debtor paid 5 000 to it on 10 August.
    events = play.pay(500_000, date(2026, 8, 10), booked=date(2026, 9, 20), name="p2", direct=True)

    # 362 kr were left at the demand: salær 187.50, not 600. 3.16 of the rest is interest.
    assert types(events)[-1] == "closed"
    assert play.owed(date(2026, 9, 20)).total_ore == 0
    ours = [paid.held_ore for paid in play.case.payments]
    assert ours == [60_000 - 18_750 - 316, 0]
    assert play.case.paid.salaer_ore == 18_750
    assert play.ledger()["refund"] == -ours[0]


def test_money_is_booked_also_when_the_rates_of_the_day_are_not_known_yet() -> None:
    play = Play().warned().demanded()
    last_known = date(2026, 12, 31)
    before = play.owed(last_known)
    play.pay(before.total_ore, last_known, booked=date(2027, 1, 4))
    assert play.case.closed == "paid"

    assert types(play.take_back("p1", date(2027, 1, 5))) == ["payment_reversed", "reopened"]
    assert play.owed(last_known) == before
