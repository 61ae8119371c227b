"""PostgreSQL's own: connections lost, schemas made, and a log nobody can change."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from engine.journal.outcome import Committed
from engine.ports import KeyDestroyedError, UnavailableError
from gateways.postgres.database import Database, open_journal
from gateways.postgres.keys import open_keys
from gateways.postgres.queries import query
from gateways.postgres.tables import named
from projections.projection import Table
from tests.contracts.world import NAMESPACE, Total, Totals, World, postgres_world

pytestmark = pytest.mark.postgres


@pytest.fixture
def world(database: str, keys_database: str) -> Iterator[World]:
    world = postgres_world(database, keys_database, together=True)
    yield world.start()
    world.close()


def others_hang_up(dsn: str) -> None:
    """End every other connection to the database, as a restart does."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_lost_connection_is_got_over_without_writing_twice(world: World, database: str) -> None:
    for n in range(1, 6):
        assert isinstance(world.add("counter-1", n), Committed)
        others_hang_up(database)

    amounts = [recorded.event.amount for recorded in world.store.read("counter-1").events]
    assert amounts == [1, 2, 3, 4, 5]


def test_a_database_that_is_not_there_is_unavailable_in_words() -> None:
    with pytest.raises(UnavailableError, match="cannot be reached"):
        Database("host=127.0.0.1 port=1 dbname=nowhere").dedicated()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal.record SET record = ''",
        "DELETE FROM journal.record",
        "TRUNCATE journal.record",
    ],
)
def test_the_log_refuses_to_be_changed(world: World, database: str, statement: str) -> None:
    world.add("counter-1", 1)

    with (
        psycopg.connect(database) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="append-only"),
    ):
        connection.execute(statement.encode())


def test_an_index_that_was_dropped_comes_back_the_same(
    world: World, database: str, keys_database: str
) -> None:
    for n in range(1, 5):
        world.add(f"counter-{n % 2}", n)
    entries, rows = world.index.entries(0, 0, 99), world.rows.where(Totals.table)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA kravspor_index CASCADE")
    again = postgres_world(database, keys_database, together=True).start()

    assert (again.index.entries(0, 0, 99), again.rows.where(Totals.table)) == (entries, rows)
    again.close()


def test_opening_twice_changes_nothing(world: World, database: str) -> None:
    world.add("counter-1", 1)
    open_journal(database).close()

    assert len(world.store.read("counter-1").events) == 1


def test_a_table_of_another_shape_is_made_and_filled_again(world: World) -> None:
    world.add("counter-1", 4)
    reshaped = Totals()
    reshaped.table = Table("total", ("stream",), Total, indexes=("count",))
    world.restart([reshaped])
    world.start()

    row = world.rows.get(reshaped.table, ("counter-1",))
    assert row is not None
    assert row.amount == 4


def test_a_view_is_plain_sql_over_the_tables(world: World) -> None:
    world.add("counter-1", 4)
    world.add("counter-2", 5)
    table = named(Totals.table)
    text = psycopg.sql.SQL("SELECT sum(amount)::bigint AS amount FROM {} WHERE count < %(n)s")

    assert world.rows.query(text.format(table), {"n": 9}) == [{"amount": 9}]


def test_keys_outlive_the_process_and_tombstones_too(keys_database: str) -> None:
    first = open_keys(keys_database)
    key = first.make([NAMESPACE])[NAMESPACE]
    agency = first.agency_key()
    first.close()
    second = open_keys(keys_database)

    assert (second.key(NAMESPACE), second.make([NAMESPACE])[NAMESPACE]) == (key, key)
    assert second.agency_key() == agency
    second.destroy(NAMESPACE)
    second.destroy(NAMESPACE)
    assert second.key(NAMESPACE) is None
    with pytest.raises(KeyDestroyedError):
        second.make([NAMESPACE])
    second.close()


def test_a_key_destroyed_elsewhere_is_never_written_under_again(keys_database: str) -> None:
    here, elsewhere = open_keys(keys_database), open_keys(keys_database)
    here.make([NAMESPACE])
    elsewhere.destroy(NAMESPACE)

    with pytest.raises(KeyDestroyedError):
        here.make([NAMESPACE])
    assert here.key(NAMESPACE) is None
    here.close()
    elsewhere.close()


def test_every_statement_has_a_name_and_lists_its_columns() -> None:
    assert b"SELECT" in query("meta")
    with pytest.raises(KeyError):
        query("no_such_statement")


def test_two_processes_on_one_database_do_no_harm(
    world: World, database: str, keys_database: str
) -> None:
    other = postgres_world(database, keys_database, together=True).start()
    worlds = [world, other]

    def work(n: int) -> object:
        while True:
            outcome = worlds[n % 2].add(f"counter-{n % 3}", n, envelope=world.envelope(f"add {n}"))
            if isinstance(outcome, Committed):
                return outcome

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(1, 41)))
    rows = world.rows.where(Totals.table)
    before = world.index.entries(0, 0, 99)
    other.runner.rebuild_index()

    assert sum(row.amount for row in rows) == sum(range(1, 41))
    assert [entry.nid for entry in before] == list(range(1, 41))
    assert world.rows.where(Totals.table) == rows
    assert world.index.entries(0, 0, 99) == before
    assert isinstance(world.add("counter-1", 1), Committed)
    other.close()


def test_a_view_gives_rows_of_the_type_asked_for(world: World) -> None:
    world.add("counter-1", 4)
    columns = psycopg.sql.SQL("SELECT stream, amount, count, words, last_on FROM {}")
    (row,) = world.rows.query(columns.format(named(Totals.table)), {}, Total)

    assert row == world.rows.get(Totals.table, ("counter-1",))
