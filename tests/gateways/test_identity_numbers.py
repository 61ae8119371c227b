from datetime import date

import pytest
from stdnum.no import fodselsnummer

from gateways.identity_numbers import (
    Foedselsnummer,
    normal_orgnr,
    parse_foedselsnummer,
    valid_orgnr,
)


def numbered(nine):
    """The nine digits with their check digits, or None where there are no such digits."""
    first = fodselsnummer.calc_check_digit1(nine)
    second = fodselsnummer.calc_check_digit2(nine + first) if len(first) == 1 else "10"
    return nine + first + second if len(second) == 1 else None


def person(day, month, year="86"):
    """The first made-up number of a day that has check digits."""
    numbers = (numbered(f"{day:02}{month:02}{year}{serial:03}") for serial in range(100, 500))
    return next(number for number in numbers if number)


def test_an_orgnr_is_its_nine_digits_however_it_is_written():
    assert normal_orgnr("988 077 917") == "988077917"
    assert valid_orgnr("988077917")


@pytest.mark.parametrize("text", ["", "988077918", "98807791", "9880779170", "NO988077917MVA"])
def test_what_fails_its_check_digit_or_length_is_no_orgnr(text):
    assert not valid_orgnr(text)


def test_a_foedselsnummer_tells_the_day_of_birth():
    number = person(15, 10)

    assert parse_foedselsnummer(number, allow_synthetic=False) == Foedselsnummer(
        number, date(1986, 10, 15), d_number=False, synthetic=False
    )


def test_blanks_in_a_foedselsnummer_are_not_part_of_it():
    number = person(15, 10)

    assert parse_foedselsnummer(f"{number[:6]} {number[6:]}", allow_synthetic=False)


def test_a_d_number_adds_forty_to_the_day():
    found = parse_foedselsnummer(person(55, 10), allow_synthetic=False)

    assert found is not None
    assert (found.born_on, found.d_number) == (date(1986, 10, 15), True)


@pytest.mark.parametrize("added", [40, 80])
@pytest.mark.parametrize("day", [15, 55])
def test_synthetic_people_exist_only_where_they_are_allowed(added, day):
    number = person(day, 10 + added)
    found = parse_foedselsnummer(number, allow_synthetic=True)

    assert found == Foedselsnummer(number, date(1986, 10, 15), d_number=day == 55, synthetic=True)
    assert parse_foedselsnummer(number, allow_synthetic=False) is None


def test_the_example_of_the_utleggsbegjaering_interface_is_synthetic():
    found = parse_foedselsnummer("07841949964", allow_synthetic=True)

    assert found is not None
    assert found.born_on == date(1919, 4, 7)


def test_a_real_person_is_known_also_where_synthetic_ones_are_allowed():
    found = parse_foedselsnummer(person(15, 10), allow_synthetic=True)

    assert found is not None
    assert not found.synthetic


@pytest.mark.parametrize("allow_synthetic", [False, True])
@pytest.mark.parametrize(
    "number",
    [
        person(31, 2),
        person(15, 13),
        person(15, 0),
        person(0, 10),
        person(15, 93),
        person(15, 40),
        person(15, 80),
        person(85, 10),  # an FH-nummer
        person(15, 10)[:10],
        person(15, 10) + "0",
        "",
        "1510869508\u0668",
    ],
)
def test_a_number_without_a_day_of_birth_numbers_nobody(number, allow_synthetic):
    assert parse_foedselsnummer(number, allow_synthetic=allow_synthetic) is None


def test_any_single_wrong_digit_numbers_nobody():
    number = person(15, 10)
    for place in range(11):
        for digit in set("0123456789") - {number[place]}:
            wrong = number[:place] + digit + number[place + 1 :]
            assert parse_foedselsnummer(wrong, allow_synthetic=True) is None
