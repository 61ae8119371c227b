"""A case with its log in Kafka goes as in memory; an index that was lost comes back from it."""

from contextlib import closing
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from pydantic import SecretStr

from engine.ports import Clock, UnavailableError
from gateways.ids import SystemClock
from gateways.kafka.access import Access
from gateways.kafka.topic import create
from gateways.office import Office
from gateways.settings import Kafka, Settings
from gateways.simulating.comparing import unmet
from gateways.simulating.playing import Play
from gateways.simulating.reading import read
from gateways.wiring import AtWork, on_postgres
from projections import runner
from tests.stories.test_scenarios import INDEX, SCENARIOS, tables

pytestmark = [pytest.mark.postgres, pytest.mark.kafka]


@pytest.fixture
def settings(
    topic: Access, database: str, keys_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """An agency on a topic of its own, with all the partitions an agency's has."""
    access = replace(topic, topic=f"test-{uuid4()}", partitions=64)
    create(access, development=True)
    return Settings(
        data=tmp_path_factory.mktemp("agency"),
        database=SecretStr(database),
        keys_database=SecretStr(keys_database),
        kafka=Kafka(servers=",".join(access.servers), topic=access.topic),
    )


@pytest.fixture
def dsn(settings: Settings) -> str:
    return settings.database.get_secret_value() if settings.database else ""


def test_a_case_goes_as_in_memory_and_a_lost_index_comes_back_byte_for_byte(
    settings: Settings, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = read(next(p for p in SCENARIOS if p.stem == "S10-reversed-after-the-payout"))
    offices: list[Office] = []

    def office_with(clock: Clock) -> Office:
        offices.append(on_postgres(settings, clock))
        return offices[0]

    play = Play(scenario, office_with)
    with closing(offices[0]):
        told = play.run()

    assert unmet(scenario, told, play.standings) == []
    before = dict(tables(dsn))
    lose(dsn)
    on_postgres(settings, SystemClock()).close()

    assert dict(tables(dsn)) == before
    # A long log is not read record by record, but in several processes.
    monkeypatch.setattr(runner, "RECORDS_MANY", 0)
    lose(dsn)
    on_postgres(settings, SystemClock()).close()
    after = dict(tables(dsn))

    for account in (before, after):
        account.pop("log_meta")  # it counts how often tables were switched
    assert before.keys() >= {"event", "head", "balance_v1", "timeline_v1", "due_v1"}
    assert len(before["event"]) > 20
    assert after == before


def test_a_worker_and_a_command_beside_it_share_one_log(settings: Settings) -> None:
    scenario = read(next(p for p in SCENARIOS if p.stem == "S16-corrected-after-a-payment"))
    failures: list[Exception] = []
    worker = on_postgres(settings, SystemClock(), AtWork("worker", failures.append))
    offices: list[Office] = []

    def office_with(clock: Clock) -> Office:
        offices.append(on_postgres(settings, clock))
        return offices[0]

    play = Play(scenario, office_with)
    with closing(worker), closing(offices[0]):
        told = play.run()

    assert unmet(scenario, told, play.standings) == []
    assert failures == []


def test_another_deployments_topic_is_refused_and_leaves_the_index_alone(
    settings: Settings, dsn: str
) -> None:
    scenario = read(next(p for p in SCENARIOS if p.stem == "S16-corrected-after-a-payment"))
    with closing(on_postgres(settings)) as office:
        Play(scenario, lambda _clock: office).run()
    before = dict(tables(dsn))
    kafka = settings.kafka.model_copy(update={"topic": f"test-{uuid4()}"})
    other = settings.model_copy(update={"kafka": kafka})
    servers = tuple(kafka.servers.split(","))
    create(Access(servers=servers, topic=kafka.topic, partitions=64), development=True)

    with pytest.raises(UnavailableError, match=r"made from the log .*another deployment's, or"):
        on_postgres(other)
    assert dict(tables(dsn)) == before


def lose(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(INDEX)))
