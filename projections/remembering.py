"""What a runner remembers of a shard between two batches, and what it has gathered ahead."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.journal.commit import Line
from engine.journal.verdict import Knowledge
from projections.draft import Draft
from projections.folding import Folding
from projections.index import Batch, Meta

HEADS_MAX: Final = 200_000
ROWS_MAX: Final = 50_000


@dataclass(slots=True)
class Memory:
    """What is remembered of a shard while the index stands at `meta`.

    `epoch` is the log's, from before its last record was held against the index. `draft` is
    what is gathered ahead, `cut` what has been and is to be submitted next, and `coming` is
    where the index will stand when all that has been sent is applied; what they lead to is
    remembered already.
    """

    meta: Meta
    known: Knowledge
    folding: Folding
    epoch: int = 0
    coming: Meta = field(init=False)
    draft: Draft = field(init=False)
    cut: Draft | None = None

    def __post_init__(self) -> None:
        """Begin where the index stands."""
        self.begin()

    def begin(self) -> None:
        """Gather for the record that comes where the index stands."""
        self.coming = self.meta
        self.draft = Draft(self.meta, self.meta.next_offset, self.meta.nid)

    @property
    def ahead(self) -> bool:
        """Whether it remembers what has not been applied yet."""
        return self.under_way or self.cut is not None or bool(self.draft.lines)

    @property
    def under_way(self) -> bool:
        """Whether something was sent that has not been applied yet."""
        return self.coming is not self.meta

    def gathered(self, lines: Sequence[Line]) -> bool:
        """Whether these are the lines that were gathered, and perhaps more behind them."""
        if self.cut is None:
            return self.draft.begins(lines)
        return self.cut.begins(lines) and len(self.cut.lines) == len(lines)

    def taken(self, lines: Sequence[Line]) -> tuple[bytes, Batch] | None:
        """The record of these lines and its batch, if all of it was gathered and may be sent.

        It may follow what is under way, for nothing need be asked: neither whether what was
        taken to be new is new, nor why a line is void.
        """
        draft = self.cut or self.draft
        if not (lines and self.gathered(lines) and len(draft.lines) == len(lines)):
            return None
        return self.close() if draft.stands and draft.guess_is_tested else None

    def close(self) -> tuple[bytes, Batch]:
        """The record and the batch of what is to be submitted next, which is then under way."""
        if self.cut is None:
            self.next_draft()
        draft, self.cut = self.cut or self.draft, None
        raw, batch = draft.batch(self.coming, self.known)
        self.coming = batch.after
        return raw, batch

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


@dataclass(frozen=True, slots=True)
class Sent:
    """A record of these lines that is under way, and what follows from it at its place.

    `offset` is where the log took it; it has yet to be written where the log is the index too.
    Without a batch nothing was sent, for all of it was decided already.
    """

    lines: Sequence[Line]
    memory: Memory
    record: bytes = b""
    batch: Batch | None = None
    offset: int | None = None
