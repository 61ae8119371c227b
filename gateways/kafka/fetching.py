"""Reads records with kafka-python: assigned and sought, in no group, every checksum held."""

from contextlib import suppress

from gateways.kafka.access import Access
from gateways.kafka.clients import FetchError, OutOfRangeError, Records
from gateways.kafka.library import (
    KafkaError,
    OffsetOutOfRangeError,
    TopicPartition,
    consumer,
)


class PythonFetcher:
    """A consumer of kafka-python for one shard."""

    def __init__(self, access: Access, shard: int) -> None:
        self._place = TopicPartition(access.topic, shard)
        try:
            self._consumer = consumer(access.reading())
        except (KafkaError, OSError) as error:
            raise FetchError(f"{type(error).__name__}: {error}") from error
        self._consumer.assign([self._place])
        self._next = -1

    def fetch(self, start: int, limit: int, wait_ms: int) -> Records:
        """What there is from `start` on."""
        try:
            if start != self._next:
                self._consumer.seek(self._place, start)
                self._next = start
            found = self._consumer.poll(timeout_ms=wait_ms, max_records=limit)
        except OffsetOutOfRangeError as error:
            raise OutOfRangeError(str(error)) from error
        except (KafkaError, OSError) as error:
            raise FetchError(f"{type(error).__name__}: {error}") from error
        records = [(record.offset, record.value) for record in found.get(self._place, ())]
        if records:
            self._next = records[-1][0] + 1
        return records

    def close(self) -> None:
        """End it."""
        with suppress(KafkaError, OSError):
            self._consumer.close(autocommit=False, timeout_ms=500)
