"""What the machine itself can do: a bare flush, a bare hash, a bare COPY."""

import os
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

from psycopg import connect
from psycopg.sql import SQL, Identifier

from engine.journal.commit import commit_hash
from gateways.benching import course
from gateways.benching.timing import Timing, timed
from gateways.postgres import tables
from projections.projection import AnyProjection

INDEX_TABLES: Final = ("event", "head", "commit_verdict", "command")
BLOCK_BYTES: Final = 1 << 20


def flushes(folder: Path, seconds: float) -> Timing:
    """How often a second a line can be appended to a file and flushed to the disk."""
    line, _ = next(course.lines(course.LENGTH))
    with (folder / "flushed").open("wb", buffering=0) as file:
        number = file.fileno()

        def write() -> None:
            os.write(number, line)
            os.fdatasync(number)

        return timed(1, seconds, lambda _worker: write)


def hashes_per_second(seconds: float) -> float:
    """How many lines a second one thread can hash, and nothing else."""
    line, _ = next(course.lines(course.LENGTH))

    def digest() -> None:
        commit_hash(line)

    return timed(1, seconds, lambda _worker: digest).per_second


def copy_seconds(dsn: str, models: Sequence[AnyProjection], *, whole: bool) -> float:
    """How long the rows that a rebuild wrote take by bare COPY into tables without keys.

    With `whole` events, heads and verdicts are copied too. The rows are read out first;
    only their way in is timed, in one transaction.
    """
    taken = 0.0
    names = [projection.table.sql_name for projection in models]
    names += INDEX_TABLES if whole else ()
    with connect(dsn) as connection:
        for name in names:
            source = Identifier(tables.SCHEMA, name)
            out = SQL("COPY {} TO STDOUT (FORMAT BINARY)").format(source)
            with connection.cursor().copy(out) as copy:
                blocks = [bytes(block) for block in copy]
            connection.execute(SQL("CREATE TABLE copied (LIKE {})").format(source))
            packed = b"".join(blocks)
            begun = perf_counter()
            with connection.cursor().copy("COPY copied FROM STDIN (FORMAT BINARY)") as copy:
                for start in range(0, len(packed), BLOCK_BYTES):
                    copy.write(packed[start : start + BLOCK_BYTES])
            taken += perf_counter() - begun
            connection.execute("DROP TABLE copied")
        begun = perf_counter()
        connection.commit()
    return taken + perf_counter() - begun
