import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.bank.accounts import normal_account, valid_account


@pytest.mark.parametrize(
    "text", ["86011117947", "8601.11.17947", "8601 11 17947", " 86011117947 "]
)
def test_an_account_is_its_eleven_digits_however_it_is_written(text):
    assert normal_account(text) == "86011117947"
    assert valid_account(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8601.11.17949",
        "8601111794",
        "860111179470",
        "4090403",  # an account of the old Postgiro
        "00004090403",
        "00000000000",
        "8601-11-17947",
        "8601111794\u0667",
        "NO9386011117947",
    ],
)
def test_what_is_not_eleven_digits_with_their_check_digit_is_no_account(text):
    assert normal_account(text) is None
    assert not valid_account(text)


@given(st.integers(0, 10), st.integers(1, 9))
def test_any_single_wrong_digit_is_found(place, added):
    digits = list("86011117947")
    digits[place] = str((int(digits[place]) + added) % 10)

    assert not valid_account("".join(digits))


def test_the_example_in_every_form_is_an_account():
    assert normal_account("1234.56.78903") == "12345678903"
