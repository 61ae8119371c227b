"""The log in Kafka: a topic whose partitions are the shards, and whose id is its identity."""

import time
from importlib.util import find_spec
from threading import RLock
from typing import Final, Self

from engine.ports import OutcomeUnknownError, UnavailableError
from gateways.kafka.access import Access
from gateways.kafka.asking import Asking
from gateways.kafka.clients import Fetcher, Records, Sender
from gateways.kafka.confluent import ConfluentFetcher, ConfluentSender, refuse_missing
from gateways.kafka.failures import TopicError, unreachable
from gateways.kafka.fetching import PythonFetcher
from gateways.kafka.library import EARLIEST, LATEST
from gateways.kafka.reading import Reading
from gateways.kafka.sending import PythonSender
from gateways.kafka.topic import described_by, identity_of, inspect, offsets, refuse_unfit

LOOKS_LEAST: Final = 5  # however late they come, on a machine that stood still in between
LOOK_SECONDS: Final = 0.5
UNREAD: Final = 64  # records of our own, after which nobody seems to read


class KafkaLog:
    """The port of the log over one topic; threads may share it.

    A producer that failed is never used again: what it still had under way may come, and
    what comes twice is decided once.
    """

    def __init__(self, access: Access, in_sync_least: int) -> None:
        self._access = access
        self._in_sync_least = in_sync_least
        self._asking = Asking(access)
        self._lock = RLock()
        self._sender: Sender | None = None
        self._ways: dict[int, tuple[int, object]] = {}
        self._readings: dict[int, Reading] = {}
        self._acknowledged: dict[int, int] = {}
        self._unread: dict[int, int] = {}
        self._lacking: dict[int, int] = {}

    @classmethod
    def open(cls, access: Access) -> Self:
        """The log of a topic that is fit to hold one.

        Raises TopicError when it is not, with what helps; UnavailableError without a cluster.
        """
        _refuse_slow_checksums()
        if access.faster_client:
            refuse_missing()
        state = inspect(access)
        refuse_unfit(state, access.partitions)
        return cls(access, state.in_sync_least)

    def identity(self) -> str:
        """The id the topic was born with; a topic made anew under its name has another."""
        return self._asking.ask(lambda admin: identity_of(described_by(self._access, admin)))

    def append(self, shard: int, record: bytes) -> int:
        """Write `record` last and return its offset; all copies that must have it have it.

        Raises UnavailableError when it is not there and will not come; OutcomeUnknownError
        when it may be there, or come later.
        """
        sender = self._opened(shard)
        try:
            offset = sender.send(shard, record)
        except (OutcomeUnknownError, UnavailableError):
            self._drop(sender)
            raise
        if offset < 0:
            raise OutcomeUnknownError("the record is in the log, and nobody told where")
        self._acknowledged[shard] = max(offset, self._acknowledged.get(shard, -1))
        self._let_rest(shard)
        return offset

    def epoch(self, shard: int) -> int:
        """A number that moves with every other leader of the shard, or connection to it.

        A reader that was made anew counts as much as a producer's way: either may have come
        to a log that has lost something.
        """
        with self._lock:
            sender, reading = self._sender, self._readings.get(shard)
            way = (
                sender,
                sender.way(shard) if sender else None,
                max(reading.made - 1, 0) if reading else 0,
            )
            number, before = self._ways.get(shard, (0, way))
            number += way != before
            self._ways[shard] = (number, way)
            return number

    def read(self, shard: int, start: int, limit: int) -> Records:
        """The records from `start` on, as many as there are, at most `limit`."""
        self._unread[shard] = 0
        stop = min(self.end(shard), start + limit)
        return self._reading(shard).read(start, stop) if start < stop else ()

    def end(self, shard: int) -> int:
        """The offset the next record will get.

        A leader that was deposed may tell less than it acknowledged to us, for a moment.
        """
        acknowledged, end = self._acknowledged.get(shard, -1), self._offset(shard, LATEST)
        if end >= self._lacking.get(shard, end):
            self._lacking.pop(shard, None)
        if end > acknowledged:
            return end
        if self.lacks(shard, acknowledged + 1):
            self._acknowledged.pop(shard, None)  # it is gone, and whoever reads will see it
        return self._offset(shard, LATEST)

    def lacks(self, shard: int, offset: int) -> bool:
        """Whether the log ends before `offset`, asked until no failover can be the reason.

        Each time another connection asks, with metadata of its own, for a leader that was
        deposed unawares tells less than there is to whoever still takes it for the leader.
        Once it is known, one question is enough.
        """
        given_up = time.monotonic() + self._access.failover_seconds
        looks = 0
        while self._ends_before(shard, offset):
            looks += 1
            known = offset >= self._lacking.get(shard, offset + 1)
            if known or (looks >= LOOKS_LEAST and time.monotonic() > given_up):
                self._lacking[shard] = offset
                return True
            time.sleep(LOOK_SECONDS)
        self._lacking.pop(shard, None)
        return False

    def close(self) -> None:
        """End all clients."""
        with self._lock:
            sender, self._sender = self._sender, None
            readings, self._readings = list(self._readings.values()), {}
        if sender is not None:
            sender.close()
        for reading in readings:
            reading.close()
        self._asking.close()

    def _offset(self, shard: int, at: int) -> int:
        topic = self._access.topic
        return self._asking.ask(lambda admin: offsets(topic, [shard], admin, at))[shard]

    def _ends_before(self, shard: int, offset: int) -> bool:
        """Whether whoever is asked next by a new connection says so; that one is kept."""
        self._asking.close()
        return self._offset(shard, LATEST) < offset

    def _reading(self, shard: int) -> Reading:
        with self._lock:
            if shard not in self._readings:
                self._readings[shard] = Reading(
                    lambda: self._fetcher(shard),
                    lambda: self._offset(shard, EARLIEST),
                    lambda error: unreachable(self._access, error),
                )
            return self._readings[shard]

    def _fetcher(self, shard: int) -> Fetcher:
        kind = ConfluentFetcher if self._access.faster_client else PythonFetcher
        return kind(self._access, shard)

    def _let_rest(self, shard: int) -> None:
        """End a reader that only fetches what we have just written, as confluent-kafka's does."""
        self._unread[shard] = unread = self._unread.get(shard, 0) + 1
        if unread == UNREAD and self._access.faster_client and shard in self._readings:
            self._readings[shard].close()

    def _opened(self, shard: int) -> Sender:
        """A sender, made when the shard can be written to."""
        with self._lock:
            if self._sender is None:
                self._refuse_few(shard)
                kind = ConfluentSender if self._access.faster_client else PythonSender
                self._sender = kind(self._access)
            return self._sender

    def _drop(self, sender: Sender) -> None:
        with self._lock:
            if self._sender is sender:
                self._sender = None
        sender.close()

    def _refuse_few(self, shard: int) -> None:
        """Find out before anything is sent that it could not be acknowledged."""
        described = self._asking.ask(lambda admin: described_by(self._access, admin))
        states = {each["partition_index"]: each for each in described["partitions"]}
        if shard not in states:
            raise TopicError(
                f"the topic {self._access.topic} has no partition {shard}, only {len(states)}: "
                "name the right topic in KRAVSPOR_KAFKA_TOPIC"
            )
        found = len(states[shard]["isr_nodes"]) if states[shard]["leader_id"] >= 0 else 0
        if found < self._in_sync_least:
            raise UnavailableError(
                f"partition {shard} of {self._access.topic} has {found} copies in sync, and "
                f"{self._in_sync_least} are needed: bring the brokers back (`kravspor log "
                "status` tells which are there). Nothing has been written."
            )


def _refuse_slow_checksums() -> None:
    if find_spec("crc32c") is None:
        raise TopicError(
            "checksums would be counted in Python, four times slower: install "
            "kafka-python[crc32c], as the lock has it"
        )
