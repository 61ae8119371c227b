from datetime import date

import pytest

from events.money import Ore
from gateways.bank.ocr_giro_writer import Payment, write

DAY = date(2026, 1, 20)


def written(*payments, account="12345678903"):
    return write(payments, account=account, transmission_no=1, written_on=DAY)


def payment(amount_ore=12_500, **known):
    dated = {"kid": "0004200012344", "settled_on": DAY, "ordered_on": DAY}
    return Payment(amount_ore=Ore(amount_ore), **(dated | known))


def test_every_line_has_80_columns_and_the_file_ends_with_a_newline():
    content = written(payment(), payment(text="Takk", amount_ore=-1))

    assert {len(line) for line in content[:-1].split(b"\n")} == {80}
    assert content.endswith(b"\n")


def test_the_same_payments_make_the_same_bytes():
    assert written(payment()) == written(payment())


def test_transactions_are_sorted_by_settlement_day():
    later, sooner = payment(1), payment(2, settled_on=date(2026, 1, 19))

    assert written(later, sooner) == written(sooner, later)


@pytest.mark.parametrize(
    "known",
    [
        {"kid": ""},
        {"kid": "-"},
        {"kid": "12-3"},
        {"kid": "1" * 26},
        {"debit_account": "123"},
        {"archive_reference": "12345678x"},
        {"text": "x" * 41},
        {"text": "two\nlines"},
        {"text": "not latin: \u4e2d"},
        {"ordered_on": date(1999, 12, 31)},
        {"amount_ore": 10**17},
    ],
)
def test_what_does_not_fit_its_columns_is_not_written(known):
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words; none may be written
        written(payment(**known))


def test_an_account_that_is_not_eleven_digits_is_not_written():
    with pytest.raises(ValueError, match="is not 11 digits"):
        written(payment(), account="1234.56.78903")
