"""Sums of money split by what they covered: adding them up and taking them back."""

from collections.abc import Sequence
from uuid import UUID

from events.case.money import ClaimShare, Split
from events.money import Ore


def sum_of(splits: Sequence[Split]) -> Split | None:
    """One split that is the sum of `splits`, or None when it comes to nothing."""
    if not splits:
        return None
    summed = Split(
        creditor_id=splits[0].creditor_id,
        case_number=splits[0].case_number,
        claims=_shares(splits),
        principal_ore=Ore(sum(split.principal_ore for split in splits)),
        interest_ore=Ore(sum(split.interest_ore for split in splits)),
        costs_ore=Ore(sum(split.costs_ore for split in splits)),
        letter_fees_ore=Ore(sum(split.letter_fees_ore for split in splits)),
        creditors_letter_fees_ore=Ore(sum(split.creditors_letter_fees_ore for split in splits)),
        salaer_ore=Ore(sum(split.salaer_ore for split in splits)),
        compensation_ore=Ore(sum(split.compensation_ore for split in splits)),
        creditor_ore=Ore(sum(split.creditor_ore for split in splits)),
        agency_ore=Ore(sum(split.agency_ore for split in splits)),
        vat_ore=Ore(sum(split.vat_ore for split in splits)),
        vat_inside=splits[0].vat_inside,
    )
    return None if _is_nothing(summed) else summed


def negated(split: Split) -> Split:
    """The split that takes `split` back."""
    return Split(
        creditor_id=split.creditor_id,
        case_number=split.case_number,
        claims=tuple(_times(share, -1) for share in split.claims),
        principal_ore=Ore(-split.principal_ore),
        interest_ore=Ore(-split.interest_ore),
        costs_ore=Ore(-split.costs_ore),
        letter_fees_ore=Ore(-split.letter_fees_ore),
        creditors_letter_fees_ore=Ore(-split.creditors_letter_fees_ore),
        salaer_ore=Ore(-split.salaer_ore),
        compensation_ore=Ore(-split.compensation_ore),
        creditor_ore=Ore(-split.creditor_ore),
        agency_ore=Ore(-split.agency_ore),
        vat_ore=Ore(-split.vat_ore),
        vat_inside=split.vat_inside,
    )


def amount_of(split: Split) -> Ore:
    """The whole of a split: the creditor's part and the agency's."""
    return Ore(split.creditor_ore + split.agency_ore)


def part_of(wanted: Split | None, covered: Sequence[Split]) -> tuple[Split | None, Split | None]:
    """What of `wanted` the sum of `covered` has in it, or None, and what is wanted besides.

    The VAT follows the salær; what rounding leaves of it goes with the last of the salær.
    """
    have = sum_of(covered)
    if wanted is None or have is None:
        return None, wanted
    shares = _common(wanted.claims, have.claims)
    salaer_ore = _less(wanted.salaer_ore, have.salaer_ore)
    fees_ore = _less(wanted.letter_fees_ore, have.letter_fees_ore)
    theirs_ore = min(
        fees_ore, _less(wanted.creditors_letter_fees_ore, have.creditors_letter_fees_ore)
    )
    compensation_ore = _less(wanted.compensation_ore, have.compensation_ore)
    principal_ore = sum(share.principal_ore for share in shares)
    interest_ore = sum(share.interest_ore for share in shares)
    part = Split(
        creditor_id=wanted.creditor_id,
        case_number=wanted.case_number,
        claims=shares,
        principal_ore=Ore(principal_ore),
        interest_ore=Ore(interest_ore),
        costs_ore=Ore(fees_ore + salaer_ore + compensation_ore),
        letter_fees_ore=fees_ore,
        creditors_letter_fees_ore=theirs_ore,
        salaer_ore=salaer_ore,
        compensation_ore=compensation_ore,
        creditor_ore=Ore(principal_ore + interest_ore + theirs_ore + compensation_ore),
        agency_ore=Ore(fees_ore - theirs_ore + salaer_ore),
        vat_ore=_vat_of(wanted, salaer_ore),
        vat_inside=wanted.vat_inside,
    )
    if amount_of(part) == 0:
        return None, wanted
    return part, sum_of((wanted, negated(part)))


def _less(one: Ore, other: Ore) -> Ore:
    return Ore(max(0, min(one, other)))


def _vat_of(whole: Split, salaer_ore: Ore) -> Ore:
    if salaer_ore == whole.salaer_ore:
        return whole.vat_ore
    return Ore(whole.vat_ore * salaer_ore // whole.salaer_ore)


def _is_nothing(split: Split) -> bool:
    costs = (split.letter_fees_ore, split.salaer_ore, split.compensation_ore)
    return not any(costs) and not split.vat_ore and not split.claims


def _common(
    wanted: tuple[ClaimShare, ...], have: tuple[ClaimShare, ...]
) -> tuple[ClaimShare, ...]:
    by_claim = {share.claim_id: share for share in have}
    both = ((share, by_claim.get(share.claim_id, _times(share, 0))) for share in wanted)
    shares = (
        ClaimShare(
            claim_id=one.claim_id,
            invoice_number=one.invoice_number,
            principal_ore=_less(one.principal_ore, other.principal_ore),
            interest_ore=_less(one.interest_ore, other.interest_ore),
        )
        for one, other in both
    )
    return tuple(share for share in shares if share.principal_ore or share.interest_ore)


def _shares(splits: Sequence[Split]) -> tuple[ClaimShare, ...]:
    by_claim: dict[UUID, ClaimShare] = {}
    for share in (share for split in splits for share in split.claims):
        before = by_claim.get(share.claim_id, _times(share, 0))
        by_claim[share.claim_id] = ClaimShare(
            claim_id=share.claim_id,
            invoice_number=share.invoice_number,
            principal_ore=Ore(before.principal_ore + share.principal_ore),
            interest_ore=Ore(before.interest_ore + share.interest_ore),
        )
    return tuple(share for share in by_claim.values() if share.principal_ore or share.interest_ore)


def _times(share: ClaimShare, factor: int) -> ClaimShare:
    return ClaimShare(
        claim_id=share.claim_id,
        invoice_number=share.invoice_number,
        principal_ore=Ore(factor * share.principal_ore),
        interest_ore=Ore(factor * share.interest_ore),
    )
