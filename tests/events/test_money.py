"""Money is split without loss and rounded once, halves away from zero."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.money import Ore, allocate, round_ore, total


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("0.5", 1), ("1.5", 2), ("2.4999", 2), ("-0.5", -1), ("-1.5", -2), ("-2.49", -2), ("7", 7)],
)
def test_halves_are_rounded_away_from_zero(exact: str, rounded: int) -> None:
    assert round_ore(Decimal(exact)) == round_ore(Fraction(exact)) == rounded


@given(st.fractions())
def test_rounding_moves_no_amount_by_more_than_half_an_oere(exact: Fraction) -> None:
    assert abs(round_ore(exact) - exact) <= Fraction(1, 2)
    assert round_ore(-exact) == -round_ore(exact)


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1))
def test_the_parts_of_a_split_sum_to_the_whole(amount: int, shares: list[int]) -> None:
    shares = [*shares, 1]
    parts = allocate(Ore(amount), shares)

    assert total(parts) == amount
    assert all(
        abs(part * sum(shares) - amount * share) < sum(shares)
        for part, share in zip(parts, shares, strict=True)
    )


def test_what_rounding_leaves_goes_to_the_largest_fractions_the_first_first() -> None:
    assert allocate(Ore(100), [1, 1, 1]) == [34, 33, 33]
    assert allocate(Ore(-100), [1, 1, 1]) == [-34, -33, -33]


@pytest.mark.parametrize("shares", [[0, 0], [3, -1]])
def test_shares_that_say_nothing_are_a_fault_of_the_program(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="zero or more"):
        allocate(Ore(100), shares)
