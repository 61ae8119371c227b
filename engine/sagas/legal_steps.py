"""The out-of-court course of a case: which step is due next, and from which day it is lawful."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID, uuid5

from engine.case.lifecycle import RequestApproval
from engine.case.notices import ClaimHeavySalaer, OrderBetalingsoppfordring, OrderInkassovarsel
from engine.law import deadlines, salaer
from engine.law.calendar import first_bank_day_on_or_after, is_bank_day, shifted_due
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
    LetterReturned,
    LetterStopped,
    MoneyEvent,
    NoticeEvent,
    ObjectionAnswered,
    ObjectionRaised,
    PaymentAllocated,
    PaymentFreed,
    PaymentReversed,
    PrincipalReduced,
    SalaerClaimed,
)
from events.case.money import ClaimShare

NEVER = date.max

StepCommand = OrderInkassovarsel | OrderBetalingsoppfordring | ClaimHeavySalaer | RequestApproval


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalSteps:
    """The days from which each step of one case is lawful; NEVER when it is not to come.

    `since` is the version of the event that made the next letter due: a letter stopped and
    due again is another letter. `open_claims` are the claims with principal left,
    `disputed` "objection claim" for each claim under an objection that stops, `barred` the
    claims that bear no costs.
    """

    case_id: UUID
    creditor_id: UUID
    version: int
    since: int
    wanted: bool
    varsel_on: date = NEVER
    demand_on: date = NEVER
    heavy_on: date = NEVER
    approval_on: date = NEVER
    paused: bool = False
    closed: str | None = None
    open_claims: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()

    @property
    def due_on(self) -> date:
        """The first day on which something may be owed; NEVER while nothing may be done."""
        disputed = {entry.split(" ")[1] for entry in self.disputed}
        owing = [claim_id for claim_id, left in map(_parts, self.open_claims) if left > 0]
        pursued = any(claim_id not in disputed for claim_id in owing)
        if not self.wanted or self.paused or self.closed is not None or not pursued:
            return NEVER
        return min(self.varsel_on, self.demand_on, self._heavy_on, self.approval_on)

    @property
    def _heavy_on(self) -> date:
        chargeable = any(_claim(entry) not in self.barred for entry in self.open_claims)
        return self.heavy_on if chargeable else NEVER

    def owes(self, today: date) -> tuple[StepCommand, ...]:
        """What is to be done today: computed from the state, never queued.

        Asked again after a crash it gives the same commands with the same ids.
        """
        if today < self.due_on:
            return ()
        owed: list[StepCommand] = []
        if is_bank_day(today):
            if self.varsel_on <= today:
                owed.append(OrderInkassovarsel(letter_id=self._id("inkassovarsel"), today=today))
            elif self.demand_on <= today:
                letter_id = self._id("betalingsoppfordring")
                owed.append(OrderBetalingsoppfordring(letter_id=letter_id, today=today))
        if self._heavy_on <= today:
            owed.append(ClaimHeavySalaer(today=today))
        if self.approval_on <= today:
            owed.append(RequestApproval(today=today))
        return tuple(owed)

    def _id(self, step: str) -> UUID:
        return uuid5(self.case_id, f"{step} {self.since}")


def begin(case_id: UUID, event: CaseRegistered) -> LegalSteps:
    """The steps of a case that has just been registered."""
    shift = event.terms.due_date_shift
    last_due = max(shifted_due(claim.due_on, shift=shift) for claim in event.claims)
    steps = LegalSteps(
        case_id=case_id,
        creditor_id=event.creditor_id,
        version=1,
        since=1,
        wanted=event.terms.letters == "earliest",
        open_claims=tuple(f"{claim.claim_id} {claim.principal_ore}" for claim in event.claims),
    )
    counting = [
        claim.varsel.pay_by for claim in event.claims if claim.varsel and claim.varsel.counts
    ]
    if len(counting) < len(event.claims):
        return replace(
            steps, varsel_on=deadlines.earliest_inkassovarsel(last_due, event.registered_on)
        )
    demand_on = deadlines.earliest_betalingsoppfordring(max(counting))
    return replace(
        steps, demand_on=max(demand_on, first_bank_day_on_or_after(event.registered_on))
    )


def evolve(before: LegalSteps, event: CaseEvent) -> LegalSteps:
    """The steps as they are after `event`."""
    steps = replace(before, version=before.version + 1)
    match event:
        case CaseRegistered():
            return steps
        case CasePaused() | LetterReturned():
            return replace(steps, paused=True)
        case CaseResumed():
            return replace(steps, paused=False)
        case CaseWithdrawn():
            return replace(steps, closed="withdrawn")
        case CaseClosed():
            return replace(steps, closed=event.reason)
        case CaseReopened():
            return _reopened(steps, event)
        case ApprovalRequested() | ApprovalGiven() | ApprovalDeclined():
            return replace(steps, approval_on=NEVER)
        case InkassovarselOrdered():
            return replace(steps, varsel_on=NEVER)
        case InkassovarselSent():
            demand_on = deadlines.earliest_betalingsoppfordring(event.pay_by)
            return replace(steps, demand_on=demand_on, since=steps.version)
        case BetalingsoppfordringOrdered():
            return replace(steps, demand_on=NEVER)
        case BetalingsoppfordringSent():
            return replace(
                steps,
                heavy_on=salaer.heavy_from(event.sent_on),
                approval_on=deadlines.legal_course_from(event.pay_by),
            )
        case LetterStopped():
            return _due_again(steps, event.kind, event.stopped_on)
        case LetterFailed():
            return replace(_due_again(steps, event.kind, event.failed_on), paused=True)
        case LetterLapsed():
            return _due_again(steps, event.kind, event.lapsed_on)
        case ObjectionRaised():
            return _raised(steps, event)
        case ObjectionAnswered():
            kept = (one for one in steps.disputed if not one.startswith(str(event.objection_id)))
            return replace(steps, disputed=tuple(kept))
        case CostsBarred():
            return replace(steps, barred=(*steps.barred, *map(str, event.claim_ids)))
        case CostsReinstated():
            again = set(map(str, event.claim_ids))
            return replace(steps, barred=tuple(one for one in steps.barred if one not in again))
        case SalaerClaimed():
            return replace(steps, heavy_on=NEVER) if event.level == "heavy" else steps
        case PaymentAllocated():
            return _less(steps, event.split.claims, 1)
        case PaymentReversed():
            return steps if event.split is None else _less(steps, event.split.claims, -1)
        case PaymentFreed():
            return _less(steps, event.split.claims, -1)
        case PrincipalReduced():
            return _reduced(steps, event)
        case NoticeEvent() | MoneyEvent() | ContactEvent():
            return steps
        case _:
            assert_never(event)


def _reopened(steps: LegalSteps, event: CaseReopened) -> LegalSteps:
    reopened = replace(steps, closed=None)
    if steps.closed != "withdrawn":
        return reopened
    # The debtor was told that the case had ended: it begins again with a warning.
    return replace(
        reopened,
        varsel_on=first_bank_day_on_or_after(event.reopened_on),
        demand_on=NEVER,
        heavy_on=NEVER,
        approval_on=NEVER,
        since=steps.version,
    )


def _due_again(steps: LegalSteps, kind: str, on: date) -> LegalSteps:
    if kind == "inkassovarsel":
        return replace(steps, varsel_on=on, since=steps.version)
    if kind == "betalingsoppfordring":
        return replace(steps, demand_on=on, since=steps.version)
    return steps


def _raised(steps: LegalSteps, event: ObjectionRaised) -> LegalSteps:
    if event.groundless:
        return steps
    raised = (f"{event.objection_id} {claim_id}" for claim_id in event.claim_ids)
    return replace(steps, disputed=(*steps.disputed, *raised))


def _less(steps: LegalSteps, shares: tuple[ClaimShare, ...], sign: int) -> LegalSteps:
    covered = {str(share.claim_id): sign * share.principal_ore for share in shares}
    left = dict(_parts(entry) for entry in steps.open_claims)
    for claim_id, amount in covered.items():
        left[claim_id] = left.get(claim_id, 0) - amount
    return _with_left(steps, left)


def _reduced(steps: LegalSteps, event: PrincipalReduced) -> LegalSteps:
    left = dict(_parts(entry) for entry in steps.open_claims)
    claim_id = str(event.claim_id)
    left[claim_id] = left.get(claim_id, 0) - event.by_ore
    return _with_left(steps, left)


def _with_left(steps: LegalSteps, left: dict[str, int]) -> LegalSteps:
    # A claim below zero is kept: what was paid too much on it is put right in the same commit.
    kept = tuple(f"{claim_id} {amount}" for claim_id, amount in left.items() if amount)
    return replace(steps, open_claims=kept)


def _parts(entry: str) -> tuple[str, int]:
    claim_id, amount = entry.split(" ")
    return claim_id, int(amount)


def _claim(entry: str) -> str:
    return entry.split(" ", maxsplit=1)[0]
