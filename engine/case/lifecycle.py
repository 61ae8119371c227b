"""Pausing, withdrawing, closing and reopening a case, and the creditor's word on going to law."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from engine.case.draft import Draft
from engine.case.parts import Case
from engine.case.restating import restate_salaer, salaer_told
from engine.case.statement import creditor_of, statement, terms_of
from engine.law import deadlines
from engine.refusal import RefusedError, refuse_if
from events.case import (
    ApprovalDeclined,
    ApprovalGiven,
    ApprovalRequested,
    CaseClosed,
    CaseEvent,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseWithdrawn,
    RemainderReinstated,
    RemainderWaived,
    WithdrawalNoticeOrdered,
)
from events.case.money import WaiveReason
from events.case.notices import Channel, Input
from events.money import ZERO, Ore
from events.personal import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseCase:
    """Let the case rest; `today` is the date in Oslo, here and in every command."""

    today: date
    reason: Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeCase:
    """Let the case go on."""

    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCase:
    """Take the case back for good; the debtor is told by `channel` under `letter_id`."""

    today: date
    letter_id: UUID
    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffCase:
    """Give up what is left and close the case with a loss."""

    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenCase:
    """Take up a case that had ended."""

    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestApproval:
    """Ask the creditor whether to go to law."""

    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerApproval:
    """The creditor's answer to that."""

    today: date
    approved: bool


def pause_case(command: PauseCase, case: Case) -> list[CaseEvent]:
    """Let the case rest: ordered letters are stopped, no step is taken, no cost is added.

    Refuses: case_unknown, case_closed.
    """
    refuse_unless_open(case)
    if case.paused:
        return []
    draft = Draft(case)
    draft.add(CasePaused(paused_on=command.today, reason=command.reason))
    draft.stop_letters("pause", command.today)
    return draft.events


def resume_case(command: ResumeCase, case: Case) -> list[CaseEvent]:
    """Let the case go on; what was due meanwhile is due now.

    Refuses: case_unknown, case_closed.
    """
    refuse_unless_open(case)
    return [CaseResumed(resumed_on=command.today)] if case.paused else []


def withdraw_case(command: WithdrawCase, case: Case) -> list[CaseEvent]:
    """End the case at the creditor's wish, and tell the debtor if the debtor knew of it.

    Free until the agreement's days after the betalingsoppfordring have passed.
    Refuses: case_unknown, case_closed.
    """
    refuse_if(not case.registered, "case_unknown")
    if case.closed == "withdrawn":
        return []
    refuse_if(case.closed is not None, "case_closed")
    known = (
        bool(case.fees)
        or case.varsel_pay_by is not None
        or any(letter.state in ("released", "sent", "returned") for letter in case.letters)
    )
    draft = Draft(case)
    draft.stop_letters("withdrawal", command.today)
    draft.add(
        CaseWithdrawn(
            creditor_id=creditor_of(case),
            case_number=case.case_number,
            withdrawn_on=command.today,
            charge_ore=withdrawal_charge_ore(case, command.today),
        )
    )
    if known:
        draft.add(
            WithdrawalNoticeOrdered(
                letter_id=command.letter_id, ordered_on=command.today, channel=command.channel
            )
        )
    return draft.events


def withdrawal_charge_ore(case: Case, today: date) -> Ore:
    """What the creditor pays for withdrawing today: nothing within the agreement's days."""
    terms = terms_of(case)
    if case.bo_sent_on is None:
        return ZERO
    free_until = case.bo_sent_on + timedelta(days=terms.free_withdrawal_days)
    return ZERO if today <= free_until else terms.withdrawal_fee_ore


def write_off_case(command: WriteOffCase, case: Case) -> list[CaseEvent]:
    """Give up what is left, and close the case with that loss.

    Refuses: case_unknown, case_closed, rate_unknown.
    """
    refuse_if(not case.registered, "case_unknown")
    if case.closed == "part_paid_with_loss":
        return []
    refuse_if(case.closed is not None, "case_closed")
    draft = Draft(case)
    draft.stop_letters("closed", command.today)
    draft.add(remainder_waived(case, command.today, "written_off"))
    draft.add(CaseClosed(closed_on=command.today, reason="part_paid_with_loss"))
    return draft.events


def remainder_waived(case: Case, on: date, reason: WaiveReason) -> RemainderWaived:
    """What is left on `on`, given up: `small_balance` or `written_off`.

    Refuses: rate_unknown.
    """
    left = statement(case, on)
    return RemainderWaived(
        waived_on=on,
        reason=reason,
        principal_ore=left.principal_ore,
        interest_ore=left.interest_ore,
        letter_fees_ore=left.letter_fees_ore,
        salaer_ore=left.salaer_ore,
        compensation_ore=left.compensation_ore,
    )


def reopen_case(command: ReopenCase, case: Case) -> list[CaseEvent]:
    """Take up a case that was withdrawn or closed with a loss; what was waived is owed again.

    Refuses: case_unknown, case_paid, claim_credited.
    """
    refuse_if(not case.registered, "case_unknown")
    if case.closed is None:
        return []
    refuse_if(case.closed == "paid", "case_paid")
    refuse_if(case.closed == "objection_accepted", "claim_credited")
    draft = Draft(case)
    draft.add(CaseReopened(reopened_on=command.today, reason="asked"))
    if case.closed == "part_paid_with_loss":
        draft.add(RemainderReinstated(reinstated_on=command.today))
    # After a withdrawal the letters begin anew, and no salær hangs from the earlier demand.
    why = Input(name="reopened_on", value=str(command.today))
    restate_salaer(draft, salaer_told(case, command.today), command.today, why)
    return draft.events


def request_approval(command: RequestApproval, case: Case) -> list[CaseEvent]:
    """Ask the creditor whether to go to law, once the last day of the demand has passed.

    Refuses: case_unknown, case_closed, case_paused, objection_open, nothing_owed,
    demand_missing, too_early.
    Law: inkassoloven 1988 § 11
    """
    refuse_unless_open(case)
    refuse_if(case.paused, "case_paused")
    refuse_if(case.frozen, "objection_open", law="inkassoloven 1988 § 8")
    refuse_if(case.principal_left_ore <= 0, "nothing_owed")
    if case.approval != "none":
        return []
    if case.bo_pay_by is None:
        raise RefusedError("demand_missing", law="inkassoloven 1988 § 11")
    earliest_on = deadlines.legal_course_from(case.bo_pay_by)
    refuse_if(command.today < earliest_on, "too_early", earliest=earliest_on)
    return [
        ApprovalRequested(
            step="rettslig",
            requested_on=command.today,
            earliest_on=earliest_on,
            rule="inkassoloven 1988 § 11",
        )
    ]


def answer_approval(command: AnswerApproval, case: Case) -> list[CaseEvent]:
    """Record whether the creditor wants the legal course.

    Refuses: case_unknown, case_closed, nothing_to_approve.
    """
    refuse_unless_open(case)
    wanted = "given" if command.approved else "declined"
    if case.approval == wanted:
        return []
    refuse_if(case.approval == "none", "nothing_to_approve")
    if command.approved:
        return [ApprovalGiven(step="rettslig", given_on=command.today)]
    return [ApprovalDeclined(step="rettslig", declined_on=command.today)]


def refuse_unless_open(case: Case) -> None:
    """Refuse what may only be done on a case that is registered and has not ended.

    Refuses: case_unknown, case_closed.
    """
    refuse_if(not case.registered, "case_unknown")
    refuse_if(case.closed is not None, "case_closed")
