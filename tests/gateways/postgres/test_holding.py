"""Workers share the shards: one holder each, and what one lets go another takes."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

from gateways.postgres.database import Database, open_journal
from gateways.postgres.holding import Holding, holders

pytestmark = pytest.mark.postgres
PATIENCE_SECONDS = 30
LEASE_SECONDS = 1.0

Join = Callable[..., Holding]


@pytest.fixture
def join(database: str) -> Iterator[Join]:
    """One more worker, each on connections of its own, for the shards that are in use."""
    with ExitStack() as stack:
        stack.enter_context(open_journal(database))

        def joined(name: str, *shards: int) -> Holding:
            own = stack.enter_context(Database(database))
            holding = Holding(own, lambda: shards, name, LEASE_SECONDS)
            holding.begin()
            stack.callback(holding.close)
            return holding

        yield joined


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def test_one_shard_has_one_worker_and_the_next_waits_until_it_is_let_go(join: Join) -> None:
    first, second = join("first", 0), join("second", 0)
    assert (first.held(), second.held()) == ({0}, set())

    first.close()
    until(lambda: second.held() == {0})
    assert first.held() == set()


def test_a_worker_that_comes_later_gets_its_share(join: Join, database: str) -> None:
    first = join("first", 0, 1, 2)
    assert first.held() == {0, 1, 2}

    second = join("second", 0, 1, 2)
    until(lambda: len(second.held()) == 1)
    assert first.held() | second.held() == {0, 1, 2}
    assert first.held() & second.held() == set()
    with Database(database) as looked_at:
        assert holders(looked_at) == {0: "first", 1: "first", 2: "second"}


def test_who_is_cut_off_holds_nothing_until_it_has_asked_again(join: Join, database: str) -> None:
    first = join("first", 0)
    second = join("second", 0)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'kravspor first'"
        )
        until(lambda: second.held() == {0})
    assert first.held() == set()


def test_who_shows_no_sign_of_life_loses_its_shards_and_knows_it(
    join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = join("first", 0)
    # It stands still, its connection open, as a process does that is stopped.
    monkeypatch.setattr(first, "_beat", lambda: None)
    second = join("second", 0)
    until(lambda: second.held() == {0})
    assert first.held() == set()
