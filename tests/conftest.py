"""A real PostgreSQL for the tests that need one, started once and shared."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from gateways.postgres.server import Server


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a maintenance database: KRAVSPOR_DATABASE's, or of a server of our own.

    All workers of a run share one server; the last to leave stops it.
    """
    if given := os.environ.get("KRAVSPOR_DATABASE"):
        yield given
        return
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with Server.start(Path(shared) / "postgres") as server:
        yield server.dsn("postgres")


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
    return _emptied(_databases[0])


@pytest.fixture
def keys_database(_databases: tuple[str, str]) -> str:
    """The address of another empty database, for keys."""
    return _emptied(_databases[1])


def _emptied(dsn: str) -> str:
    with psycopg.connect(dsn, autocommit=True) as connection:
        ours = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'"
        ).fetchall()
        schemas = SQL(", ").join(Identifier(name) for (name,) in ours)
        connection.execute(SQL("DROP SCHEMA {} CASCADE").format(schemas))
        connection.execute("CREATE SCHEMA public")
    return dsn
