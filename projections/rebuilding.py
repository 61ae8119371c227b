"""A rebuild: the log read from its first record, and folded as if for the first time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.journal.verdict import Knowledge
from engine.ports import HaltedError, Log
from projections.folding import Folding
from projections.index import Batch, Meta, Rows
from projections.judging import READ_LIMIT, Record, judge_records, read_or_pass
from projections.projection import AnyTable, Key

Progress = Callable[[int, int], None]


class Replay:
    """Gives the batches that make an index again: events, heads and verdicts, then all rows.

    `progress` is told how many records are done, of how many.
    """

    def __init__(self, log: Log, folding: Folding, progress: Progress) -> None:
        self._log = log
        self._folding = folding
        self._progress = progress

    def batches(self, metas: Sequence[Meta]) -> Iterator[Batch]:
        """The batches of each shard in order, then one with all rows and all that is parked.

        Raises HaltedError when the log does not lead to where the index stood.
        """
        rows: dict[AnyTable, Rows] = {}
        last = Batch(metas[-1], metas[-1])
        for meta in metas:
            for batch in self._shard(meta):
                last.parked += batch.parked
                for table, changed in batch.rows.items():
                    rows.setdefault(table, {}).update(changed)
                yield replace(batch, rows={}, parked=[])
        last.rows = {
            table: {key: row for key, row in changed.items() if row is not None}
            for table, changed in rows.items()
        }
        yield last

    def _shard(self, target: Meta) -> Iterator[Batch]:
        known = Knowledge()
        begun = Meta(shard=target.shard, log_id=target.log_id)
        meta = replace(begun, generation=target.generation)
        while meta.next_offset < target.next_offset:
            records = self._records(meta, target.next_offset)
            batch = judge_records(meta, records, known)
            self._folding.fold(batch, _no_rows)
            yield batch
            meta = batch.after
            self._progress(meta.next_offset, target.next_offset)
        same = (meta.nid, meta.tree) == (target.nid, target.tree)
        if not same or not leads_to(meta.last_hash, target.last_hash):
            raise HaltedError(
                target.shard, target.next_offset, "the log does not lead to this index"
            )

    def _records(self, meta: Meta, end: int) -> list[Record]:
        limit = min(READ_LIMIT, end - meta.next_offset)
        found = self._log.read(meta.shard, meta.next_offset, limit)
        if not found:
            raise HaltedError(meta.shard, meta.next_offset, "the log ends before its index")
        return [read_or_pass(self._log, meta.shard, offset, raw) for offset, raw in found]


def leads_to(recomputed: str, held: str) -> bool:
    """Whether the hashes an index remembers are the last of those its log leads to.

    An index may remember fewer than are remembered now, but not none.
    """
    ours, theirs = recomputed.split(), held.split()
    return ours == theirs if not theirs else ours[-len(theirs) :] == theirs


def _no_rows(missing: Mapping[AnyTable, Sequence[Key]]) -> Mapping[AnyTable, Rows]:
    """A rebuild begins with empty tables."""
    return {table: {} for table in missing}
