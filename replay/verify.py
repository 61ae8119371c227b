"""Everything recomputed from the log alone, and held against what the house works with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from uuid import UUID

from engine.journal.commit import UnreadableError
from engine.journal.note import PublicKey
from engine.journal.recorded import Decode
from engine.journal.verdict import Knowledge
from engine.ports import Decided, Entry, Head
from projections.beside import Difference
from projections.folding import Folding
from projections.index import Batch, Meta
from projections.judging import READ_LIMIT, Record, judge_records, read_or_pass
from projections.parked import Parked
from projections.projection import AnyProjection, AnyTable, Key, Rows
from projections.rebuilding import leads_to
from replay.boxes import Boxes
from replay.checkpoints import followed
from replay.differences import Differences
from replay.held import Held

Progress = Callable[[int], None]

META_COLUMNS: Final = ("next_offset", "nid", "tree", "formats", "passed")


@dataclass(frozen=True, slots=True)
class Verified:
    """What was walked, and where it differs. `waiting` records have not been indexed yet.

    Of very many differences only the first are told; `count` counts them all.
    """

    records: int
    waiting: int
    events: int
    rows: int
    count: int
    differences: tuple[Difference, ...]


@dataclass(slots=True)
class _Account:
    """What the log leads to, as far as it has been walked."""

    records: int = 0
    waiting: int = 0
    read: bool = False  # whether the house has taken anything from the log
    ends: dict[int, int] = field(default_factory=dict)
    heads: dict[str, Head] = field(default_factory=dict)
    decided: dict[UUID, Decided] = field(default_factory=dict)
    commands: dict[tuple[str, UUID], UUID] = field(default_factory=dict)
    tracking: dict[tuple[int, str, str], int] = field(default_factory=dict)
    rows: dict[AnyTable, Rows] = field(default_factory=dict)
    parked: dict[tuple[str, str], Parked] = field(default_factory=dict)
    hashes: dict[UUID, str] = field(default_factory=dict)
    last_at: dict[str, int] = field(default_factory=dict)
    # A commit whose predecessor hashes otherwise: the place of that predecessor.
    broken: dict[UUID, tuple[int, int]] = field(default_factory=dict)


class Verification:
    """One walk through the log, in batches; the rows of the projections are folded in memory.

    With `public`, the house's own key, the signatures of its checkpoints are checked too.
    """

    def __init__(
        self,
        held: Held,
        projections: Sequence[AnyProjection],
        decode: Decode,
        boxes: Callable[[Differences], Boxes],
        public: PublicKey | None = None,
    ) -> None:
        self._held = held
        self._tables = [projection.table for projection in projections]
        self._folding = Folding(projections, decode, set())
        self._found = Differences()
        self._boxes = boxes(self._found)
        self._public = public
        self._account = _Account()

    def run(self, progress: Progress) -> Verified:
        """Walk every shard, then compare every table; `progress` is told the records just done."""
        for shard in self._held.shards():
            self._walk(shard, progress)
        self._compare_index()
        rows = self._compare_projections()
        account, found = self._account, self._found
        return Verified(
            records=account.records,
            waiting=account.waiting,
            events=sum(account.ends.values()),
            rows=rows,
            count=found.count,
            differences=tuple(found.told),
        )

    def _walk(self, shard: int, progress: Progress) -> None:
        log, held = self._held.log, self._held.meta(shard)
        end = log.end(shard)
        meta = Meta(shard=shard, log_id=log.identity())
        known = Knowledge()
        until = held.next_offset if held else 0
        self._account.read |= until > 0
        checkpoints = self._held.checkpoints(shard)
        signed = followed(shard, checkpoints, self._public, self._found)
        expected = 0
        while found := log.read(shard, expected, READ_LIMIT):
            records = []
            for offset, raw in found:
                if offset != expected:
                    self._missing(shard, expected, offset)
                record = self._record(shard, offset, raw)
                signed.take(raw)
                records += [record] if offset < until else []
                self._account.waiting += offset >= until
                expected = offset + 1
            if records:
                meta = self._take(meta, records, known)
            self._account.records += len(found)
            progress(len(found))
        if expected != end:
            self._found.add("shard", shard, "end_offset", f"the log ends at offset {expected}")
        signed.end()
        self._account.ends[shard] = meta.nid
        self._compare_meta(held, meta)

    def _missing(self, shard: int, expected: int, offset: int) -> None:
        what = f"is missing; the log goes on at offset {offset}"
        self._found.add("record", (shard, expected), "", what)

    def _record(self, shard: int, offset: int, raw: bytes) -> Record:
        """The record; one that cannot be read is told of, and taken for empty."""
        try:
            return read_or_pass(self._held.log, shard, offset, raw)
        except UnreadableError as error:
            what = f"cannot be read, and nothing quarantines it: {error}"
            self._found.add("record", (shard, offset), "record", what)
            return Record(offset, sha256(raw).hexdigest(), ())

    def _take(self, meta: Meta, records: Sequence[Record], known: Knowledge) -> Meta:
        batch = judge_records(meta, records, known)
        events = self._held.events(meta.shard, meta.nid, batch.after.nid)
        expected = {(entry.shard, entry.nid): entry for entry in batch.entries}
        self._found.compare("event", expected, ((_place(e), e) for e in events))
        self._boxes.open(batch.entries)
        self._folding.fold(batch, _no_rows)
        self._learn(batch)
        self._follow(meta.shard, records, batch)
        return batch.after

    def _learn(self, batch: Batch) -> None:
        account, shard = self._account, batch.after.shard
        account.heads.update(batch.heads)
        account.decided.update((decided.commit_id, decided) for decided in batch.decided)
        account.commands.update(((s, command), commit) for s, command, commit in batch.commands)
        account.tracking.update(((shard, *pair), at) for pair, at in batch.tracking.items())
        account.parked.update(((each.projection, each.stream), each) for each in batch.parked)
        for table, changed in batch.rows.items():
            rows = account.rows.setdefault(table, {})
            rows.update(changed)
            for key in [key for key, row in changed.items() if row is None]:
                del rows[key]

    def _follow(self, shard: int, records: Sequence[Record], batch: Batch) -> None:
        """Follow each stream's chain of hashes from commit to commit."""
        account = self._account
        decided = {each.commit_id: each for each in batch.decided}
        for record in records:
            for line in record.lines:
                commit_id = line.commit.commit_id
                if account.hashes.setdefault(commit_id, line.hash) != line.hash:
                    what = f"other bytes than before under the id of commit {commit_id}"
                    self._found.add("record", (shard, record.offset), "record", what)
                verdict = decided.get(commit_id)
                if verdict is None or verdict.offset != record.offset:
                    continue
                for part in line.commit.parts:
                    before = account.last_at.get(part.stream)
                    if verdict.stands:
                        account.last_at[part.stream] = record.offset
                    elif verdict.reason == "hash_conflict" and before is not None:
                        account.broken[commit_id] = (shard, before)

    def _compare_meta(self, held: Meta | None, meta: Meta) -> None:
        shard = meta.shard
        if held is None:
            if self._account.records:
                self._found.add("log_meta", shard, "", "the shard has not been indexed")
            return
        if held.log_id != meta.log_id:
            self._found.add("log_meta", shard, "log_id", f"the log is {meta.log_id}")
        if held.halt:
            what = f"halted at offset {held.halt.offset}: {held.halt.reason}"
            self._found.add("log_meta", shard, "halted_offset", what)
        differing = [name for name in META_COLUMNS if getattr(held, name) != getattr(meta, name)]
        if not leads_to(meta.last_hash, held.last_hash):
            differing.append("last_hash")
        for name in differing:
            self._found.add("log_meta", shard, name, "is not what the log leads to")

    def _compare_index(self) -> None:
        account, found, held = self._account, self._found, self._held
        for place in held.strays(account.ends):
            found.add("event", place, "", "the log leads to no such row")
        verdicts = dict(account.decided)
        found.compare("commit_verdict", verdicts, self._chained(held.verdicts()))
        found.compare("head", account.heads, held.heads())
        found.compare("command", account.commands, held.commands(), "commit_id")
        found.compare("tracking", account.tracking, held.tracking(), "tracking_id")
        parked = (((each.projection, each.stream), each) for each in held.parked())
        found.compare("parked", account.parked, parked)

    def _chained(self, verdicts: Iterable[Decided]) -> Iterable[tuple[UUID, Decided]]:
        """The verdicts; where one was on other bytes, the record has changed since.

        So it has where one stood on a hash that is gone.
        """
        changed: dict[tuple[int, int], str] = {}
        for verdict in verdicts:
            now = self._account.decided.get(verdict.commit_id)
            if now is not None and now.hash != verdict.hash:
                what = f"has changed since commit {verdict.commit_id} was judged"
                changed[now.shard, now.offset] = what
            place = self._account.broken.get(verdict.commit_id)
            if verdict.stands and place is not None:
                what = f"has changed: the commit at offset {verdict.offset} names another hash"
                changed.setdefault(place, what)
            yield verdict.commit_id, verdict
        for place, what in sorted(changed.items()):
            self._found.add("record", place, "record", what)

    def _compare_projections(self) -> int:
        unlike = dict(self._held.unlike(self._tables))
        # Whoever has read nothing yet lacks no table.
        for name, what in unlike.items() if self._account.read else ():
            self._found.add("projection", name, "", what)
        for where, name in self._held.broken_seals():
            self._found.add(where, name, "", "is not as it was when the table was kept")
        count = 0
        for table in self._tables:
            if table.sql_name not in unlike:
                held = ((table.key_of(row), row) for row in self._held.rows(table))
                rows = self._account.rows.pop(table, {})
                count += self._found.compare(table.sql_name, rows, held)
        for sql_name, key, column in self._held.miscounted(self._tables):
            self._found.add(sql_name, key, column, "is not the sum of its rows")
        return count


def _place(entry: Entry) -> tuple[int, int]:
    return entry.shard, entry.nid


def _no_rows(missing: Mapping[AnyTable, Sequence[Key]]) -> Mapping[AnyTable, Rows]:
    return {table: {} for table in missing}
