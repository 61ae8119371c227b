"""A log that fails in memory: nothing twice, nothing lost, and told for what it is."""

from uuid import UUID

import pytest
from eventsourcing.persistence import (
    IntegrityError,
    InternalError,
    OperationalError,
    StoredEvent,
    Tracking,
)

from gateways.eventsourcing.application_log import ApplicationLog
from gateways.eventsourcing.factory import foreign
from gateways.eventsourcing.failures import UnknownOutcomeError
from gateways.eventsourcing.memory import MemoryReading
from gateways.eventsourcing.recorders import JournalProcessRecorder
from gateways.memory.faults import Faults
from gateways.memory.index import MemoryIndex
from gateways.memory.log import MemoryLog
from projections.runner import Runner

ALICE = UUID(int=1)


@pytest.fixture
def store() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def recorder(store: MemoryLog, monkeypatch: pytest.MonkeyPatch) -> JournalProcessRecorder:
    monkeypatch.setattr("gateways.eventsourcing.application_log.pause", lambda _milliseconds: None)
    index = MemoryIndex(store)
    log = ApplicationLog(
        "Bank",
        Runner(store, index, (), foreign(), together=index),
        index,
        reading=MemoryReading(index),
        bell=index.moves,
        close=lambda: None,
    )
    return JournalProcessRecorder(log)


def event(version: int) -> StoredEvent:
    return StoredEvent(ALICE, version, "topic", b"state")


@pytest.mark.parametrize("seed", range(5))
def test_events_are_recorded_once_however_often_they_are_sent(
    store: MemoryLog, recorder: JournalProcessRecorder, seed: int
) -> None:
    store.faults = Faults(seed, {"after_apply": 0.5})
    for version in range(1, 21):
        assert recorder.insert_events([event(version)], tracking=Tracking("Up", version)) == [
            version
        ]
    assert store.faults.struck > 0
    assert len(recorder.select_events(ALICE)) == 20


def left_unknown(store: MemoryLog, recorder: JournalProcessRecorder) -> UUID:
    """A commit of version 1 that never had an answer, and that the log does not hold yet."""
    store.faults = Faults(1, {"before_apply": 1.0})
    while True:
        with pytest.raises(OperationalError) as caught:
            recorder.insert_events([event(1)])
        if isinstance(caught.value, UnknownOutcomeError):
            store.faults = Faults()
            return caught.value.commit_id


def test_an_outcome_nobody_knows_is_told_as_unknown_and_can_be_asked_for_later(
    store: MemoryLog, recorder: JournalProcessRecorder
) -> None:
    commit_id = left_unknown(store, recorder)

    assert recorder.resolve(commit_id) == [1]
    assert recorder.resolve(commit_id) == [1]
    with pytest.raises(IntegrityError):
        recorder.insert_events([event(1)])


def test_an_unknown_commit_that_others_overtook_is_void_for_ever(
    store: MemoryLog, recorder: JournalProcessRecorder
) -> None:
    commit_id = left_unknown(store, recorder)
    recorder.insert_events([event(1)])

    with pytest.raises(IntegrityError, match="others came first"):
        recorder.resolve(commit_id)
    assert recorder.max_notification_id() == 1


def test_a_store_that_cannot_be_reached_has_recorded_nothing(
    store: MemoryLog, recorder: JournalProcessRecorder
) -> None:
    told = set()
    for seed in range(20):
        store.faults = Faults(seed, {"before_apply": 1.0})
        with pytest.raises(OperationalError) as caught:
            recorder.insert_events([event(1)])
        told.add(type(caught.value))
    store.faults = Faults()

    assert told == {OperationalError, UnknownOutcomeError}
    assert recorder.max_notification_id() is None


def test_a_log_that_is_halted_says_so(store: MemoryLog, recorder: JournalProcessRecorder) -> None:
    recorder.insert_events([event(1)])
    store.append(0, b"junk")

    with pytest.raises(InternalError, match="halted at offset 1"):
        recorder.insert_events([event(2)])
    assert [each.originator_version for each in recorder.select_events(ALICE)] == [1]


def test_a_commit_nobody_has_heard_of_is_not_resolved(recorder: JournalProcessRecorder) -> None:
    assert recorder.resolve(ALICE) is None
