"""The library's own conformance cases, on the log in memory."""

from collections.abc import Iterator

import pytest
from eventsourcing.persistence import AggregateRecorder, InfrastructureFactory, TrackingRecorder
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.tests import application, persistence, projection
from eventsourcing.utils import Environment

from gateways.eventsourcing.application_log import ApplicationLog
from gateways.eventsourcing.factory import foreign
from gateways.eventsourcing.memory import MemoryJournalFactory, MemoryReading
from gateways.eventsourcing.recorders import (
    JournalAggregateRecorder,
    JournalApplicationRecorder,
    JournalProcessRecorder,
)
from gateways.memory.index import MemoryIndex
from gateways.memory.log import MemoryLog
from projections.runner import Runner
from tests.gateways.eventsourcing.counters import MemoryCounters


class OnMemory:
    env: Environment
    factory: MemoryJournalFactory

    @pytest.fixture(autouse=True)
    def _on_memory(
        self, memory_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[None]:
        for name, value in memory_environment.items():
            monkeypatch.setenv(name, value)
        self.env = Environment("TestCase", memory_environment)
        self.factory = MemoryJournalFactory(self.env)
        yield
        self.factory.close()


class TestAggregateRecorder(OnMemory, persistence.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return self.factory.aggregate_recorder()


class TestApplicationRecorder(OnMemory, persistence.ApplicationRecorderTestCase):
    def create_recorder(self) -> JournalApplicationRecorder:
        return self.factory.application_recorder()

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestApplicationRecorderOnALogApart(TestApplicationRecorder):
    """The log is not its own index here, as it is not where a broker keeps it."""

    def create_recorder(self) -> JournalApplicationRecorder:
        log = MemoryLog()
        index = MemoryIndex(log)
        runner = Runner(log, index, (), foreign())
        reading, bell = MemoryReading(index), index.moves
        return JournalApplicationRecorder(
            ApplicationLog("Apart", runner, index, reading=reading, bell=bell, close=lambda: None)
        )


class TestProcessRecorder(OnMemory, persistence.ProcessRecorderTestCase):
    def create_recorder(self) -> JournalProcessRecorder:
        return self.factory.process_recorder()


class TestProcessRecorderAsApplicationRecorder(TestApplicationRecorder):
    def create_recorder(self) -> JournalApplicationRecorder:
        return self.factory.process_recorder()


class TestTracking(OnMemory, persistence.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return self.factory.process_recorder()


class TestTrackingBesideTheLog(OnMemory, persistence.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return self.factory.tracking_recorder()


class TestNonInterleaving(OnMemory, persistence.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> JournalApplicationRecorder:
        return self.factory.application_recorder()


class TestFactory(OnMemory, persistence.InfrastructureFactoryTestCase[MemoryJournalFactory]):
    def expected_factory_class(self) -> type[MemoryJournalFactory]:
        return MemoryJournalFactory

    def expected_aggregate_recorder_class(self) -> type[AggregateRecorder]:
        return JournalAggregateRecorder

    def expected_application_recorder_class(self) -> type[JournalApplicationRecorder]:
        return JournalApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return POPOTrackingRecorder

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return MemoryCounters

    def expected_process_recorder_class(self) -> type[JournalProcessRecorder]:
        return JournalProcessRecorder


class TestExampleApplication(OnMemory, application.ExampleApplicationTestCase):
    expected_factory_topic = "gateways.eventsourcing.memory:MemoryJournalFactory"


class TestApplication(OnMemory, application.ApplicationTestCase):
    # It counts the warnings itself, so they may not be errors; the rest of it may not warn.
    @pytest.mark.filterwarnings("always:'log' is deprecated:DeprecationWarning")
    def test_application_log(self) -> None:
        super().test_application_log()


class TestEventCountersView(OnMemory, projection.EventCountersViewTestCase):
    def construct_event_counters_view(self) -> projection.EventCountersView:
        return self.factory.tracking_recorder(MemoryCounters)


class TestProjection(OnMemory, projection.AggregateEventCountersProjectionTestCase):
    view_class = MemoryCounters


class TestEventSourcedProjection(OnMemory, projection.EventSourcedProjectionTestCase):
    pass


def test_the_library_finds_one_factory_in_the_module(memory_environment: dict[str, str]) -> None:
    found = InfrastructureFactory.construct(Environment("TestCase", memory_environment))
    assert type(found) is MemoryJournalFactory
