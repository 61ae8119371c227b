"""The library's own conformance cases, on the log in Kafka."""

from collections.abc import Iterator

import pytest
from eventsourcing.persistence import AggregateRecorder, InfrastructureFactory, TrackingRecorder
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.tests import application, persistence, projection
from eventsourcing.utils import Environment

from gateways.eventsourcing.kafka import KafkaJournalFactory
from gateways.eventsourcing.recorders import (
    JournalAggregateRecorder,
    JournalApplicationRecorder,
    JournalProcessRecorder,
)
from tests.gateways.eventsourcing.counters import PostgresCounters

pytestmark = [pytest.mark.postgres, pytest.mark.kafka]


class OnKafka:
    env: Environment
    factory: KafkaJournalFactory

    @pytest.fixture(autouse=True)
    def _on_kafka(
        self, kafka_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[None]:
        for name, value in kafka_environment.items():
            monkeypatch.setenv(name, value)
        self.env = Environment("TestCase", kafka_environment)
        self.factory = KafkaJournalFactory(self.env)
        yield
        self.factory.close()


class TestAggregateRecorder(OnKafka, persistence.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return self.factory.aggregate_recorder()


class TestApplicationRecorder(OnKafka, persistence.ApplicationRecorderTestCase):
    def create_recorder(self) -> JournalApplicationRecorder:
        return self.factory.application_recorder()

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestProcessRecorder(OnKafka, persistence.ProcessRecorderTestCase):
    def create_recorder(self) -> JournalProcessRecorder:
        return self.factory.process_recorder()


class TestProcessRecorderAsApplicationRecorder(TestApplicationRecorder):
    def create_recorder(self) -> JournalApplicationRecorder:
        return self.factory.process_recorder()


class TestTracking(OnKafka, persistence.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return self.factory.process_recorder()


class TestTrackingBesideTheLog(OnKafka, persistence.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return self.factory.tracking_recorder()


class TestNonInterleaving(OnKafka, persistence.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> JournalApplicationRecorder:
        return self.factory.application_recorder()


class TestFactory(OnKafka, persistence.InfrastructureFactoryTestCase[KafkaJournalFactory]):
    def expected_factory_class(self) -> type[KafkaJournalFactory]:
        return KafkaJournalFactory

    def expected_aggregate_recorder_class(self) -> type[AggregateRecorder]:
        return JournalAggregateRecorder

    def expected_application_recorder_class(self) -> type[JournalApplicationRecorder]:
        return JournalApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return PostgresTrackingRecorder

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return PostgresCounters

    def expected_process_recorder_class(self) -> type[JournalProcessRecorder]:
        return JournalProcessRecorder


class TestExampleApplication(OnKafka, application.ExampleApplicationTestCase):
    expected_factory_topic = "gateways.eventsourcing.kafka:KafkaJournalFactory"


class TestApplication(OnKafka, application.ApplicationTestCase):
    # It counts the warnings itself, so they may not be errors; the rest of it may not warn.
    @pytest.mark.filterwarnings("always:'log' is deprecated:DeprecationWarning")
    def test_application_log(self) -> None:
        super().test_application_log()


class TestEventCountersView(OnKafka, projection.EventCountersViewTestCase):
    def construct_event_counters_view(self) -> projection.EventCountersView:
        return self.factory.tracking_recorder(PostgresCounters)


class TestProjection(OnKafka, projection.AggregateEventCountersProjectionTestCase):
    view_class = PostgresCounters


class TestEventSourcedProjection(OnKafka, projection.EventSourcedProjectionTestCase):
    pass


def test_the_library_finds_one_factory_in_the_module(kafka_environment: dict[str, str]) -> None:
    found = InfrastructureFactory.construct(Environment("TestCase", kafka_environment))
    assert type(found) is KafkaJournalFactory
