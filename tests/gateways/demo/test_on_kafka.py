"""The demonstration with its log in Kafka ends as the embedded one does, row by row."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateways.cli import main
from gateways.demo import calendar
from gateways.demo.on_kafka import settings_on_kafka, stop
from gateways.postgres.database import Database
from gateways.postgres.server import Server
from gateways.settings import Settings
from gateways.stores import DATABASE
from gateways.wiring import on_postgres
from projections import all_projections
from tests.gateways.demo.test_killed import rows, same_key
from tests.stories.test_on_kafka import lose
from tests.stories.test_scenarios import tables

pytestmark = [pytest.mark.postgres, pytest.mark.kafka, pytest.mark.xdist_group("demo")]

# All of it, by hand: KRAVSPOR_DEMO=whole ./kravspor test -s tests/gateways/demo/test_on_kafka.py
WHOLE = os.environ.get("KRAVSPOR_DEMO") == "whole"
CASES, DAYS = (calendar.CASES, calendar.DAYS) if WHOLE else (12, 21)


@pytest.fixture(scope="module")
def folders(
    kafka_servers: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Path]]:
    """The folders of an embedded demonstration and of one on Kafka, both at their end."""
    del kafka_servers  # where there can be no broker, this says so
    folder = tmp_path_factory.mktemp("demo-on-kafka")
    embedded, on_kafka = folder / "embedded", folder / "kafka"
    few = ["--days", str(DAYS), "--cases", str(CASES), "--json"]
    try:
        for data, more in ((embedded, []), (on_kafka, ["--kafka"])):
            same_key(data, days=DAYS, cases=CASES, kafka=bool(more))
            assert main(["demo", "--data", str(data), *few, *more]) == 0
        yield embedded, on_kafka
    finally:
        stop(on_kafka)
        for data in (embedded, on_kafka):
            Server.start(data / "pg").stop()


def test_every_projection_ends_the_same_but_for_what_is_positional(
    folders: tuple[Path, Path],
) -> None:
    embedded, kafka = folders
    with (
        closing(on_postgres(Settings(data=embedded))) as ours,
        closing(on_postgres(settings_on_kafka(kafka))) as theirs,
    ):
        assert theirs.runner.log.end(0) > CASES
        compared: dict[str, int] = {}
        for projection in all_projections(ours.vault):
            table = projection.table
            expected = rows(ours, table)
            compared[table.name] = expected.total()
            sys.stdout.write(f"{table.name:20} {expected.total():8} rows\n")
            assert rows(theirs, table) == expected, table.name
        assert sum(compared.values()) > 10 * CASES


def test_an_index_that_is_lost_altogether_comes_back_byte_for_byte(
    folders: tuple[Path, Path],
) -> None:
    _, kafka = folders
    settings = settings_on_kafka(kafka)
    with Server.start(kafka / "pg") as server:
        dsn = server.ensure_database(DATABASE)
        before = dict(tables(dsn))
        lose(dsn)
        on_postgres(settings).close()

        assert len(before["event"]) > 100
        assert dict(tables(dsn)) == before
        with Database(dsn) as database:
            assert database.fetch("log_end", {"shard": 0}) == [(0,)]  # nothing of it was here


def test_one_that_was_begun_without_kafka_does_not_go_on_with_it(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    embedded, _ = folders

    assert main(["demo", "--data", str(embedded), "--kafka"]) == 2
    assert "was begun without Kafka: --fresh begins another" in capsys.readouterr().err
