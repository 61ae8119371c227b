"""Log, index and projections as PostgreSQL holds them, read in one snapshot for verifying."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Self
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Composable, Composed, Identifier

from engine.journal.merkle import tree_of
from engine.ports import Decided, Entry, Head, Log
from gateways.postgres import tables, tallying
from gateways.postgres.batches import EVENT_COLUMNS, VERDICT_COLUMNS
from gateways.postgres.checkpoints import checkpoint_of
from gateways.postgres.database import Database, fetched
from gateways.postgres.sealing import broken, seal_of
from projections.index import Halt, Meta
from projections.parked import Parked
from projections.projection import AnyTable, Key, Row
from projections.tally import tallies_of
from replay.checkpoints import Checkpoint

ROWS_AT_ONCE: Final = 2000
META_COLUMNS: Final = (
    "shard", "log_id", "next_offset", "nid", "last_hash", "tree_size", "tree_frontier",
    "generation", "formats", "passed", "halted_offset", "halted_reason",
)  # fmt: skip
PARKED_COLUMNS: Final = ("projection", "stream", "event_id", "shard", "nid", "reason")
NOWHERE: Final = -1


class PostgresHeld:
    """One snapshot, held while the block lasts; whoever writes meanwhile is not in the way.

    `log` is the log where it is not in the database: then it is read as it was a moment after
    the snapshot was taken.
    """

    log: Log

    def __init__(self, database: Database, log: Log | None = None) -> None:
        self._schemas = database.schemas
        self._connection = database.dedicated()
        self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self.log = SnapshotLog(self._connection, database)
        if log is not None:
            self.log = LogUntil(log, {shard: log.end(shard) for shard in self.shards()})

    def __enter__(self) -> Self:
        """Read until the block is left."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the snapshot go."""
        self._connection.close()

    def shards(self) -> Sequence[int]:
        """The shards that any table of the log or the index speaks of."""
        named = [
            Identifier(self._schemas.journal, "shard"),
            Identifier(self._schemas.journal, "record"),
            Identifier(self._schemas.index, "log_meta"),
        ]
        each = [SQL("SELECT shard FROM {}").format(table) for table in named]
        asked = SQL("{} ORDER BY shard").format(SQL(" UNION ").join(each))
        return [shard for (shard,) in self._connection.execute(asked)]

    def meta(self, shard: int) -> Meta | None:
        """How far the index of the shard has come."""
        for row in self._all("log_meta", META_COLUMNS, SQL("shard")):
            *told, formats, passed, halted_offset, halted_reason = row
            at, log_id, next_offset, nid, last_hash, size, frontier, generation = told
            if at != shard:
                continue
            halted = (halted_offset, halted_reason) != (None, None)
            offset = NOWHERE if halted_offset is None else halted_offset
            return Meta(
                shard=shard,
                log_id=log_id,
                next_offset=next_offset,
                nid=nid,
                last_hash=last_hash,
                tree=tree_of(size, frontier),
                generation=generation,
                formats=tuple(formats),
                passed=tuple(passed),
                halt=Halt(offset, str(halted_reason)) if halted else None,
            )
        return None

    def events(self, shard: int, after: int, until: int) -> Iterable[Entry]:
        """The events of a shard between two nids."""
        asked = SQL("SELECT {} FROM {} WHERE shard = %s AND nid > %s AND nid <= %s ORDER BY nid")
        text = asked.format(_listed(EVENT_COLUMNS), self._table("event"))
        cursor = self._connection.cursor(binary=True)
        return (Entry(*row) for row in cursor.execute(text, [shard, after, until]))

    def strays(self, ends: Mapping[int, int]) -> Iterable[tuple[int, int]]:
        """The events outside 1 to the end of their shard."""
        asked = SQL(
            "SELECT held.shard, held.nid FROM {} AS held"
            " LEFT JOIN unnest(%s::bigint[], %s::bigint[]) AS known (shard, last)"
            " ON known.shard = held.shard"
            " WHERE known.shard IS NULL OR held.nid < 1 OR held.nid > known.last ORDER BY 1, 2"
        ).format(self._table("event"))
        return self._connection.execute(asked, [list(ends), list(ends.values())]).fetchall()

    def heads(self) -> Iterable[tuple[str, Head]]:
        """Where each stream ends."""
        for stream, version, digest in self._all("head", ("stream", "version", "hash")):
            yield stream, Head(version, digest)

    def verdicts(self) -> Iterable[Decided]:
        """Every verdict."""
        return (Decided(*row) for row in self._all("commit_verdict", VERDICT_COLUMNS))

    def commands(self) -> Iterable[tuple[tuple[str, UUID], UUID]]:
        """The standing commit of each command on each stream."""
        columns = ("stream", "command_id", "commit_id")
        for stream, command_id, commit_id in self._all("command", columns):
            yield (stream, command_id), commit_id

    def tracking(self) -> Iterable[tuple[tuple[int, str, str], int]]:
        """How far each application has come."""
        columns = ("shard", "application", "upstream", "tracking_id")
        for *place, tracking_id in self._all("tracking", columns):
            yield (place[0], place[1], place[2]), tracking_id

    def checkpoints(self, shard: int) -> Sequence[Checkpoint]:
        """The checkpoints made of the log's shard."""
        params = {"log_id": self.log.identity(), "shard": shard}
        rows = fetched(self._connection, "checkpoints", params, self._schemas)
        return [checkpoint_of(row) for row in rows]

    def parked(self) -> Sequence[Parked]:
        """The streams that are parked."""
        return [Parked(*row) for row in self._all("parked", PARKED_COLUMNS)]

    def rows(self, table: AnyTable) -> Iterable[Row]:
        """The typed rows of a projection."""
        text = SQL("SELECT {} FROM {}").format(_listed(table.names), tables.named(table))
        return (tables.row_of(table, values) for values in self._streamed(text))

    def unlike(self, wanted: Sequence[AnyTable]) -> Iterable[tuple[str, str]]:
        """The tables that are not there, not filled, or not as defined."""
        columns = ("sql_name", "name", "shape", "state", "made_by", "seal")
        known = {row[0]: row[1:] for row in self._all("projection", columns)}
        for table in (*wanted, *(tally.table for tally in tallies_of(wanted))):
            name, shape, *rest = known.get(table.sql_name, (None, ""))
            if name != table.name:
                yield table.sql_name, "no such table is noted"
            elif shape != tables.shape(table):
                yield table.sql_name, "noted in another shape than it is defined in"
            elif rest != ["live", "", ""]:
                yield table.sql_name, "not live"

    def miscounted(self, wanted: Sequence[AnyTable]) -> Iterable[tuple[str, Key, str]]:
        """Where a tally is not the sum of its tables: which, under what, and which sum."""
        unlike = {name for name, _ in self.unlike(wanted)}
        for tally in tallies_of(wanted):
            if unlike & {each.sql_name for each in (tally.table, *tally.sources)}:
                continue
            for key, names in tallying.miscounted(self._connection, tally):
                yield from ((tally.table.sql_name, key, name) for name in names)

    def broken_seals(self) -> Iterable[tuple[str, str]]:
        """What is not as it was when a table was kept, each with that table's name."""
        noted = dict(self._all("projection", ("sql_name", "seal")))
        for sql_name, seal in noted.items():
            if sql_name.startswith("kept__") and seal:
                now = seal_of(self._connection, sql_name, self._schemas)
                yield from ((where, sql_name) for where in broken(sql_name, seal, now))

    def _table(self, name: str) -> Identifier:
        return Identifier(self._schemas.index, name)

    def _all(
        self, name: str, columns: Iterable[str], order: Composable | None = None
    ) -> Iterator[tuple[Any, ...]]:
        text = SQL("SELECT {} FROM {}").format(_listed(columns), self._table(name))
        return self._streamed(text if order is None else text + SQL(" ORDER BY ") + order)

    def _streamed(self, text: Composed) -> Iterator[tuple[Any, ...]]:
        """The rows of a question, some at a time."""
        with self._connection.cursor("held", binary=True) as cursor:
            cursor.itersize = ROWS_AT_ONCE
            yield from cursor.execute(text)


class SnapshotLog:
    """The log as the snapshot has it."""

    def __init__(self, connection: Connection, database: Database) -> None:
        self._connection = connection
        self._schemas = database.schemas

    def identity(self) -> str:
        """The name the log was born with."""
        ((log_id,),) = self._fetched("identity")
        return str(log_id)

    def append(self, shard: int, record: bytes) -> int:
        """Never. Raises PermissionError."""
        raise PermissionError(f"{len(record)} bytes for shard {shard}: a snapshot is only read")

    def read(self, shard: int, start: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """At most `limit` records from `start` on, with their offsets."""
        return self._fetched("log_read", shard=shard, start=start, limit=limit)

    def end(self, shard: int) -> int:
        """The offset the next record would get."""
        ((end,),) = self._fetched("log_end", shard=shard)
        return int(end)

    def lacks(self, shard: int, offset: int) -> bool:
        """Whether it ends before `offset`; a snapshot has one end."""
        return self.end(shard) < offset

    def epoch(self, shard: int) -> int:  # noqa: ARG002 - the same for all
        """Always the same: a snapshot does not move."""
        return 0

    def _fetched(self, name: str, **params: object) -> list[tuple[Any, ...]]:
        return fetched(self._connection, name, params, self._schemas)


class LogUntil:
    """A log as it was when its shards ended where it is told; what came later is not there."""

    def __init__(self, log: Log, ends: Mapping[int, int]) -> None:
        self._log = log
        self._ends = ends
        self.identity, self.epoch = log.identity, log.epoch

    def append(self, shard: int, record: bytes) -> int:
        """Never. Raises PermissionError."""
        raise PermissionError(f"{len(record)} bytes for shard {shard}: this is only read")

    def read(self, shard: int, start: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """At most `limit` records from `start` on, with their offsets."""
        wanted = min(limit, self.end(shard) - start)
        return self._log.read(shard, start, wanted) if wanted > 0 else ()

    def end(self, shard: int) -> int:
        """Where the shard ended."""
        return self._ends.get(shard, 0)

    def lacks(self, shard: int, offset: int) -> bool:
        """Whether the shard ended before `offset`."""
        return self.end(shard) < offset


class Tombstones:
    """Whose key was destroyed on purpose, as the keys' database tells."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def erased(self, person_id: UUID) -> bool:
        """Whether the person's key was made and then destroyed, or refused for ever."""
        asked = "SELECT FROM keys.person WHERE person_id = %s AND destroyed_at IS NOT NULL"
        found = self._database.read(lambda c: c.execute(asked, [person_id]).fetchone())
        return found is not None


def _listed(names: Iterable[str]) -> Composed:
    return SQL(", ").join(map(Identifier, names))
