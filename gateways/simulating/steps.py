"""What the plain steps of a scenario ask of the case, and the post that takes its letters."""

from typing import assert_never
from uuid import UUID

from engine.case.decider import CaseCommand
from engine.case.lifecycle import (
    AnswerApproval,
    PauseCase,
    ReopenCase,
    ResumeCase,
    WithdrawCase,
    WriteOffCase,
)
from engine.case.objections import AnswerObjection
from engine.case.sending import ReportLetterReturned
from events.personal import Clear
from gateways.letters.content import Letter, SettlementLetter
from gateways.simulating.scenario import (
    ApprovalStep,
    ObjectionAnswerStep,
    PauseStep,
    PlainStep,
)
from gateways.simulating.setting import DEBTOR


class FarEnds:
    """The post, in a simulation: it takes every letter at once and loses none."""

    def __init__(self) -> None:
        self._sent: set[UUID] = set()

    def send(self, letter: Letter, channel: str) -> None:  # noqa: ARG002 - the post asks no more
        """Take the letter."""
        self._sent.add(
            letter.payout_id if isinstance(letter, SettlementLetter) else letter.letter_id
        )

    def withdraw(self, letter_id: UUID) -> bool:
        """Whether it was not taken, and now never comes: nobody else is at it."""
        return letter_id not in self._sent


def command_of(
    step: ObjectionAnswerStep | ApprovalStep | PauseStep | PlainStep, letter_id: UUID
) -> CaseCommand:
    """The command a plain step stands for; a withdrawal's letter gets `letter_id`."""
    today = step.on
    match step:
        case ObjectionAnswerStep():
            return AnswerObjection(
                objection_id=None,
                answer=step.answer,
                amount_ore=step.amount,
                groundless=step.groundless,
                paid_out=False,
                today=today,
            )
        case ApprovalStep():
            return AnswerApproval(today=today, approved=step.do == "approve")
        case PauseStep():
            return PauseCase(today=today, reason=Clear(person_id=DEBTOR, text=step.reason))
        case PlainStep(do="withdraw"):
            return WithdrawCase(today=today, letter_id=letter_id, channel="letter")
        case PlainStep(do="resume"):
            return ResumeCase(today=today)
        case PlainStep(do="write_off"):
            return WriteOffCase(today=today)
        case PlainStep(do="reopen"):
            return ReopenCase(today=today)
        case PlainStep():
            return ReportLetterReturned(letter_id=None, today=today)
        case _:
            assert_never(step)
