"""Working days and bank days, against an Easter reckoned here and not by the library."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.law import calendar

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
YEARS = range(2015, 2036)

EASTER_SUNDAYS = {
    2015: (4, 5), 2016: (3, 27), 2017: (4, 16), 2018: (4, 1), 2019: (4, 21), 2020: (4, 12),
    2021: (4, 4), 2022: (4, 17), 2023: (4, 9), 2024: (3, 31), 2025: (4, 20), 2026: (4, 5),
    2027: (3, 28), 2028: (4, 16), 2029: (4, 1), 2030: (4, 21), 2031: (4, 13), 2032: (3, 28),
    2033: (4, 17), 2034: (4, 9), 2035: (3, 25),
}  # fmt: skip


def easter_sunday(year: int) -> date:
    golden = year % 19
    century, rest = divmod(year, 100)
    epact = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def norwegian_holidays(year: int) -> set[date]:
    movable = {easter_sunday(year) + timedelta(days=n) for n in (-3, -2, 0, 1, 39, 49, 50)}
    fixed = {(1, 1), (5, 1), (5, 17), (12, 25), (12, 26)}
    return movable | {date(year, month, day) for month, day in fixed}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", YEARS)
def test_easter_falls_where_the_almanac_has_it(year: int) -> None:
    assert date(year, *EASTER_SUNDAYS[year]) == easter_sunday(year)


@pytest.mark.law("gjeldsbrevloven 1939 § 5")
@pytest.mark.parametrize("year", YEARS)
def test_every_day_but_weekends_and_twelve_holidays_is_a_working_day(year: int) -> None:
    free = norwegian_holidays(year)
    expected = [day for day in days_of(year) if day.weekday() < 5 and day not in free]

    assert expected == [day for day in days_of(year) if calendar.is_working_day(day)]


@pytest.mark.parametrize("year", YEARS)
def test_bank_days_are_working_days_less_christmas_eve_and_new_years_eve(year: int) -> None:
    working = {day for day in days_of(year) if calendar.is_working_day(day)}
    closed = {date(year, 12, 24), date(year, 12, 31)}

    assert working - closed == {day for day in days_of(year) if calendar.is_bank_day(day)}


def test_christmas_eve_is_a_working_day_but_no_bank_day() -> None:
    assert calendar.is_working_day(date(2026, 12, 24))
    assert not calendar.is_bank_day(date(2026, 12, 24))


@pytest.mark.law("gjeldsbrevloven 1939 § 5")
@pytest.mark.parametrize(
    ("stated", "shifted"),
    [
        (date(2026, 7, 20), date(2026, 7, 20)),  # an ordinary Monday
        (date(2026, 8, 15), date(2026, 8, 17)),  # Saturday
        (date(2026, 8, 16), date(2026, 8, 17)),  # Sunday
        (date(2026, 5, 1), date(2026, 5, 4)),  # Friday 1 May, then the weekend
        (date(2027, 5, 17), date(2027, 5, 18)),  # Monday 17 May (also Whit Monday the 17th)
        (date(2026, 4, 2), date(2026, 4, 7)),  # the whole of Easter
        (date(2026, 12, 24), date(2026, 12, 24)),  # the due date stays on Christmas Eve
    ],
)
def test_a_due_date_on_a_free_day_moves_to_the_next_working_day(
    stated: date, shifted: date
) -> None:
    assert shifted == calendar.shifted_due(stated, shift=True)


@given(DAYS)
def test_without_the_switch_a_due_date_never_moves(due_on: date) -> None:
    assert due_on == calendar.shifted_due(due_on, shift=False)


@given(DAYS)
def test_a_shifted_due_date_is_the_first_working_day_from_the_stated(due_on: date) -> None:
    shifted = calendar.shifted_due(due_on, shift=True)
    between = [due_on + timedelta(days=n) for n in range((shifted - due_on).days)]

    assert calendar.is_working_day(shifted)
    assert not any(calendar.is_working_day(day) for day in between)


@given(DAYS)
def test_the_bank_day_after_a_day_is_later_with_no_bank_day_between(on: date) -> None:
    found = calendar.first_bank_day_after(on)
    between = [on + timedelta(days=n) for n in range(1, (found - on).days)]

    assert found > on
    assert calendar.is_bank_day(found)
    assert not any(calendar.is_bank_day(day) for day in between)


@given(DAYS)
def test_a_bank_day_is_the_first_bank_day_on_or_after_itself(on: date) -> None:
    assert calendar.is_bank_day(on) == (calendar.first_bank_day_on_or_after(on) == on)


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2026, 1, 15), 6, date(2026, 7, 15)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_a_month_on_is_the_same_day_or_the_last_of_a_shorter_month(
    on: date, months: int, expected: date
) -> None:
    assert expected == calendar.plus_months(on, months)


def test_three_years_from_a_leap_day_end_on_28_february() -> None:
    assert date(2027, 2, 28) == calendar.plus_years(date(2024, 2, 29), 3)
