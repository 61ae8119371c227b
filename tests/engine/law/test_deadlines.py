"""Last days to pay, and the first lawful day of the step after."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.law import deadlines
from engine.law.calendar import is_bank_day

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@pytest.mark.law("inkassoloven 1988 § 9")
@pytest.mark.law("inkassoloven 1988 § 10")
@given(DAYS)
def test_the_last_day_to_pay_is_the_same_weekday_two_weeks_from_sending(sent_on: date) -> None:
    expected = sent_on + timedelta(days=14)

    assert expected == deadlines.inkassovarsel_pay_by(sent_on)
    assert expected == deadlines.betalingsoppfordring_pay_by(sent_on)
    assert expected.weekday() == sent_on.weekday()


def test_the_last_day_to_pay_may_be_a_holiday() -> None:
    assert deadlines.inkassovarsel_pay_by(date(2026, 12, 11)) == date(2026, 12, 25)


@pytest.mark.law("inkassoloven 1988 § 9")
@pytest.mark.law("inkassoforskriften 1989 § 1-2")
@pytest.mark.parametrize(
    ("due_on", "today", "earliest"),
    [
        (date(2026, 7, 20), date(2026, 7, 25), date(2026, 8, 3)),
        (date(2026, 7, 20), date(2026, 8, 3), date(2026, 8, 3)),
        (date(2026, 7, 20), date(2026, 8, 8), date(2026, 8, 10)),  # today is a Saturday
        (date(2026, 7, 18), date(2026, 7, 25), date(2026, 8, 3)),  # 14 days on is a Saturday
        (date(2026, 12, 10), date(2026, 12, 10), date(2026, 12, 28)),  # Christmas Eve
    ],
)
def test_an_inkassovarsel_goes_on_a_bank_day_fourteen_days_after_due(
    due_on: date, today: date, earliest: date
) -> None:
    assert earliest == deadlines.earliest_inkassovarsel(due_on, today)


@pytest.mark.law("inkassoloven 1988 § 10")
@pytest.mark.law("inkassoloven 1988 § 11")
@pytest.mark.parametrize(
    ("last_day", "next_step"),
    [
        (date(2026, 8, 17), date(2026, 8, 18)),  # Monday
        (date(2026, 8, 14), date(2026, 8, 17)),  # Friday
        (date(2026, 8, 15), date(2026, 8, 18)),  # Saturday: the bank has it on Monday
        (date(2026, 8, 16), date(2026, 8, 18)),  # Sunday
        (date(2026, 12, 25), date(2026, 12, 29)),  # Christmas Day, a Friday
        (date(2026, 12, 23), date(2026, 12, 28)),  # no letter on Christmas Eve
        (date(2026, 4, 1), date(2026, 4, 7)),  # Wednesday before Easter
        (date(2026, 4, 2), date(2026, 4, 8)),  # Maundy Thursday
        (date(2026, 10, 14), date(2026, 10, 15)),
    ],
)
def test_the_next_step_waits_for_the_bank_day_after_the_bank_could_answer(
    last_day: date, next_step: date
) -> None:
    assert next_step == deadlines.earliest_betalingsoppfordring(last_day)
    assert next_step == deadlines.legal_course_from(last_day)


@given(DAYS)
def test_no_demand_leaves_on_or_before_the_last_day_to_pay(pay_by: date) -> None:
    goes_on = deadlines.earliest_betalingsoppfordring(pay_by)
    days = [pay_by + timedelta(days=n) for n in range((goes_on - pay_by).days)]

    assert goes_on > pay_by
    assert is_bank_day(goes_on)
    assert sum(map(is_bank_day, days)) == 1


@pytest.mark.law("inkassoloven 1988 § 9")
@pytest.mark.parametrize(
    ("sent_on", "pay_by", "counts"),
    [
        (date(2026, 8, 3), date(2026, 8, 17), True),
        (date(2026, 8, 3), date(2026, 8, 16), False),  # thirteen days
        (date(2026, 7, 20), date(2026, 8, 20), False),  # sent on the due date itself
        (date(2026, 7, 21), date(2026, 8, 4), True),
        (date(2026, 7, 1), date(2026, 8, 20), False),
    ],
)
def test_the_creditors_notice_counts_when_sent_after_due_with_fourteen_days(
    *, sent_on: date, pay_by: date, counts: bool
) -> None:
    due_on = date(2026, 7, 20)

    assert counts == deadlines.creditors_own_varsel_counts(due_on, sent_on, pay_by)


@pytest.mark.law("inkassoforskriften 1989 § 1-2")
def test_a_claim_is_taken_in_fourteen_days_after_it_truly_fell_due() -> None:
    saturday = date(2026, 8, 15)

    assert deadlines.earliest_registration(date(2026, 7, 20), shift=True) == date(2026, 8, 3)
    assert deadlines.earliest_registration(saturday, shift=True) == date(2026, 8, 31)
    assert deadlines.earliest_registration(saturday, shift=False) == date(2026, 8, 29)


@pytest.mark.law("foreldelsesloven 1979 § 2")
def test_a_claim_is_taken_in_for_three_years_from_the_stated_due_date() -> None:
    saturday = date(2023, 11, 25)

    assert deadlines.latest_registration(saturday) == date(2026, 11, 25)
    assert deadlines.latest_registration(date(2024, 2, 29)) == date(2027, 2, 28)
