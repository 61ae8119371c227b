"""The index as the runner needs it: one batch in, whole, or nothing at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from engine.journal.merkle import EMPTY, Tree
from engine.ports import Decided, Entry, Head, Index
from projections.beside import Beside
from projections.parked import Parked
from projections.projection import AnyTable, Key, Rows


@dataclass(frozen=True, slots=True)
class Halt:
    """Where a shard stands still, and why."""

    offset: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """How far the index of a shard has come, and what it has seen on the way.

    `last_hash` holds the SHA-256 (hex) of the last records before `next_offset`, the last
    one last: one alone may come back at its offset, for writers send the same bytes again.
    `tree` is the Merkle tree over all lines before `next_offset`.
    `generation` moves when the tables are rebuilt under a running runner.
    """

    shard: int
    log_id: str
    next_offset: int = 0
    nid: int = 0
    last_hash: str = ""
    tree: Tree = EMPTY
    generation: int = 0
    formats: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    halt: Halt | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must be known of a shard before some commits can be judged."""

    streams: Sequence[str]
    commits: Sequence[UUID]
    commands: Sequence[tuple[str, UUID]]
    tracking: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """What the index knew of what was wanted; what is missing does not exist."""

    heads: Mapping[str, Head]
    decided: Mapping[UUID, Decided]
    commands: frozenset[tuple[str, UUID]]
    tracking: Mapping[tuple[str, str], int]


@dataclass(slots=True)
class Batch:
    """All that some records change. It holds only while the index stands at `before`.

    `fresh_streams` and `fresh_rows` were taken to be new without asking, so it holds only
    if they are.
    """

    before: Meta
    after: Meta
    entries: list[Entry] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    heads: dict[str, Head] = field(default_factory=dict)
    commands: list[tuple[str, UUID, UUID]] = field(default_factory=list)
    tracking: dict[tuple[str, str], int] = field(default_factory=dict)
    rows: dict[AnyTable, Rows] = field(default_factory=dict)
    parked: list[Parked] = field(default_factory=list)
    fresh_streams: set[str] = field(default_factory=set)
    fresh_rows: dict[AnyTable, set[Key]] = field(default_factory=dict)
    freed: list[tuple[str, str]] = field(default_factory=list)


class ProjectionIndex(Index, Protocol):
    """The index with its tables of rows."""

    def prepare(self, tables: Sequence[AnyTable]) -> None:
        """Have these tables, and no others, if no event has been indexed yet.

        Later, what is `lacking` is filled `beside` the tables there are.
        """
        ...

    def lacking(self, tables: Sequence[AnyTable]) -> Sequence[AnyTable]:
        """Which of these tables are not live as they are defined."""
        ...

    def strange(self, tables: Sequence[AnyTable]) -> Sequence[str]:
        """The live tables, by their names in SQL, that are neither these nor their tallies."""
        ...

    def uncounted(self, tables: Sequence[AnyTable]) -> Sequence[str]:
        """The tallies of these tables, by their names in SQL, that are not kept as defined."""
        ...

    def beside(self) -> Beside:
        """The tables beside the live ones."""
        ...

    def meta(self, shard: int) -> Meta:
        """How far the index of the shard has come."""
        ...

    def load(self, shard: int, wanted: Wanted) -> Found:
        """What is known of what is wanted, in one round trip."""
        ...

    def rows(self, wanted: Mapping[AnyTable, Sequence[Key]]) -> Mapping[AnyTable, Rows]:
        """The rows there are under the keys, in one round trip."""
        ...

    def parked(self) -> Sequence[Parked]:
        """The streams that are parked, in the order of projection and stream."""
        ...

    def apply(self, batch: Batch) -> bool:
        """Write the batch whole if the index still stands where the batch begins.

        False, with nothing written, when it does not, or when a commit or command of the
        batch was decided before, or what it takes to be new is there already.
        """
        ...

    def halt(self, shard: int, halt: Halt) -> None:
        """Tell whoever looks that the shard stands still; the next batch takes it back."""
        ...

    def rebuild(self, shards: Sequence[int], fold: "Rebuilding") -> None:
        """Put what `fold` gives in the place of all but the tables, whole or not at all.

        What was there serves meanwhile, and is written on; the shards stand still for the last
        few records. Whoever remembers anything reads it again. Where `fold` reaches beyond the
        index, the tables are not live any more: they hold less, and are to be filled anew.
        """
        ...


class EmbeddedIndex(ProjectionIndex, Protocol):
    """An index that is the log too, and can move both in one round trip."""

    def append_and_apply(self, record: bytes, batch: Batch) -> bool:
        """Append `record` and apply what follows from it, both or neither, as `apply` does.

        Raises OutcomeUnknownError when the store was lost in the middle.
        """
        ...


class Rebuilding(Protocol):
    """What an index is made again from."""

    @property
    def reached(self) -> Sequence[Meta]:
        """Where each shard stands by what was given."""
        ...

    def needed(self, metas: Sequence[Meta]) -> bool:
        """Whether the index is still to be made again; another may have made a lost one."""
        ...

    def behind(self, metas: Sequence[Meta]) -> int:
        """How many records there are up to where the index stands, that were not given yet."""
        ...

    def batches(self, metas: Sequence[Meta]) -> Iterable[Batch]:
        """What follows from them: events, verdicts and commands; then heads and tracking.

        Raises HaltedError when the log does not lead to where the index stands.
        """
        ...
