"""Cases told in files hold, in memory and on PostgreSQL alike; and the log alone rebuilds them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Composed, Identifier
from pydantic import SecretStr

from engine.ports import Clock
from gateways.ids import SystemClock
from gateways.office import Office
from gateways.settings import Settings
from gateways.simulating.comparing import unmet
from gateways.simulating.playing import Play
from gateways.simulating.reading import read
from gateways.wiring import on_postgres
from projections.tally import TALLIES, Tally

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))
INDEX = "kravspor_index"


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_case_told_in_a_file_goes_as_the_law_has_it(path: Path) -> None:
    scenario = read(path)
    play = Play(scenario)

    assert unmet(scenario, play.run(), play.standings) == []


def test_what_is_not_built_yet_is_refused_plainly_and_not_passed_over() -> None:
    play = Play(read(Path(__file__).parent / "scenarios/S18-what-is-not-there-yet-says-so.yaml"))

    codes = {refusal["do"]: refusal["code"] for refusal in play.run().refused}

    assert (codes["plan"], codes["court"]) == ("not_supported_yet", "not_supported_yet")


@pytest.fixture
def settings(database: str, keys_database: str, tmp_path: Path) -> Settings:
    return Settings(
        data=tmp_path, database=SecretStr(database), keys_database=SecretStr(keys_database)
    )


@pytest.mark.postgres
@pytest.mark.parametrize(
    "stem", ["S10-reversed-after-the-payout", "S16-corrected-after-a-payment"]
)
def test_a_case_on_postgresql_goes_as_in_memory_and_its_log_rebuilds_every_table(
    stem: str, settings: Settings
) -> None:
    scenario = read(next(path for path in SCENARIOS if path.stem == stem))
    offices: list[Office] = []

    def office_with(clock: Clock) -> Office:
        offices.append(on_postgres(settings, clock))
        return offices[0]

    play = Play(scenario, office_with)
    with closing(offices[0]):
        told = play.run()

    assert unmet(scenario, told, play.standings) == []

    dsn = settings.database.get_secret_value() if settings.database else ""
    before = dict(tables(dsn))
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(INDEX)))
    on_postgres(settings, SystemClock()).close()

    assert before.keys() >= {"event", "head", "balance_v1", "timeline_v1", "due_v1"}
    assert dict(tables(dsn)) == before


def tables(dsn: str) -> Iterator[tuple[str, list[str]]]:
    """Every table of the index with its rows as text, in a fixed order.

    A tally is told as it is read: by its sums, whoever wrote them, and without those of nothing.
    """
    tallies = {tally.table.sql_name: tally for tally in TALLIES}
    with psycopg.connect(dsn) as connection:
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [INDEX]
        ).fetchall()
        for (name,) in names:
            told = SQL("{}").format(Identifier(INDEX, name))
            if name in tallies:
                told = SQL("({})").format(summed(tallies[name]))
            rows = SQL("SELECT t::text FROM {} t ORDER BY 1").format(told)
            yield name, [row for (row,) in connection.execute(rows).fetchall()]


def summed(tally: Tally) -> Composed:
    """What a tally comes to."""
    dimensions = SQL(", ").join(map(Identifier, tally.dimensions))
    sums = [SQL("sum({})").format(Identifier(name)) for name in tally.sums]
    return SQL("SELECT {0}, {1} FROM {2} GROUP BY {0} HAVING {3}").format(
        dimensions,
        SQL(", ").join(sums),
        Identifier(INDEX, tally.table.sql_name),
        SQL(" OR ").join(SQL("{} <> 0").format(each) for each in sums),
    )
