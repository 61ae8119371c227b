"""Draws from hypothesis strategies by a seed: the same seed gives the same draws for ever."""

from random import Random
from typing import ClassVar, Final, Literal, TypeVar, cast

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, PrimitiveProvider
from hypothesis.internal.intervalsets import IntervalSet
from hypothesis.strategies import SearchStrategy
from typing_extensions import override

T = TypeVar("T")

NAME: Final = "kravspor-seeded"


class SeededProvider(PrimitiveProvider):
    """A backend of hypothesis that rolls fair dice and knows nothing of earlier draws.

    The usual one prefers odd values, and constants it finds in the source that is loaded.
    """

    lifetime: ClassVar[Literal["test_case", "test_function"]] = "test_function"
    dice = Random(0)  # noqa: S311 - a portfolio is no secret

    @override
    def draw_boolean(self, p: float = 0.5) -> bool:
        """True with the probability `p`."""
        return self.dice.random() < p

    @override
    def draw_integer(
        self,
        min_value: int | None = None,
        max_value: int | None = None,
        *,
        weights: dict[int, float] | None = None,
        shrink_towards: int = 0,
    ) -> int:
        """Any integer within the bounds, each as likely as the next."""
        if min_value is None or max_value is None:
            raise NotImplementedError("a portfolio knows its bounds")
        return self.dice.randint(min_value, max_value)

    @override
    def draw_float(
        self,
        *,
        min_value: float = 0.0,
        max_value: float = 1.0,
        allow_nan: bool = True,
        smallest_nonzero_magnitude: float,
    ) -> float:
        """Nothing in a portfolio is a float."""
        raise NotImplementedError("no floats here")

    @override
    def draw_string(self, intervals: IntervalSet, *, min_size: int = 0, max_size: int = 0) -> str:
        """Nothing in a portfolio is any text whatever."""
        raise NotImplementedError("texts are put together from lists")

    @override
    def draw_bytes(self, min_size: int = 0, max_size: int = 0) -> bytes:
        """Nothing in a portfolio is any bytes whatever."""
        raise NotImplementedError("no bytes here")


def drawn(strategy: SearchStrategy[T], count: int, seed: int) -> list[T]:
    """`count` values of the strategy; strategies of integers, booleans and choices only."""
    AVAILABLE_PROVIDERS[NAME] = f"{__name__}.{SeededProvider.__name__}"
    SeededProvider.dice = Random(seed)  # noqa: S311 - as above
    found: list[T] = []

    @settings(
        backend=NAME,
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: object) -> None:
        found.append(cast("T", value))

    collect()
    return found
