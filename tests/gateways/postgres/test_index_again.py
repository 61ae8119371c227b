"""The index in PostgreSQL made again by several processes: whole, or not at all."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from engine.ports import HaltedError, UnavailableError
from gateways.benching import course, ours
from gateways.kafka.access import Access
from gateways.kafka.log import KafkaLog
from gateways.postgres.lanes import Lanes, OwnLog
from gateways.postgres.log import OwnPostgresLog
from gateways.postgres.spreading import Processes
from gateways.settings import CHECKOUT
from projections import rebuilding, runner
from projections.rebuilding import Replay
from projections.runner import Apart
from tests.contracts.told import everything_told
from tests.contracts.world import Counts, Totals, World, decode, kafka_world, postgres_world

pytestmark = pytest.mark.postgres

EVENTS = 500
Several = tuple[World, Apart, Callable[[], World]]
TABLES = ("event", "head", "commit_verdict", "command", "tracking", "parked")
PLACE = "shard, log_id, next_offset, nid, last_hash, tree_size, tree_frontier, formats, passed"


def tables(dsn: str, *more: str) -> dict[str, list[str]]:
    """Every row of the index, of how far it has come, and of tables that are named."""
    with psycopg.connect(dsn) as connection:
        connection.execute("SET search_path = kravspor_index")
        asked = {name: SQL("{} AS t").format(Identifier(name)) for name in (*TABLES, *more)}
        asked["place"] = SQL("(SELECT {} FROM log_meta) AS t").format(SQL(PLACE))
        return {
            name: [
                row
                for (row,) in connection.execute(
                    SQL("SELECT t::text FROM {} ORDER BY 1").format(of)
                )
            ]
            for name, of in asked.items()
        }


def keys(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as connection:
        found = connection.execute(
            "SELECT indexdef FROM pg_indexes"
            " WHERE schemaname = 'kravspor_index' AND tablename = ANY(%s) ORDER BY 1",
            [list(TABLES)],
        )
        return [definition for (definition,) in found]


def nothing_left(dsn: str) -> bool:
    with psycopg.connect(dsn) as connection:
        asked = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE '%coming'"
        return connection.execute(asked).fetchone() == (0,)


def folds() -> object:
    return [Totals(), Counts()], decode


def apart(dsn: str, open_log: "partial[OwnLog]") -> Apart:
    return Apart(Lanes(dsn, open_log, 2), Processes(dsn, folds, 2))  # type: ignore[arg-type]  # a list is a sequence


@pytest.fixture(params=["postgres", pytest.param("kafka", marks=pytest.mark.kafka)])
def several(
    request: pytest.FixtureRequest, database: str, keys_database: str
) -> Iterator[Several]:
    """A world whose log holds everything, and the processes that read it."""
    if request.param == "kafka":
        topic: Access = request.getfixturevalue("topic")
        begin = partial(kafka_world, topic, database, keys_database)
        opened = partial(KafkaLog.open, replace(topic, faster_client=True))
        processes = apart(database, opened)
    else:
        begin = partial(postgres_world, database, keys_database, together=True)
        processes = apart(database, partial(OwnPostgresLog, database))
    with closing(begin().start()) as world:
        everything_told(world)
        world.runner.catch_up(0)
        yield world, processes, begin


def test_what_several_processes_read_and_write_is_the_index_row_by_row(
    several: Several, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, processes, _ = several
    before, keyed = tables(database, "total_v1", "count_v3"), keys(database)
    for records_at_once in (1, 4):
        monkeypatch.setattr(rebuilding, "RECORDS_AT_ONCE", records_at_once)
        world.runner.rebuild_index(apart=processes)

        assert tables(database, "total_v1", "count_v3") == before
    assert len(before["event"]) > 20
    assert len(before["parked"]) == 0
    assert keys(database) == keyed
    assert len(keyed) == 8
    assert nothing_left(database)


def test_an_index_that_was_lost_altogether_is_made_again_row_by_row(
    several: Several,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, processes, begin = several
    before = tables(database, "total_v1", "count_v3")
    with psycopg.connect(database, autocommit=True) as hand:
        hand.execute("DROP SCHEMA kravspor_index CASCADE")
    monkeypatch.setattr(rebuilding, "RECORDS_AT_ONCE", 4)
    monkeypatch.setattr(runner, "RECORDS_MANY", 4)
    with closing(begin()) as again:
        again.runner.start(apart=processes)

        assert tables(database, "total_v1", "count_v3") == before
        again.add("counter-1", 5)
        assert again.runner.rebuild().difference_count == 0


def test_a_process_tells_where_the_log_halts(
    several: Several, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, processes, begin = several
    end = world.log.append(0, b"junk")
    with psycopg.connect(database, autocommit=True) as hand:
        hand.execute("DROP SCHEMA kravspor_index CASCADE")
    monkeypatch.setattr(rebuilding, "RECORDS_AT_ONCE", 3)
    replay = Replay(world.log, lambda *_: None, processes.spans, to_end=True)

    with closing(begin()) as again:
        with pytest.raises(HaltedError, match=f"halted at offset {end}: not a commit"):
            again.index.rebuild([0], replay)
        assert again.index.meta(0).next_offset == 0
        assert again.index.entries(0, 0, 9) == []
    assert nothing_left(database)


def gone() -> OwnLog:
    sys.exit(9)


def away() -> OwnLog:
    raise UnavailableError("the cluster is away")


@pytest.mark.parametrize(
    ("opened", "told"), [(gone, "has ended; try again"), (away, "the cluster is away")]
)
def test_a_process_that_fails_is_told_of_and_nothing_is_left(
    opened: "partial[OwnLog]",
    told: str,
    database: str,
    keys_database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rebuilding, "RECORDS_AT_ONCE", 3)
    with closing(postgres_world(database, keys_database, together=True).start()) as world:
        everything_told(world)
        world.runner.catch_up(0)
        before = tables(database)
        with pytest.raises(UnavailableError, match=told):
            world.runner.rebuild_index(apart=apart(database, opened))

        assert tables(database) == before
        assert nothing_left(database)
        world.runner.rebuild_index()
        assert tables(database) == before


@contextmanager
def rebuilder(dsn: str, stage: str) -> Iterator[None]:
    """A rebuild that has come to a stage; killed without a word at the end of the block."""
    command = [sys.executable, "-m", "tests.gateways.postgres.index_rebuilder", dsn, stage]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        yield
        process.kill()


@pytest.mark.parametrize(
    "stage",
    ["reading the log", "making keys", "before the switch", "in the switch", "folding streams"],
)
def test_a_rebuild_of_all_that_is_killed_loses_nothing_and_can_be_given_again(
    database: str, stage: str
) -> None:
    ours.seed(database, EVENTS)
    with ours.opened(database) as journal:
        append, read = journal.appending(), journal.reading()
        append()
        with rebuilder(database, stage):
            if stage != "in the switch":  # there everybody waits for it
                append()
            read()
        append()
        before = tables(database, "balance_v1", "timeline_v1")
        journal.runner.rebuild_index()

        assert tables(database, "balance_v1", "timeline_v1") == before
        assert nothing_left(database)
        assert len(before["event"]) == EVENTS + 2 + (stage != "in the switch")
        append()
        assert journal.runner.rebuild().difference_count == 0
    assert EVENTS % course.LENGTH == 0
