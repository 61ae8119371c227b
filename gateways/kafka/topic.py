"""The topic of a log: how it is made, what it is like, and what would make it unfit."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from engine.journal.commit import RECORD_BYTES_MAX
from gateways.kafka.access import REQUEST_BYTES, Access
from gateways.kafka.asking import Asking
from gateways.kafka.failures import (
    TopicError,
    TopicMissingError,
    TopicThereError,
    missing,
    told_plainly,
    unreachable,
)
from gateways.kafka.library import (
    EARLIEST,
    LATEST,
    Admin,
    ReplicationError,
    TopicExistsError,
    TopicPartition,
    administration,
    error_for,
    topic_configs,
)

REPLICAS: Final = 3
IN_SYNC: Final = 2
UNKNOWN_TOPIC: Final = 3
KEPT_FOR_EVER: Final = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "unclean.leader.election.enable": "false",
}
BESIDES: Final = {
    "max.message.bytes": str(REQUEST_BYTES),
    "message.timestamp.type": "LogAppendTime",
    "compression.type": "producer",
    "segment.bytes": str(256 * 1024 * 1024),
}
OVERHEAD_BYTES: Final = 1024  # of a record that holds the largest value there may be
NO_ID: Final = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class PartitionState:
    """One partition: its leader (-1 for none), its copies, and where it begins and ends."""

    number: int
    leader: int
    replicas: int
    in_sync: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as the cluster has it; `id` is its own for ever, and empty on old brokers."""

    name: str
    id: str
    partitions: tuple[PartitionState, ...]
    settings: Mapping[str, str]

    @property
    def replicas(self) -> int:
        """How many copies every partition has at least."""
        return min((each.replicas for each in self.partitions), default=0)

    @property
    def in_sync_least(self) -> int:
        """How many copies a record must have before it is acknowledged."""
        return int(self.settings.get("min.insync.replicas", "1"))


@dataclass(frozen=True, slots=True)
class Unfit:
    """Something that makes a topic no place for a log: what is, what is needed, what helps."""

    what: str
    found: str
    needed: str
    helps: str


def create(
    access: Access, *, replicas: int = REPLICAS, in_sync: int = IN_SYNC, development: bool = False
) -> TopicState:
    """Make the topic, its records kept for ever in as many copies; `development` has one.

    A single copy is flushed to the disk with every record, for there is no other to help it.
    Raises TopicThereError when it is there already; TopicError when the brokers are too few.
    """
    kept = {"min.insync.replicas": str(in_sync)}
    if development:
        replicas, kept = 1, {"min.insync.replicas": "1", "flush.messages": "1"}
    wanted = {
        "num_partitions": access.partitions,
        "replication_factor": replicas,
        "configs": {**KEPT_FOR_EVER, **BESIDES, **kept},
    }
    with told_plainly(access), closing(administration(access.administering())) as admin:
        try:
            admin.create_topics({access.topic: wanted}, wait_for_metadata=True)
        except TopicExistsError as error:
            raise TopicThereError(
                f"the topic {access.topic} is there already: `kravspor log check` tells whether "
                "it is fit"
            ) from error
        except ReplicationError as error:
            brokers = len(admin.describe_cluster()["brokers"])
            raise TopicError(
                f"the cluster has {brokers} broker(s), and {replicas} copies of the log need as "
                "many: add brokers, or say --development (KAFKA_DEVELOPMENT=t for an application) "
                "for a log that one disk may lose"
            ) from error
    return inspect(access)


def inspect(access: Access) -> TopicState:
    """The topic as it is. Raises TopicError when there is none; UnavailableError as all do."""
    with closing(Asking(access)) as asking:
        return asking.ask(lambda admin: inspected(access, admin))


def is_there(access: Access) -> bool:
    """Whether there is such a topic. Raises UnavailableError as all do."""
    with closing(Asking(access)) as asking:
        try:
            asking.ask(lambda admin: described_by(access, admin), spread=0)
        except TopicMissingError:
            return False
        return True


def inspected(access: Access, admin: Admin) -> TopicState:
    """The topic as an administrator finds it."""
    described = described_by(access, admin)
    partitions: Sequence[Mapping[str, Any]] = described["partitions"]
    led = [each["partition_index"] for each in partitions if each["leader_id"] >= 0]
    starts, ends = (offsets(access.topic, led, admin, at) for at in (EARLIEST, LATEST))
    asked = admin.describe_configs([topic_configs(access.topic)], config_filter="all")
    settings = {
        name: str(config["value"]) for name, config in asked["topic"][access.topic].items()
    }
    states = [
        PartitionState(
            number=each["partition_index"],
            leader=each["leader_id"],
            replicas=len(each["replica_nodes"]),
            in_sync=len(each["isr_nodes"]),
            start=starts.get(each["partition_index"], -1),
            end=ends.get(each["partition_index"], -1),
        )
        for each in sorted(partitions, key=lambda each: int(each["partition_index"]))
    ]
    return TopicState(access.topic, identity_of(described), tuple(states), settings)


def described_by(access: Access, admin: Admin) -> Mapping[str, Any]:
    """What the cluster says of the topic and its partitions.

    Raises TopicError when there is none; UnavailableError when we may not know.
    """
    (described,) = admin.describe_topics([access.topic])
    if described["error_code"] == UNKNOWN_TOPIC:
        raise missing(access)
    if described["error_code"]:
        raise unreachable(access, error_for(described["error_code"]))
    return described


def identity_of(described: Mapping[str, Any]) -> str:
    """The id of a described topic, or nothing where brokers give none."""
    found = str(described.get("topic_id") or NO_ID)
    return "" if found == NO_ID else found


def offsets(topic: str, partitions: Sequence[int], admin: Admin, at: int) -> dict[int, int]:
    """Where partitions begin or end, by their numbers."""
    asked = {TopicPartition(topic, number): at for number in partitions}
    if not asked:
        return {}
    found = admin.list_partition_offsets(asked, timeout_ms=2_000)
    return {place.partition: told.offset for place, told in found.items()}


def unfit(state: TopicState, partitions: int) -> Sequence[Unfit]:
    """All that makes the topic no place for a log of so many shards; nothing when it is fit."""
    return list(_unfit(state, partitions))


def refuse_unfit(state: TopicState, partitions: int) -> None:
    """Raise TopicError with the first thing that makes the topic unfit."""
    found = unfit(state, partitions)
    if found:
        first = found[0]
        more = f" ({len(found) - 1} more: `kravspor log check`)" if len(found) > 1 else ""
        raise TopicError(
            f"the topic {state.name} cannot hold the log: {first.what} is {first.found}, and has "
            f"to be {first.needed}. {first.helps}{more}"
        )


def _unfit(state: TopicState, partitions: int) -> Iterator[Unfit]:
    if not state.id:
        yield Unfit(
            "the brokers' version",
            "one that gives topics no id",
            "2.8 or newer",
            "Upgrade the brokers: without the id a topic made anew passes for the old one.",
        )
    if len(state.partitions) != partitions:
        yield Unfit(
            "the number of partitions",
            str(len(state.partitions)),
            str(partitions),
            "It never changes: restore the topic, or name the right one in KRAVSPOR_KAFKA_TOPIC.",
        )
    for name, needed in KEPT_FOR_EVER.items():
        found = state.settings.get(name, "")
        if found != needed:
            yield Unfit(name, found, needed, _set(state, name, needed))
    begins = [each for each in state.partitions if each.start > 0]
    if begins:
        first = begins[0]
        yield Unfit(
            f"the first offset of partition {first.number}",
            str(first.start),
            "0",
            "Records have been deleted: restore the topic from its copy before anything runs.",
        )
    yield from _too_few_copies(state)
    largest = int(state.settings.get("max.message.bytes", "0"))
    if largest < RECORD_BYTES_MAX + OVERHEAD_BYTES:
        helps = _set(state, "max.message.bytes", str(REQUEST_BYTES))
        needed = f"at least {RECORD_BYTES_MAX + OVERHEAD_BYTES}"
        yield Unfit("max.message.bytes", str(largest), needed, helps)


def _too_few_copies(state: TopicState) -> Iterator[Unfit]:
    """Either every record is on two brokers, or it is on the one disk before it is told."""
    if state.replicas == 1:
        if state.settings.get("flush.messages") != "1":
            yield Unfit(
                "the number of copies",
                "1",
                f"{REPLICAS}, or 1 with flush.messages=1",
                "Make the topic with `kravspor log create`, for trying out with --development.",
            )
        return
    if state.replicas < REPLICAS:
        helps = "Reassign its partitions to three brokers."
        yield Unfit("the number of copies", str(state.replicas), str(REPLICAS), helps)
    least = state.in_sync_least
    if least < IN_SYNC:
        yield Unfit(
            "min.insync.replicas",
            str(least),
            str(IN_SYNC),
            _set(state, "min.insync.replicas", str(IN_SYNC)),
        )


def _set(state: TopicState, name: str, value: str) -> str:
    return (
        f"Set it: kafka-configs.sh --alter --entity-type topics --entity-name {state.name} "
        f"--add-config {name}={value}"
    )
