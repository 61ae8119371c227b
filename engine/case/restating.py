"""What follows when less is owed than was thought: salær restated, and money freed used again."""

from datetime import date
from typing import Literal
from uuid import UUID

from engine.case.allocating import split_payment
from engine.case.draft import Draft
from engine.case.folds.money import freed_parts
from engine.case.parts import Case
from engine.case.splits import amount_of
from engine.case.statement import salaer_asked, terms_of
from engine.law.rates import INKASSOSATS, LATE_INTEREST, last_day
from events.case import OverpaymentHeld, PaymentAllocated, PaymentFreed, SalaerClaimed
from events.case.money import Split
from events.case.notices import Grounds, Input
from events.money import Ore

FreedReason = Literal["claim_reduced", "earlier_payment_told_late"]


def restate_salaer(draft: Draft, before_ore: Ore, today: date, why: Input) -> None:
    """Tell the salær that is asked now, when it is not what it was before."""
    after_ore = salaer_told(draft.case, today)
    if after_ore == before_ore:
        return
    draft.add(
        SalaerClaimed(
            level="heavy" if draft.case.heavy_from else "light",
            claimed_on=today,
            amount_ore=after_ore,
            grounds=Grounds(
                rule="inkassoforskriften 1989 § 2-2", inputs=(why,), earliest_on=today
            ),
        )
    )


def salaer_told(case: Case, today: date) -> Ore:
    """The salær asked today, or on the last day whose rates are known.

    What has happened with money is booked also when the figures of its day are not out yet.
    """
    return salaer_asked(case, known_day(today))


def known_day(today: date) -> date:
    """Today, or the last day for which all rates are known."""
    return min(today, last_day(LATE_INTEREST[-1]), last_day(INKASSOSATS[-1]))


def free_excess(
    draft: Draft, over: Split, today: date, *, reason: FreedReason, paid_out: bool
) -> None:
    """Undo what was paid too much, and let it cover what else is owed.

    What is left is held for the payer, payment by payment.
    Refuses: rate_unknown.
    """
    parts = freed_parts(draft.case.payments, over)
    draft.add(
        PaymentFreed(
            freed_on=today,
            reason=reason,
            split=over,
            paid_out=paid_out or draft.case.paid_out_of_house,
        )
    )
    for payment, part in parts:
        freed_ore = amount_of(part)
        split, over_ore = split_payment(draft.case, freed_ore, known_day(today))
        if over_ore < freed_ore:
            draft.add(_allocated(draft, payment.payment_id, split, today))
        if over_ore:
            draft.add(
                OverpaymentHeld(
                    payment_id=payment.payment_id,
                    source="bank",
                    amount_ore=over_ore,
                    held_on=today,
                    reason="claim_reduced",
                )
            )


def _allocated(draft: Draft, payment_id: UUID, split: Split, today: date) -> PaymentAllocated:
    return PaymentAllocated(
        payment_id=payment_id,
        # Whoever had the money: it stands on the client account from now on.
        source="bank",
        order=terms_of(draft.case).allocation,
        effective_on=today,
        booked_on=today,
        principal_ore=split.principal_ore,
        costs_ore=split.costs_ore,
        interest_ore=split.interest_ore,
        interest_accrued_ore=Ore(
            sum(claim.interest_accrued(known_day(today)) for claim in draft.case.claims)
        ),
        split=split,
    )
