"""The list of cases: one row a case, with the facts its status and its place in lists hang on."""

from datetime import date
from typing import Final, assert_never
from uuid import UUID

from msgspec.structs import replace

from engine.journal.recorded import Recorded
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
from events.case.lifecycle import DebtorKind
from events.money import ZERO, Ore
from projections import dispute
from projections.fold import Fold, case_event, case_key, known, subject_id
from projections.happening import happened_on
from projections.projection import Row, Table
from projections.status import Group, Standing, Status, group_on, stage_of, status_on


class CaseRow(Row, frozen=True, kw_only=True):
    """One row a case. Status depends on the day: ask `status`.

    `stage` is the status as far as no day decides it, and `status_group` the group; lists are
    narrowed and sorted by them. `claims_left` and `objections_open` are kept for the fold
    alone (`projections.dispute`). `follow_up` is what a person has to do, or empty.
    """

    case_id: UUID
    case_number: str
    kid: str
    creditor_id: UUID
    debtor_id: UUID
    debtor_kind: DebtorKind
    consumer: bool
    registered_on: date
    invoice_numbers: tuple[str, ...]
    oldest_due_on: date
    principal_ore: Ore
    principal_left_ore: Ore
    varsel_pay_by: date | None
    bo_sent_on: date | None = None
    bo_pay_by: date | None = None
    paused: bool = False
    disputed: bool = False
    waived: bool = False
    approval: str = "none"
    approval_asked_on: date | None = None
    closed: str | None = None
    closed_on: date | None = None
    letter_returned: bool = False
    letter_failed: bool = False
    held_ore: Ore = ZERO
    needs_follow_up: bool = False
    follow_up: str = ""
    status_group: Group = "pågående"
    stage: str = "REGISTRERT"
    last_event_on: date
    last_nid: int
    claims_left: tuple[str, ...]
    objections_open: tuple[str, ...] = ()

    @property
    def standing(self) -> Standing:
        """The facts that the status follows from."""
        return Standing(
            varsel_pay_by=self.varsel_pay_by,
            demanded=self.bo_sent_on is not None,
            paused=self.paused,
            disputed=self.disputed,
            awaiting_approval=self.approval == "requested",
            closed=self.closed,
        )

    def status(self, today: date) -> Status:
        """The status on `today`."""
        return status_on(self.standing, today)

    def group(self, today: date) -> Group:
        """The group the case is shown in on `today`."""
        return group_on(self.standing, today)


TABLE: Final = Table(
    "case_list",
    key=("case_id",),
    row=CaseRow,
    # What lists are sorted by, each with the key that makes the order whole; and what a
    # creditor's own first pages ask for, however many cases others have.
    indexes=(
        "creditor_id, oldest_due_on, case_id",
        "creditor_id, status_group, last_event_on, case_id",
        "debtor_id",
        "case_number, case_id",
        "kid",
        "status_group, last_event_on, case_id",
        "needs_follow_up, oldest_due_on, case_id",
        "approval, closed, oldest_due_on, case_id",
        "stage, case_id",
        "oldest_due_on, case_id",
        "registered_on, case_id",
        "closed_on, closed",
        "last_event_on, case_id",
        "principal_ore, case_id",
        "principal_left_ore, case_id",
    ),
    one_stream=True,
)


def evolve(row: CaseRow | None, recorded: Recorded) -> CaseRow:
    """The row as it is after the event."""
    event = case_event(recorded)
    if isinstance(event, CaseRegistered):
        return _placed(_registered(event, recorded))
    now = _changed(known(row, recorded), event)
    follow_up = _follow_up(now)
    return _placed(
        replace(
            now,
            last_event_on=max(now.last_event_on, happened_on(event)),
            last_nid=recorded.nid,
            needs_follow_up=bool(follow_up),
            follow_up=follow_up,
        )
    )


PROJECTION: Final = Fold(TABLE, case_key, evolve)


def _placed(row: CaseRow) -> CaseRow:
    """The row with its place in lists, which no day changes."""
    standing = row.standing
    return replace(
        row, status_group=group_on(standing, row.registered_on), stage=stage_of(standing)
    )


def _changed(row: CaseRow, event: CaseEvent) -> CaseRow:
    match event:
        case CasePaused():
            return replace(row, paused=True)
        case CaseResumed():
            return replace(row, paused=False, letter_returned=False, letter_failed=False)
        case CaseWithdrawn():
            return replace(row, closed="withdrawn", closed_on=event.withdrawn_on)
        case CaseClosed():
            return replace(row, closed=event.reason, closed_on=event.closed_on)
        case CaseReopened():
            return _reopened(row)
        case ApprovalRequested():
            return replace(row, approval="requested", approval_asked_on=event.requested_on)
        case ApprovalGiven():
            return replace(row, approval="given")
        case ApprovalDeclined():
            return replace(row, approval="declined")
        case InkassovarselSent():
            return replace(row, varsel_pay_by=event.pay_by, letter_returned=False)
        case BetalingsoppfordringSent():
            return replace(
                row, bo_sent_on=event.sent_on, bo_pay_by=event.pay_by, letter_returned=False
            )
        case WithdrawalNoticeSent():
            return replace(row, letter_returned=False)
        case LetterReturned():
            return replace(row, letter_returned=True, paused=True)
        case LetterFailed():
            return replace(row, letter_failed=True, paused=True)
        case ObjectionRaised():
            raised = dispute.raised(row.objections_open, event)
            return _disputed(replace(row, objections_open=raised))
        case ObjectionAnswered():
            answered = dispute.answered(row.objections_open, event.objection_id)
            return _disputed(replace(row, objections_open=answered))
        case PrincipalReduced():
            return _owing(row, dispute.less(row.claims_left, event.claim_id, event.by_ore))
        case PaymentFreed():
            return _owing(row, dispute.uncovered(row.claims_left, event.split.claims))
        case PaymentAllocated():
            return _owing(row, dispute.covered(row.claims_left, event.split.claims))
        case PaymentReversed():
            shares = event.split.claims if event.split else ()
            back = event.held_ore if event.source == "bank" else ZERO
            return _held(_owing(row, dispute.uncovered(row.claims_left, shares)), -back)
        case OverpaymentHeld():
            return _held(row, event.amount_ore) if event.source == "bank" else row
        case RefundMade():
            return _held(row, -event.amount_ore)
        case RemainderWaived():
            return _owing(replace(row, waived=True), row.claims_left)
        case RemainderReinstated():
            return _owing(replace(row, waived=False), row.claims_left)
        case InkassovarselOrdered() | BetalingsoppfordringOrdered() | WithdrawalNoticeOrdered():
            return row
        case LetterReleased() | LetterStopped() | LetterLapsed():
            return row
        case CaseRegistered() | CostsBarred() | CostsReinstated():
            return row
        case PaymentReceived() | SalaerClaimed() | ContactEvent():
            return row
        case _:
            assert_never(event)


def _registered(event: CaseRegistered, recorded: Recorded) -> CaseRow:
    varsler = [claim.varsel for claim in event.claims if claim.varsel and claim.varsel.counts]
    varslet = bool(varsler) and len(varsler) == len(event.claims)
    principal = Ore(sum(claim.principal_ore for claim in event.claims))
    return CaseRow(
        case_id=subject_id(recorded),
        case_number=event.case_number,
        kid=event.kid,
        creditor_id=event.creditor_id,
        debtor_id=event.debtor_id,
        debtor_kind=event.debtor_kind,
        consumer=event.consumer,
        registered_on=event.registered_on,
        invoice_numbers=tuple(claim.invoice_number for claim in event.claims),
        oldest_due_on=min(claim.due_on for claim in event.claims),
        principal_ore=principal,
        principal_left_ore=principal,
        varsel_pay_by=max(varsel.pay_by for varsel in varsler) if varslet else None,
        last_event_on=event.registered_on,
        last_nid=recorded.nid,
        claims_left=dispute.taken(event.claims),
    )


def _reopened(row: CaseRow) -> CaseRow:
    if row.closed != "withdrawn":
        return replace(row, closed=None, closed_on=None)
    # The debtor was told that the case had ended: whatever was sent before counts no more.
    return replace(
        row,
        closed=None,
        closed_on=None,
        varsel_pay_by=None,
        bo_sent_on=None,
        bo_pay_by=None,
        approval="none",
        approval_asked_on=None,
    )


def _owing(row: CaseRow, claims_left: tuple[str, ...]) -> CaseRow:
    left = ZERO if row.waived else dispute.left_ore(claims_left)
    return _disputed(replace(row, claims_left=claims_left, principal_left_ore=left))


def _disputed(row: CaseRow) -> CaseRow:
    claims = dispute.none_left(row.claims_left) if row.waived else row.claims_left
    return replace(row, disputed=dispute.frozen(claims, row.objections_open))


def _held(row: CaseRow, by: int) -> CaseRow:
    return replace(row, held_ore=Ore(row.held_ore + by))


def _follow_up(row: CaseRow) -> str:
    """What a person has to do first; money to give back does not end with the case."""
    if row.held_ore > 0:
        return "For mye innbetalt skal betales tilbake"
    if row.closed is not None:
        return ""
    if row.objections_open:
        return "Innsigelse venter på svar"
    if row.approval == "requested":
        return "Rettslig tiltak venter på godkjenning"
    if row.letter_failed:
        return "Brev kunne ikke sendes"
    return "Brev er kommet i retur" if row.letter_returned else ""
