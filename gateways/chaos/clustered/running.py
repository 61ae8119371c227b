"""A run on a real cluster, and its history held against the invariants by the same checker."""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, LiteralString
from uuid import uuid4

from engine.ports import HaltedError
from gateways.chaos.checker import violations
from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.part import SHARD, Part
from gateways.chaos.clustered.striking import WORKERS, WRITERS, Crew, Nemesis, pass_over
from gateways.chaos.counting import Totals
from gateways.chaos.history import (
    Checkpoint,
    EventRow,
    IndexFound,
    Operation,
    Past,
    VerdictRow,
)
from gateways.chaos.mutants import ruled_by
from gateways.chaos.seeded import Draw
from gateways.kafka.broker.cluster import Cluster
from gateways.kafka.log import KafkaLog
from gateways.kafka.topic import create
from gateways.postgres.database import Database
from gateways.postgres.index import PostgresIndex
from gateways.postgres.reading import PostgresRows
from gateways.postgres.server import Server
from projections.judging import READ_LIMIT
from projections.runner import Runner

VERDICTS: Final = """SELECT commit_id, stands, reason, log_offset, first_nid, last_nid, command_id,
    command_mac, hash FROM kravspor_index.commit_verdict"""
CALM_SECONDS: Final = 3.0
REST_SECONDS: Final = 10.0
NODES: Final = 3
PAGE: Final = 5_000
NS: Final = 1_000_000_000

Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRun:
    """What a run came to. `stall_seconds` is the longest time in which nobody was told ok."""

    seed: int
    mutant: str
    seconds: float
    records: int
    events: int
    outcomes: dict[str, int]
    faults: dict[str, int]
    stall_seconds: float
    unresolved: int
    violations: list[str]


def run(
    folders: tuple[Path, Path], *, minutes: float, seed: int, mutant: str, tick: Tick
) -> ClusterRun:
    """Three brokers, two workers and four writers, struck for so long, and then looked at.

    `folders` are the run's own, which is emptied first, and that of Kafka's jars.
    Raises BrokerError, or NotInstalledError when Java or Maven is missing.
    """
    folder, jars = folders
    shutil.rmtree(folder, ignore_errors=True)
    told = folder / "told"
    told.mkdir(parents=True)
    cluster = Cluster.up(folder / "kafka", jars, nodes=NODES)
    try:
        with Server.start(folder / "pg") as server:
            part = Part(
                servers=cluster.bootstrap,
                topic=f"chaos-{uuid4()}",
                dsn=server.ensure_database("chaos"),
                name="run",
                seed=seed,
                told="",
                mutant=mutant,
            )
            create(part.access)
            crew = Crew(part, told)
            try:
                return _struck(part, crew, (cluster, server), minutes * 60, tick)
            finally:
                crew.kill_all()
    finally:
        for node in cluster.nodes:
            node.kill()


def _struck(
    part: Part, crew: Crew, far: tuple[Cluster, Server], seconds: float, tick: Tick
) -> ClusterRun:
    cluster, server = far
    _begin(part, crew)
    nemesis = Nemesis(part, crew, cluster, server)
    begun = time.monotonic()
    number = 0
    while (gone := time.monotonic() - begun) < seconds:
        time.sleep(min(REST_SECONDS / 4, max(0.0, seconds - gone)))
        number += 1
        nemesis.strike(Draw(part.seed, number))
        tick(min(int(time.monotonic() - begun), int(seconds)))
    nemesis.heal()
    time.sleep(CALM_SECONDS)
    unresolved = crew.end("writer")
    crew.end("worker")
    again = server.ensure_database("chaos_again")
    past = _past(part, crew, again, unresolved)
    operations = past.operations
    return ClusterRun(
        seed=part.seed,
        mutant=part.mutant,
        seconds=round(time.monotonic() - begun, 1),
        records=len(past.records),
        events=len(past.index.events),
        outcomes=dict(Counter(op.outcome for op in operations).most_common()),
        faults=dict(nemesis.struck.most_common()),
        stall_seconds=_longest_stall(operations),
        unresolved=unresolved,
        violations=violations(past),
    )


def _begin(part: Part, crew: Crew) -> None:
    """The index is made before anybody works on it, and the workers before the writers."""
    with _opened(part):
        pass
    for place in range(WORKERS):
        crew.start("worker", place)
    for place in range(WRITERS):
        crew.start("writer", place)


def _past(part: Part, crew: Crew, again: str, unresolved: int) -> Past:
    """The topic, the index beside it, the index made again from it, and who was told what."""
    with _opened(part) as (log, index, database), ruled_by(part.broken.rule):
        _caught_up(parts.runner_of(part, log, index), log, index)
        found = found_in(index, database)
        records = _records(log)
        return Past(
            records=[raw for _, raw in records],
            offsets=[offset for offset, _ in records],
            lost_records=None,
            operations=list(parts.read(crew.folder)),
            index=found,
            rebuilt_the_same=_made_again(replace(part, dsn=again)) == found,
            unresolved=unresolved,
        )


def _made_again(part: Part) -> IndexFound:
    with _opened(part) as (log, index, database):
        parts.runner_of(part, log, index).catch_up(SHARD)
        return found_in(index, database)


def _caught_up(runner: Runner, log: KafkaLog, index: PostgresIndex) -> None:
    """Come to the end; nonsense that nobody had passed over is passed over here."""
    while True:
        try:
            runner.catch_up(SHARD)
        except HaltedError:
            pass_over(log, index)
        else:
            return


def _records(log: KafkaLog) -> list[tuple[int, bytes]]:
    records: list[tuple[int, bytes]] = []
    while found := log.read(SHARD, records[-1][0] + 1 if records else 0, READ_LIMIT):
        records += found
    return records


def found_in(index: PostgresIndex, database: Database) -> IndexFound:
    """All that the index holds, in plain values."""
    meta = index.meta(SHARD)
    return IndexFound(
        next_offset=meta.next_offset,
        nid=meta.nid,
        last_hash=meta.last_hash.rpartition(" ")[2],
        tree=Checkpoint(meta.tree.size, meta.tree.root.hex()),
        events=list(_events(index)),
        heads={
            stream: (version, digest)
            for stream, version, digest in _all(
                database, "SELECT stream, version, hash FROM kravspor_index.head"
            )
        },
        verdicts={str(row[0]): _verdict(row) for row in _all(database, VERDICTS)},
        commands={
            (stream, str(command)): str(commit)
            for stream, command, commit in _all(
                database, "SELECT stream, command_id, commit_id FROM kravspor_index.command"
            )
        },
        tracking={},
        totals={
            row.stream: (row.amount, row.count)
            for row in PostgresRows(database).find(Totals.table)
        },
    )


def _events(index: PostgresIndex) -> Iterator[EventRow]:
    after = 0
    while entries := index.entries(SHARD, after, PAGE):
        for entry in entries:
            yield (
                entry.nid,
                entry.stream,
                entry.version,
                str(entry.event_id),
                entry.type,
                entry.schema,
                entry.data,
                str(entry.commit_id),
                str(entry.command_id),
                entry.offset,
            )
        after = entries[-1].nid


def _verdict(row: tuple[Any, ...]) -> VerdictRow:
    _, stands, reason, offset, first, last, command_id, mac, digest = row
    return (stands, reason, offset, first, last, str(command_id), mac, digest)


def _all(database: Database, statement: LiteralString) -> list[tuple[Any, ...]]:
    return database.read(lambda connection: connection.execute(statement).fetchall())


@contextmanager
def _opened(part: Part) -> Iterator[tuple[KafkaLog, PostgresIndex, Database]]:
    log, index, database = parts.opened(part)
    try:
        yield log, index, database
    finally:
        index.close()
        log.close()
        database.close()


def _longest_stall(operations: Sequence[Operation]) -> float:
    """The longest time between two successes, in seconds."""
    told = sorted(op.done_at for op in operations if op.outcome == "ok" and op.done_at)
    gaps = (later - earlier for earlier, later in pairwise(told))
    return round(max(gaps, default=0) / NS, 1)
