"""Tables beside the live ones: what a rebuild asks of whoever holds them."""

# `new` tables are being filled; `kept` ones were live before, and can be taken up again.

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, Self, TypeVar

from engine.ports import Entry
from projections.parked import Parked
from projections.projection import AnyTable, Key, Row, Rows, Table

Place = Literal["new", "kept"]
Filled = Mapping[AnyTable, Collection[Row]]
Positions = dict[tuple[AnyTable, int], int]

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Part:
    """The streams after `above`, up to and with `upto`; they hold about `events` events."""

    above: str
    upto: str
    events: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that is not as another account has it; without a column the whole row.

    Values are not told: a row may hold a name, and what is told ends in logs and mails.
    """

    table: str
    key: str
    column: str
    what: str


class Beside(Protocol):
    """One rebuild at a time has them; tables are named as their live ones are.

    A position is how many of a shard's standing events a table has taken up: all with a
    `nid` up to it, and none beyond.
    """

    def __enter__(self) -> Self:
        """Wait until no other rebuild has the tables."""
        ...

    def __exit__(self, *_: object) -> None:
        """Let others have them."""
        ...

    def shards(self) -> Sequence[int]:
        """The shards there are; one more may be opened at any time."""
        ...

    def tables(self, place: Place, known: Sequence[AnyTable]) -> Sequence[AnyTable]:
        """Which of these are there, of the same shape."""
        ...

    def begin(self, tables: Sequence[AnyTable], made_by: str) -> bool:
        """Have new tables, empty. True when those of a rebuild that was broken off go on.

        They do when it was to make the same tables by the same folds.
        """
        ...

    def parts(self) -> Sequence[Part]:
        """The streams that are left to be folded into the tables of `one_stream`."""
        ...

    def entries(self, part: Part) -> Iterable[Entry]:
        """The events of the part's streams that new tables are to begin with, each in order."""
        ...

    def put(self, part: Part, rows: Filled, parked: Sequence[Parked]) -> None:
        """Write what a part came to, and that it is done: both, or neither."""
        ...

    def complete(self) -> None:
        """No part is left: give the new tables their keys and indexes."""
        ...

    def positions(self, place: Place, tables: Sequence[AnyTable]) -> Positions:
        """How far each table has come in each shard."""
        ...

    def rows(
        self, place: Place, wanted: Mapping[AnyTable, Sequence[Key]]
    ) -> Mapping[AnyTable, Rows]:
        """The rows there are under the keys."""
        ...

    def parked(self, place: Place, tables: Sequence[AnyTable]) -> Sequence[Parked]:
        """The streams the tables could not take."""
        ...

    def write(self, place: Place, turn: "Turn") -> None:
        """Write what some events changed, and the position after them, both or neither."""
        ...

    def unlike(
        self, place: Place, tables: Sequence[AnyTable], follow: Callable[[], None]
    ) -> Iterable[Difference]:
        """Where tables beside differ from the live ones of the same shape, at one position.

        `follow` brings them to the index's end, which stands still for that long.
        """
        ...

    def switch(
        self,
        place: Place,
        tables: Sequence[AnyTable],
        known: Sequence[AnyTable],
        follow: Callable[[], None],
    ) -> None:
        """Make the tables the live ones, and keep those that were, in one transaction.

        `known` are all tables of this program: a live one that is not among them is kept
        too. `follow` brings the tables to the index's end, which stands still for that
        long. Tallies are counted anew, and whoever remembers rows forgets them.
        """
        ...

    def count(self, known: Sequence[AnyTable]) -> None:
        """Begin to keep the tallies of all tables of this program, unless they gave way.

        Whoever writes without them is told by the generation.
        """
        ...

    def seal(self) -> None:
        """Note how the kept tables are now, so that a byte changed in them is found."""
        ...

    def drop(self, place: Place, but: Sequence[AnyTable] = ()) -> Sequence[str]:
        """Do away with the tables of the place, but some; the names of those that went."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """What the events of a shard up to `nid` change in some tables that stood at one place."""

    tables: Sequence[AnyTable]
    shard: int
    nid: int
    rows: Mapping[AnyTable, Rows]
    parked: Sequence[Parked]


def beside(place: Place, table: Table[R]) -> Table[R]:
    """The table as it is named beside the live one."""
    return replace(table, name=f"{place}__{table.name}")


def written(key: object) -> str:
    """A key as a person reads it."""
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
