"""What is owed on any day: known rates only, rounded once, and nothing before its day."""

from datetime import date, timedelta

import pytest

from engine.case.parts import INITIAL
from engine.case.statement import creditor_of, paid_ore, terms_of
from engine.refusal import RefusedError
from tests.cases import (
    CREDITOR,
    DEMAND_DEADLINE,
    DEMANDED_ON,
    HEAVY_FROM,
    REGISTERED_ON,
    TERMS,
    Play,
    claim,
    registered,
)


def test_the_consumer_who_pays_on_the_last_day_owes_what_the_jurist_reckoned() -> None:
    owed = Play().warned().demanded().owed(DEMAND_DEADLINE)

    assert (owed.principal_ore, owed.interest_ore) == (500_000, 7_216)
    assert (owed.letter_fees_ore, owed.salaer_ore, owed.costs_ore) == (3_800, 60_000, 63_800)
    assert (owed.salaer_light_ore, owed.salaer_heavy_ore) == (60_000, 120_000)
    assert (owed.total_ore, owed.paid_ore, owed.court_fees_ore) == (571_016, 0, 0)


def test_claims_that_became_one_case_owe_one_fee_and_one_salaer() -> None:
    play = Play(
        event=registered(
            claim("A", 40_000, due=date(2026, 8, 10)),
            claim("B", 90_000, due=date(2026, 8, 24)),
            claim("C", 150_000, due=date(2026, 9, 14)),
            on=date(2026, 9, 30),
        )
    )
    play.warned(date(2026, 9, 30)).demanded(date(2026, 10, 15))
    owed = play.owed(date(2026, 10, 29))

    assert (owed.principal_ore, owed.letter_fees_ore, owed.salaer_ore) == (280_000, 3_800, 60_000)
    assert (owed.interest_ore, owed.total_ore) == (5_333, 349_133)
    play.heavy(date(2026, 11, 27))
    assert play.owed(date(2026, 11, 26)).salaer_ore == 60_000
    assert play.owed(date(2026, 11, 27)).salaer_ore == 120_000


def test_the_interest_of_each_claim_is_rounded_once_whatever_payments_split_it() -> None:
    whole = Play()
    split = Play()
    for n in range(12):
        split.pay(1, REGISTERED_ON + timedelta(n), name=f"p{n}")

    assert abs(whole.owed(HEAVY_FROM).interest_ore - split.owed(HEAVY_FROM).interest_ore) <= 1


def test_no_cost_stands_in_the_statement_before_its_day() -> None:
    play = Play().warned().demanded()

    assert play.owed(REGISTERED_ON - timedelta(1)).costs_ore == 0
    assert play.owed(DEMANDED_ON - timedelta(1)).costs_ore == 3_800
    assert play.owed(DEMANDED_ON).costs_ore == 63_800


def test_no_interest_runs_on_the_due_date_itself() -> None:
    play = Play()

    assert play.owed(date(2026, 7, 20)).interest_ore == 0
    assert play.owed(date(2026, 7, 21)).interest_ore == 168


def test_a_due_date_on_a_saturday_is_the_monday() -> None:
    play = Play(claim(due=date(2026, 7, 18)))

    assert play.owed(date(2026, 7, 20)).interest_ore == 0
    assert play.owed(date(2026, 7, 21)).interest_ore == 168


def test_interest_bears_no_interest_and_costs_bear_none() -> None:
    play = Play().warned().demanded()
    day = play.owed(date(2026, 9, 3)).interest_ore - play.owed(date(2026, 9, 2)).interest_ore

    assert day in (167, 168)


def test_a_day_past_the_last_known_rate_is_refused_and_never_guessed() -> None:
    play = Play()

    assert play.owed(date(2026, 12, 31)).interest_ore > 0
    with pytest.raises(RefusedError) as refused:
        play.owed(date(2027, 1, 1))
    assert refused.value.code == "rate_unknown"


def test_what_is_paid_is_owed_on_no_day() -> None:
    play = Play()
    play.pay(100_000, date(2026, 9, 1))

    assert play.owed(REGISTERED_ON).principal_ore == 400_000
    assert paid_ore(play.case) == 100_000


def test_only_a_registered_case_has_terms_and_a_creditor() -> None:
    case = Play().case

    assert (terms_of(case), creditor_of(case)) == (TERMS, CREDITOR)
    with pytest.raises(ValueError, match="before it is registered"):
        terms_of(INITIAL)
    with pytest.raises(ValueError, match="before it is registered"):
        creditor_of(INITIAL)
