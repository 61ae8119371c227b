"""The log in Kafka: what it promises beyond the port's contract, and how it says no."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from secrets import token_bytes
from time import sleep
from uuid import uuid4

import pytest

from engine.ports import OutcomeUnknownError, UnavailableError
from gateways.kafka import access as access_module
from gateways.kafka import log as log_module
from gateways.kafka import reading, sending
from gateways.kafka.access import Access
from gateways.kafka.broker.cluster import Cluster
from gateways.kafka.clients import Fetcher, Records
from gateways.kafka.confluent import ConfluentFetcher
from gateways.kafka.failures import TopicError, unreachable
from gateways.kafka.fetching import PythonFetcher
from gateways.kafka.library import (
    Admin,
    TopicPartition,
    administration,
    connection_of,
    consumer,
    topic_configs,
)
from gateways.kafka.log import KafkaLog
from gateways.kafka.reading import Reading
from gateways.kafka.topic import create, inspect, inspected, offsets, unfit

pytestmark = pytest.mark.kafka

NOBODY = Access(servers=("127.0.0.1:1",), topic="any")


@pytest.fixture
def log(topic: Access) -> Iterator[KafkaLog]:
    """A log on an empty topic."""
    with closing(KafkaLog.open(topic)) as opened:
        yield opened


@pytest.fixture
def replicated(three_brokers: Cluster) -> Iterator[Access]:
    """A topic in three copies; all brokers are up before and after."""
    access = Access(servers=tuple(three_brokers.bootstrap.split(",")), topic=f"test-{uuid4()}")
    create(access)
    yield access
    for node in three_brokers.nodes:
        node.resume()
        node.start()
    three_brokers.wait()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a broker gives up within seconds."""
    monkeypatch.setattr(access_module, "REQUEST_MS", 1_000)
    monkeypatch.setattr(access_module, "DELIVERY_MS", 2_500)
    monkeypatch.setattr(sending, "WAIT_SECONDS", 3.0)


def change(access: Access, **settings: str) -> None:
    named = {name.replace("_", "."): value for name, value in settings.items()}
    with closing(administration(access.administering())) as admin:
        resource = topic_configs(access.topic)
        resource.configs = named  # type: ignore[attr-defined]  # the library has no types
        admin.alter_configs([resource])  # type: ignore[attr-defined]  # as above


def test_a_record_has_its_shard_as_key_and_tells_its_format_and_lines(
    log: KafkaLog, topic: Access
) -> None:
    log.append(0, b"one\ntwo")
    with closing(PythonFetcher(topic, 0)):
        pass
    reader = consumer(topic.reading())
    place = TopicPartition(topic.topic, 0)
    reader.assign([place])
    reader.seek(place, 0)
    (found,) = reader.poll(timeout_ms=5_000)[place]
    reader.close(autocommit=False, timeout_ms=500)

    assert (found.key, found.value) == (b"0", b"one\ntwo")  # type: ignore[attr-defined]  # the library has no types
    assert list(found.headers) == [("fmt", b"1"), ("count", b"2")]  # type: ignore[attr-defined]  # the library has no types


def test_a_topic_made_anew_under_its_name_is_another_log(log: KafkaLog, topic: Access) -> None:
    before = log.identity()
    with closing(administration(topic.administering())) as admin:
        admin.delete_topics([topic.topic])
    for _ in range(50):
        try:
            create(topic, development=True)
            break
        except TopicError:
            continue

    assert log.identity() != before


def test_the_way_to_the_leader_is_the_same_until_the_connection_was_lost(
    log: KafkaLog, topic: Access
) -> None:
    log.append(0, b"first")
    epochs = [log.epoch(0) for _ in range(3)]
    log.append(0, b"second")
    epochs.append(log.epoch(0))
    sender = log._sender  # noqa: SLF001 - there is no other way to cut the line
    assert isinstance(sender, sending.PythonSender)
    *_, connection = connection_of(sender._producer, TopicPartition(topic.topic, 0))  # noqa: SLF001 - as above
    connection.close()  # type: ignore[attr-defined]  # the library has no types
    log.append(0, b"third")

    assert len(set(epochs)) == 1
    assert log.epoch(0) != epochs[0]
    assert [record for _, record in log.read(0, 0, 9)] == [b"first", b"second", b"third"]


def test_a_reader_that_is_stuck_is_replaced_by_another(
    log: KafkaLog, topic: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "STUCK_SECONDS", 0.5)
    log.append(0, b"x")
    closed: list[str] = []

    class Stuck:
        """Finds nothing for ever, as a consumer may after brokers have failed over."""

        def fetch(self, start: int, limit: int, wait_ms: int) -> Records:
            del start, limit, wait_ms
            return ()

        def close(self) -> None:
            closed.append("stuck")

    made: list[Fetcher] = [PythonFetcher(topic, 0), Stuck()]
    found = Reading(made.pop, lambda: 0, lambda error: unreachable(topic, error))

    assert found.read(0, 1) == [(0, b"x")]
    assert (closed, found.made) == (["stuck"], 2)
    found.close()


def test_a_reader_nobody_has_read_with_for_long_is_ended_and_another_reads_on(
    topic: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "UNREAD", 3)
    ended: list[object] = []
    end = ConfluentFetcher.close
    monkeypatch.setattr(ConfluentFetcher, "close", lambda it: [ended.append(it), end(it)])
    with closing(KafkaLog.open(replace(topic, faster_client=True))) as log:
        log.append(0, b"0")
        assert log.read(0, 0, 9) == [(0, b"0")]
        for n in (1, 2):
            log.append(0, b"%d" % n)
        assert not ended
        log.append(0, b"3")
        assert len(ended) == 1
        log.append(0, b"4")
        epoch = log.epoch(0)

        assert log.read(0, 1, 9) == [(n, b"%d" % n) for n in (1, 2, 3, 4)]
        assert log.epoch(0) > epoch


def test_a_leader_that_was_deposed_is_not_believed_when_it_tells_of_less(
    log: KafkaLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        log.append(0, b"%d" % n)
    asked: list[object] = []

    def told(topic: str, partitions: list[int], admin: Admin, at: int) -> dict[int, int]:
        asked.append(admin)
        return {0: 1} if len(asked) < 4 else offsets(topic, partitions, admin, at)

    monkeypatch.setattr(log_module, "offsets", told)

    assert not log.lacks(0, 3)
    assert len(set(asked)) == len(asked) == 4, "each by a connection of its own"
    assert log.read(0, 0, 9) == [(n, b"%d" % n) for n in range(3)]


def test_that_a_log_has_lost_its_end_is_sure_in_the_end_and_then_told_at_once(
    topic: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "LOOK_SECONDS", 0.0)
    log = KafkaLog.open(replace(topic, failover_seconds=0.0))
    log.append(0, b"0")
    asked: list[int] = []
    monkeypatch.setattr(log_module, "offsets", lambda *given: asked.append(1) or offsets(*given))

    assert log.lacks(0, 2)
    assert len(asked) == log_module.LOOKS_LEAST
    assert log.lacks(0, 2)
    assert len(asked) == log_module.LOOKS_LEAST + 1
    log.append(0, b"1")
    assert not log.lacks(0, 2)
    log.close()


def test_what_begins_later_than_asked_for_is_told_with_its_offset(
    log: KafkaLog, topic: Access
) -> None:
    for n in range(5):
        log.append(0, b"%d" % n)
    with closing(administration(topic.administering())) as admin:
        admin.delete_records({TopicPartition(topic.topic, 0): 3})  # type: ignore[attr-defined]  # the library has no types

    assert log.read(0, 1, 9) == [(3, b"3"), (4, b"4")]
    with pytest.raises(TopicError, match=r"first offset of partition 0 is 3, and has to be 0"):
        KafkaLog.open(topic)


def test_a_cluster_nobody_runs_is_told_with_what_helps() -> None:
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:1 \(nothing listens there\).*kravs"):
        KafkaLog.open(NOBODY)


def test_a_topic_that_is_not_there_is_told_with_the_command_that_makes_it(topic: Access) -> None:
    with pytest.raises(TopicError, match=r"has no topic absent: make it with `kravspor log creat"):
        KafkaLog.open(replace(topic, topic="absent"))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"cleanup_policy": "compact"}, r"cleanup\.policy is compact, and has to be delete"),
        ({"retention_ms": "604800000"}, r"retention\.ms is 604800000, and has to be -1"),
        ({"retention_bytes": "1"}, r"retention\.bytes is 1, and has to be -1"),
        ({"unclean_leader_election_enable": "true"}, r"unclean\.leader.* is true"),
        ({"flush_messages": "9"}, r"number of copies is 1, and has to be 3, or 1 with flush"),
        ({"max_message_bytes": "1000"}, r"max\.message\.bytes is 1000.*--add-config"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_topic_that_would_lose_records_is_refused(
    topic: Access, settings: dict[str, str], told: str
) -> None:
    change(topic, **settings)

    with pytest.raises(TopicError, match=told):
        KafkaLog.open(topic)


def test_a_topic_with_another_number_of_partitions_is_refused(topic: Access) -> None:
    with pytest.raises(TopicError, match="number of partitions is 1, and has to be 64"):
        KafkaLog.open(replace(topic, partitions=64))


def test_a_topic_that_one_broker_may_lose_is_refused(replicated: Access) -> None:
    change(replicated, min_insync_replicas="1")

    with pytest.raises(TopicError, match=r"min\.insync\.replicas is 1, and has to be 2"):
        KafkaLog.open(replicated)


def test_brokers_too_old_to_give_topics_an_id_are_refused(topic: Access) -> None:
    older = {**topic.administering(), "api_version": (2, 7)}
    with closing(administration(older)) as admin:
        found = unfit(inspected(topic, admin), 1)

    assert [each.needed for each in found] == ["2.8 or newer"]


def test_a_topic_that_is_there_is_not_made_again(topic: Access) -> None:
    with pytest.raises(TopicError, match="there already"):
        create(topic, development=True)


def test_three_copies_on_one_broker_are_refused_with_both_ways_out(topic: Access) -> None:
    with pytest.raises(TopicError, match=r"has 1 broker\(s\), and 3 copies.*--development"):
        create(replace(topic, topic=f"test-{uuid4()}"))


def test_a_record_too_large_is_told_at_once_and_is_nowhere(log: KafkaLog, topic: Access) -> None:
    change(topic, max_message_bytes="2000")
    with pytest.raises(TopicError, match=r"does not take a record of 900000 bytes.*4194304"):
        log.append(0, token_bytes(900_000))

    assert log.append(0, b"small") == 0


def test_what_is_acknowledged_survives_the_leaders_death_and_comes_once(
    replicated: Access, three_brokers: Cluster
) -> None:
    with closing(KafkaLog.open(replicated)) as log:
        for n in range(20):
            log.append(0, b"%d" % n)
        before = log.epoch(0)
        three_brokers.node(inspect(replicated).partitions[0].leader).kill()
        for n in range(20, 40):
            log.append(0, b"%d" % n)

        assert log.epoch(0) != before
        assert log.read(0, 0, 99) == [(n, b"%d" % n) for n in range(40)]


@pytest.mark.usefixtures("impatient")
def test_too_few_copies_in_sync_are_told_before_anything_is_sent(
    replicated: Access, three_brokers: Cluster
) -> None:
    change(replicated, min_insync_replicas="3")
    three_brokers.node(3).kill()
    until(lambda: inspect(replicated).partitions[0].in_sync == 2)

    with (
        closing(KafkaLog.open(replicated)) as log,
        pytest.raises(UnavailableError, match="2 copies in sync, and 3 are needed"),
    ):
        log.append(0, b"x")
    assert inspect(replicated).partitions[0].end == 0


@pytest.mark.usefixtures("impatient")
def test_a_record_without_an_answer_is_unknown_and_may_come_later(
    replicated: Access, three_brokers: Cluster
) -> None:
    with closing(KafkaLog.open(replicated)) as log:
        log.append(0, b"first")
        for node in three_brokers.nodes:
            node.pause()
        with pytest.raises(OutcomeUnknownError, match="may be in the log, or come later"):
            log.append(0, b"second")
        with pytest.raises(UnavailableError, match="cannot be reached"):
            log.append(0, b"third")
        for node in three_brokers.nodes:
            node.resume()
        three_brokers.wait()
        log.append(0, b"second")
        records = [record for _, record in log.read(0, 0, 9)]

    assert records in ([b"first", b"second"], [b"first", b"second", b"second"])


def until(true: Callable[[], bool]) -> None:
    """Wait for something that will be so before long."""
    for _ in range(400):
        if true():
            return
        sleep(0.05)
    raise AssertionError("it never came to be so")
