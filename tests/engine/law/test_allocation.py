"""What a payment covers, to the last øre."""

from itertools import accumulate
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.law import allocation
from engine.law.allocation import Owed
from events.money import Ore

AMOUNTS = st.integers(0, 10**9).map(Ore)
DEBTS = st.builds(
    Owed,
    court_fees_ore=AMOUNTS,
    letter_fees_ore=AMOUNTS,
    salaer_ore=AMOUNTS,
    compensation_ore=AMOUNTS,
    principal_ore=AMOUNTS,
    interest_ore=AMOUNTS,
)
ORDERS = st.sampled_from(["practice", "textbook"])

DEBT = Owed(
    court_fees_ore=Ore(207_130),
    letter_fees_ore=Ore(3_800),
    salaer_ore=Ore(60_000),
    compensation_ore=Ore(43_000),
    principal_ore=Ore(800_000),
    interest_ore=Ore(11_545),
)


def in_order(owed: Owed, order: Literal["practice", "textbook"]) -> list[Ore]:
    costs = [owed.court_fees_ore, owed.letter_fees_ore, owed.compensation_ore, owed.salaer_ore]
    last_two = [owed.principal_ore, owed.interest_ore]
    return costs + (last_two if order == "practice" else last_two[::-1])


def test_five_thousand_covers_costs_then_principal_and_leaves_the_interest() -> None:
    owed = Owed(
        letter_fees_ore=Ore(3_800),
        salaer_ore=Ore(60_000),
        principal_ore=Ore(800_000),
        interest_ore=Ore(11_545),
    )
    paid, overpaid_ore = allocation.allocate_payment(Ore(500_000), owed, "practice")

    assert (paid.costs_ore, paid.principal_ore, paid.interest_ore) == (63_800, 436_200, 0)
    assert overpaid_ore == 0
    assert allocation.less(owed, paid) == Owed(
        principal_ore=Ore(363_800), interest_ore=Ore(11_545)
    )


def test_the_textbook_order_takes_interest_before_principal() -> None:
    paid, _ = allocation.allocate_payment(Ore(DEBT.costs_ore + 20_000), DEBT, "textbook")

    assert (paid.costs_ore, paid.interest_ore, paid.principal_ore) == (313_930, 11_545, 8_455)


@pytest.mark.parametrize("order", ["practice", "textbook"])
@pytest.mark.parametrize("part", range(6))
def test_each_part_is_full_before_the_next_gets_an_oere(
    order: Literal["practice", "textbook"], part: int
) -> None:
    full = list(accumulate(in_order(DEBT, order)))[part]
    paid, _ = allocation.allocate_payment(Ore(full), DEBT, order)
    expected = [owed if n <= part else 0 for n, owed in enumerate(in_order(DEBT, order))]

    assert expected == in_order(paid, order)


def test_what_is_paid_too_much_is_told_apart() -> None:
    paid, overpaid_ore = allocation.allocate_payment(Ore(DEBT.total_ore + 1), DEBT, "practice")

    assert paid == DEBT
    assert overpaid_ore == 1


@given(AMOUNTS, DEBTS, ORDERS)
def test_an_allocation_loses_nothing(
    amount_ore: Ore, owed: Owed, order: Literal["practice", "textbook"]
) -> None:
    paid, overpaid_ore = allocation.allocate_payment(amount_ore, owed, order)

    assert amount_ore == paid.total_ore + overpaid_ore
    assert overpaid_ore == max(0, amount_ore - owed.total_ore)
    assert all(
        0 <= covered <= part
        for covered, part in zip(in_order(paid, order), in_order(owed, order), strict=True)
    )


@given(AMOUNTS, AMOUNTS, DEBTS, ORDERS)
def test_two_payments_cover_what_one_of_their_sum_does(
    one: Ore, two: Ore, owed: Owed, order: Literal["practice", "textbook"]
) -> None:
    at_once, over = allocation.allocate_payment(Ore(one + two), owed, order)
    first, over_first = allocation.allocate_payment(one, owed, order)
    rest = allocation.less(owed, first)
    second, over_second = allocation.allocate_payment(two, rest, order)

    assert allocation.less(owed, at_once) == allocation.less(rest, second)
    assert over == over_first + over_second


def test_a_negative_payment_or_debt_is_no_allocation() -> None:
    with pytest.raises(ValueError, match="zero or more"):
        allocation.allocate_payment(Ore(-1), DEBT, "practice")
    with pytest.raises(ValueError, match="zero or more"):
        allocation.allocate_payment(Ore(1), Owed(salaer_ore=Ore(-1)), "practice")
    with pytest.raises(ValueError, match="zero or more"):
        allocation.spread(Ore(1), [Ore(-1)])


@pytest.mark.parametrize(
    ("amount_ore", "shares"),
    [
        (0, [0, 0, 0]),
        (30_000, [30_000, 0, 0]),
        (50_000, [40_000, 10_000, 0]),
        (280_000, [40_000, 90_000, 150_000]),
        (280_001, [40_000, 90_000, 150_000]),
    ],
)
def test_the_oldest_claim_is_filled_before_the_next(amount_ore: int, shares: list[int]) -> None:
    claims = [Ore(40_000), Ore(90_000), Ore(150_000)]

    assert shares == allocation.spread(Ore(amount_ore), claims)


@given(AMOUNTS, st.lists(AMOUNTS, max_size=6))
def test_spreading_gives_all_the_claims_can_take(amount_ore: Ore, claims: list[Ore]) -> None:
    shares = allocation.spread(amount_ore, claims)

    assert sum(shares) == min(amount_ore, sum(claims))
    assert all(share <= claim for share, claim in zip(shares, claims, strict=True))
