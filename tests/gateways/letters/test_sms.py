"""The withdrawal as a text message."""

import pytest

from gateways.letters.content import LetterError
from gateways.letters.sms import LONGEST_SMS, WithdrawalSms, withdrawal_sms


def sms(creditor_name="Fjordvarme AS"):
    return WithdrawalSms(
        case_number="2026-000123",
        creditor_name=creditor_name,
        agency_name="Nordlys Inkasso AS",
        agency_phone="22 00 00 00",
    )


def test_the_message_says_who_what_and_that_nothing_is_to_be_paid():
    text = withdrawal_sms(sms())
    assert text == (
        "Fjordvarme AS har trukket inkassosak 2026-000123. Saken er avsluttet, og du skal "
        "ikke betale noe til oss i den. Spørsmål? Ring 22 00 00 00. Hilsen Nordlys Inkasso AS"
    )


def test_the_longest_names_still_fit_in_two_messages():
    assert len(withdrawal_sms(sms("A" * 80))) <= LONGEST_SMS


def test_a_name_too_long_for_a_telephone_is_refused():
    with pytest.raises(LetterError, match="there is room for 80"):
        withdrawal_sms(sms("A" * 81))
