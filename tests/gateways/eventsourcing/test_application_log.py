"""What the library's cases do not ask: one log behind it all, and how it says no."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import (
    DataError,
    InfrastructureFactory,
    InfrastructureFactoryError,
    IntegrityError,
    StoredEvent,
    Tracking,
)
from eventsourcing.utils import Environment

from gateways.eventsourcing.factory import JournalFactory
from gateways.eventsourcing.recorders import JournalApplicationRecorder, JournalProcessRecorder

Open = Callable[..., "JournalFactory"]
ADAPTERS = [
    "memory",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("kafka", marks=[pytest.mark.postgres, pytest.mark.kafka]),
]
ALICE, BERIT = UUID(int=1), UUID(int=2)


@pytest.fixture(params=ADAPTERS)
def opened(request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens a factory of an application; all are closed at the end."""
    environment = request.getfixturevalue(f"{request.param}_environment")
    factories: list[JournalFactory] = []

    def open_one(name: str = "Bank", **more: str) -> JournalFactory:
        factory = InfrastructureFactory.construct(Environment(name, {**environment, **more}))
        assert isinstance(factory, JournalFactory)
        factories.append(factory)
        return factory

    yield open_one
    for factory in factories:
        factory.close()


@pytest.fixture
def recorder(opened: Open) -> JournalProcessRecorder:
    return opened().process_recorder()


def event(originator: UUID | str, version: int, state: bytes = b"state") -> StoredEvent:
    return StoredEvent(originator, version, "topic", state)


def told(recorder: JournalApplicationRecorder) -> list[tuple[int, UUID | str, int]]:
    found = recorder.select_notifications(None, 100)
    return [(each.id, each.originator_id, each.originator_version) for each in found]


def test_any_bytes_come_back_as_they_went_in(recorder: JournalProcessRecorder) -> None:
    state = bytes(range(256))
    recorder.insert_events([event(ALICE, 1, state), event(ALICE, 2, b"")])

    assert [each.state for each in recorder.select_events(ALICE)] == [state, b""]
    assert [each.state for each in recorder.select_notifications(None, 9)] == [state, b""]


def test_ids_are_told_in_the_order_given_and_each_stream_stands_together(
    recorder: JournalProcessRecorder,
) -> None:
    given = [event(ALICE, 1), event(BERIT, 1), event(ALICE, 2)]

    assert recorder.insert_events(given) == [1, 3, 2]
    assert told(recorder) == [(1, ALICE, 1), (2, ALICE, 2), (3, BERIT, 1)]


def test_a_uuid_and_the_text_that_spells_it_are_two_originators(
    recorder: JournalProcessRecorder,
) -> None:
    recorder.insert_events([event(ALICE, 1), event(str(ALICE), 5)])

    assert [each.originator_version for each in recorder.select_events(ALICE)] == [1]
    assert [each.originator_version for each in recorder.select_events(str(ALICE))] == [5]
    assert [originator for _, originator, _ in told(recorder)] == [ALICE, str(ALICE)]


@pytest.mark.parametrize("versions", [[3], [1], [2, 4], [2, 2], [3, 2], [0]])
def test_versions_that_do_not_follow_the_last_are_refused_whole(
    recorder: JournalProcessRecorder, versions: list[int]
) -> None:
    recorder.insert_events([event(ALICE, 1)])
    with pytest.raises(IntegrityError):
        recorder.insert_events([event(BERIT, 1), *(event(ALICE, n) for n in versions)])

    assert told(recorder) == [(1, ALICE, 1)]


@pytest.mark.parametrize(
    "unwritable",
    [
        event(ALICE, -1),
        event("", 1, b"x" * 900_000),
        event("line\nbreak", 1),
        event("x" * 300, 1),
        StoredEvent(ALICE, 1, "", b""),
        StoredEvent(ALICE, 1, "t" * 201, b""),
    ],
    ids=["negative", "large", "unprintable", "long id", "no topic", "long topic"],
)
def test_what_no_line_can_hold_is_refused_and_harms_nobody(
    recorder: JournalProcessRecorder, unwritable: StoredEvent
) -> None:
    with pytest.raises(DataError):
        recorder.insert_events([event(BERIT, 1), unwritable])

    assert recorder.insert_events([event(BERIT, 1)]) == [1]


def test_what_follows_an_upstream_stands_or_falls_with_the_tracking(
    recorder: JournalProcessRecorder,
) -> None:
    recorder.insert_events([event(ALICE, 1)], tracking=Tracking("Upstream", 7))
    with pytest.raises(IntegrityError):
        recorder.insert_events([event(ALICE, 2)], tracking=Tracking("Upstream", 7))
    with pytest.raises(IntegrityError):
        recorder.insert_events([event(ALICE, 1)], tracking=Tracking("Upstream", 8))

    assert recorder.max_tracking_id("Upstream") == 7
    assert told(recorder) == [(1, ALICE, 1)]


def test_of_many_who_write_the_same_version_one_is_recorded(opened: Open) -> None:
    recorder = opened().application_recorder()

    def write(n: int) -> int:
        try:
            recorder.insert_events([event(ALICE, 1, str(n).encode()), event(uuid4(), 1)])
        except IntegrityError:
            return 0
        return 1

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(write, range(24))) == 1
    assert recorder.max_notification_id() == 2
    assert len(recorder.select_events(ALICE)) == 1


def test_of_many_who_follow_the_same_notification_one_is_recorded(
    recorder: JournalProcessRecorder,
) -> None:
    def follow(_: int) -> int:
        try:
            recorder.insert_events([event(uuid4(), 1)], tracking=Tracking("Upstream", 1))
        except IntegrityError:
            return 0
        return 1

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(follow, range(24))) == 1
    assert recorder.max_notification_id() == 1


def test_an_index_made_again_from_the_log_tells_the_same(opened: Open) -> None:
    factory = opened()
    recorder = factory.process_recorder()
    recorder.insert_events([event(ALICE, 1), event(BERIT, 4)])
    recorder.insert_events([event(ALICE, 2)], tracking=Tracking("Upstream", 3))
    before = recorder.select_notifications(None, 9)
    factory.log.rebuild()

    assert recorder.select_notifications(None, 9) == before
    assert recorder.max_tracking_id("Upstream") == 3
    assert recorder.insert_events([event(BERIT, 5)]) == [4]


def test_every_recorder_of_a_factory_writes_in_the_same_log(opened: Open) -> None:
    factory = opened()
    factory.aggregate_recorder().insert_events([event(ALICE, 1)])
    factory.process_recorder().insert_events([event(ALICE, 2)])

    assert told(factory.application_recorder()) == [(1, ALICE, 1), (2, ALICE, 2)]


def test_snapshots_stay_out_of_the_log(opened: Open) -> None:
    factory = opened()
    factory.aggregate_recorder("snapshots").insert_events([event(ALICE, 9)])

    assert told(factory.application_recorder()) == []


def test_two_applications_have_a_log_each(opened: Open) -> None:
    bank, shop = opened("Bank").application_recorder(), opened("Shop").application_recorder()

    assert bank.insert_events([event(ALICE, 1)]) == [1]
    assert shop.insert_events([event(ALICE, 1)]) == [1]
    assert len(told(bank)) == len(told(shop)) == 1


def test_a_recorder_that_cannot_use_the_log_is_refused(opened: Open) -> None:
    theirs = opened(APPLICATION_RECORDER_TOPIC="eventsourcing.popo:POPOApplicationRecorder")
    ours = opened(
        APPLICATION_RECORDER_TOPIC="gateways.eventsourcing.recorders:JournalProcessRecorder"
    )
    with pytest.raises(InfrastructureFactoryError, match="cannot use this log"):
        theirs.application_recorder()

    assert type(ours.application_recorder()) is JournalProcessRecorder


def test_a_factory_that_was_closed_can_be_closed_again(opened: Open) -> None:
    factory = opened()
    factory.application_recorder()
    factory.close()
    factory.close()
