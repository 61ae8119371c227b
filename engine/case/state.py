"""The fold of a case: what each event makes of it."""

from dataclasses import replace
from typing import assert_never

from engine.case.folds import lifecycle, money, notices, objections
from engine.case.parts import Case, Letter, Objection, Payment
from events.case import (
    ApprovalDeclined,
    ApprovalGiven,
    ApprovalRequested,
    BetalingsoppfordringOrdered,
    BetalingsoppfordringSent,
    CaseClosed,
    CaseEvent,
    CasePaused,
    CaseRegistered,
    CaseReopened,
    CaseResumed,
    CaseWithdrawn,
    ContactRecorded,
    CostsBarred,
    CostsReinstated,
    InkassovarselOrdered,
    InkassovarselSent,
    LetterFailed,
    LetterLapsed,
    LetterReleased,
    LetterReturned,
    LetterStopped,
    ObjectionAnswered,
    ObjectionRaised,
    OverpaymentHeld,
    PaymentAllocated,
    PaymentFreed,
    PaymentReceived,
    PaymentReversed,
    PrincipalReduced,
    RefundMade,
    RemainderReinstated,
    RemainderWaived,
    SalaerClaimed,
    WithdrawalNoticeOrdered,
    WithdrawalNoticeSent,
)


def evolve(case: Case, event: CaseEvent) -> Case:
    """The case as it is after `event`."""
    match event:
        case CaseRegistered():
            return lifecycle.registered(event)
        case CasePaused():
            return replace(case, paused=True)
        case CaseResumed():
            return replace(case, paused=False)
        case CaseWithdrawn():
            return lifecycle.closed(case, "withdrawn", event.withdrawn_on)
        case CaseClosed():
            return lifecycle.closed(case, event.reason, event.closed_on)
        case CaseReopened():
            return lifecycle.reopened(case)
        case ApprovalRequested():
            return replace(case, approval="requested")
        case ApprovalGiven():
            return replace(case, approval="given")
        case ApprovalDeclined():
            return replace(case, approval="declined")
        case InkassovarselOrdered():
            return notices.ordered(case, Letter(event.letter_id, "inkassovarsel", "ordered"))
        case BetalingsoppfordringOrdered():
            return notices.ordered(
                case, Letter(event.letter_id, "betalingsoppfordring", "ordered")
            )
        case WithdrawalNoticeOrdered():
            told = Letter(event.letter_id, "withdrawal_notice", "ordered", channel=event.channel)
            return notices.ordered(case, told)
        case LetterReleased():
            return notices.released(case, event)
        case LetterStopped():
            return notices.letter(case, event.letter_id, "stopped")
        case LetterLapsed():
            return notices.letter(case, event.letter_id, "lapsed")
        case LetterFailed():
            # As with one that came back: a person has to look before anything more is sent.
            return replace(notices.letter(case, event.letter_id, "failed"), paused=True)
        case LetterReturned():
            # Whoever has not been reached is not pursued until a person has looked at it.
            return replace(notices.letter(case, event.letter_id, "returned"), paused=True)
        case InkassovarselSent():
            return notices.varsel_sent(case, event)
        case BetalingsoppfordringSent():
            return notices.demand_sent(case, event)
        case WithdrawalNoticeSent():
            return notices.letter(case, event.letter_id, "sent")
        case ObjectionRaised():
            objection = Objection(event.objection_id, event.claim_ids, event.groundless)
            return replace(case, objections=(*case.objections, objection))
        case ObjectionAnswered():
            return objections.answered(case, event)
        case PrincipalReduced():
            return objections.reduced(case, event)
        case CostsBarred():
            return objections.barred(case, event.claim_ids, barred=True)
        case CostsReinstated():
            return objections.barred(case, event.claim_ids, barred=False)
        case PaymentReceived():
            paid = Payment(event.payment_id, event.source, event.amount_ore, event.ordered_on)
            return replace(case, payments=(*case.payments, paid))
        case PaymentAllocated():
            return money.allocated(case, event)
        case PaymentFreed():
            return money.freed(case, event)
        case OverpaymentHeld():
            return money.held(case, event)
        case RefundMade():
            return money.refunded(case, event)
        case PaymentReversed():
            return money.taken_back(case, event)
        case SalaerClaimed():
            return money.salaer_claimed(case, event)
        case RemainderWaived():
            return money.waived(case, event)
        case RemainderReinstated():
            return money.reinstated(case)
        case ContactRecorded():
            return replace(case, contacts=(*case.contacts, event.contact_id))
        case _:
            assert_never(event)
