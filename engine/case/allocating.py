"""What a sum of money covers of a case, claim by claim, and whose money each part is."""

from dataclasses import replace
from datetime import date

from engine.case.parts import Case
from engine.case.splits import amount_of
from engine.case.statement import (
    Statement,
    asked_on,
    creditor_of,
    net_of_compensation,
    statement,
    terms_of,
)
from engine.law.allocation import Owed, allocate_payment, spread
from engine.law.salaer import vat_part_ore
from events.case.money import ClaimShare, Split
from events.money import Ore


def split_payment(case: Case, amount_ore: Ore, on: date) -> tuple[Split, Ore]:
    """What `amount_ore` covers of what was owed on `on`, and what is left over of it.

    In the order of the agreement; among claims the undisputed first, then the oldest.
    Refuses: rate_unknown.
    """
    owed = _owed(statement(case, on))
    paid, over_ore = allocate_payment(amount_ore, owed, terms_of(case).allocation)
    return _split(case, paid, on), over_ore


def excess(case: Case, on: date) -> Split | None:
    """What has been paid of each part beyond what may be asked of it now, or None.

    After a claim was reduced or its costs were barred for good: it is the payer's money.
    """
    asked = net_of_compensation(asked_on(case, on))
    shares = tuple(
        ClaimShare(
            claim_id=claim.claim_id,
            invoice_number=claim.invoice_number,
            principal_ore=Ore(max(0, claim.principal_covered_ore - claim.principal_ore)),
            interest_ore=Ore(max(0, claim.interest_paid_ore - claim.interest_accrued(on))),
        )
        for claim in case.claims
    )
    paid = case.paid
    fees_ore = Ore(max(0, paid.letter_fees_ore - asked.letter_fees_ore))
    theirs_ore = max(0, paid.creditors_letter_fees_ore - asked.creditors_letter_fees_ore)
    split = _whose(
        case,
        shares=tuple(share for share in shares if share.principal_ore or share.interest_ore),
        letter_fees_ore=fees_ore,
        creditors_ore=Ore(min(fees_ore, theirs_ore)),
        salaer_ore=Ore(max(0, paid.salaer_ore - asked.salaer_ore)),
        compensation_ore=Ore(max(0, paid.compensation_ore - asked.compensation_ore)),
        sign=-1,
    )
    return split if amount_of(split) else None


def out_of_order_excess(case: Case, on: date) -> Split | None:
    """What payments cover too much of, because one ordered earlier became known after them.

    Costs barred by an objection are left out: what was paid of them before is not undone here.
    """
    if excess(case, on) is None:
        return None
    charged = tuple(replace(claim, costs_barred=False) for claim in case.claims)
    return excess(replace(case, claims=charged), on)


def _owed(owed: Statement) -> Owed:
    return Owed(
        court_fees_ore=owed.court_fees_ore,
        letter_fees_ore=owed.letter_fees_ore,
        salaer_ore=owed.salaer_ore,
        compensation_ore=owed.compensation_ore,
        principal_ore=owed.principal_ore,
        interest_ore=owed.interest_ore,
    )


def _split(case: Case, paid: Owed, on: date) -> Split:
    disputed = case.disputed
    claims = sorted(case.claims, key=lambda claim: (claim.claim_id in disputed, claim.due_on))
    principal = spread(paid.principal_ore, [claim.principal_left_ore for claim in claims])
    interest = spread(paid.interest_ore, [claim.interest_left(on) for claim in claims])
    shares = tuple(
        ClaimShare(
            claim_id=claim.claim_id,
            invoice_number=claim.invoice_number,
            principal_ore=part,
            interest_ore=extra,
        )
        for claim, part, extra in zip(claims, principal, interest, strict=True)
        if part or extra
    )
    asked = net_of_compensation(asked_on(case, on))
    creditors_left = max(0, asked.creditors_letter_fees_ore - case.paid.creditors_letter_fees_ore)
    return _whose(
        case,
        shares=shares,
        letter_fees_ore=paid.letter_fees_ore,
        creditors_ore=Ore(min(paid.letter_fees_ore, creditors_left)),
        salaer_ore=paid.salaer_ore,
        compensation_ore=paid.compensation_ore,
        sign=1,
    )


def _whose(  # noqa: PLR0913 - the parts of one sum, each by name
    case: Case,
    *,
    shares: tuple[ClaimShare, ...],
    letter_fees_ore: Ore,
    creditors_ore: Ore,
    salaer_ore: Ore,
    compensation_ore: Ore,
    sign: int,
) -> Split:
    deducts_vat = terms_of(case).deducts_vat
    # The VAT of all the salær after this, less what has been booked: part payments lose no øre.
    salaer_after = Ore(case.paid.salaer_ore + sign * salaer_ore)
    vat_after = vat_part_ore(salaer_after, deducts_vat=deducts_vat)
    vat_ore = max(0, sign * (vat_after - case.paid.vat_ore)) if salaer_ore else 0
    principal_ore = sum(share.principal_ore for share in shares)
    interest_ore = sum(share.interest_ore for share in shares)
    return Split(
        creditor_id=creditor_of(case),
        case_number=case.case_number,
        claims=shares,
        principal_ore=Ore(principal_ore),
        interest_ore=Ore(interest_ore),
        costs_ore=Ore(letter_fees_ore + salaer_ore + compensation_ore),
        letter_fees_ore=letter_fees_ore,
        creditors_letter_fees_ore=creditors_ore,
        salaer_ore=salaer_ore,
        compensation_ore=compensation_ore,
        creditor_ore=Ore(principal_ore + interest_ore + creditors_ore + compensation_ore),
        agency_ore=Ore(letter_fees_ore - creditors_ore + salaer_ore),
        vat_ore=Ore(vat_ore),
        vat_inside=not deducts_vat,
    )
