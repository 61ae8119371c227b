"""The embedded PostgreSQL: a real server in a folder of ours, with nothing to install."""

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedRandom
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from gateways.postgres.binaries import ServerError, find_binaries
from gateways.postgres.cluster import USER, Cluster
from gateways.postgres.privilege import least_privilege

__all__ = ["Server", "ServerError", "find_binaries"]

DATABASE_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
UNQUOTABLE = re.compile(r'["$`\\\n]')  # pg_ctl hands the path to a shell, in double quotes


class Server:
    """A running server; all who start the same folder share it, whatever process they are in.

    Leaving the context, or `close`, stops it when nobody else uses it; `stop` stops it
    whoever does. A process that was killed leaves it running, and the next start finds it.
    """

    def __init__(self, cluster: Cluster, use: BufferedRandom) -> None:
        self.cluster = cluster
        self._use = use  # a shared lock, held while we use the server; a crash lets it go

    @classmethod
    def start(cls, data_dir: Path, *, bin_dir: Path | None = None) -> Self:
        """The server of `data_dir`, made when the folder is empty, started when it stands still.

        Raises ServerError when it cannot be had.
        """
        home = data_dir.absolute()
        if found := UNQUOTABLE.search(str(home)):
            raise ServerError(
                f"no PostgreSQL can be kept in {home}: its programs take no {found[0]!r} in a path"
            )
        with _told_plainly():
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _alone(home):
                cluster = _cluster(home, bin_dir)
                if not cluster.running():
                    cluster.launch()
                return cls(cluster, _in_use(home))

    def dsn(self, database: str) -> str:
        """The address of `database`. Raises ServerError when the server is down."""
        folder = self.cluster.socket_dir()
        if folder is None:
            raise ServerError(f"the PostgreSQL in {self.cluster.home} is not running")
        return f"postgresql://{USER}@/{quote(database)}?host={quote(str(folder), safe='')}"

    def ensure_database(self, name: str) -> str:
        """Make the database `name` unless it is there; its address.

        Raises ServerError when `name` cannot be a database's.
        """
        if not DATABASE_NAME.fullmatch(name):
            raise ServerError(f"{name!r} cannot name a database: a-z, 0-9 and _ only")
        _make_database(self.dsn("postgres"), name)
        return self.dsn(name)

    def close(self) -> None:
        """Use the server no longer; the last to do so stops it."""
        if self._use.closed:
            return
        with _told_plainly(), _alone(self.cluster.home), self._use:
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self.cluster.halt()

    def stop(self) -> None:
        """Stop the server now, whoever uses it."""
        with _told_plainly(), _alone(self.cluster.home), self._use:
            self.cluster.halt()

    def __enter__(self) -> Self:
        """Use the server until the block is left."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Use it no longer."""
        self.close()


def ensure_beside(dsn: str, suffix: str) -> str:
    """Make a database named as that of `dsn` and `suffix`, on the same server; its address.

    Raises ServerError when it cannot be made.
    """
    import psycopg  # noqa: PLC0415 - slow to import
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415 - as above

    given = conninfo_to_dict(dsn)
    name = f"{given.get('dbname') or 'kravspor'}{suffix}"
    beside = make_conninfo("", **{**given, "dbname": name})
    try:
        _make_database(dsn, name)
    except psycopg.Error as error:
        raise ServerError(
            f"the database {name} for the keys cannot be made ({error}); make it by hand, or name "
            "one of its own in KRAVSPOR_KEYS_DATABASE"
        ) from error
    return beside


def _make_database(dsn: str, name: str) -> None:
    """Make the database `name` on the server of `dsn` unless it is there."""
    import psycopg  # noqa: PLC0415 - slow to import, and neither start nor stop needs it

    make = psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name))
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", [name])
        if found.fetchone() is None:
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(make)


def _cluster(home: Path, bin_dir: Path | None) -> Cluster:
    """The cluster in `home`, with programs of the version that made it; made when missing."""
    made_by = home / "cluster" / "PG_VERSION"
    folder = bin_dir or find_binaries(int(made_by.read_text()) if made_by.exists() else None)
    privilege = least_privilege(runs=folder / "postgres", owns=home)
    cluster = Cluster(home, folder.absolute(), privilege)
    if not made_by.exists():
        cluster.make()
    return cluster


def _in_use(home: Path) -> BufferedRandom:
    file = (home / "use.lock").open("a+b")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Nobody else starts or stops the server of `home` meanwhile."""
    with (home / "start.lock").open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Tell the operating system's refusals, a full disk among them, in one sentence."""
    try:
        yield
    except OSError as error:
        raise ServerError(f"{error.filename or 'the data folder'}: {error.strerror}") from error
