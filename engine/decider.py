"""A decider, and a decision ready to be taken: pure parts, which the loop puts to work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from events.base import Event

S = TypeVar("S")
E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Decider(Generic[S, E]):
    """What a stream starts as, and what each event makes of it; folding never refuses."""

    initial: S
    evolve: Callable[[S, E], S]


AnyDecider: TypeAlias = Decider[Any, Any]  # type: ignore[explicit-any]  # streams of several kinds meet in one decision


@dataclass(frozen=True, slots=True)
class States:
    """The streams of one decision, each folded."""

    folded: Mapping[str, object]

    def __getitem__(self, stream: str) -> object:
        """The state of `stream`."""
        return self.folded[stream]

    def of(self, stream: str, kind: type[S]) -> S:
        """The state of `stream`, which must be a `kind`.

        Raises TypeError when it is another kind.
        """
        state = self.folded[stream]
        if not isinstance(state, kind):
            raise TypeError(f"{stream} is a {type(state).__name__}, not a {kind.__name__}")
        return state


@dataclass(frozen=True, slots=True)
class Ask:
    """A command ready to be decided: the streams it needs, and the decision itself.

    `decide` may add events to the named streams only; none at all means already so.
    """

    streams: Mapping[str, AnyDecider]
    decide: Callable[[States], Mapping[str, Sequence[Event]]]
