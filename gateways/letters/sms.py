"""The same news as a withdrawal letter, short enough for a telephone."""

from dataclasses import dataclass

from gateways.letters.content import LetterError
from gateways.letters.printable import BREAK, SHORT, name

LONGEST_SMS = 306  # two joined messages of 153 characters each


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalSms:
    """The case is withdrawn and closed. It names no debtor: others may see the screen."""

    case_number: str
    creditor_name: str
    agency_name: str
    agency_phone: str


def withdrawal_sms(sms: WithdrawalSms) -> str:
    """The text message, in letters a telephone has.

    Raises LetterError when a name is empty, too long or unprintable.
    """
    creditor = name(sms.creditor_name, "creditor_name", 80)
    text = (
        f"{creditor} har trukket inkassosak {name(sms.case_number, 'case_number', SHORT)}. "
        "Saken er avsluttet, og du skal ikke betale noe til oss i den. "
        f"Spørsmål? Ring {name(sms.agency_phone, 'agency_phone', SHORT)}. "
        f"Hilsen {name(sms.agency_name, 'agency_name', 80)}"
    ).replace(BREAK, "")
    if len(text) > LONGEST_SMS:
        raise LetterError(
            f"the message has {len(text)} characters; there is room for {LONGEST_SMS}"
        )
    return text
