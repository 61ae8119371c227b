"""How far each shard's index has come, and who waits for it to come further."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Condition, Event
from time import monotonic
from typing import Final, TypeVar

T = TypeVar("T")

# Whoever waits looks this often, even when nothing tells that the index has moved.
POLL_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True)
class Place:
    """How many events stand in a shard, and the offset its index reads next."""

    nid: int = 0
    next_offset: int = 0


class Moves:
    """What the index tells of its moves, to all who wait in this process.

    `begin` is called when somebody first asks; until then nobody need listen.
    """

    def __init__(self, begin: Callable[[], None] = lambda: None) -> None:
        self._begin = begin
        self._places: dict[int, Place] = {}
        self._moved = Condition()
        self._count = 0
        self._listeners: set[Event] = set()

    def at(self, shard: int) -> Place:
        """How far the shard had come when last heard of."""
        self._begin()
        return self._places.get(shard, Place())

    def wait(self, shard: int, seconds: float, *, nid: int = 0, offset: int = 0) -> bool:
        """Wait until the shard has that many events and its index reads from `offset` on.

        False when it has not come so far in time.
        """

        def arrived() -> bool | None:
            place = self.at(shard)
            return (place.nid >= nid and place.next_offset >= offset) or None

        return self.until(arrived, seconds) is not None

    def until(self, ask: Callable[[], T | None], seconds: float) -> T | None:
        """The answer to `ask`, asked again at every move; None when there was none in time."""
        self._begin()
        end = monotonic() + seconds
        while True:
            seen = self._count
            if (answer := ask()) is not None:
                return answer
            if (left := end - monotonic()) <= 0:
                return None
            self._wait_beyond(seen, min(left, POLL_SECONDS))

    def listen(self, woken: Event) -> Callable[[], None]:
        """Set `woken` at every move, until what is returned is called."""
        with self._moved:
            self._listeners.add(woken)
        self._begin()
        return lambda: self._leave(woken)

    def tell(self, shard: int, place: Place) -> None:
        """The shard has come as far as `place`; what is told late takes nothing back."""
        with self._moved:
            known = self._places.get(shard, Place())
            further = max(known.nid, place.nid), max(known.next_offset, place.next_offset)
            self._places[shard] = Place(*further)
        self.wake()

    def stand(self, places: Mapping[int, Place]) -> None:
        """These are all the shards there are, and how far each has come."""
        if places != self._places:
            with self._moved:
                self._places = dict(places)
            self.wake()

    def wake(self) -> None:
        """Have all who wait look again."""
        with self._moved:
            self._count += 1
            self._moved.notify_all()
            for woken in self._listeners:
                woken.set()

    def _leave(self, woken: Event) -> None:
        with self._moved:
            self._listeners.discard(woken)

    def _wait_beyond(self, seen: int, seconds: float) -> None:
        with self._moved:
            self._moved.wait_for(lambda: self._count != seen, seconds)
