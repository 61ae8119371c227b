"""The index in PostgreSQL: a batch is one round trip, and all of it or nothing."""

from collections.abc import Mapping, Sequence
from contextlib import closing, nullcontext
from threading import Lock
from typing import Any, Final, Literal
from uuid import UUID

from psycopg import Connection, InterfaceError, OperationalError, RawCursor
from psycopg.errors import (
    CannotCoerce,
    DatatypeMismatch,
    DivisionByZero,
    InternalError_,
    UndefinedObject,
    UndefinedTable,
    UniqueViolation,
)

from engine.journal.merkle import tree_of
from engine.ports import (
    Decided,
    Entry,
    Head,
    OutcomeUnknownError,
    Stored,
)
from gateways.postgres import arrays, batches, tables, tallying
from gateways.postgres.batches import RowOids, Statement
from gateways.postgres.beside import PostgresBeside
from gateways.postgres.coming import Coming
from gateways.postgres.database import Database, unreachable
from gateways.postgres.queries import query
from projections.index import Batch, Found, Halt, Meta, Rebuilding, Wanted
from projections.parked import Parked
from projections.projection import AnyTable, Key, Rows
from projections.tally import tallies_of

RECORDS_NEAR: Final = 200

# What is said of a row type that was looked up before its table was made anew. Where the
# type is gone altogether, an internal error is all that is said.
MADE_ANEW: Final = (KeyError, CannotCoerce, DatatypeMismatch, UndefinedObject, UndefinedTable)


class PostgresIndex:
    """Writes on a connection of its own, so that its statements stay prepared.

    `log_id` names a log that lies elsewhere. Then nothing here is the truth: what is lost is
    read from that log again.
    """

    def __init__(self, database: Database, log_id: str | None = None) -> None:
        self._database = database
        self._log_id = log_id
        self._writing: Connection | None = None
        self._row_oids: RowOids = {}
        self._generations: dict[int, int] = {}
        self._proven = False
        self._lock = Lock()

    def close(self) -> None:
        """Give the writing connection back."""
        if self._writing is not None:
            self._writing.close()
            self._writing = None
            self._proven = False

    def prepare(self, wanted: Sequence[AnyTable]) -> None:
        """Have these tables, and no others, if no event has been indexed yet."""

        def run(connection: Connection) -> None:
            with connection.transaction():
                connection.execute(self._query("lock_projections"))
                if connection.execute(self._query("fresh")).fetchone() != (True,):
                    return
                lives = connection.execute(self._query("lives")).fetchall()
                there = {(sql_name, shape) for sql_name, _, shape in lives}
                tallies = tallies_of(wanted)
                every = [*wanted, *(tally.table for tally in tallies)]
                if there == {(table.sql_name, tables.shape(table)) for table in every}:
                    return
                connection.execute(self._query("no_projections"))
                for table in wanted:
                    _make(connection, table)
                for tally in tallies:
                    tallying.make(connection, tally, self._database.schemas)
                if there:  # who keeps those must see that they are gone
                    connection.execute(self._query("next_generation"))

        self._database.read(run)

    def lacking(self, wanted: Sequence[AnyTable]) -> Sequence[AnyTable]:
        """Which of these tables are not live as they are defined."""
        lives = {(sql_name, shape) for sql_name, _, shape in self._database.fetch("lives")}
        return [table for table in wanted if (table.sql_name, tables.shape(table)) not in lives]

    def uncounted(self, wanted: Sequence[AnyTable]) -> Sequence[str]:
        """The tallies of these tables that are not live as they are defined."""
        tallies = [tally.table for tally in tallies_of(wanted)]
        return [table.sql_name for table in self.lacking(tallies)]

    def strange(self, wanted: Sequence[AnyTable]) -> Sequence[str]:
        """The live tables that are not among these, and no tallies of these."""
        known = {table.sql_name for table in wanted}
        known |= {tally.table.sql_name for tally in tallies_of(wanted)}
        return [name for name, *_ in self._database.fetch("lives") if name not in known]

    def beside(self) -> PostgresBeside:
        """The tables beside the live ones."""
        return PostgresBeside(self._database)

    def meta(self, shard: int) -> Meta:
        """How far the shard has come."""
        rows = self._database.fetch("meta", {"shard": shard})
        if not rows:
            self._open(shard)
            rows = self._database.fetch("meta", {"shard": shard})
        *told, formats, passed, halted_offset, halted_reason = rows[0]
        shard, log_id, next_offset, nid, last_hash, size, frontier, generation = told
        halt = None if halted_offset is None else Halt(halted_offset, halted_reason)
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
            halt=halt,
        )

    def load(self, shard: int, wanted: Wanted) -> Found:
        """What is known of what is wanted, in one round trip."""
        asked: dict[str, Mapping[str, object]] = {
            "heads": {"streams": list(wanted.streams)},
            "decided": {"commits": list(wanted.commits)},
            "commands": {
                "streams": [stream for stream, _ in wanted.commands],
                "commands": [command for _, command in wanted.commands],
            },
            "tracking": {
                "shard": shard,
                "applications": [application for application, _ in wanted.tracking],
                "upstreams": [upstream for _, upstream in wanted.tracking],
            },
        }
        wants = (wanted.streams, wanted.commits, wanted.commands, wanted.tracking)
        names = [name for name, some in zip(asked, wants, strict=True) if some]
        found = self._asked({name: (self._query(name), asked[name]) for name in names})
        return Found(
            heads={s: Head(version, digest) for s, version, digest in found.get("heads", ())},
            decided={row[0]: Decided(*row) for row in found.get("decided", ())},
            commands=frozenset((stream, cmd) for stream, cmd in found.get("commands", ())),
            tracking={(app, up): at for app, up, at in found.get("tracking", ())},
        )

    def rows(self, wanted: Mapping[AnyTable, Sequence[Key]]) -> Mapping[AnyTable, Rows]:
        """The rows there are under the keys, in one round trip."""
        asked: dict[AnyTable, Statement] = {
            table: (tables.select(table), tables.key_params(keys))
            for table, keys in wanted.items()
        }
        result: dict[AnyTable, Rows] = {}
        for table, found in self._asked(asked).items():
            rows = [tables.row_of(table, values) for values in found]
            result[table] = {table.key_of(row): row for row in rows}
        return result

    def parked(self) -> Sequence[Parked]:
        """The streams that are parked."""
        return [Parked(*row) for row in self._database.fetch("parked")]

    def apply(self, batch: Batch) -> bool:
        """Write the batch whole, if the shard still stands where it begins."""
        return self._write(batch)

    def append_and_apply(self, record: bytes, batch: Batch) -> bool:
        """Append the record and write the batch, both or neither, in one round trip.

        Raises OutcomeUnknownError when the connection was lost in the middle.
        """
        return self._write(batch, record)

    def halt(self, shard: int, halt: Halt) -> None:
        """Note where the shard stands still."""
        params = {"shard": shard, "at": halt.offset, "reason": halt.reason}
        self._database.read(lambda connection: connection.execute(self._query("halt"), params))

    def rebuild(self, shards: Sequence[int], fold: Rebuilding) -> None:
        """Put what `fold` gives in the place of all but the tables; it is made beside them."""
        try:
            with self.beside(), closing(Coming(self._database)) as coming:
                if not fold.needed(self._metas(shards)):
                    return
                coming.begin()
                self._approach(shards, fold, coming)
                coming.complete()
                self._approach(shards, fold, coming)
                coming.switch(
                    shards,
                    lambda: fold.batches(self._metas(shards)),
                    lambda: fold.reached,
                )
        except (OperationalError, InterfaceError) as error:
            raise unreachable(error) from error

    def _approach(self, shards: Sequence[int], fold: Rebuilding, coming: Coming) -> None:
        """Write until little is left that has not been written."""
        while fold.behind(metas := self._metas(shards)) > RECORDS_NEAR:
            coming.write(fold.batches(metas))

    def _metas(self, shards: Sequence[int]) -> list[Meta]:
        return [self.meta(shard) for shard in shards]

    def read(self, streams: Sequence[str]) -> Mapping[str, Stored]:
        """The named streams, all of one moment."""
        heads: dict[str, Head] = {}
        entries: dict[str, list[Entry]] = {}
        for version, digest, *rest in self._database.fetch(
            "read_streams", {"streams": list(streams)}
        ):
            entry = Entry(*rest)
            if entry.stream not in heads:
                heads[entry.stream] = Head(version, digest)
            entries.setdefault(entry.stream, []).append(entry)
        return {s: Stored(heads.get(s), tuple(entries.get(s, ()))) for s in streams}

    def entries(self, shard: int, after: int, limit: int) -> Sequence[Entry]:
        """At most `limit` standing events of the shard beyond `after`."""
        params = {"shard": shard, "after": after, "limit": limit}
        return [Entry(*row) for row in self._database.fetch("entries", params)]

    def by_id(self, event_ids: Sequence[UUID]) -> Mapping[UUID, Entry]:
        """The standing events there are of these ids."""
        found = self._database.fetch("by_id", {"events": list(event_ids)})
        return {entry.event_id: entry for entry in (Entry(*row) for row in found)}

    def decided(self, commit_ids: Sequence[UUID]) -> Mapping[UUID, Decided]:
        """The verdicts there are."""
        rows = self._database.fetch("decided", {"commits": list(commit_ids)})
        return {row[0]: Decided(*row) for row in rows}

    def answers(self, command_id: UUID, streams: Sequence[str]) -> Sequence[Decided]:
        """The standing commits of the command on any of `streams`."""
        params = {"command": command_id, "streams": list(streams)}
        return [Decided(*row) for row in self._database.fetch("answers", params)]

    def _open(self, shard: int) -> None:
        """Begin to count the shard, under the name of the log it is in."""
        elsewhere = {} if self._log_id is None else {"log_id": self._log_id}
        opened = self._query("open_shard_elsewhere" if elsewhere else "open_shard")
        self._database.read(lambda c: c.execute(opened, {"shard": shard, **elsewhere}))

    def _query(self, name: str) -> bytes:
        return query(name, self._database.schemas)

    def _asked(self, asked: Mapping[Any, Statement]) -> dict[Any, list[tuple[Any, ...]]]:
        """The rows of several questions, in one round trip."""

        def ask(connection: Connection) -> dict[Any, list[tuple[Any, ...]]]:
            with connection.pipeline():
                cursors = {
                    name: connection.cursor(binary=True).execute(text, params, prepare=True)
                    for name, (text, params) in asked.items()
                }
            return {name: cursor.fetchall() for name, cursor in cursors.items()}

        return self._database.read(ask) if asked else {}

    def _write(self, batch: Batch, record: bytes | None = None) -> bool:
        """Send all of a batch at once; its compare-and-set ends it if it must.

        The statements between two synchronisations of a pipeline are one transaction.
        """
        followers = list(batches.followers(batch, self._query))
        with self._lock:
            connection = self._at(batch.before)
            try:
                written, params = batches.written(
                    batch, self._database.schemas, self._row_oids, record
                )
                with connection.pipeline() if followers else nullcontext():
                    RawCursor(connection).execute(written.text, params, prepare=True)
                    for text, named in followers:
                        connection.execute(text, named, prepare=True)
            except BaseException as error:  # noqa: BLE001 - told apart, and raised again, by `_told`
                # What a broken pipeline had prepared is not to be relied on.
                lost = connection.broken or connection.closed
                anew = (isinstance(error, MADE_ANEW) and self._proven) or (
                    isinstance(error, (*MADE_ANEW, InternalError_)) and self._moved()
                )
                self.close()
                return _told(error, lost=lost, anew=anew)
            self._proven = True
            return True

    def _at(self, meta: Meta) -> Connection:
        """The writing connection, opened when the shard stood at that generation, or later.

        It knows the tables there were when it was opened. They change with the generation
        alone, and a batch holds at its own.
        """
        if self._generations.get(meta.shard) != meta.generation:
            self.close()
            self._generations[meta.shard] = meta.generation
        return self._writing or self._opened()

    def _moved(self) -> bool:
        """Whether tables have been made anew, or switched, since the row types were read."""
        params = {"schema": self._database.schemas.index}
        return dict(self._database.fetch("row_types", params)) != self._row_oids

    def _opened(self) -> Connection:
        """The writing connection. Its statements are inserts, which need be planned but once."""
        connection = self._database.dedicated()
        self._writing = connection
        arrays.configure(connection)
        try:
            connection.execute(self._query("plan_once"))
            params = {"schema": self._database.schemas.index}
            self._row_oids = dict(connection.execute(self._query("row_types"), params).fetchall())
        except (OperationalError, InterfaceError) as error:
            self.close()
            raise unreachable(error) from error
        return connection


def _told(error: BaseException, *, lost: bool, anew: bool) -> Literal[False]:
    """What a failed write means: the batch came too late, or it is the store that failed.

    A server that is there and says no (its disk is full, say) has undone the transaction.
    The batch came too late, too, when the tables were made `anew` before it was written.
    """
    if anew or isinstance(error, (DivisionByZero, UniqueViolation)):
        return False
    if isinstance(error, (OperationalError, InterfaceError)) and lost:
        raise OutcomeUnknownError("the database was lost in the middle") from error
    if isinstance(error, (OperationalError, InterfaceError)):
        raise unreachable(error) from error
    raise error


def _make(connection: Connection, table: AnyTable) -> None:
    for statement in (*tables.create(table), *tables.keys(table)):
        connection.execute(statement)
    params = {"sql_name": table.sql_name, "name": table.name, "shape": tables.shape(table)}
    connection.execute(query("add_projection"), params)
