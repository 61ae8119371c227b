"""The library's own conformance cases, told how to come by what they try.

The cases are unittest's, which know no parameters: `test_conformance` mixes a home into each.
"""

from collections.abc import Iterator
from typing import ClassVar

import pytest
from eventsourcing.persistence import AggregateRecorder, InfrastructureFactory, TrackingRecorder
from eventsourcing.tests import application, persistence, projection
from eventsourcing.utils import Environment, get_topic

from gateways.eventsourcing.recorders import (
    JournalAggregateRecorder,
    JournalApplicationRecorder,
    JournalProcessRecorder,
)


class Home:
    """Where the log is: our factory there, and the library's recorders that it reuses."""

    environment: ClassVar[str]  # the fixture that tells the library where to find it
    kind: ClassVar[type[InfrastructureFactory]]
    tracking: ClassVar[type[TrackingRecorder]]
    counters: ClassVar[type[projection.EventCountersView]]

    @pytest.fixture(autouse=True)
    def _at_home(
        self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[None]:
        named = request.getfixturevalue(self.environment)
        for name, value in named.items():
            monkeypatch.setenv(name, value)
        self.env = Environment("TestCase", named)
        self.factory = self.kind(self.env)
        yield
        self.factory.close()


class Aggregates(persistence.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return self.factory.aggregate_recorder()


class Applications(persistence.ApplicationRecorderTestCase):
    def create_recorder(self) -> JournalApplicationRecorder:
        return self.factory.application_recorder()

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class Processes(persistence.ProcessRecorderTestCase):
    def create_recorder(self) -> JournalProcessRecorder:
        return self.factory.process_recorder()


class ProcessesAsApplications(Applications):
    def create_recorder(self) -> JournalApplicationRecorder:
        return self.factory.process_recorder()


class Tracking(persistence.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return self.factory.process_recorder()


class TrackingBesideTheLog(persistence.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return self.factory.tracking_recorder()


class NonInterleaving(persistence.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> JournalApplicationRecorder:
        return self.factory.application_recorder()


class Factory(persistence.InfrastructureFactoryTestCase):
    def expected_factory_class(self) -> type[InfrastructureFactory]:
        return self.kind

    def expected_aggregate_recorder_class(self) -> type[AggregateRecorder]:
        return JournalAggregateRecorder

    def expected_application_recorder_class(self) -> type[JournalApplicationRecorder]:
        return JournalApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return self.tracking

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return self.counters

    def expected_process_recorder_class(self) -> type[JournalProcessRecorder]:
        return JournalProcessRecorder

    def test_the_library_finds_the_one_factory_in_the_module(self) -> None:
        assert type(InfrastructureFactory.construct(self.env)) is self.kind


class ExampleApplication(application.ExampleApplicationTestCase):
    @property
    def expected_factory_topic(self) -> str:
        return get_topic(self.kind)


class Application(application.ApplicationTestCase):
    # It counts the warnings itself, so they may not be errors; the rest of it may not warn.
    @pytest.mark.filterwarnings("always:'log' is deprecated:DeprecationWarning")
    def test_application_log(self) -> None:
        super().test_application_log()


class EventCounters(projection.EventCountersViewTestCase):
    def construct_event_counters_view(self) -> projection.EventCountersView:
        return self.factory.tracking_recorder(self.counters)


class Projection(projection.AggregateEventCountersProjectionTestCase):
    @property
    def view_class(self) -> type[projection.EventCountersView]:
        return self.counters


class EventSourcedProjection(projection.EventSourcedProjectionTestCase):
    pass


CASES = (
    *(Aggregates, Applications, Processes, ProcessesAsApplications, Tracking),
    *(TrackingBesideTheLog, NonInterleaving, Factory, ExampleApplication, Application),
    *(EventCounters, Projection, EventSourcedProjection),
)
