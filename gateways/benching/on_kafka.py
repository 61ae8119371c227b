"""Our side with its log in Kafka, and the bare producer and consumer as its ceiling."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter
from typing import Final

from engine.journal.store import EventStore
from engine.vault import Vault
from events import registry
from gateways.benching import course
from gateways.benching.ours import LINES_A_RECORD, LIVE, HeadKeeper, Ours
from gateways.ids import SystemIds
from gateways.kafka.access import Access
from gateways.kafka.confluent import ConfluentFetcher, ConfluentSender
from gateways.kafka.fetching import PythonFetcher
from gateways.kafka.library import Sending, producer
from gateways.kafka.log import KafkaLog
from gateways.kafka.sending import PythonSender, headers_of, key_of
from gateways.memory.keys import MemoryKeys
from gateways.postgres.database import open_journal
from gateways.postgres.index import PostgresIndex
from gateways.postgres.reading import PostgresRows
from projections.runner import ALONE, Apart, Runner

FETCHED_AT_ONCE: Final = 2_000
SENT_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class InShard:
    """Every stream in one shard."""

    shard: int

    def shard_of(self, stream: str) -> int:
        """That shard, for any stream."""
        del stream
        return self.shard


@contextmanager
def opened(access: Access, dsn: str, *, shard: int = 0, apart: Apart = ALONE) -> Iterator[Ours]:
    """The journal on that topic and database, with balance and timeline."""
    vault = Vault(MemoryKeys())
    log, database = KafkaLog.open(access), open_journal(dsn, ())
    index = PostgresIndex(database, log.identity())
    try:
        runner = Runner(log, index, LIVE, registry.decode)
        runner.start([shard], apart=apart)
        writer = HeadKeeper(runner)
        store = EventStore(index, writer, vault, SystemIds(), registry.decode, InShard(shard))
        yield Ours(store, writer, runner, PostgresRows(database), LIVE, course.new_cases())
    finally:
        index.close()
        database.close()
        log.close()


@contextmanager
def sending(access: Access) -> Iterator[Callable[[int], Callable[[], None]]]:
    """A piece of work: one line sent by the bare client, and acknowledged."""
    line, _ = next(course.lines(course.LENGTH))
    sender = (ConfluentSender if access.faster_client else PythonSender)(access)

    def send() -> None:
        sender.send(0, line)

    try:
        yield lambda _worker: send
    finally:
        sender.close()


def seed(access: Access, events_count: int) -> tuple[int, int]:
    """Fill an empty topic with about that many events; how many, in how many records."""
    told = course.lines(events_count)
    records = events = 0
    bulk = producer({**access.writing(), "linger_ms": 5})
    under_way: list[Sending] = []
    while taken := list(islice(told, LINES_A_RECORD)):
        record = b"\n".join(line for line, _ in taken)
        headers = headers_of(record)
        under_way.append(bulk.send(access.topic, record, key_of(0), headers, partition=0))
        records, events = records + 1, events + sum(length for _, length in taken)
        if len(under_way) == SENT_AT_ONCE:
            _settle(under_way)
    _settle(under_way)
    bulk.close(timeout=1)
    return events, records


def reading_seconds(access: Access, records: int) -> float:
    """How long the bare client takes to read that many records from the first on."""
    fetcher = (ConfluentFetcher if access.faster_client else PythonFetcher)(access, 0)
    try:
        begun, at = perf_counter(), 0
        while at < records:
            found = fetcher.fetch(at, min(FETCHED_AT_ONCE, records - at), 1_000)
            at = found[-1][0] + 1 if found else at
        return perf_counter() - begun
    finally:
        fetcher.close()


def faster(access: Access) -> Access:
    """The same topic by the faster client."""
    return replace(access, faster_client=True)


def _settle(under_way: list[Sending]) -> None:
    while under_way:
        under_way.pop(0).get(timeout=30)
