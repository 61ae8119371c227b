"""All that can have happened to a case: one union over its phases."""

from events.case.contacts import ContactEvent, ContactRecorded
from events.case.lifecycle import (
    ApprovalDeclined,
    ApprovalGiven,
    ApprovalRequested,
    CaseClosed,
    CasePaused,
    CaseRegistered,
    CaseReopened,
    CaseResumed,
    CaseWithdrawn,
    LifecycleEvent,
)
from events.case.money import (
    MoneyEvent,
    OverpaymentHeld,
    PaymentAllocated,
    PaymentFreed,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
    RemainderReinstated,
    RemainderWaived,
    SalaerClaimed,
)
from events.case.notices import (
    BetalingsoppfordringOrdered,
    BetalingsoppfordringSent,
    InkassovarselOrdered,
    InkassovarselSent,
    LetterFailed,
    LetterLapsed,
    LetterReleased,
    LetterReturned,
    LetterStopped,
    NoticeEvent,
    WithdrawalNoticeOrdered,
    WithdrawalNoticeSent,
)
from events.case.objections import (
    CostsBarred,
    CostsReinstated,
    ObjectionAnswered,
    ObjectionEvent,
    ObjectionRaised,
    PrincipalReduced,
)

LifecycleEvents = (
    CaseRegistered
    | CasePaused
    | CaseResumed
    | CaseWithdrawn
    | CaseClosed
    | CaseReopened
    | ApprovalRequested
    | ApprovalGiven
    | ApprovalDeclined
)
NoticeEvents = (
    InkassovarselOrdered
    | InkassovarselSent
    | BetalingsoppfordringOrdered
    | BetalingsoppfordringSent
    | WithdrawalNoticeOrdered
    | WithdrawalNoticeSent
    | LetterReleased
    | LetterStopped
    | LetterLapsed
    | LetterFailed
    | LetterReturned
)
ObjectionEvents = (
    ObjectionRaised | ObjectionAnswered | PrincipalReduced | CostsBarred | CostsReinstated
)
MoneyEvents = (
    PaymentReceived
    | PaymentAllocated
    | PaymentFreed
    | OverpaymentHeld
    | PaymentReversed
    | RefundMade
    | SalaerClaimed
    | RemainderWaived
    | RemainderReinstated
)
CaseEvent = LifecycleEvents | NoticeEvents | ObjectionEvents | MoneyEvents | ContactRecorded

CASE_EVENTS = (
    CaseRegistered,
    CasePaused,
    CaseResumed,
    CaseWithdrawn,
    CaseClosed,
    CaseReopened,
    ApprovalRequested,
    ApprovalGiven,
    ApprovalDeclined,
    InkassovarselOrdered,
    InkassovarselSent,
    BetalingsoppfordringOrdered,
    BetalingsoppfordringSent,
    WithdrawalNoticeOrdered,
    WithdrawalNoticeSent,
    LetterReleased,
    LetterStopped,
    LetterLapsed,
    LetterFailed,
    LetterReturned,
    ObjectionRaised,
    ObjectionAnswered,
    PrincipalReduced,
    CostsBarred,
    CostsReinstated,
    PaymentReceived,
    PaymentAllocated,
    PaymentFreed,
    OverpaymentHeld,
    PaymentReversed,
    RefundMade,
    SalaerClaimed,
    RemainderWaived,
    RemainderReinstated,
    ContactRecorded,
)

__all__ = [
    "CASE_EVENTS",
    "ApprovalDeclined",
    "ApprovalGiven",
    "ApprovalRequested",
    "BetalingsoppfordringOrdered",
    "BetalingsoppfordringSent",
    "CaseClosed",
    "CaseEvent",
    "CasePaused",
    "CaseRegistered",
    "CaseReopened",
    "CaseResumed",
    "CaseWithdrawn",
    "ContactEvent",
    "ContactRecorded",
    "CostsBarred",
    "CostsReinstated",
    "InkassovarselOrdered",
    "InkassovarselSent",
    "LetterFailed",
    "LetterLapsed",
    "LetterReleased",
    "LetterReturned",
    "LetterStopped",
    "LifecycleEvent",
    "LifecycleEvents",
    "MoneyEvent",
    "MoneyEvents",
    "NoticeEvent",
    "NoticeEvents",
    "ObjectionAnswered",
    "ObjectionEvent",
    "ObjectionEvents",
    "ObjectionRaised",
    "OverpaymentHeld",
    "PaymentAllocated",
    "PaymentFreed",
    "PaymentReceived",
    "PaymentReversed",
    "PrincipalReduced",
    "RefundMade",
    "RemainderReinstated",
    "RemainderWaived",
    "SalaerClaimed",
    "WithdrawalNoticeOrdered",
    "WithdrawalNoticeSent",
]
