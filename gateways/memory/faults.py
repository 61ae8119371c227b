"""Misfortunes drawn from a seed, so that a run that failed can be run again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from engine.ports import OutcomeUnknownError, UnavailableError

Moment = Literal["before_append", "after_append", "before_apply", "after_apply"]


@dataclass(slots=True)
class Faults:
    """Strikes at a moment with the chance (0 to 1) given for it; never, when none is given.

    Before something is done the store is unavailable, or the outcome unknown; after it,
    always unknown: it was done, and nobody was told.
    """

    seed: int = 0
    chances: Mapping[Moment, float] = field(default_factory=dict)
    struck: int = 0
    _random: Random = field(init=False)

    def __post_init__(self) -> None:
        """Begin the seed's sequence."""
        self._random = Random(self.seed)  # noqa: S311 - misfortune, not secrecy

    def at(self, moment: Moment) -> None:
        """Strike, or let it pass.

        Raises UnavailableError or OutcomeUnknownError when it strikes.
        """
        if self._random.random() >= self.chances.get(moment, 0.0):
            return
        self.struck += 1
        if moment.startswith("before") and self._random.random() < 0.5:  # noqa: PLR2004 - a coin
            raise UnavailableError(f"struck {moment}")
        raise OutcomeUnknownError(f"struck {moment}")
