"""A walk through a shard's log: its tree grows, and is held against what was signed of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from engine.journal.merkle import EMPTY, Leaves, Tree, leaf_hash
from engine.ports import Log
from gateways.exporting.scope import Span
from projections.index import ProjectionIndex
from replay.checkpoints import CheckpointStore
from replay.logged import Judged, Placed, UnprovableError, judged_lines, placed_lines

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Source:
    """The log, the index that has judged it, and the checkpoints that were made of it."""

    log: Log
    index: ProjectionIndex
    signed: CheckpointStore


@dataclass(slots=True)
class Walk:
    """The lines of a span. `tree` is that of all lines walked so far, `begun` of those before.

    With `leaves`, proofs can be given afterwards.
    """

    source: Source
    span: Span
    progress: Progress
    leaves: Leaves | None = None
    tree: Tree = EMPTY
    begun: Tree = EMPTY
    _roots: dict[int, str] = field(default_factory=dict)

    def lines(self) -> Iterator[Judged]:
        """The lines of the span, with their verdicts; those before it only grow the tree.

        Raises UnprovableError when the log is not what was judged, or signed before.
        """
        log_id, shard = self.source.log.identity(), self.span.shard
        self._roots = {each.size: each.root for each in self.source.signed.all_of(log_id, shard)}
        for batch in self._batches():
            for placed in batch:
                self._grow(placed)
            inside = [placed for placed in batch if placed.offset >= self.span.start]
            yield from judged_lines(self.source.index, inside)
        meta = self.source.index.meta(shard)
        if meta.next_offset == self.span.until and meta.tree != self.tree:
            raise UnprovableError("the tree of the index is not that of the log")

    def again(self) -> Iterator[Judged]:
        """All lines from the first record on, once more."""
        for batch in self._batches():
            yield from judged_lines(self.source.index, batch)

    def _batches(self) -> Iterator[list[Placed]]:
        done = 0
        for batch in placed_lines(self.source.log, self.span.shard, self.span.until):
            yield batch
            self.progress(batch[-1].offset + 1 - done)
            done = batch[-1].offset + 1

    def _grow(self, placed: Placed) -> None:
        self.tree = self.tree.grown([placed.raw])
        if placed.offset < self.span.start:
            self.begun = self.tree
        if self.leaves is not None:
            self.leaves.add(leaf_hash(placed.raw))
        signed = self._roots.get(self.tree.size)
        if signed is not None and signed != self.tree.root.hex():
            raise UnprovableError(
                f"the first {self.tree.size} lines of shard {self.span.shard} are not those "
                "that were signed: the log has been rewritten"
            )
