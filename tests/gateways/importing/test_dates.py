from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.importing.dates import month_first, parse_date
from gateways.importing.problem import Cell, CellProblem


def code_of(cell: Cell) -> str:
    found = parse_date(cell)
    return found.code if isinstance(found, CellProblem) else f"taken as {found}"


@pytest.mark.parametrize(
    "cell",
    [
        "02.01.2026", "2.1.2026", "2. 1. 2026", "02.01.26", "02/01/2026", "2/1/26", "02-01-2026",
        "2026-01-02", "2026-01-02T00:00:00", "2026-01-02 00:00", "2026-01-02T00:00:00Z",
        "2026/01/02", "02.01.2026 00:00:00", "20260102", 20260102, 46024, "46024",
        date(2026, 1, 2), " 02.01.2026 ",
    ],
)  # fmt: skip
def test_the_ways_of_writing_a_date_come_to_the_same(cell: Cell) -> None:
    assert parse_date(cell) == date(2026, 1, 2)


@pytest.mark.parametrize(
    "cell",
    ["31.02.2026", "32.01.2026", "13/13/2026", "1.13.2026", "12/31/2026", "i går", "2026-13-01",
     "2.1.026", "1234", 5, 99999999, "2026-1", Decimal("1.5"), Decimal("NaN")],
)  # fmt: skip
def test_a_day_that_is_not_in_the_calendar_is_not_understood(cell: Cell) -> None:
    assert code_of(cell) == "date_not_understood"


@pytest.mark.parametrize(
    "cell", ["2026-01-02T13:05:00", "2026-01-02T23:00:00Z", Decimal("46024.5")]
)
def test_a_clock_time_makes_a_date_uncertain(cell: Cell) -> None:
    assert code_of(cell) == "date_has_time"


@pytest.mark.parametrize("cell", ["01.01.1026", "01.01.2126", date(1900, 1, 1)])
def test_a_year_out_of_reach_is_refused(cell: Cell) -> None:
    assert code_of(cell) == "date_out_of_range"


@pytest.mark.parametrize("cell", [None, "", "  "])
def test_an_empty_date_is_missing(cell: Cell) -> None:
    assert code_of(cell) == "missing"


def test_a_column_with_a_month_first_puts_every_slashed_date_in_doubt() -> None:
    in_doubt = month_first(["02/03/2026", "01/31/2026"])
    found = parse_date("02/03/2026", slashes_in_doubt=in_doubt)

    assert isinstance(found, CellProblem)
    assert found.code == "date_order_unclear"


def test_dotted_dates_are_never_in_doubt() -> None:
    assert parse_date("02.03.2026", slashes_in_doubt=True) == date(2026, 3, 2)


def test_days_first_raise_no_doubt() -> None:
    assert not month_first(["31/01/2026", "02/03/2026", None, 5, date(2026, 1, 1)])


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_a_date_is_read_back_however_it_was_written(day: date) -> None:
    forms = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%d-%m-%Y")

    assert {parse_date(day.strftime(form)) for form in forms} == {day}


@given(st.dates(date(1983, 1, 1), date(2060, 1, 1)))
def test_the_day_numbers_of_excel_count_from_the_end_of_1899(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    found = parse_date(serial)

    assert found == day or isinstance(found, CellProblem)


@given(st.text(max_size=20) | st.text("0123456789./-T: Z", max_size=20))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    assert isinstance(parse_date(text), date | CellProblem)


@given(st.decimals() | st.integers())
def test_no_number_makes_the_reader_fail(number: Decimal | int) -> None:
    assert isinstance(parse_date(number), date | CellProblem)
