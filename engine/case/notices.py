"""The letters before court: when each may be ordered, may leave the house, and has left it."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from engine.case.draft import Draft
from engine.case.lifecycle import refuse_unless_open
from engine.case.printing import printed
from engine.case.state import Case, Letter
from engine.case.statement import charged_claims, salaer_asked, salaer_caps, terms_of
from engine.law import deadlines, fees, salaer
from engine.law.calendar import first_bank_day_on_or_after, is_bank_day, shifted_due
from engine.refusal import RefusedError, refuse_if
from events.case import (
    BetalingsoppfordringOrdered,
    BetalingsoppfordringSent,
    CaseEvent,
    InkassovarselOrdered,
    InkassovarselSent,
    LetterLapsed,
    LetterReleased,
    LetterReturned,
    SalaerClaimed,
    WithdrawalNoticeSent,
)
from events.case.notices import Grounds, Input, StopReason
from events.money import ZERO, Ore


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderInkassovarsel:
    """Ask for the debtor to be warned."""

    letter_id: UUID
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBetalingsoppfordring:
    """Ask for the debtor to be called on to pay or object."""

    letter_id: UUID
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimHeavySalaer:
    """Claim the heavy salær from today on."""

    today: date


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
class ReportLetterReturned:
    """Report that the post brought a letter back; without an id, the last one sent."""

    letter_id: UUID | None
    today: date


def order_inkassovarsel(command: OrderInkassovarsel, case: Case) -> list[CaseEvent]:
    """Warn the debtor once; asking again changes nothing.

    Refuses: case_unknown, case_closed, case_paused, objection_open, nothing_owed, too_early,
    not_a_bank_day.
    Law: inkassoloven 1988 § 9
    """
    _refuse_unless_pursued(case)
    if case.varsel_pay_by is not None or _ordered(case, "inkassovarsel", command.letter_id):
        return []
    earliest_on = earliest_inkassovarsel(case)
    refuse_if(
        command.today < earliest_on, "too_early", law="inkassoloven 1988 § 9", earliest=earliest_on
    )
    _refuse_off_bank_days(command.today)
    return [
        InkassovarselOrdered(
            letter_id=command.letter_id,
            ordered_on=command.today,
            grounds=Grounds(
                rule="inkassoloven 1988 § 9; inkassoforskriften 1989 § 1-2",
                inputs=(
                    Input(name="due_on", value=str(_last_due(case))),
                    Input(name="registered_on", value=str(case.registered_on)),
                ),
                earliest_on=earliest_on,
            ),
        )
    ]


def earliest_inkassovarsel(case: Case) -> date:
    """The first day the warning may go with its fee: a bank day, 14 days after the last due.

    Law: inkassoforskriften 1989 § 1-2
    """
    return deadlines.earliest_inkassovarsel(_last_due(case), case.registered_on)


def order_betalingsoppfordring(command: OrderBetalingsoppfordring, case: Case) -> list[CaseEvent]:
    """Call on the debtor once, when the deadline of the warning has passed unpaid.

    Refuses: case_unknown, case_closed, case_paused, objection_open, nothing_owed,
    varsel_missing, too_early, not_a_bank_day.
    Law: inkassoloven 1988 § 10
    """
    _refuse_unless_pursued(case)
    if case.bo_sent_on is not None or _ordered(case, "betalingsoppfordring", command.letter_id):
        return []
    earliest_on = _earliest_betalingsoppfordring(case)
    refuse_if(
        command.today < earliest_on,
        "too_early",
        law="inkassoloven 1988 § 10",
        earliest=earliest_on,
    )
    _refuse_off_bank_days(command.today)
    return [
        BetalingsoppfordringOrdered(
            letter_id=command.letter_id,
            ordered_on=command.today,
            grounds=Grounds(
                rule="inkassoloven 1988 § 10",
                inputs=(Input(name="varsel_pay_by", value=str(case.varsel_pay_by)),),
                earliest_on=earliest_on,
            ),
        )
    ]


def _earliest_betalingsoppfordring(case: Case) -> date:
    if case.varsel_pay_by is None:
        raise RefusedError("varsel_missing", law="inkassoloven 1988 § 9")
    return max(
        deadlines.earliest_betalingsoppfordring(case.varsel_pay_by),
        first_bank_day_on_or_after(case.registered_on),
    )


def claim_heavy_salaer(command: ClaimHeavySalaer, case: Case) -> list[CaseEvent]:
    """Claim heavy salær from the 43rd day after the betalingsoppfordring, never backwards.

    Refuses: case_unknown, case_closed, case_paused, objection_open, nothing_owed,
    demand_missing, too_early.
    Law: inkassoforskriften 1989 § 2-2
    """
    _refuse_unless_pursued(case)
    if case.bo_sent_on is None:
        raise RefusedError("demand_missing", law="inkassoloven 1988 § 10")
    earliest_on = salaer.heavy_from(case.bo_sent_on)
    refuse_if(
        command.today < earliest_on,
        "too_early",
        law="inkassoforskriften 1989 § 2-2",
        earliest=earliest_on,
    )
    _, heavy_ore = salaer_caps(case, command.today)
    if case.heavy_from is not None or case.principal_left_ore == 0 or heavy_ore == 0:
        return []
    return [
        SalaerClaimed(
            level="heavy",
            claimed_on=command.today,
            amount_ore=heavy_ore,
            grounds=Grounds(
                rule="inkassoforskriften 1989 § 2-2",
                inputs=(
                    Input(name="bo_sent_on", value=str(case.bo_sent_on)),
                    Input(name="bo_pay_by", value=str(case.bo_pay_by)),
                ),
                earliest_on=earliest_on,
            ),
        )
    ]


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
    _refuse_off_bank_days(command.today)
    if letter.kind == "withdrawal_notice":
        refuse_if(case.closed != "withdrawn", "letter_stopped")
    else:
        _refuse_unless_pursued(case)
        fees.check_regime(command.today)
    if letter.kind == "betalingsoppfordring":
        earliest_on = _earliest_betalingsoppfordring(case)
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
    if fees.fee_letters_allowed([fee.sent_on for fee in case.fees], sent_on) <= 0:
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


def _refuse_unless_pursued(case: Case) -> None:
    refuse_unless_open(case)
    refuse_if(case.paused, "case_paused")
    refuse_if(case.frozen, "objection_open", law="inkassoloven 1988 § 8")
    refuse_if(case.principal_left_ore <= 0, "nothing_owed")


def _refuse_off_bank_days(today: date) -> None:
    refuse_if(not is_bank_day(today), "not_a_bank_day", earliest=first_bank_day_on_or_after(today))


def _letter(case: Case, letter_id: UUID) -> Letter:
    letter = case.letter(letter_id)
    if letter is None:
        raise RefusedError("letter_unknown")
    return letter


def _ordered(case: Case, kind: str, letter_id: UUID) -> bool:
    """Whether this very letter, or another of its kind that may still go, has been ordered."""
    return case.letter(letter_id) is not None or any(
        letter.kind == kind and letter.state in ("ordered", "released") for letter in case.letters
    )


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


def _last_due(case: Case) -> date:
    shift = terms_of(case).due_date_shift
    return max(shifted_due(claim.due_on, shift=shift) for claim in case.claims)
