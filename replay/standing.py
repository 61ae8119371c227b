"""How a shard stands: where its log ends, how far it is read, and what it stops at."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from engine.journal.commit import Line, UnreadableError
from engine.ports import Log
from projections import due
from projections.index import Halt, ProjectionIndex
from projections.judging import READ_LIMIT, read_or_pass
from projections.views.overdue import overdue_steps
from projections.views.sql import SqlReader


@dataclass(frozen=True, slots=True)
class Standing:
    """A shard, looked at without moving it.

    `lag` counts the records that have not been read, the first of them recorded at
    `unread_since`; `unresolved` are the commits in them that have no verdict yet; `parked`
    counts streams in projections.
    """

    shard: int
    log_id: str
    indexed_log_id: str
    log_end: int
    next_offset: int
    lag: int
    unread_since: datetime | None
    events: int
    halt: Halt | None
    unresolved: tuple[UUID, ...]
    parked: int


@dataclass(frozen=True, slots=True)
class ParkedStreams:
    """How many streams one projection could not take."""

    projection: str
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How the house stands, in the figures that are watched.

    `due_cases` are those whose day has come and whose step has not been taken: nobody has
    worked the day, or the step was refused, or the case is parked. `due_since` is the
    longest of them. Both are None while the read model they stand in is not filled.
    """

    shards: tuple[Standing, ...]
    parked: tuple[ParkedStreams, ...]
    due_cases: int | None
    due_since: date | None

    @property
    def sound(self) -> bool:
        """Whether nothing stands still and nothing is parked."""
        own = all(shard.log_id == shard.indexed_log_id for shard in self.shards)
        return own and not self.parked and not any(shard.halt for shard in self.shards)


def figures(
    log: Log, index: ProjectionIndex, reader: SqlReader, shards: Sequence[int], today: date
) -> Figures:
    """The figures of `today`; asking moves nothing, so a halted house can be asked too."""
    counted = Counter(each.projection for each in index.parked())
    overdue = None if index.lacking([due.TABLE]) else overdue_steps(reader, today)
    return Figures(
        shards=tuple(standing(log, index, shard) for shard in shards),
        parked=tuple(ParkedStreams(name, count) for name, count in sorted(counted.items())),
        due_cases=overdue.case_count if overdue else None,
        due_since=overdue.since if overdue else None,
    )


def standing(log: Log, index: ProjectionIndex, shard: int) -> Standing:
    """How the shard stands. A record that cannot be read is found also when nobody met it yet."""
    meta = index.meta(shard)
    halt, lines = meta.halt, list[Line]()
    for offset, read in _ahead(log, shard, meta.next_offset):
        if isinstance(read, UnreadableError):
            halt = halt or Halt(offset, str(read))
        else:
            lines += read
    ids, end = list(dict.fromkeys(line.commit.commit_id for line in lines)), log.end(shard)
    decided = index.decided(ids) if ids else {}
    return Standing(
        shard=shard,
        log_id=log.identity(),
        indexed_log_id=meta.log_id,
        log_end=end,
        next_offset=meta.next_offset,
        lag=end - meta.next_offset,
        unread_since=lines[0].commit.recorded_at if lines else None,
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
