"""What recorders ask of a store that the engine does not: slices, topics, being woken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Final, NamedTuple, Protocol

from engine.journal.commit import INTEGER_END

UNBOUNDED: Final = INTEGER_END - 1


@dataclass(frozen=True, slots=True)
class Bounds:
    """Numbers above one and up to another, and at most so many of them."""

    above: int = -1
    upto: int = UNBOUNDED
    limit: int = UNBOUNDED


class Row(NamedTuple):
    """A standing event as far as recorders tell of it; `data` is still the line's."""

    nid: int
    stream: str
    version: int
    type: str
    data: bytes


class Reading(Protocol):
    """The standing events of an application's log."""

    def versions(self, stream: str, bounds: Bounds, *, back: bool) -> Sequence[Row]:
        """Events of a stream whose versions are in bounds; with `back`, the last first."""
        ...

    def notifications(self, bounds: Bounds, topics: Sequence[str]) -> Sequence[Row]:
        """Events whose nids are in bounds, in order; of these topics, or of all if none."""
        ...


class Bell(Protocol):
    """Rings when there is more to read."""

    def listen(self, woken: Event) -> Callable[[], None]:
        """Set `woken` whenever it rings, until what is returned is called."""
        ...
