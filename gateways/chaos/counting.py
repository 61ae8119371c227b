"""The little language the simulated streams speak, and its one projection."""

from collections.abc import Sequence
from typing import ClassVar, Final

from engine.journal.recorded import Decode, Recorded
from events.base import Event
from projections.projection import Key, Row, Table


class Added(Event):
    """Something was added; `wish` tells for which wish of which client."""

    TYPE: ClassVar[str] = "sim.added"

    amount: int
    wish: int


class Renamed(Added):
    """What only a new release knows; the old one parks the stream."""

    TYPE: ClassVar[str] = "sim.renamed"


class OnCase(Event):
    """A case of a person goes through its life."""

    TYPE: ClassVar[str] = "sim.case"

    amount: int
    person: str


class Opened(OnCase):
    """A case begins, or goes on after it was closed."""

    TYPE: ClassVar[str] = "sim.case_opened"


class Closed(OnCase):
    """A case is over."""

    TYPE: ClassVar[str] = "sim.case_closed"


class Noted(OnCase):
    """The person's stream is told that a case of theirs begins or goes on."""

    TYPE: ClassVar[str] = "sim.noted"


class ErasureOrdered(OnCase):
    """The person's key is to be destroyed."""

    TYPE: ClassVar[str] = "sim.erasure_ordered"


OLD: Final = {kind.TYPE: kind for kind in (Added, Opened, Closed, Noted, ErasureOrdered)}
NEW: Final[dict[str, type[Event]]] = {**OLD, Renamed.TYPE: Renamed}


def decoder(*, new: bool) -> Decode:
    """How a release reads events. Its Decode raises LookupError for a type it does not know."""
    known = NEW if new else OLD

    def decode(kind: str, schema: int, data: bytes) -> Event:
        if schema != 1:
            raise LookupError(f"{kind} has no schema {schema}")
        return known[kind].model_validate_json(data)

    return decode


class Total(Row, frozen=True):
    """One row a stream."""

    stream: str
    amount: int
    count: int


class Totals:
    """Adds up the amounts of a stream."""

    table: Table[Total] = Table("total", ("stream",), Total)

    def touches(self, recorded: Recorded) -> Sequence[Key]:
        """The stream's own row."""
        return [(recorded.stream,)]

    def evolve(self, row: Total | None, recorded: Recorded, key: Key) -> Total | None:
        """One event more."""
        stream = str(key[0])
        row = row or Total(stream, 0, 0)
        event = recorded.event
        amount = event.amount if isinstance(event, Added | OnCase) else 0
        return Total(stream, row.amount + amount, row.count + 1)
