"""PostgreSQL's own: several processes on one log, and a database that comes and goes."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from threading import Thread
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
from eventsourcing.persistence import (
    IntegrityError,
    Notification,
    OperationalError,
    ProgrammingError,
    StoredEvent,
)
from eventsourcing.utils import Environment

from engine.journal.commit import decode, unwrap_bytes
from gateways.eventsourcing.postgres import PostgresJournalFactory
from gateways.eventsourcing.postgres_log import schemas_of
from gateways.postgres.database import open_journal

pytestmark = pytest.mark.postgres

Open = Callable[..., PostgresJournalFactory]
ALICE = UUID(int=1)


@pytest.fixture
def opened(postgres_environment: dict[str, str]) -> Iterator[Open]:
    """Each factory is what another process would have."""
    factories: list[PostgresJournalFactory] = []

    def open_one(name: str = "Bank", **more: str) -> PostgresJournalFactory:
        factory = PostgresJournalFactory(Environment(name, {**postgres_environment, **more}))
        factories.append(factory)
        return factory

    yield open_one
    for factory in factories:
        factory.close()


def event(originator: UUID, version: int) -> StoredEvent:
    return StoredEvent(originator, version, "topic", b"\x00state")


def test_what_is_recorded_is_a_line_of_the_one_format(opened: Open, database: str) -> None:
    opened().application_recorder().insert_events([event(ALICE, 3), event(ALICE, 4)])
    with psycopg.connect(database) as connection:
        ((raw,),) = connection.execute("SELECT record FROM app_bank_log.record").fetchall()
    (part,) = decode(raw).parts

    assert (part.stream, part.first_version) == (f"uuid-{ALICE}", 3)
    assert [unwrap_bytes(each.data) for each in part.events] == [b"\x00state"] * 2
    assert orjson.loads(part.events[0].data).keys() == {"b64"}


def test_an_applications_log_lies_beside_the_agencys_and_leaves_it_alone(
    opened: Open, database: str
) -> None:
    agency = open_journal(database)
    opened().application_recorder().insert_events([event(ALICE, 1)])

    assert agency.fetch("log_end", {"shard": 0}) == [(0,)]
    assert agency.fetch("entries", {"shard": 0, "after": 0, "limit": 9}) == []
    agency.close()


def test_the_log_refuses_to_be_changed(opened: Open, database: str) -> None:
    opened().application_recorder().insert_events([event(ALICE, 1)])

    with (
        psycopg.connect(database) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="append-only"),
    ):
        connection.execute("DELETE FROM app_bank_log.record")


def test_processes_on_one_log_give_ids_without_a_gap(opened: Open) -> None:
    recorders = [opened().application_recorder() for _ in range(2)]

    def work(n: int) -> list[int]:
        return list(recorders[n % 2].insert_events([event(uuid4(), 1), event(uuid4(), 1)]) or ())

    with ThreadPoolExecutor(4) as threads:
        given = sorted(number for numbers in threads.map(work, range(20)) for number in numbers)

    assert given == list(range(1, 41))
    assert [each.id for each in recorders[0].select_notifications(None, 99)] == given


def test_of_two_processes_that_write_the_same_version_one_is_recorded(opened: Open) -> None:
    recorders = [opened().application_recorder() for _ in range(2)]

    def work(n: int) -> int:
        try:
            recorders[n % 2].insert_events([event(ALICE, 1)])
        except IntegrityError:
            return 0
        return 1

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(work, range(8))) == 1
    assert recorders[1].max_notification_id() == 1


@pytest.fixture
def heard(opened: Open) -> Iterator["Queue[Notification]"]:
    """What a subscription in a process of its own hears."""
    found: Queue[Notification] = Queue()

    def listen() -> None:
        for notification in subscription:
            found.put(notification)

    with opened().application_recorder().subscribe() as subscription:
        thread = Thread(target=listen)
        thread.start()
        yield found
        subscription.stop()
        thread.join()


def test_a_subscription_hears_what_another_process_records(
    opened: Open, heard: "Queue[Notification]"
) -> None:
    elsewhere = opened().application_recorder()
    for version in range(1, 4):
        elsewhere.insert_events([event(ALICE, version)])
        assert heard.get(timeout=5).originator_version == version


def test_a_subscription_outlives_its_connections(
    opened: Open, heard: "Queue[Notification]", database: str
) -> None:
    elsewhere = opened().application_recorder()
    for version in range(1, 4):
        elsewhere.insert_events([event(ALICE, version)])
        assert heard.get(timeout=5).originator_version == version
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def test_an_index_that_was_dropped_comes_back_with_its_ids_and_is_heard(
    opened: Open, database: str
) -> None:
    first = opened()
    first.application_recorder().insert_events([event(ALICE, 1), event(uuid4(), 1)])
    before = first.application_recorder().select_notifications(None, 9)
    first.close()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA app_bank_index CASCADE")
    recorder = opened().application_recorder()

    assert recorder.select_notifications(None, 9) == before
    with recorder.subscribe(gt=2) as subscription:
        recorder.insert_events([event(ALICE, 2)])
        assert next(subscription).id == 3


def test_a_database_that_is_not_there_is_told_in_the_librarys_words(opened: Open) -> None:
    with pytest.raises(OperationalError, match="cannot be reached"):
        opened(POSTGRES_HOST="127.0.0.1", POSTGRES_PORT="1").application_recorder()


def test_a_log_that_may_not_be_made_has_to_be_there(opened: Open) -> None:
    with pytest.raises(ProgrammingError, match="does not exist"):
        opened(CREATE_TABLE="f").application_recorder()
    opened().application_recorder().insert_events([event(ALICE, 1)])

    assert opened(CREATE_TABLE="f").application_recorder().max_notification_id() == 1


def test_one_name_within_two_schemas_is_two_logs(opened: Open, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA north")
    north = opened(POSTGRES_SCHEMA="north").application_recorder()
    south = opened(POSTGRES_SCHEMA="public").application_recorder()
    north.insert_events([event(ALICE, 1)])

    assert south.insert_events([event(ALICE, 1)]) == [1]


def test_schemas_have_names_that_postgresql_keeps_whole() -> None:
    names = ["Bank", "bank", "Bank-1", "Bank 1", "Bårds bank", "x" * 40, "x" * 41, 'a"; DROP']
    found = [schemas_of(name) for name in names]

    assert found[0] == found[1]
    assert len(set(found)) == len(names) - 1
    assert all(f"{each.journal}_migration".replace("_", "a").isalnum() for each in found)
    assert max(len(f"{each.journal}_migration") for each in found) <= 63
    assert schemas_of("b", "a") != schemas_of("a.b".replace(".", "_"))
