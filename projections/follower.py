"""Follows a log to its end, shard by shard, and writes what follows from it into the index."""

from collections.abc import Sequence
from hashlib import sha256
from threading import RLock
from typing import Final

from engine.journal.commit import UnreadableError
from engine.journal.recorded import Decode
from engine.ports import HaltedError, Log, UnavailableError
from projections.filling import refuse_another
from projections.folding import Folding
from projections.index import Batch, Halt, Meta, ProjectionIndex
from projections.judging import (
    READ_LIMIT,
    Record,
    judge_records,
    knowledge_at,
    learn,
    read_or_pass,
    wanted,
)
from projections.projection import AnyProjection
from projections.remembering import Memory

RACES_MAX: Final = 1000
PROOFS: Final = 3


class Follower:
    """Brings the index of a shard to the end of its log, and remembers where it stands.

    What is remembered between two batches is thrown away after any error before a known
    commit. A second follower of a shard does no harm, for whatever is written hangs from the
    index standing where the batch began.
    """

    def __init__(
        self,
        log: Log,
        index: ProjectionIndex,
        projections: Sequence[AnyProjection],
        decode: Decode,
    ) -> None:
        self._log = log
        self._index = index
        self._projections = projections
        self._decode = decode
        self._memories: dict[int, Memory] = {}
        self._fitting: dict[int, int] = {}
        self._lock = RLock()  # held over what is remembered

    @property
    def log(self) -> Log:
        """The log it follows."""
        return self._log

    @property
    def index(self) -> ProjectionIndex:
        """The index it keeps."""
        return self._index

    def _drained(self, shard: int) -> Memory:
        """The memory of the shard with the index at the end of the log."""
        for _ in range(RACES_MAX):
            memory = self._memories.get(shard) or self._recalled(shard)
            records = self._next_records(memory.meta)
            if self._log.epoch(shard) != memory.epoch:
                self._forget(shard)
                continue
            if not records:
                self._memories[shard] = memory
                return memory
            if memory.ahead:  # what was gathered is not the next that comes
                self._forget(shard)
                continue
            batch = self._batch(memory, records, all_of_it=True)
            if self._index.apply(batch):
                self._remember(memory, batch)
            else:
                self._forget(shard)
        raise UnavailableError("the log grows faster than it is applied")

    def _recalled(self, shard: int) -> Memory:
        """What to begin with, once the log has proved to be the one the index came from."""
        epoch = self._log.epoch(shard)
        meta = self._index.meta(shard)
        if self._fitting.get(shard) != meta.generation:
            refuse_another(self._index, [projection.table for projection in self._projections])
            self._fitting[shard] = meta.generation
        if meta.log_id != self._log.identity():
            self._stop(shard, Halt(meta.next_offset, "the index was made from another log"))
        if not self._proves(meta):
            self._stop(shard, Halt(meta.next_offset - 1, "the log has lost or changed a record"))
        parked = {(parked.projection, parked.stream) for parked in self._index.parked()}
        folding = Folding(self._projections, self._decode, parked)
        return Memory(meta, knowledge_at(meta), folding, epoch)

    def _proves(self, meta: Meta) -> bool:
        """Whether the log has, at its place, what the index has read last of it.

        One that seems to end before is asked until it is sure, and then read again.
        """
        hashes = meta.last_hash.split() if meta.next_offset else []
        start = meta.next_offset - len(hashes)
        for _ in range(PROOFS):
            last = self._log.read(meta.shard, start, len(hashes)) if hashes else ()
            if [sha256(raw).hexdigest() for _, raw in last] == hashes:
                return True
            if self._log.lacks(meta.shard, meta.next_offset):
                return False
        return False

    def _next_records(self, meta: Meta) -> list[Record]:
        """What the log holds next, up to the first record that stops the shard."""
        records: list[Record] = []
        expected = meta.next_offset
        for offset, raw in self._log.read(meta.shard, meta.next_offset, READ_LIMIT):
            if offset != expected:
                self._stop(meta.shard, Halt(expected, f"the log goes on at offset {offset}"))
            try:
                records.append(read_or_pass(self._log, meta.shard, offset, raw))
            except UnreadableError as error:
                if records:
                    return records
                self._stop(meta.shard, Halt(expected, str(error)))
            expected += 1
        return records

    def _batch(self, memory: Memory, records: Sequence[Record], *, all_of_it: bool) -> Batch:
        self._ask(memory, records, all_of_it=all_of_it)
        batch = judge_records(memory.meta, records, memory.known)
        memory.folding.fold(batch, self._index.rows)
        return batch

    def _ask(self, memory: Memory, records: Sequence[Record], *, all_of_it: bool) -> None:
        """Learn from the index what must be known before the records can be judged."""
        asked = wanted(records, memory.known, all_of_it=all_of_it)
        if asked is not None:
            learn(memory.known, asked, self._index.load(memory.meta.shard, asked))

    def _remember(self, memory: Memory, batch: Batch) -> None:
        memory.meta = batch.after
        memory.trim()
        memory.begin()
        self._memories[memory.meta.shard] = memory

    def _forget(self, shard: int) -> None:
        """Remember nothing of the shard that the index does not say."""
        with self._lock:
            self._memories.pop(shard, None)

    def _stop(self, shard: int, halt: Halt) -> None:
        self._index.halt(shard, halt)
        raise HaltedError(shard, halt.offset, halt.reason)
