"""The one place that imports kafka-python, with types for what we use of it: it has none."""

# Pinned to a version in pyproject.toml, for `connection_of` reads what is not public there.

import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, cast

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it loads its schemas in an old way
    import kafka  # type: ignore[import-untyped]  # no py.typed
    from kafka import admin, errors
    from kafka.net.compat import KafkaNetClient  # type: ignore[import-untyped]  # as above
    from kafka.net.inet import KafkaNetSocket  # type: ignore[import-untyped]  # as above

VERSION: Final[str] = kafka.__version__
CLOSE_SECONDS: Final = 1.0
EARLIEST: Final = -2
LATEST: Final = -1
UNCLEAN: Final = 1
Settings = Mapping[str, object]

KafkaError: type[Exception] = errors.KafkaError
KafkaTimeoutError: type[Exception] = errors.KafkaTimeoutError
AuthenticationError: type[Exception] = errors.SaslAuthenticationFailedError
MechanismError: type[Exception] = errors.UnsupportedSaslMechanismError
AuthorizationError: type[Exception] = errors.AuthorizationError
ConfigurationError: type[Exception] = errors.KafkaConfigurationError
NotEnoughReplicasError: type[Exception] = errors.NotEnoughReplicasError
OffsetOutOfRangeError: type[Exception] = errors.OffsetOutOfRangeError
RetriableError: type[Exception] = errors.RetriableError
TooLargeError: type[Exception] = errors.MessageSizeTooLargeError
TopicExistsError: type[Exception] = errors.TopicAlreadyExistsError
UnknownTopicError: type[Exception] = errors.UnknownTopicOrPartitionError
UnsupportedVersionError: type[Exception] = errors.UnsupportedVersionError
ReplicationError: type[Exception] = errors.InvalidReplicationFactorError
LogTruncationError: type[Exception] = errors.LogTruncationError


if TYPE_CHECKING:

    class TopicPartition(NamedTuple):
        """A partition of a topic."""

        topic: str
        partition: int
else:
    TopicPartition = kafka.TopicPartition


class Acknowledged(Protocol):
    """What a broker told of a record it took; the offset may be -1 though it was taken."""

    offset: int


class Sending(Protocol):
    """A record on its way."""

    def get(self, timeout: float | None = None) -> Acknowledged:
        """Wait for the acknowledgement. Raises what became of it instead."""
        ...


class Read(Protocol):
    """A record as it was read."""

    offset: int
    value: bytes


class Producer(Protocol):
    """What we use of a producer."""

    def send(
        self,
        topic: str,
        value: bytes,
        key: bytes,
        headers: list[tuple[str, bytes]],
        partition: int,
    ) -> Sending:
        """Put a record on its way to a partition."""
        ...

    def close(self, timeout: float | None = None) -> None:
        """End it."""
        ...


class Consumer(Protocol):
    """What we use of a consumer."""

    def assign(self, partitions: Sequence[TopicPartition]) -> None:
        """Read these partitions, and no group's."""
        ...

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Go on at an offset."""
        ...

    def poll(
        self, timeout_ms: int = 0, max_records: int | None = None
    ) -> Mapping[TopicPartition, Sequence[Read]]:
        """What has come, or nothing after the time."""
        ...

    def close(self, *, autocommit: bool, timeout_ms: int) -> None:
        """End it."""
        ...


class Admin(Protocol):
    """What we use of the administration."""

    def describe_cluster(self) -> Mapping[str, Any]:
        """The brokers there are."""
        ...

    def describe_topics(self, topics: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """The topics' ids and partitions; an error code where one is not there."""
        ...

    def create_topics(
        self,
        new_topics: Mapping[str, Mapping[str, object]],
        timeout_ms: int | None = None,
        *,
        wait_for_metadata: bool = False,
    ) -> Mapping[str, Any]:
        """Make topics, each with its settings."""
        ...

    def delete_topics(self, topics: Sequence[str]) -> Mapping[str, Any]:
        """Take topics away, and all that is in them."""
        ...

    def create_partitions(self, topic_partitions: Mapping[str, int]) -> Mapping[str, Any]:
        """Give topics as many partitions as that in all."""
        ...

    def elect_leaders(
        self, election_type: int, topic_partitions: Mapping[str, Sequence[int]]
    ) -> Mapping[str, Any]:
        """Have leaders chosen where there is none: 1 takes one that is behind the others, too."""
        ...

    def list_partition_offsets(
        self, topic_partition_specs: Mapping[TopicPartition, int], *, timeout_ms: int
    ) -> Mapping[TopicPartition, Acknowledged]:
        """Where partitions end or begin, asked of the leader they have now."""
        ...

    def describe_configs(
        self, config_resources: Sequence[object], *, config_filter: str
    ) -> Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]]:
        """The settings of topics or brokers."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class _ClosedOnFailure(KafkaNetSocket):  # type: ignore[misc, no-any-unimported]  # no types
    """A way to connect that closes the socket of a connection that fails; theirs leaves it."""

    SCHEMES = ("direct",)

    async def sock_connect(
        self, net: object, sock: Any, sockaddr: object, timeout_at: float | None = None
    ) -> object:
        """Connect as the library does, or leave nothing open."""
        try:
            return await super().sock_connect(net, sock, sockaddr, timeout_at=timeout_at)
        except BaseException:
            sock.close()
            raise


def producer(settings: Settings) -> Producer:
    """A producer; it has reached the cluster when this returns."""
    return cast("Producer", _opened(kafka.KafkaProducer, settings))


def consumer(settings: Settings) -> Consumer:
    """A consumer; it has reached the cluster when this returns."""
    return cast("Consumer", _opened(kafka.KafkaConsumer, settings))


def administration(settings: Settings) -> Admin:
    """An administrator; it has reached the cluster when this returns."""
    return cast("Admin", _opened(admin.KafkaAdminClient, settings))


def _opened(kind: Callable[..., object], settings: Settings) -> object:
    """A client of that kind; when it cannot be had nothing of it is left, a thread least."""
    begun: list[Any] = []

    def client(**config: object) -> object:
        begun.append(KafkaNetClient(**config))
        return begun[-1]

    try:
        return kind(**settings, kafka_client=client, proxy_url="direct://")
    except BaseException:
        for each in begun:
            each.close()
        raise


def topic_configs(topic: str) -> object:
    """All settings of a topic, as a thing to ask for."""
    return admin.ConfigResource(admin.ConfigResourceType.TOPIC, topic)


def discard(producing: Producer) -> None:
    """End a producer that has failed, and let nothing more of it be sent.

    Its own `close` would first wait for what is under way, and leave it there when that
    takes too long.
    """
    cast("Any", producing)._sender.force_close()  # noqa: SLF001 - nothing public does it
    with suppress(KafkaError):
        producing.close(timeout=CLOSE_SECONDS)


def connection_of(producing: Producer, place: TopicPartition) -> tuple[object, ...]:
    """The topic's id, a partition's leader, its epoch and the connection to it.

    They are as a producer has them. Two answers that are equal mean: the same topic under
    the same leader, reached over the same connection. Whoever compares keeps the earlier
    one, or another connection may come to have its identity.
    """
    sender = cast("Any", producing)._sender  # noqa: SLF001 - nothing public tells it
    cluster = sender._metadata  # noqa: SLF001 - as above
    leader = cluster.leader_for_partition(place)
    connection = sender._client._manager._conns.get(leader)  # noqa: SLF001 - as above
    epoch = cluster.leader_epoch_for_partition(place)
    return cluster.topic_id(place.topic), leader, epoch, connection


def error_for(code: int) -> Exception:
    """The exception of an error's number."""
    return cast("Exception", errors.for_code(code)())
