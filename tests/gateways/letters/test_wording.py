"""Amounts, dates and numbers as Norwegians write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.money import Ore
from gateways.letters import wording

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("ore", "printed"),
    [
        (0, "0,00 kr"),
        (5, "0,05 kr"),
        (99999, "999,99 kr"),
        (503800, "5 038,00 kr"),
        (123456789012, "1 234 567 890,12 kr"),
        (-50000, "\u2212500,00 kr"),
        (-1, "\u22120,01 kr"),
    ],
)
def test_an_amount_has_two_decimals_a_comma_and_spaces_that_never_break(ore, printed):
    assert wording.kroner(Ore(ore)) == printed.replace(" ", NBSP)


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_no_oere_is_lost_on_the_way_to_paper(ore):
    digits = wording.amount(Ore(ore)).replace(NBSP, "").replace(",", "").replace("\u2212", "-")
    assert int(digits) == ore


def test_a_date_is_written_out_with_its_month():
    assert wording.day(date(2026, 8, 3)) == f"3.{NBSP}august{NBSP}2026"
    assert wording.short_day(date(2026, 8, 3)) == "03.08.2026"


def test_a_days_interest_is_told_as_rounded_only_where_it_is():
    assert wording.kroner_a_day(Decimal("167.81")) == f"1,68{NBSP}kr (avrundet)"
    assert wording.kroner_a_day(Decimal(168)) == f"1,68{NBSP}kr"


def test_a_rate_has_a_comma_and_two_decimals():
    assert wording.percent(Decimal("12.25")) == f"12,25{NBSP}prosent"
    assert wording.percent(Decimal(8)) == f"8,00{NBSP}prosent"


def test_an_account_is_grouped_four_two_five_and_an_orgnr_by_threes():
    assert wording.account("15064512345") == f"1506{NBSP}45{NBSP}12345"
    assert wording.orgnr("999888777") == f"999{NBSP}888{NBSP}777"


def test_a_series_has_og_before_the_last():
    assert wording.series(("1",)) == "1"
    assert wording.series(("1", "2")) == "1 og 2"
    assert wording.series(("1", "2", "3")) == "1, 2 og 3"
