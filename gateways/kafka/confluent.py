"""Sends and reads with confluent-kafka, where it is installed: faster, and the same bytes."""

# Its settings are librdkafka's and have other names than kafka-python's, so they are told
# here once more; the contract suite holds both to the same promises.

import json
from collections import Counter
from contextlib import suppress
from importlib.util import find_spec
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from engine.ports import OutcomeUnknownError, UnavailableError
from gateways.kafka.access import (
    BATCH_BYTES,
    CLIENT_ID,
    DELIVERY_MS,
    FETCH_BYTES,
    FETCH_WAIT_MS,
    REQUEST_BYTES,
    REQUEST_MS,
    RETRY_MS,
    Access,
)
from gateways.kafka.clients import FetchError, OutOfRangeError, Records
from gateways.kafka.failures import TopicError
from gateways.kafka.sending import headers_of, key_of, too_large

if TYPE_CHECKING:  # it is an extra, and need not be there
    from confluent_kafka import KafkaError, Message

Conf = dict[str, str | int | bool]

STATISTICS_MS: Final = 250
SERVE_SECONDS: Final = 0.1
WAIT_SECONDS: Final = DELIVERY_MS / 1000 + 1.0


def refuse_missing() -> None:
    """Raise TopicError, with what helps, where the library is not installed."""
    if find_spec("confluent_kafka") is None:
        raise TopicError(
            "confluent-kafka is not installed: install the extra 'confluent', or leave "
            "KRAVSPOR_KAFKA_CLIENT as it is"
        )


class ConfluentSender:
    """A producer of confluent-kafka, served by a thread of its own."""

    def __init__(self, access: Access) -> None:
        import confluent_kafka  # noqa: PLC0415 - an extra

        self._access = access
        self._broken = Counter[str]()
        self._statistics: object = None
        self._producer = confluent_kafka.Producer({
            **_reached(access),
            "acks": "all",
            "enable.idempotence": True,
            "max.in.flight.requests.per.connection": 5,
            "linger.ms": 0,
            "batch.size": BATCH_BYTES,
            "message.max.bytes": REQUEST_BYTES,
            "compression.type": "lz4",
            "request.timeout.ms": REQUEST_MS,
            "delivery.timeout.ms": DELIVERY_MS,
            "retry.backoff.ms": RETRY_MS,
            "statistics.interval.ms": STATISTICS_MS,
            "stats_cb": self._learn,
            "error_cb": self._break,
        })  # fmt: skip
        self._stopped = Event()
        self._serving = Thread(target=self._serve, daemon=True)
        self._serving.start()

    def send(self, shard: int, record: bytes) -> int:
        """Send the record and wait for its offset."""
        sending = _Sending()
        try:
            self._producer.produce(
                self._access.topic,
                record,
                key_of(shard),
                shard,
                on_delivery=sending.told,
                headers=[(name, value) for name, value in headers_of(record)],
            )
        except Exception as error:
            if _is(error, "MSG_SIZE_TOO_LARGE"):
                raise too_large(self._access, record) from error
            raise UnavailableError(
                f"Kafka at {self._access.named} cannot be sent to ({error}). Nothing has been "
                "written; try again."
            ) from error
        return sending.offset(self._access, record)

    def way(self, shard: int) -> object:
        """The leader and the connection, as the library told a quarter of a second ago at most."""
        del shard
        return self._broken.total(), self._statistics

    def close(self) -> None:
        """End it; what is under way is given up."""
        self._stopped.set()
        with suppress(Exception):
            self._producer.purge()
        self._serving.join(1.0)

    def _serve(self) -> None:
        while not self._stopped.is_set():
            self._producer.poll(SERVE_SECONDS)

    def _break(self, error: "KafkaError") -> None:
        self._broken[error.name()] += 1

    def _learn(self, told: str) -> None:
        found = json.loads(told)
        topic = found["topics"].get(self._access.topic, {"partitions": {}})
        leaders = tuple(
            (number, each["leader"], each.get("leader_epoch"))
            for number, each in sorted(topic["partitions"].items())
        )
        ways = tuple(
            (name, each["connects"], each["disconnects"])
            for name, each in sorted(found["brokers"].items())
            if each["nodeid"] >= 0
        )
        self._statistics = (leaders, ways)


class _Sending:
    """A record on its way."""

    def __init__(self) -> None:
        self._done = Event()
        self._error: KafkaError | None = None
        self._offset = -1

    def told(self, error: "KafkaError | None", message: "Message") -> None:
        """What became of it."""
        self._error = error
        self._offset = -1 if error else int(message.offset() or 0)
        self._done.set()

    def offset(self, access: Access, record: bytes) -> int:
        """Wait for what became of it."""
        told = self._done.wait(WAIT_SECONDS)
        error = self._error
        if error is not None and error.name() == "MSG_SIZE_TOO_LARGE":
            raise too_large(access, record)
        if not told or error is not None:
            why = error.str() if error is not None else "no answer"
            raise OutcomeUnknownError(
                f"Kafka at {access.named} did not tell in time whether it took the record "
                f"({why}): it may be in the log, or come later."
            )
        return self._offset


class ConfluentFetcher:
    """A consumer of confluent-kafka for one shard."""

    def __init__(self, access: Access, shard: int) -> None:
        import confluent_kafka  # noqa: PLC0415 - an extra

        self._place = confluent_kafka.TopicPartition
        self._topic, self._shard = access.topic, shard
        self._consumer = confluent_kafka.Consumer({
            **_reached(access),
            "group.id": CLIENT_ID,  # it wants one; nothing is ever committed to it
            "enable.auto.commit": False,
            "auto.offset.reset": "error",
            "isolation.level": "read_uncommitted",
            "check.crcs": True,
            "fetch.wait.max.ms": FETCH_WAIT_MS,
            "max.partition.fetch.bytes": FETCH_BYTES,
            "fetch.max.bytes": 8 * FETCH_BYTES,
            "queued.max.messages.kbytes": 8 * FETCH_BYTES // 1024,
            "enable.partition.eof": False,
        })  # fmt: skip
        self._next = -1

    def fetch(self, start: int, limit: int, wait_ms: int) -> Records:
        """What there is from `start` on."""
        if start != self._next:
            self._consumer.assign([self._place(self._topic, self._shard, start)])
            self._next = start
        found = self._consumer.consume(limit, wait_ms / 1000)
        records: list[tuple[int, bytes]] = []
        for message in found:
            if (error := message.error()) is not None:
                if records:
                    break  # what came before it is good, and the next call meets it again
                self._next = -1
                raise _failure(error)
            records.append((int(message.offset() or 0), bytes(message.value() or b"")))
        if records:
            self._next = records[-1][0] + 1
        return records

    def close(self) -> None:
        """End it."""
        with suppress(Exception):
            self._consumer.close()


def _failure(error: "KafkaError") -> FetchError:
    if error.name() in {"_AUTO_OFFSET_RESET", "OFFSET_OUT_OF_RANGE"}:
        return OutOfRangeError(error.str())
    return FetchError(error.str())


def _is(error: Exception, name: str) -> bool:
    told = error.args[0] if error.args else None
    return bool(getattr(told, "name", str)() == name)


def _reached(access: Access) -> Conf:
    """What every client is told."""
    door: dict[str, str | None] = {
        "sasl.mechanisms": access.sasl_mechanism,
        "sasl.username": access.sasl_username,
        "sasl.password": access.sasl_password,
        "ssl.ca.location": access.ca_file,
        "ssl.certificate.location": access.cert_file,
        "ssl.key.location": access.key_file,
        "ssl.key.password": access.key_password,
    }
    return {
        "bootstrap.servers": ",".join(access.servers),
        "client.id": access.client_id,
        "security.protocol": access.security_protocol,
        "ssl.endpoint.identification.algorithm": "https" if access.check_hostname else "none",
        "allow.auto.create.topics": False,
        "topic.metadata.refresh.interval.ms": 60_000,
        "reconnect.backoff.max.ms": 1_000,
        "log_level": 0,
        **{name: value for name, value in door.items() if value is not None},
    }
