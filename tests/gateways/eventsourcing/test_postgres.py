"""The library's own conformance cases, on the log in PostgreSQL."""

from collections.abc import Iterator

import pytest
from eventsourcing.persistence import AggregateRecorder, InfrastructureFactory, TrackingRecorder
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.tests import application, persistence, projection
from eventsourcing.utils import Environment

from gateways.eventsourcing.postgres import PostgresJournalFactory
from gateways.eventsourcing.recorders import (
    JournalAggregateRecorder,
    JournalApplicationRecorder,
    JournalProcessRecorder,
)
from tests.gateways.eventsourcing.counters import PostgresCounters

pytestmark = pytest.mark.postgres


class OnPostgres:
    env: Environment
    factory: PostgresJournalFactory

    @pytest.fixture(autouse=True)
    def _on_postgres(
        self, postgres_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[None]:
        for name, value in postgres_environment.items():
            monkeypatch.setenv(name, value)
        self.env = Environment("TestCase", postgres_environment)
        self.factory = PostgresJournalFactory(self.env)
        yield
        self.factory.close()


class TestAggregateRecorder(OnPostgres, persistence.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return self.factory.aggregate_recorder()


class TestApplicationRecorder(OnPostgres, persistence.ApplicationRecorderTestCase):
    def create_recorder(self) -> JournalApplicationRecorder:
        return self.factory.application_recorder()

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestProcessRecorder(OnPostgres, persistence.ProcessRecorderTestCase):
    def create_recorder(self) -> JournalProcessRecorder:
        return self.factory.process_recorder()


class TestProcessRecorderAsApplicationRecorder(TestApplicationRecorder):
    def create_recorder(self) -> JournalApplicationRecorder:
        return self.factory.process_recorder()


class TestTracking(OnPostgres, persistence.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return self.factory.process_recorder()


class TestTrackingBesideTheLog(OnPostgres, persistence.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return self.factory.tracking_recorder()


class TestNonInterleaving(OnPostgres, persistence.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> JournalApplicationRecorder:
        return self.factory.application_recorder()


class TestFactory(OnPostgres, persistence.InfrastructureFactoryTestCase[PostgresJournalFactory]):
    def expected_factory_class(self) -> type[PostgresJournalFactory]:
        return PostgresJournalFactory

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


class TestExampleApplication(OnPostgres, application.ExampleApplicationTestCase):
    expected_factory_topic = "gateways.eventsourcing.postgres:PostgresJournalFactory"


class TestApplication(OnPostgres, application.ApplicationTestCase):
    # It counts the warnings itself, so they may not be errors; the rest of it may not warn.
    @pytest.mark.filterwarnings("always:'log' is deprecated:DeprecationWarning")
    def test_application_log(self) -> None:
        super().test_application_log()


class TestEventCountersView(OnPostgres, projection.EventCountersViewTestCase):
    def construct_event_counters_view(self) -> projection.EventCountersView:
        return self.factory.tracking_recorder(PostgresCounters)


class TestProjection(OnPostgres, projection.AggregateEventCountersProjectionTestCase):
    view_class = PostgresCounters


class TestEventSourcedProjection(OnPostgres, projection.EventSourcedProjectionTestCase):
    pass


def test_the_library_finds_one_factory_in_the_module(postgres_environment: dict[str, str]) -> None:
    found = InfrastructureFactory.construct(Environment("TestCase", postgres_environment))
    assert type(found) is PostgresJournalFactory
