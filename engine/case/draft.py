"""A decision in the making: the events so far and the case as it would be after them."""

from datetime import date

from engine.case.parts import Case
from engine.case.state import evolve
from events.case import CaseEvent, LetterStopped
from events.case.notices import StopReason


class Draft:
    """Events gathered one after the other, each decided on the case as the last one left it."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.events: list[CaseEvent] = []

    def add(self, *events: CaseEvent) -> None:
        """Let `events` have happened."""
        for event in events:
            self.case = evolve(self.case, event)
            self.events.append(event)

    def stop_letters(self, reason: StopReason, on: date) -> None:
        """Stop every letter that was ordered and has not been released."""
        self.add(
            *(
                LetterStopped(
                    letter_id=letter.letter_id, kind=letter.kind, reason=reason, stopped_on=on
                )
                for letter in self.case.letters
                if letter.state == "ordered" and letter.kind != "withdrawal_notice"
            )
        )
