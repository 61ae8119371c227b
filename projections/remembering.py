"""What a runner remembers of a shard between two batches, and what it has gathered ahead."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.journal.commit import Line
from engine.journal.verdict import Knowledge
from projections.draft import Draft
from projections.folding import Folding
from projections.index import Meta

HEADS_MAX: Final = 200_000
ROWS_MAX: Final = 50_000


@dataclass(slots=True)
class Memory:
    """What is remembered of a shard while the index stands at `meta`.

    `epoch` is the log's, from before its last record was held against the index. `draft` is
    what is gathered ahead, `cut` what has been and is to be submitted next; what they lead to
    is remembered already.
    """

    meta: Meta
    known: Knowledge
    folding: Folding
    epoch: int = 0
    draft: Draft = field(init=False)
    cut: Draft | None = None

    def __post_init__(self) -> None:
        """Begin where the index stands."""
        self.begin()

    def begin(self) -> None:
        """Gather for the record that comes where the index stands."""
        self.draft = Draft(self.meta, self.meta.next_offset, self.meta.nid)

    @property
    def ahead(self) -> bool:
        """Whether it remembers what has not been submitted yet."""
        return self.cut is not None or bool(self.draft.lines)

    def gathered(self, lines: Sequence[Line]) -> bool:
        """Whether these are the lines that were gathered, and perhaps more behind them."""
        if self.cut is None:
            return self.draft.begins(lines)
        return self.cut.begins(lines) and len(self.cut.lines) == len(lines)

    def next_draft(self) -> None:
        """Set what was gathered aside, and gather for the record behind it.

        What is forgotten here is read again only when that record has been written.
        """
        self.cut, self.draft = self.draft, self.draft.following(self.meta)
        self.trim()

    def trim(self) -> None:
        """Keep no more than has its use: the index refuses what it has seen before."""
        self.known.decided.clear()
        self.known.commands.clear()
        if len(self.known.heads) > HEADS_MAX:
            self.known.heads.clear()
        self.folding.trim(ROWS_MAX)
