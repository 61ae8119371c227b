"""Money in whole øre: the one type, the one rounding and the one way to split."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NewType

Ore = NewType("Ore", int)

ZERO = Ore(0)


def round_ore(amount: Fraction | Decimal) -> Ore:
    """The nearest whole øre, halves away from zero: money is rounded once, here.

    `amount` is an exact number of øre.
    """
    exact = Fraction(amount)
    whole = (abs(exact) * 2 + 1) // 2
    return Ore(whole if exact >= 0 else -whole)


def total(amounts: Sequence[Ore]) -> Ore:
    """The sum of `amounts`, as øre."""
    return Ore(sum(amounts))


def allocate(amount: Ore, shares: Sequence[int]) -> list[Ore]:
    """Split `amount` in proportion to `shares`, losing nothing: the parts sum to the whole.

    What rounding leaves over goes, an øre each, to the largest fractions, the first first.
    Raises ValueError when a share is negative or all are zero.
    """
    whole = sum(shares)
    if whole <= 0 or min(shares) < 0:
        raise ValueError("shares must be zero or more, and not all zero")
    sign = -1 if amount < 0 else 1
    parts = [abs(amount) * share // whole for share in shares]
    rests = sorted(range(len(shares)), key=lambda i: (-(abs(amount) * shares[i] % whole), i))
    for i in rests[: abs(amount) - sum(parts)]:
        parts[i] += 1
    return [Ore(sign * part) for part in parts]
