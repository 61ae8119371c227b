"""A case from registration to closing: who, what claims, on which terms, and what it waits for."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from events.base import Event, Value
from events.money import Ore
from events.personal import Personal

DebtorKind = Literal["person", "sole_trader", "company"]
AllocationOrder = Literal["practice", "textbook"]
LetterPolicy = Literal["earliest", "none"]
CloseReason = Literal["paid", "part_paid_with_loss", "objection_accepted"]
LegalStep = Literal["rettslig"]


class Terms(Value):
    """The agreement with the creditor as it stood on the day of registration."""

    allocation: AllocationOrder
    deducts_vat: bool
    free_withdrawal_days: int
    withdrawal_fee_ore: Ore
    small_balance_ore: Ore
    due_date_shift: bool
    claim_letter_fees: bool
    claim_compensation: bool
    letters: LetterPolicy


class CreditorsVarsel(Value):
    """The creditor's own inkassovarsel; `counts` when it does what § 9 asks of one.

    `fee_ore` is what may be claimed for it, not what was once charged.
    """

    sent_on: date
    pay_by: date
    fee_ore: Ore
    counts: bool


class ClaimTaken(Value):
    """One invoice as it was taken up; the principal never includes reminder fees."""

    claim_id: UUID
    invoice_number: str
    issued_on: date
    due_on: date
    interest_from_on: date
    principal_ore: Ore
    compensation_ore: Ore
    varsel: CreditorsVarsel | None


class LifecycleEvent(Event):
    """The case has begun, waits, goes on, or ends."""


class CaseRegistered(LifecycleEvent):
    """All the creditor's ripe claims on one debtor have become one case."""

    TYPE: ClassVar[str] = "case.registered"

    creditor_id: UUID
    debtor_id: UUID
    debtor_kind: DebtorKind
    consumer: bool
    case_number: str
    kid: str
    registered_on: date
    claims: tuple[ClaimTaken, ...]
    terms: Terms


class CasePaused(LifecycleEvent):
    """The creditor has asked for the case to rest; no letter goes and no cost is added."""

    TYPE: ClassVar[str] = "case.paused"
    SCHEMA: ClassVar[int] = 2

    paused_on: date
    reason: Personal


class CaseResumed(LifecycleEvent):
    """The rest is over; the next step is due again."""

    TYPE: ClassVar[str] = "case.resumed"

    resumed_on: date


class CaseWithdrawn(LifecycleEvent):
    """The creditor has taken the case back; the debtor is not pursued any more.

    `charge_ore` is what the creditor pays for it by the agreement.
    """

    TYPE: ClassVar[str] = "case.withdrawn"

    creditor_id: UUID
    case_number: str
    withdrawn_on: date
    charge_ore: Ore


class CaseClosed(LifecycleEvent):
    """Nothing more is to be done."""

    TYPE: ClassVar[str] = "case.closed"

    closed_on: date
    reason: CloseReason


class CaseReopened(LifecycleEvent):
    """A case that had ended goes on: a payment was reversed, or a person decided so."""

    TYPE: ClassVar[str] = "case.reopened"

    reopened_on: date
    reason: Literal["payment_reversed", "asked"]


class ApprovalRequested(LifecycleEvent):
    """The out-of-court course has ended unpaid; the creditor is asked about the legal course."""

    TYPE: ClassVar[str] = "case.approval_requested"

    step: LegalStep
    requested_on: date
    earliest_on: date
    rule: str


class ApprovalGiven(LifecycleEvent):
    """The creditor wants the legal course."""

    TYPE: ClassVar[str] = "case.approval_given"

    step: LegalStep
    given_on: date


class ApprovalDeclined(LifecycleEvent):
    """The creditor does not want the legal course."""

    TYPE: ClassVar[str] = "case.approval_declined"

    step: LegalStep
    declined_on: date
