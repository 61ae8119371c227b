"""Amounts, dates and names in Norwegian."""

from datetime import date

from events.money import Ore
from projections.wording import NBSP, day, kroner, listed, masked, sort_name


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
