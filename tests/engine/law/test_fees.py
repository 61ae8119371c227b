"""Letter fees: how much, from when, and how many."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.law import fees
from engine.refusal import RefusedError

NEW_CLAIM = date(2020, 10, 2)
OLD_CLAIM = date(2020, 10, 1)
FIRST_LETTER = date(2026, 8, 3)


@pytest.mark.law("inkassoforskriften 1989 § 1-1")
@pytest.mark.parametrize(
    ("on", "kroner"),
    [
        (date(2013, 1, 1), 630),
        (date(2015, 12, 31), 650),
        (date(2016, 1, 1), 670),
        (date(2017, 1, 1), 700),
        (date(2020, 9, 30), 700),
        (date(2020, 10, 1), 700),
        (date(2025, 12, 31), 700),
        (date(2026, 1, 1), 750),
        (date(2026, 12, 31), 750),
    ],
)
def test_the_inkassosats_is_that_of_the_day(on: date, kroner: int) -> None:
    assert kroner * 100 == fees.inkassosats_ore(on)


@pytest.mark.parametrize("on", [date(2012, 12, 31), date(2014, 6, 1), date(2027, 1, 1)])
def test_an_inkassosats_unknown_or_from_memory_is_refused(on: date) -> None:
    with pytest.raises(RefusedError) as refusal:
        fees.inkassosats_ore(on)

    assert refusal.value.code == "rate_unknown"


@pytest.mark.law("inkassoforskriften 1989 § 1-2")
@pytest.mark.parametrize(
    ("sent_on", "due_on", "letter", "own_bo"),
    [
        (date(2013, 6, 3), date(2013, 5, 1), 63, 189),
        (date(2015, 6, 1), date(2015, 5, 1), 65, 195),
        (date(2016, 6, 1), date(2016, 5, 2), 67, 201),
        (date(2020, 9, 30), date(2020, 8, 3), 70, 210),
        (date(2020, 11, 2), OLD_CLAIM, 70, 210),
        (date(2020, 11, 2), NEW_CLAIM, 35, 105),
        (date(2025, 12, 31), date(2025, 12, 1), 35, 105),
        (date(2025, 12, 31), OLD_CLAIM, 70, 210),
        (date(2026, 1, 2), date(2025, 12, 1), 38, 113),
        (date(2026, 12, 30), date(2026, 12, 1), 38, 113),
    ],
)
def test_a_letter_costs_a_whole_kroner_part_of_the_sats_of_the_day_it_is_sent(
    sent_on: date, due_on: date, letter: int, own_bo: int
) -> None:
    assert letter * 100 == fees.letter_fee_ore(sent_on, due_on=due_on)
    assert own_bo * 100 == fees.own_bo_fee_ore(sent_on, due_on=due_on)


def test_what_an_old_claim_costs_after_2025_is_refused_not_reckoned() -> None:
    with pytest.raises(RefusedError) as refusal:
        fees.letter_fee_ore(date(2026, 1, 2), due_on=OLD_CLAIM)

    assert refusal.value.code == "rate_unknown"
    assert refusal.value.facts["known_until"] == date(2025, 12, 31)


def test_no_letter_costs_anything_on_a_day_whose_rules_are_unread() -> None:
    unread = date(2027, 1, 4)
    with pytest.raises(RefusedError) as letter:
        fees.letter_fee_ore(unread, due_on=date(2026, 12, 1))
    with pytest.raises(RefusedError) as own_bo:
        fees.own_bo_fee_ore(unread, due_on=date(2026, 12, 1))

    assert letter.value.code == own_bo.value.code == "regime_not_reviewed"
    assert letter.value.facts["reviewed_through"] == date(2026, 12, 31)


def test_the_regime_check_passes_on_its_last_day_and_stops_on_the_next() -> None:
    fees.check_regime(date(2026, 12, 31))

    with pytest.raises(RefusedError, match="regime not reviewed"):
        fees.check_regime(date(2027, 1, 1))


@pytest.mark.law("inkassoforskriften 1989 § 1-2")
def test_a_fee_needs_fourteen_days_after_the_due_date() -> None:
    due_on = date(2026, 7, 20)

    assert fees.earliest_fee_letter_on(due_on) == date(2026, 8, 3)
    assert not fees.letter_fee_allowed(date(2026, 8, 2), due_on)
    assert fees.letter_fee_allowed(date(2026, 8, 3), due_on)


@pytest.mark.law("inkassoforskriften 1989 § 1-3")
@pytest.mark.parametrize(
    ("previous", "sent_on", "left"),
    [
        ([], FIRST_LETTER, 2),
        ([FIRST_LETTER], date(2026, 8, 17), 0),  # the first letter's last day to pay
        ([FIRST_LETTER], date(2026, 8, 18), 1),
        ([FIRST_LETTER, date(2026, 8, 18)], date(2026, 9, 30), 0),
        ([date(2026, 8, 18), FIRST_LETTER], date(2026, 9, 30), 0),
        ([FIRST_LETTER, date(2026, 8, 18)], date(2027, 2, 18), 0),  # six months to the day
        ([FIRST_LETTER, date(2026, 8, 18)], date(2027, 2, 19), 2),
        ([FIRST_LETTER, date(2026, 8, 18), date(2027, 2, 19)], date(2027, 3, 8), 1),
    ],
)
def test_two_letters_may_cost_until_six_months_have_passed(
    previous: list[date], sent_on: date, left: int
) -> None:
    assert left == fees.fee_letters_allowed(previous, sent_on)


@given(st.lists(st.integers(0, 150), min_size=2, max_size=6), st.integers(0, 30))
def test_after_two_fees_within_half_a_year_there_is_no_third(
    offsets: list[int], later: int
) -> None:
    sent = [FIRST_LETTER + timedelta(days=n) for n in offsets]

    assert fees.fee_letters_allowed(sent, max(sent) + timedelta(days=later)) == 0
