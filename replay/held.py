"""What verifying asks of a store: the log, the index and the projections, all of one moment."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from engine.ports import Decided, Entry, Head, Log
from projections.index import Meta
from projections.parked import Parked
from projections.projection import AnyTable, Key, Row
from replay.checkpoints import Checkpoint


class Held(Protocol):
    """Everything that is held, as plain rows. Nothing is caught up, mended or made."""

    @property
    def log(self) -> Log:
        """The log, to be read only."""
        ...

    def shards(self) -> Sequence[int]:
        """The shards that the log or the index speaks of."""
        ...

    def meta(self, shard: int) -> Meta | None:
        """How far the index of the shard has come; None when it has not begun."""
        ...

    def events(self, shard: int, after: int, until: int) -> Iterable[Entry]:
        """The events with a `nid` beyond `after` and not beyond `until`, in order."""
        ...

    def strays(self, ends: Mapping[int, int]) -> Iterable[tuple[int, int]]:
        """The events, by shard and nid, that lie outside 1 to the end of their shard."""
        ...

    def heads(self) -> Iterable[tuple[str, Head]]:
        """Where each stream ends."""
        ...

    def verdicts(self) -> Iterable[Decided]:
        """Every verdict."""
        ...

    def commands(self) -> Iterable[tuple[tuple[str, UUID], UUID]]:
        """The standing commit of each command on each stream."""
        ...

    def tracking(self) -> Iterable[tuple[tuple[int, str, str], int]]:
        """How far each application has come, by shard, application and upstream."""
        ...

    def checkpoints(self, shard: int) -> Sequence[Checkpoint]:
        """The checkpoints made of the log's shard, by size."""
        ...

    def parked(self) -> Sequence[Parked]:
        """The streams that are parked."""
        ...

    def rows(self, table: AnyTable) -> Iterable[Row]:
        """The typed rows of a projection."""
        ...

    def unlike(self, tables: Sequence[AnyTable]) -> Iterable[tuple[str, str]]:
        """The tables that are not there, not filled, or not as defined, each with what is wrong.

        `rows` is asked for the others only.
        """
        ...

    def miscounted(self, tables: Sequence[AnyTable]) -> Iterable[tuple[str, Key, str]]:
        """Where a tally is not the sum of its tables: the tally, the place in it, and the sum.

        Not asked of tallies and tables that are `unlike`.
        """
        ...

    def broken_seals(self) -> Iterable[tuple[str, str]]:
        """What is not as it was when a table was kept: where it lies, and that table's name."""
        ...
