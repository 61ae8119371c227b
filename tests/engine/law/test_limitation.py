"""Foreldelse: when it is too late, and what puts it off."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.law import deadlines, limitation

DUE = date(2023, 11, 25)  # a Saturday
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@pytest.mark.law("foreldelsesloven 1979 § 2")
@pytest.mark.law("foreldelsesloven 1979 § 3")
def test_three_years_run_from_the_stated_due_date_weekend_or_not() -> None:
    last = limitation.limitation_date(DUE)

    assert last == date(2026, 11, 25)
    assert not limitation.is_time_barred(last, date(2026, 11, 25))
    assert limitation.is_time_barred(last, date(2026, 11, 26))


@pytest.mark.law("foreldelsesloven 1979 § 14")
def test_an_acknowledgement_in_time_starts_three_new_years() -> None:
    acknowledged = [date(2028, 1, 10), date(2025, 5, 2)]

    assert limitation.limitation_date(DUE, acknowledged=acknowledged) == date(2031, 1, 10)


@pytest.mark.law("foreldelsesloven 1979 § 14")
def test_an_acknowledgement_too_late_revives_nothing() -> None:
    day_late = [date(2026, 11, 26)]

    assert limitation.limitation_date(DUE, acknowledged=day_late) == date(2026, 11, 25)


@pytest.mark.law("foreldelsesloven 1979 § 21")
def test_a_judgment_in_time_gives_ten_years() -> None:
    judgment_on = date(2026, 3, 2)

    assert limitation.limitation_date(DUE, judgment_on=judgment_on) == date(2036, 3, 2)
    assert limitation.limitation_date(DUE, judgment_on=date(2027, 3, 2)) == date(2026, 11, 25)


@pytest.mark.law("foreldelsesloven 1979 § 21")
def test_an_acknowledgement_after_a_judgment_does_not_shorten_its_ten_years() -> None:
    last = limitation.limitation_date(
        DUE, acknowledged=[date(2027, 1, 5)], judgment_on=date(2026, 3, 2)
    )

    assert last == date(2036, 3, 2)


@given(DAYS, st.lists(DAYS, max_size=4))
def test_no_acknowledgement_ever_shortens_the_time(due_on: date, said: list[date]) -> None:
    plain = limitation.limitation_date(due_on)

    assert limitation.limitation_date(due_on, acknowledged=said) >= plain


@pytest.mark.law("foreldelsesloven 1979 § 15")
@pytest.mark.law("foreldelsesloven 1979 § 17")
@pytest.mark.parametrize(
    ("last", "needed_by"),
    [
        (date(2026, 11, 25), date(2026, 11, 25)),  # a Wednesday
        (date(2026, 11, 29), date(2026, 11, 27)),  # a Sunday: never the Monday after
        (date(2026, 12, 27), date(2026, 12, 24)),  # the Sunday after Christmas
    ],
)
def test_the_interrupting_step_comes_before_a_free_last_day(last: date, needed_by: date) -> None:
    assert needed_by == limitation.legal_step_needed_by(last)


@pytest.mark.law("foreldelsesloven 1979 § 15")
@pytest.mark.law("inkassoloven 1988 § 9")
def test_letters_begun_by_then_have_run_out_when_the_last_day_comes() -> None:
    last = date(2026, 11, 25)
    begun = limitation.letters_started_by(last)
    demand_on = deadlines.inkassovarsel_pay_by(begun) + timedelta(days=1)

    assert begun == date(2026, 10, 26)
    assert deadlines.betalingsoppfordring_pay_by(demand_on) < last
