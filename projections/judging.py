"""From records to a batch: every line judged in the order of offset and line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from engine.journal.commit import Commit, Line, UnreadableError, read_line
from engine.journal.control import quarantined
from engine.journal.verdict import Knowledge, Verdict, judge
from engine.ports import Decided, Entry, Log
from projections.index import Batch, Found, Meta, Wanted

Place = tuple[int, int]  # the offset of a line's record, and the nid before its events

READ_LIMIT = 500
LOOK_BACK = 16


@dataclass(frozen=True, slots=True)
class Record:
    """A record at its place, read into lines; a quarantined one has none, but what it holds.

    Those bytes are `passed` over by every reader, and still stand in the tree.
    """

    offset: int
    sha256: str
    lines: tuple[Line, ...]
    passed: bytes | None = None

    @property
    def leaves(self) -> Sequence[bytes]:
        """What the record adds to the tree of its shard."""
        if self.passed is not None:
            return self.passed.split(b"\n")
        return [line.raw for line in self.lines]


def read_record(shard: int, offset: int, raw: bytes) -> Record:
    """The record's lines. Raises UnreadableError when any of them is no commit of the shard."""
    lines = tuple(read_line(line) for line in raw.split(b"\n"))
    if any(line.commit.shard != shard for line in lines):
        raise UnreadableError("a commit of another shard stands here")
    return Record(offset, sha256(raw).hexdigest(), lines)


def read_or_pass(log: Log, shard: int, offset: int, raw: bytes) -> Record:
    """The record, or an empty one when a later control commit quarantines these very bytes.

    Raises UnreadableError when it is unreadable and nothing quarantines it.
    """
    try:
        return read_record(shard, offset, raw)
    except UnreadableError:
        sha = sha256(raw).hexdigest()
        if not _quarantine_follows(log, shard, offset, sha):
            raise
        return Record(offset, sha, (), passed=raw)


def wanted(records: Sequence[Record], known: Knowledge, *, all_of_it: bool) -> Wanted | None:
    """What the index must be asked before the records can be judged; None when nothing.

    A stream not known yet is asked for with everything else. When all streams are known
    and `all_of_it` is not wanted, no question is needed: the index's own keys refuse a
    commit or command that was decided before, and then all of it is asked.
    """
    commits = [line.commit for record in records for line in record.lines]
    streams = {part.stream for commit in commits for part in commit.parts}
    tracking = {
        (commit.tracking.application, commit.tracking.upstream)
        for commit in commits
        if commit.tracking
    }
    unknown = [stream for stream in streams if stream not in known.heads]
    untracked = [pair for pair in tracking if pair not in known.tracking]
    if not (unknown or untracked or all_of_it):
        return None
    return Wanted(
        streams=sorted(unknown),
        commits=[commit.commit_id for commit in commits],
        commands=[(part.stream, c.command_id) for c in commits for part in c.parts],
        tracking=sorted(untracked),
    )


def learn(known: Knowledge, asked: Wanted, found: Found) -> None:
    """Add what the index knew, the absence of a stream included."""
    for stream in asked.streams:
        known.heads[stream] = found.heads.get(stream)
    known.decided.update(found.decided)
    known.commands.update(found.commands)
    known.tracking.update(found.tracking)


def judge_records(before: Meta, records: Sequence[Record], known: Knowledge) -> Batch:
    """The batch that follows from `records`, which begin where `before` ends.

    `known` has learned it all when this returns, so it must be forgotten when the batch
    is not applied.
    """
    batch, nid = Batch(before, before), before.nid
    for record in records:
        if record.passed is not None:
            known.passed[record.offset] = record.sha256
        for line in record.lines:
            nid = take(batch, (record.offset, nid), line, known)
        batch.after = moved(batch.after, record, known, nid)
    return batch


def moved(meta: Meta, record: Record, known: Knowledge, nid: int) -> Meta:
    """Where the index stands after the record, `nid` being that of its last event."""
    return beyond(replace(meta, tree=meta.tree.grown(record.leaves)), [record], known, nid)


def beyond(meta: Meta, records: Sequence[Record], known: Knowledge, nid: int) -> Meta:
    """Where the index stands after some records, whose lines its tree has already."""
    hashes = [*meta.last_hash.split(), *(record.sha256 for record in records[-LOOK_BACK:])]
    return replace(
        meta,
        next_offset=records[-1].offset + 1,
        nid=nid,
        last_hash=" ".join(hashes[-LOOK_BACK:]),
        formats=tuple(sorted(f"{fmt}.{rules}" for fmt, rules in known.formats)),
        passed=tuple(f"{offset} {sha}" for offset, sha in sorted(known.passed.items())),
        halt=None,
    )


def knowledge_at(meta: Meta) -> Knowledge:
    """What is known of a shard from how far its index has come, before anything is asked."""
    known = Knowledge()
    for text in meta.formats:
        fmt, _, rules = text.partition(".")
        known.formats.add((int(fmt), int(rules)))
    for text in meta.passed:
        offset, _, sha = text.partition(" ")
        known.passed[int(offset)] = sha
    return known


def verdict_on(line: Line, known: Knowledge) -> Verdict:
    """The verdict by the rule; `known` has learned nothing of it yet."""
    return judge(line.commit, line.hash, known)


def take(batch: Batch, place: Place, line: Line, known: Knowledge) -> int:
    """Judge the line and add to the batch what follows; the nid of the last event then."""
    verdict = verdict_on(line, known)
    known.learn(line.commit, verdict)
    return noted(batch, place, line, verdict)


def noted(batch: Batch, place: Place, line: Line, verdict: Verdict) -> int:
    """Add to the batch what a verdict leads to; the nid of the last event then."""
    if verdict.reason == "duplicate":
        return place[1]
    entries = entries_of(line.commit, *place) if verdict.stands else []
    return note(batch, place, line, verdict, entries)


def note(
    batch: Batch, place: Place, line: Line, verdict: Verdict, entries: Sequence[Entry]
) -> int:
    """Add to the batch what a first verdict leads to; the nid of the last event then."""
    commit, (offset, nid) = line.commit, place
    if verdict.stands:
        batch.entries += entries
        batch.heads.update(verdict.heads)
        batch.commands += [(p.stream, commit.command_id, commit.commit_id) for p in commit.parts]
        if commit.tracking:
            tracking = commit.tracking
            batch.tracking[tracking.application, tracking.upstream] = tracking.id
    batch.decided.append(_decided(line, verdict, offset, nid, nid + len(entries)))
    return nid + len(entries)


def _decided(line: Line, verdict: Verdict, offset: int, nid: int, last_nid: int) -> Decided:
    commit = line.commit
    return Decided(
        commit_id=commit.commit_id,
        command_id=commit.command_id,
        command_mac=commit.command_mac,
        shard=commit.shard,
        offset=offset,
        stands=verdict.stands,
        reason=verdict.reason,
        first_nid=nid + 1,
        last_nid=last_nid,
        hash=line.hash,
    )


def entries_of(commit: Commit, offset: int, nid: int) -> list[Entry]:
    """The events of a commit that stands, the first of them behind `nid`."""
    entries: list[Entry] = []
    for part in commit.parts:
        for place, event in enumerate(part.events):
            nid += 1
            entry = Entry(
                shard=commit.shard,
                nid=nid,
                stream=part.stream,
                version=part.first_version + place,
                event_id=event.event_id,
                type=event.type,
                schema=event.schema,
                data=event.data,
                commit_id=commit.commit_id,
                command_id=commit.command_id,
                offset=offset,
                recorded_at=commit.recorded_at,
                actor=commit.actor,
                correlation=commit.correlation,
                causation=commit.causation,
            )
            entries.append(entry)
    return entries


def _quarantine_follows(log: Log, shard: int, offset: int, sha: str) -> bool:
    start = offset + 1
    while records := log.read(shard, start, READ_LIMIT):
        if any((offset, sha) in _named(raw) for _, raw in records):
            return True
        start = records[-1][0] + 1
    return False


def _named(raw: bytes) -> Iterable[tuple[int, str]]:
    """What a record quarantines; one that cannot be read itself quarantines nothing."""
    try:
        return [pair for line in raw.split(b"\n") for pair in quarantined(read_line(line).commit)]
    except UnreadableError:
        return []
