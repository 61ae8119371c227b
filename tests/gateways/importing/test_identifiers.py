from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from gateways.importing.identifiers import (
    parse_invoice_number,
    parse_kid,
    parse_national_id,
    parse_orgnr,
    parse_postcode,
)
from gateways.importing.problem import Cell, CellProblem

ORGNR = "974760673"


def code_of(found: object) -> str:
    return found.code if isinstance(found, CellProblem) else f"taken as {found}"


@pytest.mark.parametrize("cell", ["0150", 150, "150", " 0150 ", "N-0150", "NO-0150"])
def test_a_postcode_gets_its_lost_zero_back(cell: Cell) -> None:
    assert parse_postcode(cell) == "0150"


@pytest.mark.parametrize("cell", ["12", "12345", "abcd", 15, Decimal("1.5"), "0150 Oslo"])
def test_a_postcode_has_four_digits(cell: Cell) -> None:
    assert code_of(parse_postcode(cell)) == "postcode_invalid"


def test_a_postcode_abroad_has_its_own_form() -> None:
    assert parse_postcode("sw1a 1aa", country="GB") == "SW1A 1AA"
    assert code_of(parse_postcode("?", country="GB")) == "postcode_invalid"


@pytest.mark.parametrize(
    "cell", [ORGNR, int(ORGNR), "974 760 673", "NO 974 760 673 MVA", "974\u00a0760\u00a0673mva"]
)
def test_an_orgnr_is_nine_digits_however_it_is_spaced(cell: Cell) -> None:
    assert parse_orgnr(cell) == ORGNR


@pytest.mark.parametrize("cell", ["974760674", "97476067", "abc", "SE974760673", Decimal("1E+20")])
def test_an_orgnr_with_a_wrong_check_digit_is_refused(cell: Cell) -> None:
    assert code_of(parse_orgnr(cell)) == "orgnr_invalid"


def fnr(first_nine: str) -> str | None:
    """The eleven digits that begin with these nine, where there are any."""
    first = -sum(w * int(d) for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), first_nine, strict=True))
    ten = first_nine + str(first % 11)
    weights = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    if len(ten) != 10:
        return None
    second = -sum(w * int(d) for w, d in zip(weights, ten, strict=True)) % 11
    return None if second == 10 else f"{ten}{second}"


def made(date_digits: str) -> str:
    return next(n for i in range(100, 200) if (n := fnr(f"{date_digits}{i}")))


def test_a_foedselsnummer_and_a_d_number_are_taken() -> None:
    assert parse_national_id(made("150190")) == made("150190")
    assert parse_national_id(made("550190")) == made("550190")


def test_a_number_cell_gives_its_first_zero_back() -> None:
    assert parse_national_id(int(made("010190"))) == made("010190")


@pytest.mark.parametrize("digits", ["155190", "159190"])
def test_official_test_numbers_pass_only_where_they_are_allowed(digits: str) -> None:
    assert code_of(parse_national_id(made(digits))) == "national_id_invalid"
    assert parse_national_id(made(digits), allow_synthetic=True) == made(digits)


def test_the_published_tenor_example_is_a_test_number() -> None:
    assert parse_national_id("07841949964", allow_synthetic=True) == "07841949964"


@pytest.mark.parametrize("cell", ["15019012345", made("320190"), made("151390"), "abc", "1"])
def test_a_wrong_national_id_is_refused_and_never_repeated(cell: str) -> None:
    found = parse_national_id(cell)

    assert isinstance(found, CellProblem)
    assert (found.code, found.found) == ("national_id_invalid", "")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (1001, "1001"), (Decimal("1001.0"), "1001"), (" 1001 ", "1001"), ("00017", "00017"),
        ("2026/17-A", "2026/17-A"), ("1001.0", "1001.0"), ("missing", "missing"),
    ],
)  # fmt: skip
def test_an_invoice_number_is_text(cell: Cell, number: str) -> None:
    assert parse_invoice_number(cell) == number


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (None, "missing"), (" ", "missing"), (date(2026, 1, 2), "became_date"),
        ("1,2E+15", "digits_lost"), (Decimal("1E+20"), "digits_lost"),
        (Decimal("NaN"), "digits_lost"), (Decimal("1.5"), "number_not_whole"),
        ("9" * 51, "too_long"),
    ],
)  # fmt: skip
def test_an_invoice_number_that_excel_has_spoilt_is_refused(cell: Cell, code: str) -> None:
    assert code_of(parse_invoice_number(cell)) == code


@pytest.mark.parametrize("cell", ["123456782", 123456782, "123456785", "1234 5678 2"])
def test_a_kid_is_right_by_mod_10_or_by_mod_11(cell: Cell) -> None:
    assert parse_kid(cell) == str(cell).replace(" ", "")


@pytest.mark.parametrize(
    "cell", ["123456783", "1", "12A", "1" * 26, "0" * 60, "-", Decimal("1.5")]
)
def test_a_kid_with_a_wrong_check_digit_is_refused(cell: Cell) -> None:
    assert code_of(parse_kid(cell)) == "kid_invalid"


def test_a_long_kid_that_excel_has_cut_is_refused() -> None:
    assert code_of(parse_kid(Decimal("1.23456789012346E+17"))) == "digits_lost"


def test_a_kid_may_end_in_a_dash() -> None:
    ending = [n for n in range(100) if parse_kid(f"{n:03}-") == f"{n:03}-"]

    assert ending


@given(st.text("0123456789", min_size=1, max_size=24))
def test_every_kid_with_a_luhn_digit_is_taken(digits: str) -> None:
    kid = digits + luhn.calc_check_digit(digits)

    assert parse_kid(kid) == kid


@given(st.text(max_size=30) | st.decimals() | st.integers() | st.dates() | st.none())
def test_no_cell_makes_a_reader_fail(cell: Cell) -> None:
    for parse in (parse_postcode, parse_orgnr, parse_national_id, parse_invoice_number, parse_kid):
        assert isinstance(parse(cell), str | CellProblem)
