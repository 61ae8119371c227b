"""The index made again: the log read in ranges, judged in its order, written as it is judged."""

# Only the verdict hangs on what came before. So whoever judges is given the gist of each
# record; reading and checking the lines, and the rows that follow, are done range by range,
# by other processes where there are such.

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, Protocol

from msgspec import Struct

from engine.journal.commit import Line, UnreadableError
from engine.journal.control import shards_opened
from engine.journal.merkle import leaf_hash
from engine.journal.verdict import Knowledge, Reason, Verdict
from engine.ports import HaltedError, Head, Log
from projections.index import Batch, Meta
from projections.judging import LOOK_BACK, Record, beyond, noted, read_or_pass, verdict_on
from projections.seen import Commands, Ids

Progress = Callable[[int, int], None]

RECORDS_AT_ONCE: Final = 1_000
HEADS_AT_ONCE: Final = 20_000


class Gist(Struct, frozen=True):
    """A record with what it adds to the tree; its lines say as much as a verdict asks for."""

    record: Record
    leaves: Sequence[bytes]


def gist_of(record: Record) -> Gist:
    """The record with its leaves."""
    return Gist(record, list(map(leaf_hash, record.leaves)))


class Verdicts(Struct, frozen=True, array_like=True):
    """The verdict on each line of a range, and the nid before its first event."""

    nid: int
    reasons: Sequence[Reason]


class Span(Protocol):
    """A range of a shard, read."""

    @property
    def gists(self) -> Iterable[Gist]:
        """Its records, in their order; they are gone through once."""
        ...

    def settled(self, verdicts: Verdicts) -> Iterable[Batch]:
        """What is to be written of it, unless whoever has read it writes that itself."""
        ...


class Spans(Protocol):
    """Several processes that read ranges of the log at once, and write them as they are judged."""

    def spans(self, shard: int, start: int, stop: int) -> Iterator[Span]:
        """The records from `start` up to but not with `stop`, in order.

        A span is settled before the next is asked for; all are written at the end.
        Raises HaltedError at a record that stops the shard.
        """
        ...


class Read:
    """A range that was read here."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records

    @property
    def gists(self) -> Sequence[Gist]:
        """Its records, in their order."""
        return list(map(gist_of, self._records))

    def settled(self, verdicts: Verdicts) -> Iterable[Batch]:
        """The events, verdicts and commands of the range."""
        nowhere = Meta(shard=-1, log_id="")
        batch, nid, reasons = Batch(nowhere, nowhere), verdicts.nid, iter(verdicts.reasons)
        for record in self._records:
            for line in record.lines:
                reason = next(reasons)
                verdict = Verdict(line.commit.commit_id, reason == "stands", reason)
                nid = noted(batch, (record.offset, nid), line, verdict)
        batch.tracking.clear()  # how far it came in the end is the judge's to tell, as heads are
        return (batch,)


def read_range(log: Log, shard: int, start: int, stop: int) -> Read:
    """The records from `start` up to but not with `stop`. Raises HaltedError as `records` does."""
    return Read(list(records(log, shard, start, stop)))


def records(log: Log, shard: int, start: int, stop: int) -> Iterator[Record]:
    """The records from `start` up to but not with `stop`, one by one.

    Raises HaltedError where one is missing, or unreadable and not quarantined.
    """
    while start < stop:
        found = log.read(shard, start, stop - start)
        if not found:
            raise HaltedError(shard, start, "the log ends before its index")
        for offset, raw in found:
            if offset != start:
                raise HaltedError(shard, start, f"the log goes on at offset {offset}")
            try:
                record = read_or_pass(log, shard, offset, raw)
            except UnreadableError as error:
                raise HaltedError(shard, offset, str(error)) from error
            yield record
            start += 1


class Replay:
    """Gives what makes an index again, shard by shard, as far as it is asked to and then on.

    One `to_end` goes beyond where the index stands, to where the log ended when it was begun,
    for an index that was lost. `progress` is told how many records of a shard are done, of
    how many.
    """

    def __init__(
        self,
        log: Log,
        progress: Progress,
        spans: Spans | None = None,
        *,
        to_end: bool = False,
    ) -> None:
        self._log = log
        self._progress = progress
        self._apart = spans
        self._to_end = to_end
        self._ends: dict[int, int] = {}
        self._judges: dict[int, _Judge] = {}

    @property
    def reached(self) -> Sequence[Meta]:
        """Where each shard stands by what was given."""
        return [judge.meta for judge in self._judges.values()]

    def needed(self, metas: Sequence[Meta]) -> bool:
        """Whether the index is still to be made again; another may have made a lost one."""
        return not self._to_end or not any(meta.next_offset for meta in metas)

    def behind(self, metas: Sequence[Meta]) -> int:
        """How many records there are up to where the index stands, that were not given yet."""
        left = (self._end(meta) - self._judge(meta).meta.next_offset for meta in metas)
        return sum(max(0, records) for records in left)

    def batches(self, metas: Sequence[Meta]) -> Iterator[Batch]:
        """What follows from the records up to where the index stands; heads come last.

        Raises HaltedError when the log does not lead to where the index stands.
        """
        metas = list(metas)
        for meta in metas:
            judge = self._judge(meta)
            for stop in (meta.next_offset, self._end(meta)):
                yield from self._judged(judge, stop)
                if judge.meta.next_offset == meta.next_offset:
                    judge.refuse_another(meta)
            yield from judge.heads()
            if self._to_end:
                known = {each.shard for each in metas}
                metas += [Meta(shard=s, log_id=meta.log_id) for s in judge.opened - known]

    def _judged(self, judge: "_Judge", stop: int) -> Iterator[Batch]:
        for span in self._spans(judge.meta.shard, judge.meta.next_offset, stop):
            yield from span.settled(judge.verdicts(span.gists))
            self._progress(judge.meta.next_offset, stop)

    def _judge(self, meta: Meta) -> "_Judge":
        return self._judges.setdefault(meta.shard, _Judge(meta))

    def _end(self, meta: Meta) -> int:
        if not self._to_end:
            return meta.next_offset
        if meta.shard not in self._ends:
            self._ends[meta.shard] = self._log.end(meta.shard)
        return max(meta.next_offset, self._ends[meta.shard])

    def _spans(self, shard: int, start: int, stop: int) -> Iterator[Span]:
        if self._apart is not None and stop - start > RECORDS_AT_ONCE:
            yield from self._apart.spans(shard, start, stop)
            return
        for first in range(start, stop, RECORDS_AT_ONCE):
            yield read_range(self._log, shard, first, min(first + RECORDS_AT_ONCE, stop))


class _Judge:
    """Gives the verdicts of one shard, in the order of its log."""

    def __init__(self, target: Meta) -> None:
        self.meta = Meta(shard=target.shard, log_id=target.log_id)
        self.opened: set[int] = set()  # the shards it says are in use
        self._known = Knowledge(decided=Ids(), commands=Commands())
        self._heads: dict[str, Head] = {}
        self._tracking: dict[tuple[str, str], int] = {}

    def verdicts(self, gists: Iterable[Gist]) -> Verdicts:
        """The verdicts on the lines of the next records, of which there is one at least."""
        reasons: list[Reason] = []
        leaves: list[bytes] = []
        last: deque[Record] = deque(maxlen=LOOK_BACK)
        before = nid = self.meta.nid
        for gist in gists:
            record = gist.record
            leaves += gist.leaves
            last.append(record)
            if record.passed is not None:
                self._known.passed[record.offset] = record.sha256
            for line in record.lines:
                verdict = self._verdict(line)
                reasons.append(verdict.reason)
                if verdict.stands:
                    for part in line.commit.parts:
                        nid += len(part.events)
        grown = replace(self.meta, tree=self.meta.tree.grown_by(leaves))
        self.meta = beyond(grown, list(last), self._known, nid)
        return Verdicts(before, reasons)

    def heads(self) -> Iterator[Batch]:
        """The heads and the tracking that are other than when they were last asked for."""
        shard = Meta(shard=self.meta.shard, log_id=self.meta.log_id)
        heads = iter(self._heads.items())
        while some := dict(islice(heads, HEADS_AT_ONCE)):
            yield Batch(shard, shard, heads=some)
        yield Batch(shard, shard, tracking=self._tracking)
        self._heads, self._tracking = {}, {}

    def refuse_another(self, target: Meta) -> None:
        """Raise HaltedError when what was judged is not what the index was made from."""
        same = (self.meta.nid, self.meta.tree) == (target.nid, target.tree)
        if not same or not leads_to(self.meta.last_hash, target.last_hash):
            raise HaltedError(
                target.shard, target.next_offset, "the log does not lead to this index"
            )

    def _verdict(self, line: Line) -> Verdict:
        verdict = verdict_on(line, self._known)
        self._known.learn(line.commit, verdict)
        if verdict.stands:
            self._heads.update(verdict.heads)
            if tracking := line.commit.tracking:
                self._tracking[tracking.application, tracking.upstream] = tracking.id
            if line.commit.kind == "control":
                self.opened.update(shards_opened(line.commit))
        return verdict


def leads_to(recomputed: str, held: str) -> bool:
    """Whether the hashes an index remembers are the last of those its log leads to.

    An index may remember fewer than are remembered now, but not none.
    """
    ours, theirs = recomputed.split(), held.split()
    return ours == theirs if not theirs else ours[-len(theirs) :] == theirs
