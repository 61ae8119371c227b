import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.importing.neutral import neutral, restored


@pytest.mark.parametrize("text", ["=1+1", "+4791234567", "-5", "@SUM(A1)", "\tx"])
def test_what_could_be_a_formula_is_kept_from_running(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Bjørn", "O'Brien", "1234,50", "'sitat'", ""])
def test_other_words_are_left_alone(text: str) -> None:
    assert neutral(text) == text


def test_the_formula_that_keeps_zeros_in_excel_is_its_content() -> None:
    assert restored('="0150"') == "0150"


@given(st.text("'=+-@ab", max_size=6))
def test_what_was_made_harmless_comes_back_exactly(text: str) -> None:
    assert restored(neutral(text)) == text
