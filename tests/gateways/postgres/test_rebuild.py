"""A rebuild on PostgreSQL: killed, raced, waited for, and told what it found."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from threading import Event

import psycopg
import pytest

from engine.journal.outcome import Committed
from gateways.benching import course, ours
from gateways.postgres import beside
from gateways.postgres.spreading import Processes
from gateways.settings import CHECKOUT
from projections import balance, filling, timeline
from projections.filling import Filling, Rebuilt, SupersededError, Told
from tests.contracts.world import Counts, Totals, World, decode, postgres_world

pytestmark = pytest.mark.postgres

EVENTS = 2_000
MEANWHILE = 15


@pytest.fixture
def world(database: str, keys_database: str) -> Iterator[World]:
    world = postgres_world(database, keys_database, together=True)
    yield world.start()
    world.close()


@contextmanager
def rebuilder(dsn: str, stage: str) -> Iterator[None]:
    """A rebuild that has come to a stage; killed without a word at the end of the block."""
    command = [sys.executable, "-m", "tests.gateways.postgres.rebuilder", dsn, stage]
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=CHECKOUT,
        env=dict(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        yield
        process.kill()


def rebuilt_by_another(dsn: str) -> dict[str, object]:
    command = [sys.executable, "-m", "tests.gateways.postgres.rebuilder", dsn]
    done = subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)  # noqa: S603 - as above
    told = json.loads(done.stdout)
    assert isinstance(told, dict)
    return told


@pytest.mark.parametrize("stage", ["folding streams", "making keys", "comparing", "switching"])
def test_a_rebuild_that_is_killed_loses_nothing_and_goes_on_where_it_stood(
    database: str, stage: str
) -> None:
    count = ours.seed(database, EVENTS)
    with ours.opened(database) as journal:
        append, read = journal.appending(), journal.reading()
        with rebuilder(database, stage):
            for _ in range(MEANWHILE):
                append()
                read()
        told = rebuilt_by_another(database)
        append()
        cases = len(journal.rows.find(balance.TABLE))
        events = journal.runner.index.meta(0).nid

        assert (told["went_on"], told["switched"], told["difference_count"]) == (True, True, 0)
        assert events == count + MEANWHILE + 1 == len(journal.rows.find(timeline.TABLE))
        assert cases == EVENTS // course.LENGTH + -(-(MEANWHILE + 1) // course.LENGTH)
        assert journal.runner.rebuild().difference_count == 0
    if stage == "folding streams":
        # What was written before the blow was not written again.
        assert int(str(told["rows"])) < (EVENTS + MEANWHILE) * 1.2


def test_a_rebuild_by_other_code_begins_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add("counter-1", 1)

    def broken_off(told: Told) -> None:
        if told.stage == "comparing":
            raise KeyboardInterrupt

    def begin(folds: str) -> None:
        monkeypatch.setattr(filling, "folds", lambda: folds)
        with pytest.raises(KeyboardInterrupt):
            world.runner.filling(tell=broken_off).rebuild()

    begin("old code")
    monkeypatch.setattr(filling, "folds", lambda: "new code")
    assert not world.runner.rebuild().went_on
    begin("new code")
    assert world.runner.rebuild().went_on
    assert not world.runner.rebuild().went_on


def test_processes_fold_the_parts_and_the_rows_are_the_same(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "PART_EVENTS", 100)
    count = ours.seed(database, EVENTS)
    with ours.opened(database) as journal:
        spread = Processes(database, partial(ours.folds, False), 2)  # noqa: FBT003 - as a process calls it
        stages: list[Told] = []
        told = journal.runner.filling(spread=spread, tell=stages.append).rebuild()
        parts = [each for each in stages if each.stage == "folding streams"]

        assert (told.difference_count, told.rows) == (0, count + count // course.LENGTH)
        assert [each.done for each in parts] == list(range(100, count + 1, 100))


def test_a_row_that_was_changed_by_hand_is_told_and_made_right(
    world: World, database: str
) -> None:
    for stream in ("counter-1", "counter-2", "counter-3"):
        world.add(stream, 3)
    with psycopg.connect(database, autocommit=True) as hand:
        hand.execute("UPDATE kravspor_index.total_v1 SET amount = 4 WHERE stream = 'counter-1'")
        hand.execute("DELETE FROM kravspor_index.total_v1 WHERE stream = 'counter-2'")
        hand.execute("UPDATE kravspor_index.total_v1 SET stream = 'x' WHERE stream = 'counter-3'")
    told = world.runner.filling().rebuild(["total"], "stop")
    places = [(each.key, each.column, each.what) for each in told.differences]

    assert places == [
        ("counter-1", "amount", "is not what the log leads to"),
        ("counter-2", "", "the row is missing"),
        ("counter-3", "", "the row is missing"),
        ("x", "", "the log leads to no such row"),
    ]
    assert not told.switched
    again = world.runner.rebuild(["total"])
    assert (again.went_on, again.switched, again.difference_count) == (True, True, 4)
    assert [row.amount for row in world.rows.where(Totals.table)] == [3, 3, 3]


def test_whoever_reads_for_long_is_waited_for_and_nobody_else_is(
    world: World, database: str
) -> None:
    world.add("counter-1", 1)
    switching = Event()
    told = partial(_set_at, switching)
    with ThreadPoolExecutor(1) as apart:
        with psycopg.connect(database) as reader:
            reader.execute("SELECT count(*) FROM kravspor_index.total_v1")
            rebuild = apart.submit(world.runner.filling(tell=told).rebuild)
            assert switching.wait(30)
            for n in range(5):
                assert isinstance(world.add("counter-1", n + 1), Committed)
                assert world.rows.get(Totals.table, ("counter-1",)) is not None
            assert not rebuild.done()
        assert rebuild.result().switched
    row = world.rows.get(Totals.table, ("counter-1",))
    assert row is not None
    assert row.amount == 1 + 15


def _set_at(event: Event, told: Told) -> None:
    if told.stage == "switching":
        event.set()


def test_whoever_reads_tables_that_gave_way_is_told_and_gets_no_old_rows(world: World) -> None:
    world.add("counter-1", 1)
    after = Totals()
    after.table = replace(Totals.table, version=2)
    Filling(world.index, [after, Counts()], decode).start()

    with pytest.raises(SupersededError, match=r"total_v1.* another release has the tables"):
        world.rows.where(Totals.table)
    assert [row.amount for row in world.rows.where(after.table)] == [1]


def test_two_processes_write_and_read_through_rebuilds_and_back_again(
    world: World, database: str, keys_database: str
) -> None:
    with closing(postgres_world(database, keys_database, together=True).start()) as other:
        done = Event()
        amounts: list[int] = []

        def work(of: World, stream: str) -> None:
            n = 0
            while not done.is_set():
                n += 1
                assert isinstance(
                    of.add(stream, n, envelope=of.envelope(f"{stream} {n}")), Committed
                )
                row = of.rows.get(Totals.table, (stream,))
                assert row is not None
                assert row.amount == n * (n + 1) // 2
            amounts.append(n)

        with ThreadPoolExecutor(3) as threads:
            works = [
                threads.submit(work, world, "counter-1"),
                threads.submit(work, other, "counter-2"),
            ]
            found = [_rebuilt(world, back=turn % 3 == 2) for turn in range(6)]
            done.set()
            for each in works:
                each.result()

        assert [each.difference_count for each in found] == [0] * 6
        assert world.runner.rebuild().difference_count == 0
        row = other.rows.get(Counts.table, ("all",))
        assert row is not None
        assert row.count == sum(amounts)


def _rebuilt(world: World, *, back: bool) -> Rebuilt:
    made = world.runner.filling()
    return made.back() if back else made.rebuild()


class Shared(Totals):
    """Says that its rows are of one stream each, and they are not."""

    table = replace(Totals.table, name="shared")

    def touches(self, recorded):  # type: ignore[no-untyped-def]  # as in Totals
        return [("all",)] if super().touches(recorded) else []


def test_a_table_whose_rows_are_of_several_streams_after_all_is_filled_by_the_log(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "PART_EVENTS", 2)
    for n in range(1, 6):
        world.add(f"counter-{n}", n, n)
    made = Filling(world.index, [*world.projections, Shared()], decode)
    made.rebuild(["shared"])

    (row,) = world.rows.where(Shared.table)
    assert (row.amount, row.count) == (30, 10)
    assert made.rebuild(["shared"]).difference_count == 0
