"""The rule, the index, the runner and the writer, each broken in one way that must be caught."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

from msgspec.structs import replace as restated
from typing_extensions import override

from engine.journal.commit import Commit, UnreadableError, genesis_hash, read_line
from engine.journal.verdict import Knowledge, Verdict, judge
from engine.ports import Decided, Head, Log, OutcomeUnknownError
from gateways.chaos.disk import FragileLog
from gateways.memory.index import MemoryIndex
from gateways.memory.log import MemoryLog
from projections import judging
from projections.folding import Folding
from projections.index import Batch, Meta
from projections.judging import READ_LIMIT, Record, knowledge_at, read_record
from projections.remembering import Memory, Sent
from projections.runner import Runner

Rule = Callable[[Commit, str, Knowledge], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A journal that is right but for one thing; the flags are the writer's own mistakes."""

    name: str
    meaning: str
    rule: Rule = judge
    index: type[MemoryIndex] = MemoryIndex
    runner: type[Runner] = Runner
    timeout_is_failure: bool = False
    acknowledgement_is_success: bool = False
    new_command_on_retry: bool = False
    reopens_without_person: bool = False
    key_goes_first: bool = False


@contextmanager
def ruled_by(rule: Rule) -> Iterator[None]:
    """Have every reader of the log, rebuilds too, judge by `rule` meanwhile."""
    # The rule is no argument of the runner, on purpose: production has one. So it is
    # replaced where it is looked up, and only in the module of the reader.
    names = vars(judging)
    names["judge"] = rule
    try:
        yield
    finally:
        names["judge"] = judge


def _no_hash_check(commit: Commit, line_hash: str, known: Knowledge) -> Verdict:
    parts = tuple(
        restated(part, prev_hash=_expected(commit.shard, part.stream, known))
        for part in commit.parts
    )
    return judge(restated(commit, parts=parts), line_hash, known)


def _expected(shard: int, stream: str, known: Knowledge) -> str:
    head = known.heads.get(stream)
    return head.hash if head else genesis_hash(shard, stream).hex()


def _no_command_check(commit: Commit, line_hash: str, known: Knowledge) -> Verdict:
    return judge(commit, line_hash, replace(known, commands=set()))


def _no_duplicate_check(commit: Commit, line_hash: str, known: Knowledge) -> Verdict:
    return judge(commit, line_hash, replace(known, decided=set(), commands=set()))


def _no_tracking_check(commit: Commit, line_hash: str, known: Knowledge) -> Verdict:
    return judge(restated(commit, tracking=None), line_hash, known)


def _first_part_only(commit: Commit, line_hash: str, known: Knowledge) -> Verdict:
    verdict = judge(restated(commit, parts=commit.parts[:1]), line_hash, known)
    return restated(verdict, heads=_heads(commit, line_hash)) if verdict.stands else verdict


def _void_commands_count(commit: Commit, line_hash: str, known: Knowledge) -> Verdict:
    verdict = judge(commit, line_hash, known)
    known.commands.update((part.stream, commit.command_id) for part in commit.parts)
    return verdict


def _everything_stands(commit: Commit, line_hash: str, known: Knowledge) -> Verdict:
    if commit.commit_id in known.decided:
        return judge(commit, line_hash, known)
    return Verdict(commit.commit_id, stands=True, reason="stands", heads=_heads(commit, line_hash))


def _heads(commit: Commit, line_hash: str) -> tuple[tuple[str, Head], ...]:
    return tuple(
        (part.stream, Head(part.first_version + len(part.events) - 1, line_hash))
        for part in commit.parts
    )


class _RowsWinFirst(MemoryIndex):
    """Each row by itself: the first with a (stream, version) stays, as ON CONFLICT DO NOTHING."""

    @override
    def _fits(self, batch: Batch) -> bool:
        return self.meta(batch.before.shard).next_offset == batch.before.next_offset

    @override
    def _write(self, batch: Batch) -> None:
        taken = {
            (entry.stream, entry.version)
            for stream in {entry.stream for entry in batch.entries}
            for entry in self.content.entries.get(stream, ())
        }
        rows = []
        for entry in batch.entries:
            if (entry.stream, entry.version) not in taken:
                taken.add((entry.stream, entry.version))
                rows.append(entry)
        super()._write(replace(batch, entries=rows))


class _NoCompareAndSet(MemoryIndex):
    """Writes what it is given, wherever it stands."""

    @override
    def _fits(self, batch: Batch) -> bool:
        return True


class _TornApply(MemoryIndex):
    """Writes events before verdicts and offset, and now and then stops in between."""

    writes = 0

    @override
    def _write(self, batch: Batch) -> None:
        self.writes += 1
        if self.writes % 40 == 0 and not _calm(self.log):
            super()._write(replace(batch, decided=[], commands=[], after=batch.before))
            raise OutcomeUnknownError("stopped half way")
        super()._write(batch)


def _calm(log: MemoryLog) -> bool:
    return isinstance(log, FragileLog) and log.calm


class _IdsFromSequence(MemoryIndex):
    """Gives ids from a sequence, which does not go back when the transaction does."""

    last = 0

    @override
    def apply(self, batch: Batch) -> bool:
        """Write the batch under new ids; a try that fails uses its ids up."""
        count = len(batch.entries)
        self.last += count
        first = self.last - count + 1
        entries = [restated(entry, nid=first + n) for n, entry in enumerate(batch.entries)]
        return super().apply(replace(batch, entries=entries))


class _OffsetAlone(MemoryIndex):
    """Moves the offset first and writes the rest after, in a transaction of its own."""

    writes = 0

    @override
    def _write(self, batch: Batch) -> None:
        self.writes += 1
        if self.writes % 40 == 0 and not _calm(self.log):
            super()._write(Batch(batch.before, batch.after))
            raise OutcomeUnknownError("stopped half way")
        super()._write(batch)


class _KeepsHeads(Runner):
    """Goes on with what it remembers after a batch that was not written."""

    @override
    def submit(self, shard: int, *given: Any) -> Sequence[Decided]:
        """Submit, and keep the memory whatever happens."""
        try:
            return super().submit(shard, *given)
        except BaseException:
            if self._last is not None:
                self._memories[shard] = self._last
            raise

    @override
    def catch_up(self, shard: int) -> int:
        """Catch up, and keep the memory whatever happens."""
        try:
            return super().catch_up(shard)
        except BaseException:
            if self._last is not None:
                self._memories[shard] = self._last
            raise

    _last: Memory | None = None

    @override
    def _batch(self, memory: Memory, records: Sequence[Record], *, all_of_it: bool) -> Batch:
        self._last = memory
        return super()._batch(memory, records, all_of_it=all_of_it)


class _TrustsTheLog(Runner):
    """Begins without looking whether the log is still the one its index was made from."""

    @override
    def _recalled(self, shard: int) -> Memory:
        epoch = self._log.epoch(shard)
        meta = self._index.meta(shard)
        parked = {(parked.projection, parked.stream) for parked in self._index.parked()}
        folding = Folding(self._projections, self._decode, parked)
        return Memory(meta, knowledge_at(meta), folding, epoch)


class _TrustsEveryLeader(Runner):
    """Looks back at its start, and never because the leader has changed."""

    def __init__(self, log: Log, *given: Any, **named: Any) -> None:
        super().__init__(_Unmoved(log), *given, **named)


class _Unmoved:
    """A log that says it is always reached the same way."""

    def __init__(self, log: Log) -> None:
        self.identity, self.append = log.identity, log.append
        self.read, self.end, self.lacks = log.read, log.end, log.lacks

    def epoch(self, shard: int) -> int:  # noqa: ARG002 - the same for all
        """Nothing ever changes."""
        return 0


class _HaltsAtOnce(Runner):
    """Takes the first who tells a log too short at his word."""

    def __init__(self, log: Log, *given: Any, **named: Any) -> None:
        super().__init__(_Sure(log), *given, **named)


class _Sure:
    """A log that is asked once where it ends, and believed."""

    def __init__(self, log: Log) -> None:
        self.identity, self.append, self.epoch = log.identity, log.append, log.epoch
        self.read, self.end = log.read, log.end

    def lacks(self, shard: int, offset: int) -> bool:
        """What is told is so."""
        return self.end(shard) < offset


class _TrustsItsGuess(Runner):
    """Applies what was judged behind another record, whatever became of that one."""

    @override
    def _applied(self, sent: Sent, batch: Batch) -> bool:
        if self._together is not None:
            return super()._applied(sent, batch)
        unbroken = self._log.epoch(batch.after.shard) == sent.memory.epoch
        return unbroken and sent.offset == batch.before.next_offset and self._index.apply(batch)


class _SkipsJunk(Runner):
    """Passes over what it cannot read, on its own judgement."""

    @override
    def _next_records(self, meta: Meta) -> list[Record]:
        found = self._log.read(meta.shard, meta.next_offset, READ_LIMIT)
        return [self._lenient(meta.shard, offset, raw) for offset, raw in found]

    def _lenient(self, shard: int, offset: int, raw: bytes) -> Record:
        try:
            return read_record(shard, offset, raw)
        except UnreadableError:
            return Record(offset, sha256(raw).hexdigest(), (), passed=raw)


class _ReadsAhead(_SkipsJunk):
    """A new release that reads its own new format before the log has admitted it."""

    @override
    def _lenient(self, shard: int, offset: int, raw: bytes) -> Record:
        try:
            return read_record(shard, offset, raw)
        except UnreadableError:
            lines = [read_line(raw.replace(b'{"fmt":2,', b'{"fmt":1,', 1))]
            return Record(offset, sha256(raw).hexdigest(), tuple(lines))


class _LastVerdictStays(MemoryIndex):
    """Takes a second verdict on the same commit, in place of the first."""

    @override
    def _fits(self, batch: Batch) -> bool:
        return self.meta(batch.before.shard).next_offset == batch.before.next_offset


SOUND: Final = Mutant(name="", meaning="the journal as it is")
_ALL: Final = (
    Mutant(
        name="no-hash-check",
        meaning="the version alone decides, not the hash before it",
        rule=_no_hash_check,
    ),
    Mutant(
        name="per-row-first-wins",
        meaning="each event by itself: the first with its version stays",
        rule=_everything_stands,
        index=_RowsWinFirst,
    ),
    Mutant(
        name="no-compare-and-set",
        meaning="a batch is written wherever the index stands",
        index=_NoCompareAndSet,
    ),
    Mutant(
        name="timeout-is-failure",
        meaning="a writer that gives up waiting says that nothing happened",
        timeout_is_failure=True,
    ),
    Mutant(
        name="acknowledgement-is-success",
        meaning="a writer says done when the log has its record",
        acknowledgement_is_success=True,
    ),
    Mutant(
        name="new-command-on-retry",
        meaning="a wish asked again gets a command id of its own",
        new_command_on_retry=True,
    ),
    Mutant(
        name="no-command-check",
        meaning="a command may stand twice",
        rule=_no_command_check,
        index=_LastVerdictStays,
    ),
    Mutant(
        name="no-duplicate-check",
        meaning="a commit that comes again is judged again",
        rule=_no_duplicate_check,
        index=_LastVerdictStays,
    ),
    Mutant(
        name="no-tracking-check",
        meaning="a follower may go back",
        rule=_no_tracking_check,
    ),
    Mutant(
        name="first-part-only",
        meaning="only the first stream of a commit is judged",
        rule=_first_part_only,
    ),
    Mutant(
        name="void-commands-count",
        meaning="a void commit uses its command id up",
        rule=_void_commands_count,
    ),
    Mutant(
        name="torn-apply",
        meaning="events and offset are not in one transaction",
        index=_TornApply,
    ),
    Mutant(
        name="offset-alone",
        meaning="the offset moves before what it stands for is written",
        index=_OffsetAlone,
    ),
    Mutant(
        name="ids-from-a-sequence",
        meaning="a batch that fails uses up notification ids",
        index=_IdsFromSequence,
    ),
    Mutant(
        name="keeps-heads-after-error",
        meaning="heads in memory outlive a commit of the index that failed",
        runner=_KeepsHeads,
    ),
    Mutant(
        name="no-look-back-at-start",
        meaning="the record before next_offset is not read again at start",
        runner=_TrustsTheLog,
    ),
    Mutant(
        name="no-look-back-at-a-new-leader",
        meaning="an acknowledgement is trusted though the leader has changed",
        runner=_TrustsEveryLeader,
    ),
    Mutant(
        name="halts-at-once",
        meaning="whoever tells first that the log has lost its end is believed",
        runner=_HaltsAtOnce,
    ),
    Mutant(
        name="trusts-its-guess",
        meaning="what was judged behind another record is applied, whatever became of that one",
        runner=_TrustsItsGuess,
    ),
    Mutant(
        name="skips-what-it-cannot-read",
        meaning="an unreadable record is passed over without a quarantine",
        runner=_SkipsJunk,
    ),
    Mutant(
        name="reads-a-format-ahead",
        meaning="a new release judges a format before the log admits it",
        runner=_ReadsAhead,
    ),
    Mutant(
        name="reopens-without-the-person",
        meaning="a case is reopened without a part in the person's stream",
        reopens_without_person=True,
    ),
    Mutant(
        name="key-goes-first",
        meaning="a key is destroyed before its erasure stands",
        key_goes_first=True,
    ),
)
MUTANTS: Final = {mutant.name: mutant for mutant in _ALL}
