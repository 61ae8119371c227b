"""A PostgreSQL database: its connections, its schema, and how it fails."""

import logging
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from time import sleep
from typing import Any, Final, LiteralString, Self, TypeVar

from psycopg import Connection, InterfaceError, OperationalError, connect
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.numeric import Int8BinaryDumper
from psycopg.types.string import StrBinaryDumper
from psycopg_pool import ConnectionPool, PoolTimeout

from engine.ports import UnavailableError
from gateways.postgres.queries import OURS, Schemas, query, script, scripts

# The pool would tell stderr in words of its own; what it could not do is told by whoever asked.
logging.getLogger("psycopg.pool").propagate = False
logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())

T = TypeVar("T")
Params = Mapping[str, object]

TRIES: Final = 4
PAUSE_SECONDS: Final = 0.2
WAIT_SECONDS: Final = 2.0
CONNECTIONS_MAX: Final = 8
LEDGER: Final = """CREATE TABLE IF NOT EXISTS public.{} (
    number bigint PRIMARY KEY, run_at timestamptz NOT NULL DEFAULT now())"""
# A connection whose far end is gone is found out, and not waited for until the kernel tires.
LIVELINESS: Final[Mapping[str, str | int]] = {
    "options": "-c timezone=UTC",
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
MIGRATION_LOCK: Final = 0x6B726176  # any number, as long as all use the same


class Database:
    """Connections to one database. Reading is tried again when a connection is lost."""

    def __init__(self, dsn: str, schemas: Schemas = OURS) -> None:
        self.dsn = dsn
        self.schemas = schemas
        self._reach = make_conninfo(dsn, **LIVELINESS)
        self._pool = ConnectionPool(
            self._reach,
            min_size=0,
            max_size=CONNECTIONS_MAX,
            timeout=WAIT_SECONDS,
            reconnect_timeout=WAIT_SECONDS,
            kwargs={"autocommit": True},
            configure=_configure,
            open=False,
        )
        self._pool.open()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Do some reading, or writing that may be done twice, on a connection.

        Raises UnavailableError when the database cannot be reached.
        """
        for attempt in range(TRIES):
            try:
                with self._pool.connection() as connection:
                    return work(connection)
            except (OperationalError, InterfaceError) as error:
                # Whoever has waited for a connection in vain has waited long enough.
                if attempt == TRIES - 1 or isinstance(error, PoolTimeout):
                    raise unreachable(error) from error
                sleep(PAUSE_SECONDS)
        raise AssertionError("unreachable")

    def fetch(self, name: str, params: Params = {}) -> list[tuple[Any, ...]]:  # noqa: B006 - never changed
        """The rows of a named statement."""
        return self.read(lambda connection: fetched(connection, name, params, self.schemas))

    def dedicated(self) -> Connection:
        """A connection of one's own, to be closed by whoever asked for it.

        Raises UnavailableError when the database cannot be reached.
        """
        try:
            connection = connect(self._reach, autocommit=True)
        except (OperationalError, InterfaceError) as error:
            raise unreachable(error) from error
        _configure(connection)
        return connection

    def close(self) -> None:
        """Give all connections back."""
        self._pool.close()

    def __enter__(self) -> Self:
        """Use the database until the block is left."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def open_journal(dsn: str, shards: Sequence[int] = (0,), schemas: Schemas = OURS) -> Database:
    """The database of log and index, its schemas made or brought up to date.

    An index schema of another shape is dropped; the runner fills it again from the log.
    Raises UnavailableError when the database cannot be reached.
    """
    database = Database(dsn, schemas)
    try:
        migrate(database, f"{schemas.journal}_migration", "migrations")
        migrate(database, "durable_migration", "durable_migrations")
        database.read(lambda connection: _make_index(connection, schemas))
        for shard in shards:
            _open_shard(database, shard)
    except BaseException:
        database.close()
        raise
    return database


def migrate(database: Database, ledger: str, folder: str) -> None:
    """Run the numbered migrations of `folder` that the table `ledger` does not name yet."""

    def run(connection: Connection) -> None:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])
            connection.execute(_named(LEDGER, ledger))
            found = connection.execute(_named("SELECT number FROM public.{}", ledger))
            done = {number for (number,) in found}
            for number, statements in scripts(folder):
                if number not in done:
                    connection.execute(database.schemas.placed(statements).encode())
                    noted = _named("INSERT INTO public.{} (number) VALUES (%s)", ledger)
                    connection.execute(noted, [number])

    database.read(run)


def counted(database: Database, name: str, params: Params) -> int:
    """What a named statement counts."""
    count: int = database.fetch(name, params)[0][0]
    return count


def fetched(
    connection: Connection, name: str, params: Params, schemas: Schemas = OURS
) -> list[TupleRow]:
    """The rows of a named statement, prepared and in binary."""
    cursor = connection.cursor(binary=True)
    return cursor.execute(query(name, schemas), params, prepare=True).fetchall()


def unreachable(error: Exception) -> UnavailableError:
    """The failure in words for a person, with the server's own first line."""
    told = str(error).strip().splitlines() or [type(error).__name__]
    return UnavailableError(
        f"The database cannot be reached ({told[0]}). Nothing has been written; try again."
    )


def _configure(connection: Connection) -> None:
    """One SQL type for each Python type, or every length of int would prepare anew."""
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    connection.adapters.register_dumper(str, StrBinaryDumper)


def _named(statement: LiteralString, table: str) -> Composed:
    return SQL(statement).format(Identifier(table))


def _open_shard(database: Database, shard: int) -> None:
    opened = query("open_shard", database.schemas)
    database.read(lambda connection: connection.execute(opened, {"shard": shard}))


def _make_index(connection: Connection, schemas: Schemas) -> None:
    statements = script("index.sql")
    shape = f"shape {sha256(statements.encode()).hexdigest()}"
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])
        found = connection.execute(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s",
            [schemas.index],
        ).fetchone()
        if found == (shape,):
            return
        connection.execute(f"DROP SCHEMA IF EXISTS {schemas.index} CASCADE".encode())
        connection.execute(schemas.placed(statements).encode())
        connection.execute(f"COMMENT ON SCHEMA {schemas.index} IS '{shape}'".encode())
