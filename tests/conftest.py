"""A real PostgreSQL and a real Kafka for the tests that need one, started once and shared."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from gateways.kafka.access import Access
from gateways.kafka.broker.cluster import Cluster
from gateways.kafka.broker.errors import NotInstalledError
from gateways.kafka.topic import create
from gateways.postgres.server import Server
from gateways.settings import CHECKOUT

JARS = CHECKOUT / ".kravspor"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that kill brokers run in one process, so that three are started once."""
    for item in items:
        if "three_brokers" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("three brokers"))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a maintenance database: KRAVSPOR_DATABASE's, or of a server of our own.

    All workers of a run share one server; the last to leave stops it.
    """
    if given := os.environ.get("KRAVSPOR_DATABASE"):
        yield given
        return
    with Server.start(_shared_folder(tmp_path_factory) / "postgres") as server:
        yield server.dsn("postgres")


@pytest.fixture(scope="session")
def kafka_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The addresses of a cluster: KRAVSPOR_KAFKA's, or of a node of our own that all share."""
    if given := os.environ.get("KRAVSPOR_KAFKA"):
        yield given
        return
    with _shared_cluster(_shared_folder(tmp_path_factory) / "kafka", nodes=1) as cluster:
        yield cluster.bootstrap


@pytest.fixture
def topic(kafka_servers: str) -> Access:
    """A topic of one partition that nobody has written to."""
    access = Access(servers=tuple(kafka_servers.split(",")), topic=f"test-{uuid4()}")
    create(access, development=True)
    return access


@pytest.fixture(scope="session")
def three_brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three nodes of this process's own, to be killed and paused; each test starts with all up."""
    with _shared_cluster(tmp_path_factory.getbasetemp() / "kafka3", nodes=3) as cluster:
        yield cluster


def _shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def brought_up(up: Callable[[], Cluster]) -> Cluster:
    """A cluster; without Java or Maven the tests that need it say so and do not run.

    With CI=true they fail.
    """
    try:
        return up()
    except NotInstalledError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


@contextmanager
def _shared_cluster(home: Path, *, nodes: int) -> Iterator[Cluster]:
    """A cluster that the last to leave stops."""
    home.mkdir(exist_ok=True)
    with (home / "use.lock").open("a+b") as use:
        fcntl.flock(use, fcntl.LOCK_SH)
        cluster = brought_up(lambda: Cluster.up(home, JARS, nodes=nodes))
        yield cluster
        with suppress(BlockingIOError):
            fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for node in cluster.nodes:
                node.kill()


@pytest.fixture(scope="session")
def _databases(postgres_server: str) -> Iterator[tuple[str, str]]:
    """Two databases for this process, made once, since making one takes a while."""
    names = [f"test_{os.getpid()}", f"test_{os.getpid()}_keys"]
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        for name in names:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    given = conninfo_to_dict(postgres_server)
    first, second = (make_conninfo("", **{**given, "dbname": name}) for name in names)
    yield first, second
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        for name in names:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture
def database(_databases: tuple[str, str]) -> str:
    """The address of an empty database."""
    return emptied(_databases[0])


@pytest.fixture
def keys_database(_databases: tuple[str, str]) -> str:
    """The address of another empty database, for keys."""
    return emptied(_databases[1])


def emptied(dsn: str) -> str:
    with psycopg.connect(dsn, autocommit=True) as connection:
        ours = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'"
        ).fetchall()
        schemas = SQL(", ").join(Identifier(name) for (name,) in ours)
        connection.execute(SQL("DROP SCHEMA {} CASCADE").format(schemas))
        connection.execute("CREATE SCHEMA public")
    return dsn
