"""How a shard stands: where its log ends, how far it is read, and what it stops at."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from engine.journal.commit import Line, UnreadableError
from engine.ports import Log
from projections.index import Halt, ProjectionIndex
from projections.judging import READ_LIMIT, read_or_pass


@dataclass(frozen=True, slots=True)
class Standing:
    """A shard, looked at without moving it.

    `unresolved` are the commits that stand in the log and have no verdict yet; `parked`
    counts streams in projections.
    """

    shard: int
    log_id: str
    indexed_log_id: str
    log_end: int
    next_offset: int
    events: int
    halt: Halt | None
    unresolved: tuple[UUID, ...]
    parked: int


def standing(log: Log, index: ProjectionIndex, shard: int) -> Standing:
    """How the shard stands. A record that cannot be read is found also when nobody met it yet."""
    meta = index.meta(shard)
    halt, lines = meta.halt, list[Line]()
    for offset, read in _ahead(log, shard, meta.next_offset):
        if isinstance(read, UnreadableError):
            halt = halt or Halt(offset, str(read))
        else:
            lines += read
    ids = list(dict.fromkeys(line.commit.commit_id for line in lines))
    decided = index.decided(ids) if ids else {}
    return Standing(
        shard=shard,
        log_id=log.identity(),
        indexed_log_id=meta.log_id,
        log_end=log.end(shard),
        next_offset=meta.next_offset,
        events=meta.nid,
        halt=halt,
        unresolved=tuple(each for each in ids if each not in decided),
        parked=sum(each.shard == shard for each in index.parked()),
    )


def _ahead(
    log: Log, shard: int, start: int
) -> Iterator[tuple[int, tuple[Line, ...] | UnreadableError]]:
    """What the log holds that has not been read, each record's lines or why there are none."""
    while records := log.read(shard, start, READ_LIMIT):
        for offset, raw in records:
            try:
                yield offset, read_or_pass(log, shard, offset, raw).lines
            except UnreadableError as error:
                yield offset, error
            start = offset + 1
