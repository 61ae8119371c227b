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
    return summed if summed.creditor_ore or summed.agency_ore else None


def negated(split: Split) -> Split:
    """The split that takes `split` back."""
    return Split(
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
    return tuple(by_claim.values())


def _times(share: ClaimShare, factor: int) -> ClaimShare:
    return ClaimShare(
        claim_id=share.claim_id,
        invoice_number=share.invoice_number,
        principal_ore=Ore(factor * share.principal_ore),
        interest_ore=Ore(factor * share.interest_ore),
    )
