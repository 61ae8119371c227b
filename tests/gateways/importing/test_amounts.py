from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.money import Ore
from gateways.importing.amounts import DecimalMark, learn_decimal, parse_amount
from gateways.importing.problem import Cell, CellProblem


def code_of(cell: Cell, decimal: DecimalMark | None = None) -> str:
    found = parse_amount(cell, decimal=decimal)
    return found.code if isinstance(found, CellProblem) else f"taken as {found}"


@pytest.mark.parametrize(
    "written",
    [
        "1234,50", "1234.50", "1 234,50", "1\u00a0234,50", "1\u2009234,50", "1\u202f234,50",
        "1.234,50", "1,234.50", "kr 1234,50", "1234,50 kr", "Kr. 1 234,50", "NOK 1234.50",
        "1234,5", " 1234,50 ", "1 234,50 NOK",
    ],
)  # fmt: skip
def test_the_ways_of_writing_an_amount_come_to_the_same(written: str) -> None:
    assert parse_amount(written) == 123450


@pytest.mark.parametrize(
    "written", ["1234", "1 234", "1234,-", "kr 1234,-", "1234,\u2013", 1234, "1234.-"]
)
def test_whole_kroner_need_no_decimals(written: Cell) -> None:
    assert parse_amount(written) == 123400


@pytest.mark.parametrize("written", ["1.234.567", "1,234,567", "1 234 567,00", "1.234.567,00"])
def test_repeated_groups_are_thousands(written: str) -> None:
    assert parse_amount(written) == 123456700


@pytest.mark.parametrize("written", ["1.234", "1,234", "12.345", "999,999 kr"])
def test_one_mark_before_three_digits_is_ambiguous(written: str) -> None:
    assert code_of(written) == "amount_ambiguous"


def test_the_column_decides_what_is_ambiguous() -> None:
    assert parse_amount("1.234", decimal=",") == 123400
    assert parse_amount("1,234", decimal=".") == 123400


def test_three_decimals_by_the_mark_of_the_column_are_a_fraction_of_an_oere() -> None:
    assert code_of("1.234", ".") == "fractional_oere"


@pytest.mark.parametrize("cell", ["0,123", "1234,567", "1234.5000", Decimal("1.001"), "1 234,567"])
def test_more_than_two_decimals_are_refused(cell: Cell) -> None:
    assert code_of(cell) == "fractional_oere"


@pytest.mark.parametrize(
    "cell",
    ["-1", "- 100,00", "100-", "\u2212100", "\u2013100,50", "(100)", -5, Decimal("-0.5"), "kr -1"],
)
def test_a_negative_amount_is_refused_however_it_is_written(cell: Cell) -> None:
    assert code_of(cell) == "amount_negative"


@pytest.mark.parametrize("cell", ["0", "0,00", 0, Decimal("0.0"), "-0"])
def test_nothing_is_no_amount(cell: Cell) -> None:
    assert code_of(cell) == "amount_zero"


def test_a_fee_may_be_nothing() -> None:
    assert parse_amount("0,00", allow_zero=True) == 0


def test_the_greatest_amount_is_a_million_million_oere() -> None:
    assert parse_amount("10 000 000 000,00") == 10**12
    assert code_of("10 000 000 000,01") == "amount_too_large"
    assert code_of("9" * 4000) == "amount_too_large"


@pytest.mark.parametrize("cell", ["1,2E+05", "1.23E+15", "1E+05", "12e5", Decimal("1E+20")])
def test_digits_that_excel_has_cut_off_are_not_guessed(cell: Cell) -> None:
    assert code_of(cell) == "digits_lost"


@pytest.mark.parametrize(
    "cell",
    ["abc", "12 34", "1234.", ",50", "1.23.4", "1,234,567.8.9", "12kr34", "EUR 100", "1'234,50",
     "٣٤", "1.234.5", Decimal("NaN"), Decimal("Infinity"), "--5"],
)  # fmt: skip
def test_what_is_no_number_is_not_understood(cell: Cell) -> None:
    assert code_of(cell) == "amount_not_understood"


@pytest.mark.parametrize("cell", [None, "", "  ", "\u00a0", "kr"])
def test_an_empty_amount_is_missing(cell: Cell) -> None:
    assert code_of(cell) == "missing"


def test_an_excel_date_is_no_amount() -> None:
    assert code_of(date(2026, 1, 2)) == "became_date"


def test_the_column_shows_its_mark_only_where_there_is_no_doubt() -> None:
    assert learn_decimal(["1.234", "12,50"]) == ","
    assert learn_decimal(["1.234", "12.5 kr"]) == "."
    assert learn_decimal(["1.234.567"]) == ","
    assert learn_decimal(["1.234", "1234", None, 5]) is None
    assert learn_decimal(["12,50", "12.50"]) is None


@given(st.integers(1, 10**12))
def test_an_amount_written_norwegian_is_read_back_exactly(ore: int) -> None:
    kroner = f"{ore // 100:,}".replace(",", " ")

    assert parse_amount(f"{kroner},{ore % 100:02}") == Ore(ore)


@given(st.text(max_size=20) | st.text("0123456789.,- krE+()\u00a0", max_size=14))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    found = parse_amount(text)

    assert isinstance(found, CellProblem) or 0 < found <= 10**12


@given(st.decimals() | st.integers())
def test_no_number_makes_the_reader_fail(number: Decimal | int) -> None:
    found = parse_amount(number)

    assert isinstance(found, CellProblem) or 0 < found <= 10**12
