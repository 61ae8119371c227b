"""Standardkompensasjon: for whom, how much, and what it takes the place of."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.law import compensation
from engine.refusal import RefusedError
from events.money import Ore

AMOUNTS = st.integers(0, 10**7).map(Ore)


@pytest.mark.law("forsinkelsesrenteloven 1976 § 3a")
@pytest.mark.parametrize(
    ("due_on", "kroner"),
    [
        (date(2015, 7, 1), 330),
        (date(2016, 12, 31), 370),
        (date(2020, 7, 1), 430),
        (date(2023, 12, 31), 460),
        (date(2026, 6, 30), 460),
        (date(2026, 7, 1), 430),
        (date(2026, 12, 31), 430),
    ],
)
def test_a_business_owes_the_figure_in_force_on_the_due_date(due_on: date, kroner: int) -> None:
    assert kroner * 100 == compensation.compensation_ore(due_on, consumer=False)


@pytest.mark.law("forsinkelsesrenteloven 1976 § 3a")
@pytest.mark.parametrize("due_on", [date(2015, 1, 1), date(2026, 7, 1), date(2027, 1, 1)])
def test_a_consumer_owes_none_whatever_the_figure(due_on: date) -> None:
    assert compensation.compensation_ore(due_on, consumer=True) == 0


@pytest.mark.parametrize(
    "due_on",
    [
        date(2014, 12, 31),
        date(2015, 1, 1),
        date(2016, 6, 30),
        date(2017, 7, 1),
        date(2021, 1, 1),
        date(2027, 1, 1),
    ],
)
def test_a_half_year_without_a_known_figure_is_refused(due_on: date) -> None:
    with pytest.raises(RefusedError) as refusal:
        compensation.compensation_ore(due_on, consumer=False)

    assert refusal.value.code == "rate_unknown"


@pytest.mark.law("inkassoforskriften 1989 § 1-5")
@pytest.mark.law("inkassoforskriften 1989 § 2-6")
@pytest.mark.parametrize(
    ("fees_ore", "salaer_ore", "net"),
    [
        (0, 90_000, (0, 47_000)),  # shown 470, with the compensation 900 together
        (3_800, 90_000, (0, 50_800)),
        (3_800, 0, (0, 0)),
        (50_000, 90_000, (7_000, 90_000)),
        (3_800, 28_125, (0, 0)),  # the compensation is the larger
    ],
)
def test_compensation_is_taken_from_the_letter_fees_and_then_the_salaer(
    fees_ore: int, salaer_ore: int, net: tuple[int, int]
) -> None:
    assert net == compensation.set_off(Ore(fees_ore), Ore(salaer_ore), Ore(43_000))


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_the_debtor_owes_the_larger_of_costs_and_compensation(
    fees_ore: Ore, salaer_ore: Ore, owed_ore: Ore
) -> None:
    net_fees, net_salaer = compensation.set_off(fees_ore, salaer_ore, owed_ore)

    assert 0 <= net_fees <= fees_ore
    assert 0 <= net_salaer <= salaer_ore
    assert net_fees + net_salaer + owed_ore == max(fees_ore + salaer_ore, owed_ore)
