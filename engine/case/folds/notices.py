"""What letters make of a case."""

from dataclasses import replace
from uuid import UUID

from engine.case.parts import Case, Fee, Letter
from events.case import (
    BetalingsoppfordringSent,
    InkassovarselSent,
    LetterReleased,
)


def ordered(case: Case, letter: Letter) -> Case:
    """The case with one more letter on its way."""
    return replace(case, letters=(*case.letters, letter))


def letter(case: Case, letter_id: UUID, state: str) -> Case:
    """The case with the letter in another state."""
    letters = tuple(
        replace(letter, state=state) if letter.letter_id == letter_id else letter
        for letter in case.letters
    )
    return replace(case, letters=letters)


def released(case: Case, event: LetterReleased) -> Case:
    """The case with the letter let out of the house."""
    letters = tuple(
        replace(
            letter,
            state="released",
            released_on=event.released_on,
            worker=event.worker,
            fee_ore=event.fee_ore,
            pay_by=event.pay_by,
        )
        if letter.letter_id == event.letter_id
        else letter
        for letter in case.letters
    )
    demand = event.kind == "betalingsoppfordring"
    not_demanded = case.disputed if demand else case.not_demanded
    return replace(case, letters=letters, not_demanded=not_demanded)


def varsel_sent(case: Case, event: InkassovarselSent) -> Case:
    """The case once the debtor has been warned."""
    fee = Fee(event.sent_on, event.fee_ore, creditors=False)
    fees = (*case.fees, fee) if event.fee_ore else case.fees
    sent = replace(letter(case, event.letter_id, "sent"), fees=fees)
    return sent if event.crossed == "withdrawal" else replace(sent, varsel_pay_by=event.pay_by)


def demand_sent(case: Case, event: BetalingsoppfordringSent) -> Case:
    """The case once the debtor has been called on to pay or object."""
    sent = letter(case, event.letter_id, "sent")
    if event.crossed in ("payment", "withdrawal", "closed"):
        # It left after the case had ended: no cost and no deadline may hang from it.
        return sent
    return replace(
        sent,
        bo_sent_on=event.sent_on,
        bo_pay_by=event.pay_by,
        paid_before_demand=len(case.payments),
    )
