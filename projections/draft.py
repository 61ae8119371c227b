"""A batch in the making: its lines judged and folded while the batch before it is written."""

# All of it stands on two guesses: that the batch before is written, and that a stream or row
# nobody here has heard of is not there. If the first is wrong, the draft goes with all that
# was remembered; the index refuses the batch if the second is.

from collections.abc import Sequence
from hashlib import sha256

from engine.journal.commit import RECORD_BYTES_MAX, Commit, Line
from engine.journal.verdict import Knowledge
from engine.journal.writer import LINES_MAX
from projections.folding import Folding, LoadRows
from projections.index import Batch, Meta
from projections.judging import Record, entries_of, moved, note, take, verdict_on


class Draft:
    """What some lines lead to, before they are a record: they are to stand at `offset`.

    A `closed` one takes no more lines ahead of its turn.
    """

    def __init__(self, meta: Meta, offset: int, nid: int) -> None:
        self.offset = offset
        self.nid = nid
        self.lines: list[Line] = []
        self.closed = False
        self._batch = Batch(meta, meta)
        self._bytes = 0

    def following(self, meta: Meta) -> "Draft":
        """An empty draft for what comes behind this one."""
        return Draft(meta, self.offset + 1, self.nid)

    def begins(self, lines: Sequence[Line]) -> bool:
        """Whether these are its lines, and perhaps more behind them."""
        own = len(self.lines)
        return own <= len(lines) and all(map(_same, self.lines, lines))

    def add(self, line: Line, known: Knowledge, folding: Folding) -> bool:
        """Take the line if it stands and nothing need be asked for that; else close."""
        self.closed = self.closed or not self._add(line, known, folding)
        return not self.closed

    def _add(self, line: Line, known: Knowledge, folding: Folding) -> bool:
        size = self._bytes + len(line.raw) + 1
        if size > RECORD_BYTES_MAX or len(self.lines) == LINES_MAX:
            return False
        if _must_ask(line.commit, known):
            return False
        verdict = verdict_on(line, known)
        if not verdict.stands:
            return False
        entries = entries_of(line.commit, self.offset, self.nid)
        if not folding.fold_ahead(self._batch, entries):
            return False
        streams = [part.stream for part in line.commit.parts]
        self._batch.fresh_streams.update(s for s in streams if s not in known.heads)
        known.learn(line.commit, verdict)
        self.nid = note(self._batch, (self.offset, self.nid), line, verdict, entries)
        self.lines.append(line)
        self._bytes = size
        return True

    def finish(
        self, rest: Sequence[Line], known: Knowledge, folding: Folding, load: LoadRows
    ) -> None:
        """Take the other lines too, of which all has been asked."""
        self.closed = True
        begun = len(self._batch.entries)
        for line in rest:
            self.nid = take(self._batch, (self.offset, self.nid), line, known)
            self.lines.append(line)
        if rest:
            folding.fold(self._batch, load, begun)

    def batch(self, before: Meta, known: Knowledge) -> tuple[bytes, Batch]:
        """The record, and the batch that follows from it where the index stands at `before`."""
        raw = b"\n".join([line.raw for line in self.lines])
        record = Record(self.offset, sha256(raw).hexdigest(), tuple(self.lines))
        self._batch.before = before
        self._batch.after = moved(before, record, known, self.nid)
        return raw, self._batch

    @property
    def guess_is_tested(self) -> bool:
        """Whether all that was taken to be new is written, so that the index finds out."""
        rows, fresh = self._batch.rows, self._batch.fresh_rows
        return all(rows[table].get(key) is not None for table in fresh for key in fresh[table])

    @property
    def stands(self) -> bool:
        """Whether every line in it stands."""
        return all(decided.stands for decided in self._batch.decided)


def _must_ask(commit: Commit, known: Knowledge) -> bool:
    """Whether a verdict needs more than is known, and a guess will not do."""
    if commit.kind == "control":
        return True
    tracking = commit.tracking
    return tracking is not None and (
        (tracking.application, tracking.upstream) not in known.tracking
    )


def _same(own: Line, given: Line) -> bool:
    return own is given
