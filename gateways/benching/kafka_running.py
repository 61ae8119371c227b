"""The benches with the log in Kafka: beside the library, and beside the bare clients."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, sleep, time
from typing import Final

from gateways.benching import on_kafka, rebuilding, theirs
from gateways.benching.row import Row, row
from gateways.benching.running import Ground, in_turns
from gateways.benching.timing import Timing, kept, timed
from gateways.kafka.access import Access
from gateways.kafka.broker.cluster import Cluster
from gateways.kafka.log import KafkaLog
from gateways.kafka.topic import create
from gateways.postgres.spreading import processors

WRITERS: Final = (1, 8, 64)
TIMES: Final = {"kafka-python": 6, "confluent-kafka": 8}  # the library's rate, at 64 writers
BARE_TIMES: Final = 3  # a decided append with one writer, and a bare acknowledged send
REBUILD_LEAST: Final = 40_000
TOGETHER_SECONDS: Final = 4.0  # until both processes have begun


@dataclass(slots=True)
class Topics:
    """Topics on a broker of the bench's own, made one after another."""

    servers: tuple[str, ...]
    made: int = 0

    def topic(self, *, partitions: int = 1, faster: bool = False) -> Access:
        """A new, empty topic with one copy, which is flushed with every record."""
        self.made += 1
        name = f"bench-{self.made}"
        access = Access(servers=self.servers, topic=name, partitions=partitions)
        create(access, development=True)
        return replace(access, faster_client=faster)


@dataclass(frozen=True, slots=True)
class Share:
    """What one of several processes does: how many writers, for how long, and from when."""

    writers: int
    seconds: float
    begins: float


@contextmanager
def topics(place: Ground, jars_home: Path) -> Iterator[Topics]:
    """A broker in the folder of the bench; it goes with it.

    Raises BrokerError when there can be none.
    """
    cluster = Cluster.up(place.folder / "kafka", jars_home)
    try:
        yield Topics(tuple(cluster.bootstrap.split(",")))
    finally:
        for node in cluster.nodes:
            node.kill()


def append(place: Ground, made: Topics) -> Iterator[Row]:
    """Decided appends with 1, 8 and 64 writers by either client, and bare acknowledged sends."""
    seconds = place.sizes.seconds / 3
    both = {"kafka-python": False, "confluent-kafka": True}
    with theirs.opened(place.database()) as library:
        for client, faster in both.items():
            with (
                on_kafka.opened(made.topic(faster=faster), place.database()) as journal,
                on_kafka.sending(made.topic(faster=faster)) as bare,
            ):
                for writers in place.sizes.writers:
                    place.told(f"appending with {writers} writers by {client}")
                    timings = in_turns(
                        partial(kept, partial(timed, writers, seconds, journal.appending)),
                        partial(timed, writers, seconds, theirs.appending(library)),
                        partial(timed, writers, seconds, bare),
                    )
                    yield from _append_rows(client, writers, *timings)


def rebuild(place: Ground, made: Topics) -> Iterator[Row]:
    """The index, balance and timeline made again from the topic, and reading it alone."""
    access = made.topic()
    place.told(f"writing a topic of {place.sizes.events} events")
    count, records = on_kafka.seed(access, place.sizes.events)
    for client, chosen in (("kafka-python", access), ("confluent-kafka", on_kafka.faster(access))):
        place.told(f"rebuilding from the topic by {client}")
        took = rebuilding.alone(rebuild_on_kafka, chosen, place.database())
        bare = on_kafka.reading_seconds(chosen, records)
        yield row(
            f"rebuild from Kafka, {count} events, {client}",
            "events/s",
            count / took.seconds,
            None,
            count / bare,
            least=REBUILD_LEAST,
        )
        yield row(f"memory to rebuild from Kafka, {client}", "MiB", took.memory_mib)


def shards(place: Ground, made: Topics) -> Iterator[Row]:
    """One shard with one worker, and two shards with a worker each, in processes of their own."""
    writers = place.sizes.writers[-1]
    rates: list[float] = []
    for workers in (1, 2):
        place.told(f"appending to {workers} shard(s)")
        access, dsn = made.topic(partitions=2), place.database()
        with on_kafka.opened(access, dsn):
            pass  # the tables are made before the workers come
        begins = time() + TOGETHER_SECONDS
        share = Share(writers // workers, place.sizes.seconds, begins)
        work = partial(_work, access, dsn, share)
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            rates.append(sum(pool.map(work, range(workers))))
    yield row(f"append, 1 shard and worker, {writers} writers", "events/s", rates[0])
    yield row(f"append, 2 shards and workers, {writers} writers", "events/s", rates[1])


KAFKA_BENCHES: Final[dict[str, Callable[[Ground, Topics], Iterator[Row]]]] = {
    "append": append,
    "rebuild": rebuild,
    "shards": shards,
}


def rebuild_on_kafka(access: Access, dsn: str) -> rebuilding.Rebuilt:
    """Make the index and the read models from the topic, of which an empty database knows nothing.

    Raises LookupError when a read model could not take an event.
    """
    apart = rebuilding.apart(dsn, partial(KafkaLog.open, access))
    begun = perf_counter()
    with on_kafka.opened(access, dsn, apart=apart):
        seconds = perf_counter() - begun
    memory = rebuilding.peak_mib(processors())
    return rebuilding.sound(dsn, 0, rebuilding.Rebuilt(seconds, memory))


def _work(access: Access, dsn: str, share: Share, shard: int) -> float:
    with on_kafka.opened(access, dsn, shard=shard) as journal:
        sleep(max(share.begins - time(), 0))
        return kept(partial(timed, share.writers, share.seconds, journal.appending)).per_second


def _append_rows(
    client: str, writers: int, mine: Timing, others: Timing, bare: Timing
) -> Iterator[Row]:
    who = f"append by {client}, {writers} writer{'s' * (writers > 1)}"
    rates = mine.per_second, others.per_second, bare.per_second
    yield row(who, "events/s", *rates, times=TIMES[client] if writers == WRITERS[-1] else None)
    middle = mine.p50_ms, others.p50_ms, bare.p50_ms
    within, times = (BARE_TIMES, None) if writers == 1 else (None, 1)
    yield row(f"{who}, p50", "ms", *middle, better="less", within=within, times=times)
    yield row(f"{who}, p99", "ms", mine.p99_ms, others.p99_ms, bare.p99_ms, better="less")
