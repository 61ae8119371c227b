"""A letter on its way: let out of the house unless something came first, sent, or returned."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from engine.case.draft import Draft
from engine.case.notices import (
    earliest_betalingsoppfordring,
    refuse_off_bank_days,
    refuse_unless_pursued,
)
from engine.case.parts import Case, Letter
from engine.case.printing import printed
from engine.case.statement import charged_claims, salaer_asked, terms_of
from engine.law import deadlines, fees
from engine.refusal import RefusedError, refuse_if
from events.case import (
    BetalingsoppfordringSent,
    CaseEvent,
    InkassovarselSent,
    LetterFailed,
    LetterLapsed,
    LetterReleased,
    LetterReturned,
    SalaerClaimed,
    WithdrawalNoticeSent,
)
from events.case.notices import Grounds, Input, StopReason
from events.money import ZERO, Ore


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLetter:
    """Ask for leave to send a letter now; the versions say what name and address it bears."""

    letter_id: UUID
    worker: str
    today: date
    debtor_version: int
    creditor_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmLetterSent:
    """Report that a letter has left the house, and what it said."""

    letter_id: UUID
    sent_on: date
    content_hmac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseLetter:
    """Report that a released letter never left the house, and that its day has passed."""

    letter_id: UUID
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLetterFailed:
    """Report that a released letter could not be made or handed over, and why."""

    letter_id: UUID
    code: str
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLetterReturned:
    """Report that the post brought a letter back; without an id, the last one sent."""

    letter_id: UUID | None
    today: date


def release_letter(command: ReleaseLetter, case: Case) -> list[CaseEvent]:
    """Let a letter leave the house, unless something came first; the leave holds for today.

    Refuses: letter_unknown, letter_released_elsewhere, release_lapsed, letter_stopped,
    not_a_bank_day, case_closed, case_paused, objection_open, nothing_owed,
    regime_not_reviewed, varsel_missing, too_early, rate_unknown.
    Law: inkassoloven 1988 § 8
    """
    letter = _letter(case, command.letter_id)
    if letter.state == "released":
        refuse_if(letter.worker != command.worker, "letter_released_elsewhere")
        refuse_if(letter.released_on != command.today, "release_lapsed")
        return []
    if letter.state in ("sent", "returned"):
        return []
    refuse_if(letter.state != "ordered", "letter_stopped")
    refuse_off_bank_days(command.today)
    if letter.kind == "withdrawal_notice":
        refuse_if(case.closed != "withdrawn", "letter_stopped")
    else:
        refuse_unless_pursued(case)
        fees.check_regime(command.today)
    if letter.kind == "betalingsoppfordring":
        earliest_on = earliest_betalingsoppfordring(case)
        refuse_if(command.today < earliest_on, "too_early", earliest=earliest_on)
    return [_released(command, case, letter)]


def _released(command: ReleaseLetter, case: Case, letter: Letter) -> LetterReleased:
    today = command.today
    fee_ore, pay_by = ZERO, None
    match letter.kind:
        case "inkassovarsel":
            fee_ore, pay_by = _varsel_fee(case, today), deadlines.inkassovarsel_pay_by(today)
        case "betalingsoppfordring":
            pay_by = deadlines.betalingsoppfordring_pay_by(today)
        case "withdrawal_notice":
            pass
        case _:
            assert_never(letter.kind)
    return LetterReleased(
        letter_id=letter.letter_id,
        kind=letter.kind,
        worker=command.worker,
        released_on=today,
        pay_by=pay_by,
        fee_ore=fee_ore,
        printed=(
            None
            if letter.kind == "withdrawal_notice" or pay_by is None
            else printed(case, letter, today, fee_ore=fee_ore, pay_by=pay_by)
        ),
        debtor_version=command.debtor_version,
        creditor_version=command.creditor_version,
    )


def _varsel_fee(case: Case, sent_on: date) -> Ore:
    """The fee of our warning: once a case, within the two that may be charged at all.

    Law: inkassoforskriften 1989 § 1-3
    """
    charged = charged_claims(case)
    if not charged or not terms_of(case).claim_letter_fees:
        return ZERO
    if any(not fee.creditors for fee in case.fees):
        return ZERO
    cost_something = [fee.sent_on for fee in case.fees if fee.fee_ore]
    if fees.fee_letters_allowed(cost_something, sent_on) <= 0:
        return ZERO
    last_due = max(claim.due_on for claim in charged)
    if not fees.letter_fee_allowed(sent_on, last_due):
        return ZERO
    return fees.letter_fee_ore(sent_on, due_on=last_due)


def confirm_letter_sent(command: ConfirmLetterSent, case: Case) -> list[CaseEvent]:
    """Record that a letter left the house; time to pay runs from that day.

    Whatever came between the release and this report is recorded as having crossed it.
    Refuses: letter_unknown, letter_not_released.
    Law: inkassoloven 1988 § 9
    Law: inkassoloven 1988 § 10
    """
    letter = _letter(case, command.letter_id)
    if letter.state in ("sent", "returned"):
        return []
    refuse_if(letter.state != "released", "letter_not_released")
    crossed = _crossed(case, letter)
    match letter.kind:
        case "inkassovarsel":
            return [
                InkassovarselSent(
                    letter_id=letter.letter_id,
                    sent_on=command.sent_on,
                    pay_by=deadlines.inkassovarsel_pay_by(command.sent_on),
                    fee_ore=letter.fee_ore if crossed in (None, "pause") else ZERO,
                    content_hmac=command.content_hmac,
                    crossed=crossed,
                )
            ]
        case "betalingsoppfordring":
            return _demand_sent(command, case, crossed)
        case "withdrawal_notice":
            return [
                WithdrawalNoticeSent(
                    letter_id=letter.letter_id,
                    sent_on=command.sent_on,
                    channel=letter.channel,
                    content_hmac=command.content_hmac,
                )
            ]
        case _:
            assert_never(letter.kind)


def _demand_sent(
    command: ConfirmLetterSent, case: Case, crossed: StopReason | None
) -> list[CaseEvent]:
    draft = Draft(case)
    draft.add(
        BetalingsoppfordringSent(
            letter_id=command.letter_id,
            sent_on=command.sent_on,
            pay_by=deadlines.betalingsoppfordring_pay_by(command.sent_on),
            content_hmac=command.content_hmac,
            crossed=crossed,
        )
    )
    light_ore = salaer_asked(draft.case, command.sent_on)
    if light_ore and case.closed is None:
        draft.add(
            SalaerClaimed(
                level="light",
                claimed_on=command.sent_on,
                amount_ore=light_ore,
                grounds=Grounds(
                    rule="inkassoforskriften 1989 § 2-2",
                    inputs=(Input(name="bo_sent_on", value=str(command.sent_on)),),
                    earliest_on=command.sent_on,
                ),
            )
        )
    return draft.events


def lapse_letter(command: LapseLetter, case: Case) -> list[CaseEvent]:
    """Give up a release that was never used; the step is due again.

    Refuses: letter_unknown, release_holds.
    """
    letter = _letter(case, command.letter_id)
    if letter.state != "released" or letter.released_on is None:
        return []
    refuse_if(letter.released_on >= command.today, "release_holds")
    return [LetterLapsed(letter_id=letter.letter_id, kind=letter.kind, lapsed_on=command.today)]


def report_letter_failed(command: ReportLetterFailed, case: Case) -> list[CaseEvent]:
    """Record that a letter could not be sent: the case rests until a person has looked at it.

    Refuses: letter_unknown, letter_not_released.
    """
    letter = _letter(case, command.letter_id)
    if letter.state == "failed":
        return []
    refuse_if(letter.state != "released", "letter_not_released")
    return [
        LetterFailed(
            letter_id=letter.letter_id,
            kind=letter.kind,
            failed_on=command.today,
            code=command.code,
        )
    ]


def report_letter_returned(command: ReportLetterReturned, case: Case) -> list[CaseEvent]:
    """Record that a letter came back: the case rests until a person has looked at it.

    Refuses: case_unknown, letter_unknown.
    """
    refuse_if(not case.registered, "case_unknown")
    sent = [letter for letter in case.letters if letter.state in ("sent", "returned")]
    letter = case.letter(command.letter_id) if command.letter_id else (sent[-1] if sent else None)
    if letter is None or letter not in sent:
        raise RefusedError("letter_unknown")
    if letter.state == "returned":
        return []
    draft = Draft(case)
    draft.add(
        LetterReturned(letter_id=letter.letter_id, kind=letter.kind, returned_on=command.today)
    )
    draft.stop_letters("pause", command.today)
    return draft.events


def _letter(case: Case, letter_id: UUID) -> Letter:
    letter = case.letter(letter_id)
    if letter is None:
        raise RefusedError("letter_unknown")
    return letter


def _crossed(case: Case, letter: Letter) -> StopReason | None:
    if letter.crossed is not None and (case.closed is not None or letter.crossed == "withdrawal"):
        return letter.crossed
    if case.closed == "withdrawn":
        return "withdrawal"
    if case.closed is not None:
        return "payment" if case.closed == "paid" else "closed"
    if case.frozen:
        return "objection"
    return "pause" if case.paused else None
