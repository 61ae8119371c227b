"""The steps before court: warning the debtor, calling on it, and claiming heavy salær."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.case.lifecycle import refuse_unless_open
from engine.case.parts import Case
from engine.case.statement import charged_claims, salaer_caps, terms_of
from engine.law import deadlines, salaer
from engine.law.calendar import first_bank_day_on_or_after, is_bank_day, shifted_due
from engine.refusal import RefusedError, refuse_if
from events.case import (
    BetalingsoppfordringOrdered,
    CaseEvent,
    InkassovarselOrdered,
    SalaerClaimed,
)
from events.case.notices import Grounds, Input


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


def order_inkassovarsel(command: OrderInkassovarsel, case: Case) -> list[CaseEvent]:
    """Warn the debtor once; asking again changes nothing.

    Refuses: case_unknown, case_closed, case_paused, objection_open, nothing_owed, too_early,
    not_a_bank_day.
    Law: inkassoloven 1988 § 9
    """
    refuse_unless_pursued(case)
    if case.varsel_pay_by is not None or _ordered(case, "inkassovarsel", command.letter_id):
        return []
    earliest_on = earliest_inkassovarsel(case)
    refuse_if(
        command.today < earliest_on, "too_early", law="inkassoloven 1988 § 9", earliest=earliest_on
    )
    refuse_off_bank_days(command.today)
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
    refuse_unless_pursued(case)
    if case.bo_sent_on is not None or _ordered(case, "betalingsoppfordring", command.letter_id):
        return []
    earliest_on = earliest_betalingsoppfordring(case)
    refuse_if(
        command.today < earliest_on,
        "too_early",
        law="inkassoloven 1988 § 10",
        earliest=earliest_on,
    )
    refuse_off_bank_days(command.today)
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


def earliest_betalingsoppfordring(case: Case) -> date:
    """The first day the demand may go: a bank day after the warning's deadline has passed.

    Refuses: varsel_missing.
    Law: inkassoloven 1988 § 10
    """
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
    refuse_unless_pursued(case)
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
    # A claim whose costs are barred makes nothing dearer, though it is all that is left.
    bearing = any(claim.principal_left_ore > 0 for claim in charged_claims(case))
    if case.heavy_from is not None or not bearing or heavy_ore == 0:
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


def refuse_unless_pursued(case: Case) -> None:
    """Refuse what is only done to a debtor who owes and may be pursued now.

    Refuses: case_unknown, case_closed, case_paused, objection_open, nothing_owed.
    Law: inkassoloven 1988 § 8
    """
    refuse_unless_open(case)
    refuse_if(case.paused, "case_paused")
    refuse_if(case.frozen, "objection_open", law="inkassoloven 1988 § 8")
    refuse_if(case.principal_left_ore <= 0, "nothing_owed")


def refuse_off_bank_days(today: date) -> None:
    """Refuse what only leaves the house on a bank day.

    Refuses: not_a_bank_day.
    """
    refuse_if(not is_bank_day(today), "not_a_bank_day", earliest=first_bank_day_on_or_after(today))


def _ordered(case: Case, kind: str, letter_id: UUID) -> bool:
    """Whether this very letter, or another of its kind that may still go, has been ordered."""
    return case.letter(letter_id) is not None or any(
        letter.kind == kind and letter.state in ("ordered", "released") for letter in case.letters
    )


def _last_due(case: Case) -> date:
    shift = terms_of(case).due_date_shift
    return max(shifted_due(claim.due_on, shift=shift) for claim in case.claims)
