"""Sends records with kafka-python: acknowledged by all that must have them, or in doubt."""

import time
from contextlib import suppress
from typing import Final, NoReturn

from engine.journal.commit import FMT
from engine.ports import OutcomeUnknownError
from gateways.kafka.access import DELIVERY_MS, RETRY_MS, Access
from gateways.kafka.failures import CHECK, TopicError, told_plainly, unreachable
from gateways.kafka.library import (
    AuthorizationError,
    KafkaError,
    NotEnoughReplicasError,
    TooLargeError,
    TopicPartition,
    connection_of,
    discard,
    producer,
)

WAIT_SECONDS: Final = DELIVERY_MS / 1000 + 1.0  # the library gives up a little later than told


class PythonSender:
    """A producer of kafka-python."""

    def __init__(self, access: Access) -> None:
        self._access = access
        with told_plainly(access):
            self._producer = producer(access.writing())

    def send(self, shard: int, record: bytes) -> int:
        """Send the record and wait for its offset."""
        access = self._access
        begun = time.monotonic()
        try:
            sending = self._producer.send(
                access.topic,
                record,
                key=key_of(shard),
                headers=headers_of(record),
                partition=shard,
            )
        except TooLargeError as error:
            raise too_large(access, record) from error
        except (KafkaError, ValueError, AssertionError) as error:
            raise unreachable(access, error) from error  # it did not so much as gather it
        try:
            return sending.get(timeout=WAIT_SECONDS).offset
        except KafkaError as error:
            # Only the answer to a first attempt tells that nothing is there: an attempt
            # before it may have come through. A second one waits this long at least.
            first = time.monotonic() - begun < RETRY_MS / 1000
            _raise(access, error, record, first=first)

    def way(self, shard: int) -> object:
        """The topic, its leader and the connection, as the producer has them now."""
        return connection_of(self._producer, TopicPartition(self._access.topic, shard))

    def close(self) -> None:
        """End it; nothing more is sent, not even what is under way."""
        with suppress(KafkaError, OSError):
            discard(self._producer)


def key_of(shard: int) -> bytes:
    """The key every record of a shard has; the partition is chosen by us, never by it."""
    return b"%d" % shard


def headers_of(record: bytes) -> list[tuple[str, bytes]]:
    """What a record tells of itself to whoever looks; the value alone is trusted."""
    return [("fmt", b"%d" % FMT), ("count", b"%d" % (record.count(b"\n") + 1))]


def too_large(access: Access, record: bytes) -> TopicError:
    """The topic or the broker takes no record of that size."""
    return TopicError(
        f"the topic {access.topic} does not take a record of {len(record)} bytes: raise its "
        f"max.message.bytes to 4194304. Nothing has been written; {CHECK}."
    )


def _raise(access: Access, error: BaseException, record: bytes, *, first: bool) -> NoReturn:
    if isinstance(error, TooLargeError):
        raise too_large(access, record) from error
    if first and isinstance(error, AuthorizationError):
        raise unreachable(access, error) from error
    if isinstance(error, NotEnoughReplicasError):
        raise OutcomeUnknownError(
            f"too few brokers hold the topic {access.topic} for a record to be safe: bring the "
            "others back. The record may be in the log, or come later."
        ) from error
    raise OutcomeUnknownError(
        f"Kafka at {access.named} did not tell in time whether it took the record "
        f"({type(error).__name__}): it may be in the log, or come later."
    ) from error
