"""What there is at the end of a run: the topic, its index, and the index made again from it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any, Final, LiteralString

from engine.journal.shards import Named
from engine.ports import HaltedError, Log, UnavailableError
from gateways.chaos.checker import violations
from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.field import patiently
from gateways.chaos.clustered.part import SHARDS, Part, Told
from gateways.chaos.clustered.poison import pass_over
from gateways.chaos.counting import Totals
from gateways.chaos.healing import event_row
from gateways.chaos.history import Checkpoint, EventRow, IndexFound, Operation, Past, VerdictRow
from gateways.chaos.mutants import ruled_by
from gateways.kafka.log import KafkaLog
from gateways.postgres.database import Database
from gateways.postgres.index import PostgresIndex
from gateways.postgres.reading import PostgresRows
from projections.judging import READ_LIMIT
from projections.runner import Runner

VERDICTS: Final = """SELECT commit_id, stands, reason, log_offset, first_nid, last_nid, command_id,
    command_mac, hash FROM kravspor_index.commit_verdict WHERE shard = %(shard)s"""
TRACKING: Final = """SELECT application, upstream, tracking_id FROM kravspor_index.tracking
    WHERE shard = %(shard)s"""
HEADS: Final = "SELECT stream, version, hash FROM kravspor_index.head"
COMMANDS: Final = "SELECT stream, command_id, commit_id FROM kravspor_index.command"
PAGE: Final = 5_000
NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found in the log, and what is wrong with it all; `twice` are lines that came again.

    `ghosts` are commits in the log that nobody was ever told of: their writers had abandoned
    them, or were killed.
    """

    records: int
    events: int
    twice: int
    ghosts: int
    violations: list[str]


def found_after(part: Part, told: Told, again: str, unresolved: int) -> Found:
    """The run's history held against the invariants, shard by shard."""
    shards = range(SHARDS)
    pasts = [patiently(partial(_past, part, told, again, shard)) for shard in shards]
    pasts[0].unresolved = unresolved
    lines = Counter(line for past in pasts for raw in past.records for line in raw.split(b"\n"))
    untold = {op.raw for op in told.operations if op.outcome in ("open", "unknown")}
    return Found(
        records=sum(len(past.records) for past in pasts),
        events=sum(len(past.index.events) for past in pasts),
        twice=lines.total() - len(lines),
        ghosts=sum(raw in lines for raw in untold),
        violations=[
            f"{found}{f' (shard {past.shard})' * (past.shard > 0)}"
            for past in pasts
            for found in violations(past)
        ],
    )


def _past(part: Part, told: Told, again: str, shard: int) -> Past:
    with opened(part) as (log, index, database), ruled_by(part.broken.rule):
        stuck = _stuck(parts.runner_of(part, log, index), log, index, shard)
        found = found_in(index, database, shard)
        records = _records(log, shard)
        return Past(
            records=[raw for _, raw in records],
            offsets=[offset for offset, _ in records],
            lost_records=None,
            operations=[op for op in told.operations if op.shard == shard],
            index=found,
            rebuilt_the_same=bool(stuck) or _made_again(replace(part, dsn=again), shard) == found,
            broken=stuck,
            shard=shard,
        )


def _made_again(part: Part, shard: int) -> IndexFound:
    with opened(part) as (log, index, database):
        parts.runner_of(part, log, index).catch_up(shard)
        return found_in(index, database, shard)


def _stuck(runner: Runner, log: KafkaLog, index: PostgresIndex, shard: int) -> list[str]:
    """Come to the end, and tell if that cannot be.

    Nonsense that nobody had passed over is passed over here.
    """
    while True:
        try:
            runner.catch_up(shard)
        except HaltedError as halted:
            try:
                pass_over(log, index, shard)
            except ValueError:  # it is not nonsense it halts at
                return [f"4: the shard stands still: {halted}"]
        except UnavailableError as error:
            return [f"4: the index does not come to the end of the log: {error}"]
        else:
            return []


def _records(log: Log, shard: int) -> list[tuple[int, bytes]]:
    records: list[tuple[int, bytes]] = []
    while found := log.read(shard, records[-1][0] + 1 if records else 0, READ_LIMIT):
        records += found
    return records


def found_in(index: PostgresIndex, database: Database, shard: int) -> IndexFound:
    """All that the index holds of a shard, in plain values."""
    meta = index.meta(shard)
    shard_of = Named().shard_of
    return IndexFound(
        next_offset=meta.next_offset,
        nid=meta.nid,
        last_hash=meta.last_hash.rpartition(" ")[2],
        tree=Checkpoint(meta.tree.size, meta.tree.root.hex()),
        events=list(_events(index, shard)),
        heads={
            stream: (version, digest)
            for stream, version, digest in _all(database, HEADS, shard)
            if shard_of(stream) == shard
        },
        verdicts={str(row[0]): _verdict(row) for row in _all(database, VERDICTS, shard)},
        commands={
            (stream, str(command)): str(commit)
            for stream, command, commit in _all(database, COMMANDS, shard)
            if shard_of(stream) == shard
        },
        tracking={
            (application, upstream): reached
            for application, upstream, reached in _all(database, TRACKING, shard)
        },
        totals={
            row.stream: (row.amount, row.count)
            for row in PostgresRows(database).find(Totals.table)
            if shard_of(row.stream) == shard
        },
    )


def _events(index: PostgresIndex, shard: int) -> Iterator[EventRow]:
    after = 0
    while entries := index.entries(shard, after, PAGE):
        yield from map(event_row, entries)
        after = entries[-1].nid


def _verdict(row: tuple[Any, ...]) -> VerdictRow:
    _, stands, reason, offset, first, last, command_id, mac, digest = row
    return (stands, reason, offset, first, last, str(command_id), mac, digest)


def _all(database: Database, statement: LiteralString, shard: int) -> list[tuple[Any, ...]]:
    return database.read(
        lambda connection: connection.execute(statement, {"shard": shard}).fetchall()
    )


@contextmanager
def opened(part: Part) -> Iterator[tuple[KafkaLog, PostgresIndex, Database]]:
    """The log, the index and its database, closed at the end."""
    log, index, database = parts.opened(part)
    try:
        yield log, index, database
    finally:
        index.close()
        log.close()
        database.close()


def gaps(operations: Sequence[Operation]) -> list[tuple[int, int]]:
    """The times between two successes of a shard, as nanoseconds from and to."""
    told: dict[int, list[int]] = {}
    for op in operations:
        if op.outcome == "ok" and op.done_at:
            told.setdefault(op.shard, []).append(op.done_at)
    return [gap for times in told.values() for gap in pairwise(sorted(times))]


def longest(among: Sequence[tuple[int, int]]) -> float:
    """The longest of these times, in seconds."""
    return round(max((until - since for since, until in among), default=0) / NS, 1)
