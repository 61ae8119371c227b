"""Backups by PostgreSQL's own programs: a database out to one file, and into an empty one."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from gateways.postgres.binaries import find_binaries

VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


class BackupError(Exception):
    """A backup cannot be made or brought back; the message says why and what to do."""


def dump(dsn: str, to: Path, *, without: Sequence[str] = ()) -> None:
    """Write the database to `to`, as of one moment, without the schemas named.

    Raises BackupError when it cannot be written; what there is of the file is then no backup.
    """
    left_out = [f"--exclude-schema={schema}" for schema in without]
    _run("pg_dump", dsn, ["--format=custom", "--no-owner", "--no-privileges", *left_out], to)


def load(dsn: str, file: Path) -> None:
    """Bring the database back from `file`, whole or not at all, into one that is empty.

    Raises BackupError when it is not empty, or the file is no backup.
    """
    if tables := _tables(dsn):
        raise BackupError(f"the database holds {tables} tables: restore into an empty one")
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    _run("pg_restore", dsn, [*options, f"--dbname={_named(dsn)}"], file)


def _tables(dsn: str) -> int:
    try:
        with psycopg.connect(dsn) as connection:
            found = connection.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)'"
            ).fetchone()
    except psycopg.OperationalError as error:
        raise BackupError(f"the database cannot be reached ({error})") from error
    return int(found[0]) if found else 0


def _named(dsn: str) -> str:
    return str(conninfo_to_dict(dsn).get("dbname") or "")


def _run(program: str, dsn: str, options: Sequence[str], file: Path) -> None:
    """Run one of PostgreSQL's programs; its address is in the environment, which nobody lists."""
    given = conninfo_to_dict(dsn)
    address = {name: str(given[key]) for key, name in VARIABLES.items() if given.get(key)}
    command = [str(find_binaries() / program), "--no-password", *options]
    command += [f"--file={file}"] if program == "pg_dump" else [str(file)]
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own, with options of ours
        command, env={**os.environ, **address}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = done.stderr.strip().splitlines() or ["no reason was given"]
        raise BackupError(f"{program} failed: {told[0]}")
