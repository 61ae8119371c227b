"""Sums split by what they covered: added up, taken back and taken apart without loss."""

from hypothesis import given
from hypothesis import strategies as st

from engine.case.splits import amount_of, negated, part_of, sum_of
from events.case.money import ClaimShare, Split
from events.money import Ore
from tests.cases import CREDITOR, named

AMOUNT = st.integers(0, 100_000)


@st.composite
def splits(draw: st.DrawFn) -> Split:
    shares = tuple(
        ClaimShare(
            claim_id=named(name),
            invoice_number=name,
            principal_ore=Ore(draw(AMOUNT)),
            interest_ore=Ore(draw(AMOUNT)),
        )
        for name in draw(st.sets(st.sampled_from("abc")))
    )
    fees, salaer, compensation = Ore(draw(AMOUNT)), Ore(draw(AMOUNT)), Ore(draw(AMOUNT))
    theirs = Ore(draw(st.integers(0, fees)))
    principal = sum(share.principal_ore for share in shares)
    interest = sum(share.interest_ore for share in shares)
    return Split(
        creditor_id=CREDITOR,
        case_number="100001",
        claims=shares,
        principal_ore=Ore(principal),
        interest_ore=Ore(interest),
        costs_ore=Ore(fees + salaer + compensation),
        letter_fees_ore=fees,
        creditors_letter_fees_ore=theirs,
        salaer_ore=salaer,
        compensation_ore=compensation,
        creditor_ore=Ore(principal + interest + theirs + compensation),
        agency_ore=Ore(fees - theirs + salaer),
        vat_ore=Ore(salaer // 4),
        vat_inside=False,
    )


@given(splits())
def test_a_split_and_its_taking_back_come_to_nothing(split: Split) -> None:
    assert sum_of([split, negated(split)]) is None


@given(splits(), splits())
def test_what_is_in_both_and_what_is_wanted_besides_are_the_whole(
    wanted: Split, have: Split
) -> None:
    part, rest = part_of(wanted, [have])

    assert sum(amount_of(split) for split in (part, rest) if split) == amount_of(wanted)
    assert sum(split.vat_ore for split in (part, rest) if split) == wanted.vat_ore
    assert part is None or amount_of(part) <= amount_of(have)


@given(splits())
def test_what_covers_all_of_it_leaves_nothing_wanted(split: Split) -> None:
    part, rest = part_of(split, [split])

    assert rest is None or amount_of(rest) == 0
    assert part is None or amount_of(part) == amount_of(split)


def test_nothing_is_part_of_nothing() -> None:
    assert part_of(None, []) == (None, None)
    assert sum_of([]) is None
