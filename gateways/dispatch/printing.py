"""The far end of letters: PDF files and SMS texts in the outbox, named by the letter's id."""

from datetime import date
from pathlib import Path
from typing import assert_never
from uuid import UUID

from gateways.dispatch.outbox import Outbox
from gateways.letters.content import DemandLetter, Letter, SettlementLetter, WithdrawalLetter
from gateways.letters.render import render
from gateways.letters.sms import WithdrawalSms, withdrawal_sms

KINDS = ("inkassovarsel", "betalingsoppfordring", "withdrawal_notice", "settlement")


class OutboxPrinter:
    """Prints letters to the outbox. The file's name holds the letter's id, so it goes once."""

    def __init__(self, folder: Path) -> None:
        self._outbox = Outbox(folder)

    def send(self, letter: Letter, channel: str) -> None:
        """Write the letter, unless it is there."""
        letter_id, on, kind = _about(letter)
        if channel == "sms" and isinstance(letter, WithdrawalLetter):
            self._outbox.put("letters", on, f"sms-{letter_id}.txt", sms_of(letter).encode())
            return
        name = f"{kind}-{letter_id}.pdf"
        if not self._outbox.handed("letters", name):
            self._outbox.put("letters", on, name, render(letter))

    def forget(self, letter_id: UUID) -> int:
        """Remove the letter from the outbox, whatever its kind; how many files that were."""
        return sum(self._outbox.forget("letters", name) for name in _names(letter_id))

    def sent(self, letter_id: UUID) -> bool:
        """Whether a letter of that id has been handed over."""
        return any(self._outbox.handed("letters", name) for name in _names(letter_id))

    def withdraw(self, letter_id: UUID) -> bool:
        """Hand no letter of that id over any more; False when one has been."""
        return all(self._outbox.withdraw("letters", name) for name in _names(letter_id))


def _names(letter_id: UUID) -> list[str]:
    return [*(f"{kind}-{letter_id}.pdf" for kind in KINDS), f"sms-{letter_id}.txt"]


def sms_of(letter: WithdrawalLetter) -> str:
    """The letter's news as a text message.

    Raises LetterError as `withdrawal_sms` does.
    """
    return withdrawal_sms(
        WithdrawalSms(
            case_number=letter.case_number,
            creditor_name=letter.creditor_name,
            agency_name=letter.agency.name,
            agency_phone=letter.agency.phone,
        )
    )


def _about(letter: Letter) -> tuple[UUID, date, str]:
    match letter:
        case DemandLetter():
            return letter.letter_id, letter.sent_on, letter.kind
        case WithdrawalLetter():
            return letter.letter_id, letter.sent_on, "withdrawal_notice"
        case SettlementLetter():
            return letter.payout_id, letter.settled_on, "settlement"
        case _:
            assert_never(letter)
