"""Chance from a seed: every step of a run draws its own, so that steps may be left out."""

from typing import Final

WORD: Final = (1 << 64) - 1
GOLDEN: Final = 0x9E3779B97F4A7C15


class Draw:
    """A short row of numbers that depends on nothing but the seed and the number of the step."""

    __slots__ = ("_bits",)

    def __init__(self, seed: int, number: int) -> None:
        bits = (seed * 0xBF58476D1CE4E5B9 + number * GOLDEN + 1) & WORD
        bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & WORD
        bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & WORD
        self._bits = bits ^ (bits >> 31)

    def below(self, end: int) -> int:
        """A number from 0 to `end` - 1."""
        self._bits = (self._bits * 6364136223846793005 + 1442695040888963407) & WORD
        return (self._bits >> 33) % end

    def one_in(self, times: int) -> bool:
        """True once in that many times."""
        return self.below(times) == 0
