"""Forsinkelsesrente: which days, which rate, which year, and rounding once."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.law import interest
from engine.law.interest import Segment
from engine.refusal import RefusedError
from events.money import Ore, round_ore

FIRST, LAST = date(2015, 1, 1), date(2026, 12, 31)
DAYS = st.dates(FIRST, LAST)
PRINCIPALS = st.integers(1, 10**10).map(Ore)

HALF_YEARS = [  # a whole half-year of 100 000 kr: days, percent, days of the year
    (2015, 1, 181, "9.25", 365), (2015, 2, 184, "9.00", 365),
    (2016, 1, 182, "8.75", 366), (2016, 2, 184, "8.50", 366),
    (2017, 1, 181, "8.50", 365), (2017, 2, 184, "8.50", 365),
    (2018, 1, 181, "8.50", 365), (2018, 2, 184, "8.50", 365),
    (2019, 1, 181, "8.75", 365), (2019, 2, 184, "9.25", 365),
    (2020, 1, 182, "9.50", 366), (2020, 2, 184, "8.00", 366),
    (2021, 1, 181, "8.00", 365), (2021, 2, 184, "8.00", 365),
    (2022, 1, 181, "8.50", 365), (2022, 2, 184, "9.25", 365),
    (2023, 1, 181, "10.75", 365), (2023, 2, 184, "11.75", 365),
    (2024, 1, 182, "12.50", 366), (2024, 2, 184, "12.50", 366),
    (2025, 1, 181, "12.50", 365), (2025, 2, 184, "12.25", 365),
    (2026, 1, 181, "12.00", 365), (2026, 2, 184, "12.25", 365),
]  # fmt: skip


@pytest.mark.law("forsinkelsesrenteloven 1976 § 2")
def test_the_first_interest_day_is_the_day_after_the_due_date() -> None:
    assert date(2026, 7, 21) == interest.first_interest_day(date(2026, 7, 20), shift=True)


@pytest.mark.law("forsinkelsesrenteloven 1976 § 2")
def test_interest_on_a_claim_due_on_a_saturday_starts_on_tuesday() -> None:
    saturday = date(2026, 8, 15)

    assert date(2026, 8, 18) == interest.first_interest_day(saturday, shift=True)
    assert date(2026, 8, 16) == interest.first_interest_day(saturday, shift=False)


@pytest.mark.law("forsinkelsesrenteloven 1976 § 3")
@pytest.mark.parametrize(("year", "half", "days", "percent", "basis"), HALF_YEARS)
def test_a_half_year_bears_its_own_rate_by_its_own_days(
    year: int, half: int, days: int, percent: str, basis: int
) -> None:
    span = [
        (date(year, 1, 1), date(year, 6, 30)),
        (date(year, 7, 1), date(year, 12, 31)),
    ][half - 1]
    expected = Fraction(10_000_000) * Fraction(percent) / 100 * days / basis

    assert expected == interest.exact_interest(Ore(10_000_000), *span)


@pytest.mark.parametrize(
    ("year", "kroner"), [(2016, 8_624), (2020, 8_745), (2024, 12_500), (2025, 12_373)]
)
def test_a_whole_year_of_100_000_kr_costs_what_its_two_rates_say(year: int, kroner: int) -> None:
    exact = interest.exact_interest(Ore(10_000_000), date(year, 1, 1), date(year, 12, 31))

    assert kroner == exact // 100


@pytest.mark.parametrize(("year", "basis"), [(2023, 365), (2024, 366), (2025, 365)])
def test_a_day_of_a_leap_year_is_one_366th(year: int, basis: int) -> None:
    row = interest.explain([Segment(date(year, 2, 1), date(year, 2, 1), Ore(100))])[0]

    assert basis == row.year_days


def test_five_thousand_due_20_july_2026_has_borne_72_16_on_1_september() -> None:
    claim = [Segment(date(2026, 7, 21), date(2026, 12, 31), Ore(500_000))]

    assert interest.accrued(claim, date(2026, 9, 1)) == 7_216


@pytest.mark.law("forsinkelsesrenteloven 1976 § 3")
def test_a_new_rate_reaches_a_claim_already_running_from_its_own_day() -> None:
    claim = [Segment(date(2026, 6, 16), date(2026, 7, 15), Ore(10_000_000))]

    assert interest.accrued(claim, date(2026, 7, 15)) == 99_658


def test_each_claim_of_a_merged_case_is_rounded_once_by_itself() -> None:
    until = date(2026, 10, 29)
    claims = [
        Segment(date(2026, 8, 11), until, Ore(40_000)),
        Segment(date(2026, 8, 25), until, Ore(90_000)),
        Segment(date(2026, 9, 15), until, Ore(150_000)),
    ]

    assert sum(interest.accrued([claim], until) for claim in claims) == 5_333


def test_eight_thousand_unpaid_until_1_september_2026_bears_115_45() -> None:
    claim = [Segment(date(2026, 7, 21), date(2026, 9, 1), Ore(800_000))]

    assert interest.accrued(claim, date(2026, 9, 1)) == 11_545


def test_after_a_part_payment_only_the_rest_bears_interest() -> None:
    claim = [
        Segment(date(2026, 7, 21), date(2026, 9, 1), Ore(800_000)),
        Segment(date(2026, 9, 2), date(2026, 9, 30), Ore(363_800)),
    ]
    expected = Fraction(800_000 * 43 + 363_800 * 29) * Fraction("0.1225") / 365

    assert round_ore(expected) == interest.accrued(claim, date(2026, 9, 30))


def test_rounding_once_differs_from_rounding_every_segment() -> None:
    days = [Segment(date(2026, 7, d), date(2026, 7, d), Ore(1_000)) for d in range(1, 31)]

    assert interest.accrued(days, date(2026, 7, 30)) == 10
    assert sum(interest.accrued([day], date(2026, 7, 30)) for day in days) == 0


def test_interest_not_yet_begun_is_nothing() -> None:
    claim = [Segment(date(2026, 7, 21), date(2026, 12, 31), Ore(500_000))]

    assert interest.accrued(claim, date(2026, 7, 20)) == 0
    assert interest.exact_interest(Ore(500_000), date(2026, 7, 21), date(2026, 7, 20)) == 0


def test_the_interest_of_a_day_is_the_interest_of_that_day_alone() -> None:
    day = date(2026, 9, 1)

    assert Fraction(500_000) * Fraction("0.1225") / 365 == interest.interest_per_day(
        Ore(500_000), day
    )


@pytest.mark.parametrize(
    ("from_on", "until_on"),
    [(date(2026, 12, 1), date(2027, 1, 1)), (date(2014, 12, 31), date(2015, 1, 1))],
)
def test_interest_reaching_a_day_without_a_rate_is_refused(from_on: date, until_on: date) -> None:
    with pytest.raises(RefusedError) as refusal:
        interest.exact_interest(Ore(500_000), from_on, until_on)

    assert refusal.value.code == "rate_unknown"
    assert refusal.value.facts["known_until"] == LAST


def test_a_nil_principal_needs_no_rate() -> None:
    assert interest.exact_interest(Ore(0), date(2026, 12, 1), date(2027, 3, 1)) == 0


def test_the_explanation_splits_at_rates_and_years_and_adds_up() -> None:
    claim = [Segment(date(2023, 12, 1), date(2025, 1, 31), Ore(1_000_000))]
    rows = interest.explain(claim)

    assert [(r.from_on, r.until_on, r.days, r.rate_percent, r.year_days) for r in rows] == [
        (date(2023, 12, 1), date(2023, 12, 31), 31, Decimal("11.75"), 365),
        (date(2024, 1, 1), date(2024, 6, 30), 182, Decimal("12.50"), 366),
        (date(2024, 7, 1), date(2024, 12, 31), 184, Decimal("12.50"), 366),
        (date(2025, 1, 1), date(2025, 1, 31), 31, Decimal("12.50"), 365),
    ]
    assert sum(row.exact_ore for row in rows) == interest.claim_interest(claim)


@given(PRINCIPALS, DAYS, DAYS, DAYS)
def test_where_a_span_is_cut_changes_nothing(
    principal: Ore, one: date, two: date, three: date
) -> None:
    start, cut, end = sorted((one, two, three))
    whole = interest.exact_interest(principal, start, end)
    left = interest.exact_interest(principal, start, cut)
    right = interest.exact_interest(principal, cut + timedelta(days=1), end)

    assert whole == left + right


@given(PRINCIPALS, DAYS, st.integers(0, 60))
def test_a_span_is_the_sum_of_its_days(principal: Ore, start: date, length: int) -> None:
    end = min(start + timedelta(days=length), LAST)
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]

    assert interest.exact_interest(principal, start, end) == sum(
        interest.interest_per_day(principal, day) for day in days
    )


@given(PRINCIPALS, DAYS, DAYS)
def test_interest_never_shrinks_as_days_go(principal: Ore, one: date, two: date) -> None:
    earlier, later = sorted((one, two))
    claim = [Segment(FIRST, LAST, principal)]

    assert interest.accrued(claim, earlier) <= interest.accrued(claim, later)
