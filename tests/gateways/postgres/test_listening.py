"""The database tells every process once a batch that the index has moved."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from threading import Event
from uuid import uuid4

import psycopg
import pytest

from gateways.postgres.database import Database
from gateways.postgres.listening import Listening
from projections.index import Batch
from tests.contracts.world import World, postgres_world

pytestmark = pytest.mark.postgres
PATIENCE = 20.0


@pytest.fixture(params=[True, False], ids=["together", "apart"])
def world(request: pytest.FixtureRequest, database: str, keys_database: str) -> Iterator[World]:
    world = postgres_world(database, keys_database, together=request.param).start()
    yield world
    world.close()


@pytest.fixture
def listening(world: World, database: str) -> Iterator[Listening]:  # noqa: ARG001 - its tables
    """Another process."""
    with Database(database) as elsewhere, closing(Listening(elsewhere)) as listening:
        yield listening


def test_who_waits_elsewhere_goes_on_when_the_event_stands(
    world: World, listening: Listening
) -> None:
    assert not listening.moves.wait(0, 0, nid=1)
    world.add("counter-1", 5)
    assert listening.moves.wait(0, PATIENCE, nid=1, offset=1)

    assert not listening.moves.wait(0, 0, nid=2)


def test_a_batch_is_told_once_and_a_lost_race_not_at_all(world: World, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("LISTEN kravspor_kravspor_index")
        before = world.index.meta(0)
        world.add("counter-1", 1, 2, 3)
        world.add("counter-1", 4)
        late = Batch(before, replace(before, next_offset=1, nid=9))
        assert not world.index.apply(late)
        heard = [note.payload for note in connection.notifies(timeout=0.2)]

    assert heard == ["0:3:1", "0:4:2"]


def test_a_connection_that_was_lost_is_made_again(
    world: World, listening: Listening, database: str
) -> None:
    woken = Event()
    listening.moves.listen(woken)
    world.add("counter-1", 1)
    assert listening.moves.wait(0, PATIENCE, nid=1)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND (query LIKE 'LISTEN%' OR query LIKE '%log_meta%')"
        )
    world.add(f"counter-{uuid4()}", 1)

    assert listening.moves.wait(0, PATIENCE, nid=2)


def test_what_nobody_tells_is_found_by_looking(listening: Listening, database: str) -> None:
    assert not listening.moves.wait(0, 0, nid=1)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("UPDATE kravspor_index.log_meta SET nid = 7")

    assert listening.moves.wait(0, PATIENCE, nid=7)
