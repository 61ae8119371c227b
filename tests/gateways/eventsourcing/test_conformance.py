"""The library's own conformance cases, on the log in memory, in PostgreSQL and in Kafka."""

import pytest
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.postgres import PostgresTrackingRecorder

from gateways.eventsourcing.application_log import ApplicationLog
from gateways.eventsourcing.factory import foreign
from gateways.eventsourcing.kafka import KafkaJournalFactory
from gateways.eventsourcing.memory import MemoryJournalFactory, MemoryReading
from gateways.eventsourcing.postgres import PostgresJournalFactory
from gateways.eventsourcing.recorders import JournalApplicationRecorder
from gateways.memory.index import MemoryIndex
from gateways.memory.log import MemoryLog
from projections.runner import Runner
from tests.gateways.eventsourcing import conformance
from tests.gateways.eventsourcing.conformance import CASES, Home
from tests.gateways.eventsourcing.counters import MemoryCounters, PostgresCounters


class OnMemory(Home):
    environment = "memory_environment"
    kind = MemoryJournalFactory
    tracking = POPOTrackingRecorder
    counters = MemoryCounters


@pytest.mark.postgres
class OnPostgres(Home):
    environment = "postgres_environment"
    kind = PostgresJournalFactory
    tracking = PostgresTrackingRecorder
    counters = PostgresCounters


@pytest.mark.postgres
@pytest.mark.kafka
class OnKafka(Home):
    environment = "kafka_environment"
    kind = KafkaJournalFactory
    tracking = PostgresTrackingRecorder
    counters = PostgresCounters


for home in (OnMemory, OnPostgres, OnKafka):
    for case in CASES:
        name = f"{case.__name__}{home.__name__}"
        globals()[name] = type(name, (home, case), {"__module__": __name__})
del home, case, name


class ApplicationsOnALogApart(OnMemory, conformance.Applications):
    """The log is not its own index here, as it is not where a broker keeps it."""

    def create_recorder(self) -> JournalApplicationRecorder:
        log = MemoryLog()
        index = MemoryIndex(log)
        runner = Runner(log, index, (), foreign())
        reading, bell = MemoryReading(index), index.moves
        return JournalApplicationRecorder(
            ApplicationLog("Apart", runner, index, reading=reading, bell=bell, close=lambda: None)
        )
