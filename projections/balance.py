"""The balance of a case: what was asked, paid and given up, and what is left of each part."""

from datetime import date
from typing import Final, assert_never
from uuid import UUID

from msgspec.structs import replace

from engine.journal.recorded import Recorded
from engine.law.compensation import set_off
from events.case import (
    CaseClosed,
    CaseRegistered,
    CaseReopened,
    CaseWithdrawn,
    ContactEvent,
    CostsBarred,
    CostsReinstated,
    InkassovarselSent,
    LetterReleased,
    LifecycleEvent,
    MoneyEvent,
    NoticeEvent,
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
)
from events.case.money import Split
from events.money import ZERO, Ore
from projections.fold import Fold, case_event, case_key, known, subject_id
from projections.projection import Row, Table


class Balance(Row, frozen=True, kw_only=True):
    """One row a case. Asked costs are gross; what is left is after compensation is set off.

    Interest is as of `interest_on`, the last day on which it became an event; what is owed
    on another day is reckoned by `engine.case.statement`. `held_ore` is to be given back.
    """

    case_id: UUID
    creditor_id: UUID
    case_number: str
    open: bool = True
    interest_on: date
    principal_claimed_ore: Ore
    interest_accrued_ore: Ore = ZERO
    letter_fees_asked_ore: Ore = ZERO
    salaer_asked_ore: Ore = ZERO
    compensation_asked_ore: Ore = ZERO
    principal_paid_ore: Ore = ZERO
    interest_paid_ore: Ore = ZERO
    letter_fees_paid_ore: Ore = ZERO
    salaer_paid_ore: Ore = ZERO
    compensation_paid_ore: Ore = ZERO
    principal_waived_ore: Ore = ZERO
    interest_waived_ore: Ore = ZERO
    letter_fees_waived_ore: Ore = ZERO
    salaer_waived_ore: Ore = ZERO
    compensation_waived_ore: Ore = ZERO
    principal_ore: Ore = ZERO
    interest_ore: Ore = ZERO
    letter_fees_ore: Ore = ZERO
    salaer_ore: Ore = ZERO
    compensation_ore: Ore = ZERO
    costs_ore: Ore = ZERO
    paid_ore: Ore = ZERO
    waived_ore: Ore = ZERO
    held_ore: Ore = ZERO
    total_ore: Ore = ZERO


TABLE: Final = Table(
    "balance",
    key=("case_id",),
    row=Balance,
    indexes=("creditor_id", "total_ore, case_id"),
    one_stream=True,
)


def evolve(row: Balance | None, recorded: Recorded) -> Balance:
    """The balance as it is after the event."""
    event = case_event(recorded)
    if isinstance(event, CaseRegistered):
        return _left(_registered(event, recorded))
    now = known(row, recorded)
    # By phase first: every event comes by here, and half as much is asked of it.
    match event:
        case MoneyEvent():
            match event:
                case PaymentReceived():
                    return now
                case PaymentAllocated():
                    return _left(_allocated(now, event))
                case PaymentFreed():
                    return _left(_freed(now, event))
                case PaymentReversed():
                    return _left(_reversed(now, event))
                case OverpaymentHeld():
                    # What was overpaid to the creditor itself is not ours to give back.
                    return _held(now, event.amount_ore) if event.source == "bank" else now
                case RefundMade():
                    return _held(now, -event.amount_ore)
                case SalaerClaimed():
                    return _left(replace(now, salaer_asked_ore=event.amount_ore))
                case RemainderWaived():
                    return _left(_waived(now, event))
                case RemainderReinstated():
                    return _left(_reinstated(now))
                case _:
                    assert_never(event)
        case InkassovarselSent():
            return _left(_asked(now, fees=event.fee_ore))
        case LetterReleased():
            return _left(_printed(now, event))
        case CaseWithdrawn() | CaseClosed():
            return replace(now, open=False)
        case CaseReopened():
            return replace(now, open=True)
        case LifecycleEvent() | NoticeEvent() | ContactEvent():
            return now
        case ObjectionRaised() | ObjectionAnswered():
            return now
        case PrincipalReduced():
            return _left(_reduced(now, event))
        case CostsBarred():
            return _left(_costs(now, event, -1))
        case CostsReinstated():
            return _left(_costs(now, event, 1))
        case _:
            assert_never(event)


PROJECTION: Final = Fold(TABLE, case_key, evolve)


def _registered(event: CaseRegistered, recorded: Recorded) -> Balance:
    varsler = [claim.varsel for claim in event.claims if claim.varsel is not None]
    return Balance(
        case_id=subject_id(recorded),
        creditor_id=event.creditor_id,
        case_number=event.case_number,
        interest_on=event.registered_on,
        principal_claimed_ore=Ore(sum(claim.principal_ore for claim in event.claims)),
        compensation_asked_ore=Ore(sum(claim.compensation_ore for claim in event.claims)),
        letter_fees_asked_ore=Ore(sum(varsel.fee_ore for varsel in varsler if varsel.counts)),
    )


def _left(row: Balance) -> Balance:
    """The row with what is left of each part reckoned again from what was asked and paid."""
    fees, salaer = set_off(
        row.letter_fees_asked_ore, row.salaer_asked_ore, row.compensation_asked_ore
    )
    principal = row.principal_claimed_ore - row.principal_paid_ore - row.principal_waived_ore
    interest = max(0, row.interest_accrued_ore - row.interest_paid_ore - row.interest_waived_ore)
    fees_left = max(0, fees - row.letter_fees_paid_ore - row.letter_fees_waived_ore)
    salaer_left = max(0, salaer - row.salaer_paid_ore - row.salaer_waived_ore)
    compensation = max(
        0, row.compensation_asked_ore - row.compensation_paid_ore - row.compensation_waived_ore
    )
    costs = fees_left + salaer_left + compensation
    return replace(
        row,
        principal_ore=Ore(principal),
        interest_ore=Ore(interest),
        letter_fees_ore=Ore(fees_left),
        salaer_ore=Ore(salaer_left),
        compensation_ore=Ore(compensation),
        costs_ore=Ore(costs),
        paid_ore=_paid(row),
        waived_ore=_given_up(row),
        total_ore=Ore(principal + interest + costs),
    )


def _paid(row: Balance) -> Ore:
    costs = row.letter_fees_paid_ore + row.salaer_paid_ore + row.compensation_paid_ore
    return Ore(row.principal_paid_ore + row.interest_paid_ore + costs)


def _given_up(row: Balance) -> Ore:
    costs = row.letter_fees_waived_ore + row.salaer_waived_ore + row.compensation_waived_ore
    return Ore(row.principal_waived_ore + row.interest_waived_ore + costs)


def _held(row: Balance, by: int) -> Balance:
    return replace(row, held_ore=Ore(row.held_ore + by))


def _asked(row: Balance, *, fees: Ore) -> Balance:
    return replace(row, letter_fees_asked_ore=Ore(row.letter_fees_asked_ore + fees))


def _printed(row: Balance, event: LetterReleased) -> Balance:
    if event.printed is None:
        return row
    # The letter prints what is left; with what was paid it is all that has accrued.
    accrued = Ore(event.printed.interest_ore + row.interest_paid_ore)
    return replace(row, interest_accrued_ore=accrued, interest_on=event.released_on)


def _costs(row: Balance, event: CostsBarred | CostsReinstated, sign: int) -> Balance:
    # The cap may have risen since salær was last claimed: more can fall away than was asked.
    salaer = max(0, row.salaer_asked_ore + sign * event.salaer_ore)
    return replace(
        row,
        letter_fees_asked_ore=Ore(row.letter_fees_asked_ore + sign * event.letter_fees_ore),
        salaer_asked_ore=Ore(salaer),
        compensation_asked_ore=Ore(row.compensation_asked_ore + sign * event.compensation_ore),
    )


def _reduced(row: Balance, event: PrincipalReduced) -> Balance:
    claimed = Ore(row.principal_claimed_ore - event.by_ore)
    # A claim that never was has borne no interest; what was paid of it is freed next.
    paid = max(ZERO, row.interest_paid_ore)
    accrued = row.interest_accrued_ore if claimed else Ore(min(row.interest_accrued_ore, paid))
    return replace(row, principal_claimed_ore=claimed, interest_accrued_ore=accrued)


def _freed(row: Balance, event: PaymentFreed) -> Balance:
    # Interest paid beyond what accrued on the lower principal never accrued at all.
    accrued = Ore(row.interest_accrued_ore - event.split.interest_ore)
    return replace(_covered(row, event.split, -1), interest_accrued_ore=accrued)


def _allocated(row: Balance, event: PaymentAllocated) -> Balance:
    covered = _covered(row, event.split, 1)
    return replace(
        covered, interest_accrued_ore=event.interest_accrued_ore, interest_on=event.effective_on
    )


def _reversed(row: Balance, event: PaymentReversed) -> Balance:
    undone = _covered(row, event.split, -1) if event.split else row
    return _held(undone, -event.held_ore) if event.source == "bank" else undone


def _covered(row: Balance, split: Split, sign: int) -> Balance:
    return replace(
        row,
        principal_paid_ore=Ore(row.principal_paid_ore + sign * split.principal_ore),
        interest_paid_ore=Ore(row.interest_paid_ore + sign * split.interest_ore),
        letter_fees_paid_ore=Ore(row.letter_fees_paid_ore + sign * split.letter_fees_ore),
        salaer_paid_ore=Ore(row.salaer_paid_ore + sign * split.salaer_ore),
        compensation_paid_ore=Ore(row.compensation_paid_ore + sign * split.compensation_ore),
    )


def _waived(row: Balance, event: RemainderWaived) -> Balance:
    # The interest given up is that of the day: from then on none of it is left.
    accrued = Ore(row.interest_paid_ore + row.interest_waived_ore + event.interest_ore)
    return replace(
        row,
        interest_on=event.waived_on,
        interest_accrued_ore=accrued,
        principal_waived_ore=Ore(row.principal_waived_ore + event.principal_ore),
        interest_waived_ore=Ore(row.interest_waived_ore + event.interest_ore),
        letter_fees_waived_ore=Ore(row.letter_fees_waived_ore + event.letter_fees_ore),
        salaer_waived_ore=Ore(row.salaer_waived_ore + event.salaer_ore),
        compensation_waived_ore=Ore(row.compensation_waived_ore + event.compensation_ore),
    )


def _reinstated(row: Balance) -> Balance:
    return replace(
        row,
        principal_waived_ore=ZERO,
        interest_waived_ore=ZERO,
        letter_fees_waived_ore=ZERO,
        salaer_waived_ore=ZERO,
        compensation_waived_ore=ZERO,
    )
