"""The decider of a case: one command in, what happened out."""

from typing import assert_never

from engine.case.contacts import RecordContact, record_contact
from engine.case.lifecycle import (
    AnswerApproval,
    PauseCase,
    ReopenCase,
    RequestApproval,
    ResumeCase,
    WithdrawCase,
    WriteOffCase,
    answer_approval,
    pause_case,
    reopen_case,
    request_approval,
    resume_case,
    withdraw_case,
    write_off_case,
)
from engine.case.money import (
    ReceivePayment,
    RefundOverpayment,
    ReversePayment,
    receive_payment,
    refund_overpayment,
    reverse_payment,
)
from engine.case.notices import (
    ClaimHeavySalaer,
    OrderBetalingsoppfordring,
    OrderInkassovarsel,
    claim_heavy_salaer,
    order_betalingsoppfordring,
    order_inkassovarsel,
)
from engine.case.objections import (
    AnswerObjection,
    RaiseObjection,
    answer_objection,
    raise_objection,
)
from engine.case.parts import Case
from engine.case.sending import (
    ConfirmLetterSent,
    LapseLetter,
    ReleaseLetter,
    ReportLetterFailed,
    ReportLetterReturned,
    confirm_letter_sent,
    lapse_letter,
    release_letter,
    report_letter_failed,
    report_letter_returned,
)
from events.case import CaseEvent

CaseCommand = (
    PauseCase
    | ResumeCase
    | WithdrawCase
    | WriteOffCase
    | ReopenCase
    | RequestApproval
    | AnswerApproval
    | OrderInkassovarsel
    | OrderBetalingsoppfordring
    | ClaimHeavySalaer
    | ReleaseLetter
    | ConfirmLetterSent
    | LapseLetter
    | ReportLetterFailed
    | ReportLetterReturned
    | RaiseObjection
    | AnswerObjection
    | ReceivePayment
    | ReversePayment
    | RefundOverpayment
    | RecordContact
)


def decide(command: CaseCommand, case: Case) -> list[CaseEvent]:
    """What follows from `command` on the case as it is; nothing when it is already so."""
    match command:
        case PauseCase():
            return pause_case(command, case)
        case ResumeCase():
            return resume_case(command, case)
        case WithdrawCase():
            return withdraw_case(command, case)
        case WriteOffCase():
            return write_off_case(command, case)
        case ReopenCase():
            return reopen_case(command, case)
        case RequestApproval():
            return request_approval(command, case)
        case AnswerApproval():
            return answer_approval(command, case)
        case OrderInkassovarsel():
            return order_inkassovarsel(command, case)
        case OrderBetalingsoppfordring():
            return order_betalingsoppfordring(command, case)
        case ClaimHeavySalaer():
            return claim_heavy_salaer(command, case)
        case ReleaseLetter():
            return release_letter(command, case)
        case ConfirmLetterSent():
            return confirm_letter_sent(command, case)
        case LapseLetter():
            return lapse_letter(command, case)
        case ReportLetterFailed():
            return report_letter_failed(command, case)
        case ReportLetterReturned():
            return report_letter_returned(command, case)
        case RaiseObjection():
            return raise_objection(command, case)
        case AnswerObjection():
            return answer_objection(command, case)
        case ReceivePayment():
            return receive_payment(command, case)
        case ReversePayment():
            return reverse_payment(command, case)
        case RefundOverpayment():
            return refund_overpayment(command, case)
        case RecordContact():
            return record_contact(command, case)
        case _:
            assert_never(command)
