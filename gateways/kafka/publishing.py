"""Publishes to a topic that others read: many records at once, each acknowledged."""

from collections.abc import Sequence
from contextlib import closing, suppress
from hashlib import sha256
from typing import Final

from engine.ports import UnavailableError
from gateways.feeding.telling import Told
from gateways.kafka.access import DELIVERY_MS, Access
from gateways.kafka.asking import Asking
from gateways.kafka.failures import told_plainly, unreachable
from gateways.kafka.library import (
    KafkaError,
    Producer,
    ReplicationError,
    TopicExistsError,
    administration,
    discard,
    producer,
)
from gateways.kafka.topic import described_by, identity_of

WAIT_SECONDS: Final = DELIVERY_MS / 1000 + 1.0
PARTITIONS: Final = 12


class KafkaSink:
    """A topic of a cluster. A producer that failed is never used again."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._asking = Asking(access)
        self._producer: Producer | None = None
        described = self._asking.ask(lambda admin: described_by(access, admin))
        self._partitions = len(described["partitions"])
        self._identity = f"{access.topic} {identity_of(described)}"

    def identity(self) -> str:
        """The topic's name and the id it was born with."""
        return self._identity

    def publish(self, wave: Sequence[Told]) -> None:
        """Send all of these, and wait until each is acknowledged by all that must have it.

        Raises UnavailableError when one was not.
        """
        try:
            producing = self._producer = self._producer or producer(self._access.writing())
            sent = [
                producing.send(
                    self._access.topic,
                    each.value,
                    key=each.key.encode(),
                    headers=[(name, value.encode()) for name, value in each.headers],
                    partition=partition_of(each.key, self._partitions),
                )
                for each in wave
            ]
            for sending in sent:
                sending.get(timeout=WAIT_SECONDS)
        except (KafkaError, OSError, ValueError, AssertionError) as error:
            self._drop()
            raise unreachable(self._access, error) from error

    def close(self) -> None:
        """End all clients."""
        self._drop()
        self._asking.close()

    def _drop(self) -> None:
        dropped, self._producer = self._producer, None
        if dropped is not None:
            with suppress(KafkaError, OSError):
                discard(dropped)


def partition_of(key: str, partitions: int) -> int:
    """Where a key is published: the same for ever, as long as the topic has as many partitions."""
    return int.from_bytes(sha256(key.encode()).digest()[:8], "big") % partitions


def make_topic(access: Access, *, copies: int) -> bool:
    """Have the topic; False if it was there. How long it is kept is the cluster's own setting.

    Raises UnavailableError when it cannot be made.
    """
    wanted = {"num_partitions": PARTITIONS, "replication_factor": copies}
    with told_plainly(access), closing(administration(access.administering())) as admin:
        try:
            admin.create_topics({access.topic: wanted}, wait_for_metadata=True)
        except TopicExistsError:
            return False
        except ReplicationError as error:
            brokers = len(admin.describe_cluster()["brokers"])
            raise UnavailableError(
                f"the cluster has {brokers} broker(s), and {copies} copies of a topic need as "
                "many: add brokers, or ask for fewer with --copies"
            ) from error
        except KafkaError as error:
            raise UnavailableError(f"the topic {access.topic} cannot be made: {error}") from error
    return True
