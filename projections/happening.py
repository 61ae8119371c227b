"""In which phase of a case an event happened, and on which day."""

from datetime import date
from typing import assert_never

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
    ContactEvent,
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
    LifecycleEvent,
    LifecycleEvents,
    MoneyEvent,
    MoneyEvents,
    NoticeEvent,
    NoticeEvents,
    ObjectionAnswered,
    ObjectionEvent,
    ObjectionEvents,
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


def kind(event: CaseEvent) -> str:
    """The phase, in a word."""
    match event:
        case LifecycleEvent():
            return "sak"
        case NoticeEvent():
            return "brev"
        case ObjectionEvent():
            return "innsigelse"
        case MoneyEvent():
            return "penger"
        case ContactEvent():
            return "kontakt"
        case _:
            assert_never(event)


def happened_on(event: CaseEvent) -> date:
    """The day it happened, in Oslo; a payment happened when it was received."""
    # By phase first: every event comes by here, and half as much is asked of it.
    match event:
        case LifecycleEvent():
            return _day_of_lifecycle(event)
        case NoticeEvent():
            return _day_of_notice(event)
        case ObjectionEvent():
            return _day_of_objection(event)
        case MoneyEvent():
            return _day_of_money(event)
        case ContactRecorded():
            return event.contacted_on
        case _:
            assert_never(event)


def _day_of_lifecycle(event: LifecycleEvents) -> date:
    match event:
        case CaseRegistered():
            return event.registered_on
        case CasePaused():
            return event.paused_on
        case CaseResumed():
            return event.resumed_on
        case CaseWithdrawn():
            return event.withdrawn_on
        case CaseClosed():
            return event.closed_on
        case CaseReopened():
            return event.reopened_on
        case ApprovalRequested():
            return event.requested_on
        case ApprovalGiven():
            return event.given_on
        case ApprovalDeclined():
            return event.declined_on
        case _:
            assert_never(event)


def _day_of_notice(event: NoticeEvents) -> date:
    match event:
        case InkassovarselOrdered() | BetalingsoppfordringOrdered() | WithdrawalNoticeOrdered():
            return event.ordered_on
        case InkassovarselSent() | BetalingsoppfordringSent() | WithdrawalNoticeSent():
            return event.sent_on
        case LetterReleased():
            return event.released_on
        case LetterStopped():
            return event.stopped_on
        case LetterLapsed():
            return event.lapsed_on
        case LetterFailed():
            return event.failed_on
        case LetterReturned():
            return event.returned_on
        case _:
            assert_never(event)


def _day_of_objection(event: ObjectionEvents) -> date:
    match event:
        case ObjectionRaised():
            return event.raised_on
        case ObjectionAnswered():
            return event.answered_on
        case PrincipalReduced():
            return event.reduced_on
        case CostsBarred():
            return event.barred_on
        case CostsReinstated():
            return event.reinstated_on
        case _:
            assert_never(event)


def _day_of_money(event: MoneyEvents) -> date:
    match event:
        case PaymentFreed():
            return event.freed_on
        case RemainderReinstated():
            return event.reinstated_on
        case PaymentReceived():
            return event.received_on
        case PaymentAllocated():
            return event.booked_on
        case OverpaymentHeld():
            return event.held_on
        case PaymentReversed():
            return event.reversed_on
        case RefundMade():
            return event.refunded_on
        case SalaerClaimed():
            return event.claimed_on
        case RemainderWaived():
            return event.waived_on
        case _:
            assert_never(event)
