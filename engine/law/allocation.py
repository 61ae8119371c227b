"""What a payment covers: the order of the parts owed, and of the claims in a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from events.money import ZERO, Ore, total

# No statute gives the order; it is the creditor's agreement, noted on every allocation.
Order = Literal["practice", "textbook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """The parts of a debt, or of a payment of it; none is negative.

    Letter fees and salær are net of the compensation, which stands in full.
    """

    court_fees_ore: Ore = ZERO
    letter_fees_ore: Ore = ZERO
    salaer_ore: Ore = ZERO
    compensation_ore: Ore = ZERO
    principal_ore: Ore = ZERO
    interest_ore: Ore = ZERO

    @property
    def costs_ore(self) -> Ore:
        """All that is neither principal nor interest."""
        parts = _parts(self)
        return total([parts[name] for name in COSTS])

    @property
    def total_ore(self) -> Ore:
        """The sum of the parts."""
        return total(list(_parts(self).values()))


Paid = Owed
"""How much of each part a payment covers: the same shape as what is owed."""

Part = Literal[
    "court_fees_ore",
    "letter_fees_ore",
    "compensation_ore",
    "salaer_ore",
    "principal_ore",
    "interest_ore",
]

COSTS: tuple[Part, ...] = (
    "court_fees_ore",
    "letter_fees_ore",
    "compensation_ore",
    "salaer_ore",
)
ORDERS: dict[Order, tuple[Part, ...]] = {
    "practice": (*COSTS, "principal_ore", "interest_ore"),
    "textbook": (*COSTS, "interest_ore", "principal_ore"),
}


def allocate_payment(amount_ore: Ore, owed: Owed, order: Order) -> tuple[Paid, Ore]:
    """What a payment covers of each part, in the agreed order, and what it overpays.

    practice: court fees, letter fees, compensation, salær, principal, interest. textbook:
    the same costs, then interest, then principal. Nothing is lost: the covered parts and
    the overpaid rest are the amount.
    Raises ValueError when the amount or a part is negative.
    """
    parts = _parts(owed)
    _never_negative([amount_ore, *parts.values()])
    left = amount_ore
    paid: dict[Part, Ore] = {}
    for name in ORDERS[order]:
        paid[name] = min(left, parts[name])
        left = Ore(left - paid[name])
    return Paid(**paid), left


def less(owed: Owed, paid: Paid) -> Owed:
    """What is still owed of each part after a payment allocated to it."""
    covered = _parts(paid)
    return Owed(**{name: Ore(part - covered[name]) for name, part in _parts(owed).items()})


def spread(amount_ore: Ore, per_claim: Sequence[Ore]) -> list[Ore]:
    """What of an amount goes to each claim: the first is filled before the next gets any.

    The caller gives the claims oldest first. What they cannot take is left over: the answer
    then sums to less than the amount.
    Raises ValueError when the amount or a claim is negative.
    """
    _never_negative([amount_ore, *per_claim])
    left = amount_ore
    shares: list[Ore] = []
    for claim_ore in per_claim:
        shares.append(min(left, claim_ore))
        left = Ore(left - shares[-1])
    return shares


def _parts(owed: Owed) -> dict[Part, Ore]:
    return {
        "court_fees_ore": owed.court_fees_ore,
        "letter_fees_ore": owed.letter_fees_ore,
        "compensation_ore": owed.compensation_ore,
        "salaer_ore": owed.salaer_ore,
        "principal_ore": owed.principal_ore,
        "interest_ore": owed.interest_ore,
    }


def _never_negative(amounts: Sequence[Ore]) -> None:
    if min(amounts) < 0:
        raise ValueError("amounts to allocate are zero or more")
