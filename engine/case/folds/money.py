"""What payments, and sums given up, make of a case."""

from dataclasses import replace
from datetime import date

from engine.case.parts import NEXT_DAY, Case, Costs, Covering, Payment
from engine.case.splits import negated, part_of
from events.case import (
    OverpaymentHeld,
    PaymentAllocated,
    PaymentFreed,
    PaymentReversed,
    RefundMade,
    RemainderWaived,
    SalaerClaimed,
)
from events.case.money import Split
from events.money import ZERO, Ore


def allocated(case: Case, event: PaymentAllocated) -> Case:
    """The case once a payment covers parts of it."""
    shares = {share.claim_id: share for share in event.split.claims}
    claims = tuple(
        claim.covered(shares[claim.claim_id], event.effective_on + NEXT_DAY)
        if claim.claim_id in shares
        else claim
        for claim in case.claims
    )
    covering = Covering(event.effective_on + NEXT_DAY, event.split)
    payments = tuple(
        replace(paid, coverings=(*paid.coverings, covering))
        if paid.payment_id == event.payment_id
        else paid
        for paid in case.payments
    )
    return replace(case, claims=claims, payments=payments, paid=_sum(case.paid, event.split, 1))


def freed(case: Case, event: PaymentFreed) -> Case:
    """The case with what payments cover no more."""
    from_on = event.freed_on + NEXT_DAY
    payments = _freed(case.payments, event.split, from_on)
    return undo(replace(case, payments=payments), event.split, from_on)


def freed_parts(payments: tuple[Payment, ...], excess: Split) -> list[tuple[Payment, Split]]:
    """Which payments the excess was part of, and what of each: the newest gives first."""
    parts: list[tuple[Payment, Split]] = []
    rest: Split | None = excess
    for paid in reversed(payments):
        part, rest = part_of(rest, paid.splits)
        if part is not None:
            parts.append((paid, part))
    return parts


def _freed(payments: tuple[Payment, ...], excess: Split, from_on: date) -> tuple[Payment, ...]:
    parts = {paid.payment_id: part for paid, part in freed_parts(payments, excess)}
    return tuple(
        replace(
            paid,
            coverings=(*paid.coverings, Covering(from_on, negated(parts[paid.payment_id]))),
            given_back=paid.given_back or paid.source == "direct",
        )
        if paid.payment_id in parts
        else paid
        for paid in payments
    )


def undo(case: Case, split: Split, from_on: date) -> Case:
    """The case as if this had not been covered from that day on."""
    shares = {share.claim_id: share for share in split.claims}
    claims = tuple(
        claim.uncovered(shares[claim.claim_id], from_on) if claim.claim_id in shares else claim
        for claim in case.claims
    )
    return replace(case, claims=claims, paid=_sum(case.paid, split, -1))


def _sum(costs: Costs, split: Split, sign: int) -> Costs:
    return Costs(
        letter_fees_ore=Ore(costs.letter_fees_ore + sign * split.letter_fees_ore),
        creditors_letter_fees_ore=Ore(
            costs.creditors_letter_fees_ore + sign * split.creditors_letter_fees_ore
        ),
        salaer_ore=Ore(costs.salaer_ore + sign * split.salaer_ore),
        compensation_ore=Ore(costs.compensation_ore + sign * split.compensation_ore),
        vat_ore=Ore(costs.vat_ore + sign * split.vat_ore),
    )


def held(case: Case, event: OverpaymentHeld) -> Case:
    """The case with money held for its payer."""
    ours = event.amount_ore if event.source == "bank" else ZERO
    theirs = ZERO if event.source == "bank" else event.amount_ore
    payments = tuple(
        replace(
            paid,
            held_ore=Ore(paid.held_ore + ours),
            held_by_creditor_ore=Ore(paid.held_by_creditor_ore + theirs),
        )
        if paid.payment_id == event.payment_id
        else paid
        for paid in case.payments
    )
    return replace(case, payments=payments)


def refunded(case: Case, event: RefundMade) -> Case:
    """The case once what was held has been sent back."""
    payments = tuple(
        replace(paid, held_ore=Ore(paid.held_ore - event.amount_ore))
        if paid.payment_id == event.payment_id
        else paid
        for paid in case.payments
    )
    return replace(case, payments=payments)


def taken_back(case: Case, event: PaymentReversed) -> Case:
    """The case once the bank has taken a payment back."""
    payments = tuple(
        replace(paid, reversed=True, coverings=(), held_ore=ZERO, held_by_creditor_ore=ZERO)
        if paid.payment_id == event.payment_id
        else paid
        for paid in case.payments
    )
    after = replace(case, payments=payments)
    paid = case.payment(event.payment_id)
    # Each part from the day it counted from, so that nothing remains of it on any day.
    for covering in paid.coverings if paid else ():
        after = undo(after, covering.split, covering.from_on)
    return after


def salaer_claimed(case: Case, event: SalaerClaimed) -> Case:
    """The case with heavy salær from this day, once it is claimed."""
    begins = event.level == "heavy" and case.heavy_from is None
    return replace(case, heavy_from=event.claimed_on) if begins else case


def waived(case: Case, event: RemainderWaived) -> Case:
    """The case once what was left of it is given up."""
    waived = Costs(
        letter_fees_ore=Ore(case.waived.letter_fees_ore + event.letter_fees_ore),
        salaer_ore=Ore(case.waived.salaer_ore + event.salaer_ore),
        compensation_ore=Ore(case.waived.compensation_ore + event.compensation_ore),
    )
    return replace(case, waived=waived, claims=tuple(claim.given_up() for claim in case.claims))


def reinstated(case: Case) -> Case:
    """The case once what was given up is owed again."""
    return replace(case, waived=Costs(), claims=tuple(claim.taken_up() for claim in case.claims))
