import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from events.kid import KidParts, make_kid, mod10_digit, mod11_digit, parse_kid, valid_kid

DIGITS = st.text("0123456789", min_size=1, max_size=24)
CREDITORS = st.integers(1, 99_999)
SERIALS = st.integers(1, 9_999_999)


def test_the_mod10_digit_of_12345678_is_2():
    assert mod10_digit("12345678") == "2"


def test_the_mod11_digit_of_12345678_is_5():
    assert mod11_digit("12345678") == "5"


def test_mod11_writes_ten_as_a_hyphen_and_eleven_as_zero():
    assert mod11_digit("6") == "-"
    assert mod11_digit("0") == "0"


def test_mod11_weights_start_again_at_two_after_seven():
    assert mod11_digit("1000000") == mod11_digit("1")


@given(DIGITS)
def test_mod10_is_luhn(digits):
    assert mod10_digit(digits) == luhn.calc_check_digit(digits)


@given(DIGITS, st.data())
def test_any_single_wrong_digit_is_found_by_mod10(digits, data):
    kid = digits + mod10_digit(digits)

    assert valid_kid(kid, modulus="mod10")
    assert not valid_kid(_one_digit_changed(kid, data), modulus="mod10")


@given(DIGITS, st.data())
def test_any_single_wrong_digit_is_found_by_mod11(digits, data):
    kid = digits + mod11_digit(digits)

    assert valid_kid(kid, modulus="mod11")
    assert not valid_kid(_one_digit_changed(kid, data), modulus="mod11")


@given(DIGITS.filter(lambda digits: len(digits) > 1), st.data())
def test_two_neighbours_that_change_places_are_found_by_mod11(digits, data):
    at = data.draw(st.integers(0, len(digits) - 2))
    swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]

    assert valid_kid(swapped + mod11_digit(digits), modulus="mod11") == (swapped == digits)


def test_a_hyphen_is_never_a_mod10_check_digit():
    assert valid_kid("6-", modulus="mod11")
    assert not valid_kid("6-", modulus="mod10")


@pytest.mark.parametrize(
    "kid", ["", "0", "-", " 18", "18 ", "1\u0668", "\u00b218", "1-8", "0" * 26]
)
def test_what_is_too_short_too_long_or_not_digits_is_no_kid(kid):
    assert not valid_kid(kid, modulus="mod10")
    assert not valid_kid(kid, modulus="mod11")


@pytest.mark.parametrize("digits", ["", "12a", "-", "1 2", "\u0661"])
def test_only_digits_have_a_check_digit(digits):
    with pytest.raises(ValueError, match="belongs to digits"):
        mod10_digit(digits)
    with pytest.raises(ValueError, match="belongs to digits"):
        mod11_digit(digits)


def test_our_kid_is_creditor_then_case_then_check_digit():
    assert make_kid(42, 1234) == "0004200012344"


@given(CREDITORS, SERIALS)
def test_our_kid_leads_back_to_its_creditor_and_case(creditor, serial):
    kid = make_kid(creditor, serial)

    assert len(kid) == 13
    assert parse_kid(kid) == KidParts(creditor, serial)


@given(CREDITORS, SERIALS, st.data())
def test_our_kid_with_one_wrong_digit_leads_nowhere(creditor, serial, data):
    assert parse_kid(_one_digit_changed(make_kid(creditor, serial), data)) is None


@pytest.mark.parametrize(
    ("creditor", "serial"), [(0, 1), (1, 0), (-1, 1), (100_000, 1), (1, 10**7)]
)
def test_a_number_that_does_not_fit_makes_no_kid(creditor, serial):
    with pytest.raises(ValueError, match="no place in a KID"):
        make_kid(creditor, serial)


@pytest.mark.parametrize("kid", ["0" * 13, "0000100000009", "0000000000018", "18", "6-", ""])
def test_a_kid_without_creditor_or_case_is_not_ours(kid):
    assert parse_kid(kid) is None


def _one_digit_changed(kid, data):
    places = [place for place, character in enumerate(kid) if character != "-"]
    place = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != kid[place]]))
    return kid[:place] + other + kid[place + 1 :]
