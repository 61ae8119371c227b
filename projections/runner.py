"""The runner: from lines to the log, to verdicts, events and rows, in one transaction a batch."""

# All of the index hangs from what the follower does; here is what is written to the log itself,
# and applied at once where nothing can have come between.

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import RLock
from typing import Final
from uuid import UUID

from engine.journal.commit import Line
from engine.journal.recorded import Decode
from engine.journal.shards import in_use
from engine.ports import Decided, HaltedError, Log, OutcomeUnknownError, UnavailableError
from projections.filling import Filling, Rebuilt, Spread, Tell, Told
from projections.folding import Folding
from projections.follower import RACES_MAX, Follower
from projections.index import Batch, EmbeddedIndex, Halt, ProjectionIndex
from projections.judging import Record
from projections.parked import Parked
from projections.projection import AnyProjection
from projections.rebuilding import Replay, Spans
from projections.remembering import Memory, Sent

RECORDS_MANY: Final = 2_000
FIRST: Final = 0  # the shard that says which others are in use


@dataclass(frozen=True, slots=True)
class Apart:
    """What is done in several processes, where there are such."""

    spans: Spans | None = None
    spread: Spread | None = None


ALONE: Final = Apart()


def _told_to_nobody() -> None:
    """Nobody waits to send the next record."""


class Runner(Follower):
    """Appends to the log, and keeps the index and the projections at its end.

    `together` is the index again when it is the log too: then a record is appended and
    applied in one round trip.
    """

    def __init__(
        self,
        log: Log,
        index: ProjectionIndex,
        projections: Sequence[AnyProjection],
        decode: Decode,
        *,
        together: EmbeddedIndex | None = None,
    ) -> None:
        super().__init__(log, index, projections, decode)
        self._together = together
        # One record at a time is on its way to the log, and one is being applied. Who wants
        # several of the locks takes them in this order, and that over what is remembered last,
        # which `gather` never holds for long.
        self._sending = RLock()
        self._applying = RLock()
        self._under_way: list[int] = []  # to these shards

    def start(
        self,
        shards: Sequence[int] | None = None,
        tell: Tell | None = None,
        apart: Apart = ALONE,
    ) -> None:
        """Make the tables and come to the end of the log.

        Tables that are new, or defined otherwise than before, are filled first, beside
        those of the release before, which serves on meanwhile. An index that was lost is
        made again from the log, `apart` in several processes.
        Raises HaltedError when the log is not the one the index was made from, and
        SupersededError when another release has the tables.
        """
        self._index.prepare([projection.table for projection in self._projections])
        if self._lost():
            with suppress(HaltedError):  # whatever halts it is found again, record by record
                self._rebuild([FIRST], tell, apart, to_end=True)
        self.filling(spread=apart.spread, tell=tell).start()
        shards = in_use(self._index) if shards is None else shards
        for shard in shards:
            self.catch_up(shard)

    def filling(self, *, spread: Spread | None = None, tell: Tell | None = None) -> Filling:
        """What rebuilds tables beside the live ones, while this runner and others go on."""
        return Filling(self._index, self._projections, self._decode, spread=spread, tell=tell)

    def gather(self, line: Line) -> None:
        """Judge and fold the line ahead of its turn, if nothing need be asked for that.

        Its record is taken to come next; if it comes elsewhere, all of it is done again.
        """
        shard = line.commit.shard
        with self._lock:
            memory = self._memories.get(shard)
            if memory is None or memory.draft.closed:
                return
            try:
                memory.draft.add(line, memory.known, memory.folding)
            except BaseException:
                self._forget(shard)
                raise

    def cut(self, shard: int) -> None:
        """What was gathered so far is submitted next; what is gathered now comes behind it."""
        with self._lock:
            memory = self._memories.get(shard)
            if memory is not None and memory.draft.lines and not memory.draft.closed:
                memory.next_draft()

    def submit(
        self, shard: int, lines: Sequence[Line], sent: Callable[[], None] = _told_to_nobody
    ) -> Sequence[Decided]:
        """Append the lines as one record, apply it, and give the verdicts in their order.

        `sent` is called when it is about to be applied, and the next may be sent meanwhile.
        Raises OutcomeUnknownError, UnavailableError or HaltedError; `lines` may be
        submitted again after any of them.
        """
        for race in range(RACES_MAX):
            verdicts = self.settle(self.send(shard, lines, all_of_it=race > 0), shard, sent)
            if verdicts is not None:
                return verdicts
        raise UnavailableError("others kept writing to the log first; try again")

    def send(self, shard: int, lines: Sequence[Line], *, all_of_it: bool = False) -> Sent:
        """Append the lines as one record; where the log is the index too, only prepare that.

        What was gathered and stands may go while the record before it is being applied: if
        that fails, both are judged by what the log holds, as any record is.
        """
        with self._sending:
            self._under_way.append(shard)
            try:
                with self._lock:
                    memory = self._memories.get(shard)
                    taken = None if memory is None or all_of_it else memory.taken(lines)
                if memory is None or taken is None:
                    with self._applying, self._lock:
                        memory, taken = self._asked_for(shard, lines, all_of_it=all_of_it)
                if taken is None:
                    return Sent(lines, memory)
                raw, batch = taken
                offset = None if self._together else self._log.append(shard, raw)
                return Sent(lines, memory, raw, batch, offset)
            except BaseException:
                self._under_way.remove(shard)
                self._forget(shard)
                raise

    def settle(
        self, sent: Sent, shard: int, may_send: Callable[[], None] = _told_to_nobody
    ) -> Sequence[Decided] | None:
        """Apply what was sent, behind all that was sent before it, and give the verdicts.

        None when nothing was written, for others were first, and all is to be done again.
        """
        with self._applying:
            try:
                if sent.offset is not None:
                    may_send()
                return self._settled(sent, shard)
            except BaseException:
                self._forget(shard)
                raise
            finally:
                self._under_way.remove(shard)

    def keeps_up(self, shard: int, end: int) -> bool:
        """Whether the shard is applied up to `end`, or a record of our own on its way brings it.

        Where that finds others' records before it, it reads and applies them first.
        """
        memory = self._memories.get(shard)
        applied = memory is not None and memory.meta.next_offset >= end
        return applied or shard in self._under_way

    def decided(self, commit_ids: Sequence[UUID]) -> Sequence[Decided]:
        """The verdicts there are on the named commits."""
        return list(self._index.decided(commit_ids).values())

    def catch_up(self, shard: int) -> int:
        """Apply what the log holds beyond the index; the offset it then stands at.

        Raises HaltedError at a record that is unreadable and not quarantined.
        """
        with self._sending, self._applying, self._lock:
            try:
                return self._drained(shard).meta.next_offset
            except BaseException:
                self._forget(shard)
                raise

    def look_back(self, shard: int) -> int:
        """Catch up once the log has proved again to be the one the index came from.

        Raises HaltedError when it is not, or has lost what was read of it.
        """
        self._forget(shard)
        return self.catch_up(shard)

    def rebuild(self, names: Sequence[str] | None = None) -> Rebuilt:
        """Make the named projections (all, when None) again, and switch to the new ones."""
        return self.filling().rebuild(names)

    def rebuild_index(
        self,
        *,
        shards: Sequence[int] | None = None,
        tell: Tell | None = None,
        apart: Apart = ALONE,
    ) -> None:
        """Make everything that is not the log again from it: the same bytes, nids included.

        First events, heads and verdicts, then the projections; each serves as it was until the
        new stands.
        Raises HaltedError when the log does not lead to this index.
        """
        self._rebuild(in_use(self._index) if shards is None else shards, tell, apart)
        self.filling(spread=apart.spread, tell=tell).rebuild()

    def parked(self) -> Sequence[Parked]:
        """The streams that a projection could not take, in the order of projection and stream."""
        return self._index.parked()

    def retry(self, projection: str, stream: str) -> bool:
        """Take a parked stream up again where it was parked; True when it is through.

        Rows that several streams write to are only sure to be as a rebuild would make
        them when the projection does not mind the order between streams.
        """
        with self._sending, self._applying, self._lock:
            places = {(p.projection, p.stream): p for p in self._index.parked()}
            parked = places.pop((projection, stream), None)
            if parked is None:
                return True
            self._forget(parked.shard)
            memory = self._drained(parked.shard)
            chosen = [p for p in self._projections if p.table.name == projection]
            # Whoever remembers the stream as parked, or its rows, must read them again.
            moved = replace(memory.meta, generation=memory.meta.generation + 1)
            batch = Batch(memory.meta, moved, freed=[(projection, stream)])
            entries = self._index.read([stream])[stream].entries
            batch.entries = [entry for entry in entries if entry.nid >= parked.nid]
            Folding(chosen, self._decode, set(places)).fold(batch, self._index.rows)
            batch.entries = []
            self._forget(parked.shard)
            return self._index.apply(batch) and not batch.parked

    def _lost(self) -> bool:
        """Whether there is a long log, and no index of it."""
        meta = self._index.meta(FIRST)
        if meta.next_offset or meta.log_id != self._log.identity():
            return False
        return self._log.end(FIRST) > RECORDS_MANY

    def _rebuild(
        self, shards: Sequence[int], tell: Tell | None, apart: Apart, *, to_end: bool = False
    ) -> None:
        def progress(done: int, of: int) -> None:
            if tell is not None:
                tell(Told("reading the log", done, of))

        replay = Replay(self._log, progress, apart.spans, to_end=to_end)
        self._index.rebuild(shards, replay)

    def _settled(self, sent: Sent, shard: int) -> Sequence[Decided] | None:
        if sent.batch is None:
            return self._answers(sent.lines, ())
        try:
            if self._applied(sent, sent.batch):
                sent.memory.meta = sent.batch.after
                return self._answers(sent.lines, sent.batch.decided)
            self._forget(shard)
            return None if sent.offset is None else self._read_back(sent.lines, shard, sent.offset)
        except UnavailableError as error:
            if sent.offset is None:
                raise
            raise OutcomeUnknownError("the record is in the log, not in the index") from error

    def _applied(self, sent: Sent, batch: Batch) -> bool:
        """Apply one's own record from its acknowledgement, if nothing can have come between.

        False when it stands at another place, or the way to the log has been another since
        the record before was read, or that one was not applied: then the log is read instead.
        """
        shard, memory = batch.after.shard, sent.memory
        if self._together is not None:
            return self._together.append_and_apply(sent.record, batch)
        next_in_line = self._memories.get(shard) is memory and memory.meta is batch.before
        unbroken = next_in_line and self._log.epoch(shard) == memory.epoch
        return unbroken and sent.offset == batch.before.next_offset and self._index.apply(batch)

    def _read_back(self, lines: Sequence[Line], shard: int, offset: int) -> Sequence[Decided]:
        """The verdicts on a record of our own, from the log as it is read to its end."""
        with self._lock:
            self._drained(shard)
            if self._undecided(lines) and not self._log.lacks(shard, offset + 1):
                self._drained(shard)
            if self._undecided(lines):
                self._stop(shard, Halt(offset, "the log lost a record it had acknowledged"))
        return self._answers(lines, ())

    def _asked_for(
        self, shard: int, lines: Sequence[Line], *, all_of_it: bool
    ) -> tuple[Memory, tuple[bytes, Batch] | None]:
        """The record of these lines, as far as they are undecided; none when all are decided."""
        memory = self._memories.get(shard)
        again = memory is None or memory.under_way or not memory.gathered(lines)
        if memory is None or again or all_of_it:
            self._forget(shard)
            memory = self._drained(shard)
            lines = self._undecided(lines)
        if not lines:
            return memory, None
        draft = memory.cut or memory.draft
        rest = lines[len(draft.lines) :]
        if rest:
            record = Record(draft.offset, "", tuple(rest))
            self._ask(memory, [record], all_of_it=all_of_it)
            draft.finish(rest, memory.known, memory.folding, self._index.rows)
        if not (all_of_it or (draft.stands and draft.guess_is_tested)):
            # Why it is void is part of the verdict, and only all of it can tell.
            return self._asked_for(shard, lines, all_of_it=True)
        return memory, memory.close()

    def _undecided(self, lines: Sequence[Line]) -> Sequence[Line]:
        decided = self._index.decided([line.commit.commit_id for line in lines])
        return [line for line in lines if line.commit.commit_id not in decided]

    def _answers(self, lines: Sequence[Line], decided: Sequence[Decided]) -> Sequence[Decided]:
        if len(decided) == len(lines) and all(
            verdict.commit_id is line.commit.commit_id
            for verdict, line in zip(decided, lines, strict=True)
        ):
            return decided
        verdicts = {verdict.commit_id: verdict for verdict in decided}
        ids = [line.commit.commit_id for line in lines]
        if missing := [commit_id for commit_id in ids if commit_id not in verdicts]:
            verdicts.update(self._index.decided(missing))
        return [verdicts[commit_id] for commit_id in ids if commit_id in verdicts]
