"""Amounts, dates and names in Norwegian."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from events.money import Ore
from projections.wording import (
    NBSP,
    day,
    kroner,
    listed,
    masked,
    parts_of,
    parts_wanted,
    sort_name,
)


def test_kroner_have_a_comma_and_spaces_that_never_break() -> None:
    assert kroner(Ore(503800)) == f"5{NBSP}038,00{NBSP}kr"
    assert kroner(Ore(5)) == f"0,05{NBSP}kr"


def test_a_negative_amount_has_a_true_minus_sign() -> None:
    assert kroner(Ore(-150)) == f"\N{MINUS SIGN}1,50{NBSP}kr"


def test_a_day_is_written_out() -> None:
    assert day(date(2026, 8, 3)) == "3. august 2026"


def test_words_are_listed_with_og_before_the_last() -> None:
    assert listed(("1001",)) == "1001"
    assert listed(("1001", "1002", "1003")) == "1001, 1002 og 1003"
    assert listed(()) == ""


def test_norwegian_letters_sort_after_z_in_their_order() -> None:
    names = ["Åse", "Ørn", "Ærlig", "Zoë", "Aasen", "anne", "Berit"]

    assert sorted(names, key=sort_name) == [
        "anne", "Berit", "Zoë", "Ærlig", "Ørn", "Åse", "Aasen",
    ]  # fmt: skip


def test_an_account_keeps_its_last_four_digits_only() -> None:
    assert masked("15064512345") == "•••• 2345"


@given(st.text(max_size=30), st.data())
def test_any_three_letters_of_a_name_find_it(name: str, data: st.DataObject) -> None:
    small = name.casefold()
    start = data.draw(st.integers(0, max(0, len(small) - 3)))
    word = small[start : start + data.draw(st.integers(3, 10))]

    if len(word) >= 3 and word.casefold() == word:
        assert set(parts_wanted(word)) <= set(parts_of(name))


def test_one_or_two_letters_find_how_a_word_begins() -> None:
    parts = parts_of("Kari Ødegård")

    assert {parts_wanted(word)[0] in parts for word in ("k", "KA", "ød", "Ø")} == {True}
    assert {parts_wanted(word)[0] in parts for word in ("a", "ri", "rd")} == {False}
