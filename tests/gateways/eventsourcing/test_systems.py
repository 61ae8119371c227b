"""Whole systems of the library, one application following another, on either store."""

from functools import singledispatchmethod
from time import monotonic, sleep
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from eventsourcing.application import AggregateNotFoundError, Application, ProcessingEvent
from eventsourcing.domain import Aggregate, DomainEventProtocol, event
from eventsourcing.system import (
    MultiThreadedRunner,
    NewMultiThreadedRunner,
    NewSingleThreadedRunner,
    ProcessApplication,
    Runner,
    SingleThreadedRunner,
    System,
)

ADAPTERS = [
    "memory",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("kafka", marks=[pytest.mark.postgres, pytest.mark.kafka]),
]
RUNNERS = [
    SingleThreadedRunner,
    NewSingleThreadedRunner,
    MultiThreadedRunner,
    NewMultiThreadedRunner,
]


class Parcel(Aggregate):
    @event("Posted")
    def __init__(self, town: str) -> None:
        self.town = town

    @event("Delivered")
    def deliver(self) -> None:
        pass


class Round(Aggregate):
    @event("Planned")
    def __init__(self, town: str) -> None:
        self.town = town
        self.stops = 0

    @staticmethod
    def create_id(town: str) -> UUID:
        return uuid5(NAMESPACE_URL, f"/rounds/{town}")

    @event("StopAdded")
    def add_stop(self) -> None:
        self.stops += 1


class Office(Application[UUID]):
    def post(self, town: str) -> int:
        return self.save(Parcel(town))[-1].notification.id


class Rounds(ProcessApplication[UUID]):
    @singledispatchmethod
    def policy(
        self, domain_event: DomainEventProtocol[UUID], processing_event: ProcessingEvent[UUID]
    ) -> None:
        pass

    @policy.register
    def _(self, domain_event: Parcel.Posted, processing_event: ProcessingEvent[UUID]) -> None:
        try:
            planned: Round = self.repository.get(Round.create_id(domain_event.town))
        except AggregateNotFoundError:
            planned = Round(domain_event.town)
        planned.add_stop()
        processing_event.collect_events(planned)


@pytest.fixture(params=ADAPTERS)
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    found: dict[str, str] = request.getfixturevalue(f"{request.param}_environment")
    return found


@pytest.mark.parametrize("runner_class", RUNNERS, ids=lambda kind: kind.__name__)
def test_a_system_of_two_applications_does_everything_once(
    environment: dict[str, str], runner_class: type[Runner]
) -> None:
    with runner_class(System([[Office, Rounds]]), environment) as runner:
        office, rounds = runner.get(Office), runner.get(Rounds)
        last = [office.post(town) for town in ("Hamar", "Hamar", "Mo", "Hamar")][-1]
        deadline = monotonic() + 5
        while not rounds.recorder.has_tracking_id("Office", last) and monotonic() < deadline:
            sleep(0.01)

        assert rounds.repository.get(Round.create_id("Hamar")).stops == 3
        assert rounds.repository.get(Round.create_id("Mo")).stops == 1
        assert rounds.recorder.max_notification_id() == 6
        assert rounds.recorder.max_tracking_id("Office") == 4
