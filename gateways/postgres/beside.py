"""Tables beside the live ones in PostgreSQL: filled by COPY, compared and switched by name."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from time import sleep
from typing import Any, Final, Self

from psycopg import Connection, InterfaceError, OperationalError
from psycopg.errors import UniqueViolation
from psycopg.sql import SQL, Composed, Identifier, Literal

from engine.ports import Entry, UnavailableError
from gateways.postgres import arrays, tables, tallying
from gateways.postgres.database import Database, fetched, unreachable
from gateways.postgres.packing import copy_rows
from gateways.postgres.queries import Schemas, query
from gateways.postgres.sealing import seal_of
from gateways.postgres.waiting import in_turn
from projections.beside import Difference, Filled, Part, Place, Positions, Turn, beside, written
from projections.parked import Parked
from projections.projection import AnyTable, Key, Rows
from projections.tally import tallies_of

REBUILD_LOCK: Final = 0x6B726178  # any number, as long as all use the same
PART_EVENTS: Final = 10_000
ENTRIES_AT_ONCE: Final = 100
PAUSE_SECONDS: Final = 0.3
COMMA: Final = SQL(", ")
MISCOUNTED: Final = "is not the sum of its rows"


class PostgresBeside:
    """Holds the rebuild lock on a connection of its own while the block lasts.

    One that is not entered only folds parts, for the rebuild that has the lock.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection = opened(database)
        self._run("sort_in_memory")

    def __enter__(self) -> Self:
        """Wait until no other rebuild has the tables."""
        while True:
            ((mine,),) = self._fetched("rebuild_lock", lock=REBUILD_LOCK)
            if mine:
                return self
            sleep(PAUSE_SECONDS)

    def __exit__(self, *_: object) -> None:
        """Let others have them."""
        self._connection.close()

    def shards(self) -> Sequence[int]:
        """The shards there are."""
        return [shard for (shard,) in self._fetched("indexed_shards")]

    def tables(self, place: Place, known: Sequence[AnyTable]) -> Sequence[AnyTable]:
        """Which of these are there, of the same shape."""
        shapes = {sql_name: shape for sql_name, shape, _, _ in self._told(place)}
        return [t for t in known if shapes.get(beside(place, t).sql_name) == tables.shape(t)]

    def begin(self, wanted: Sequence[AnyTable], made_by: str) -> bool:
        """Have new tables, empty; those that were begun in the same way go on."""
        wished = {(beside("new", t).sql_name, tables.shape(t), made_by) for t in wanted}
        told = self._told("new")
        self._wanted = {beside("new", table).sql_name: table for table in wanted}
        if told and {(name, shape, by) for name, shape, _, by in told} == wished:
            return True
        with self._connection.transaction():
            # Parts and positions are of one moment: a stream that began in between would
            # be in no part, and before the place from where the log is followed.
            self._run("one_moment")
            for sql_name, *_ in told:
                self._forget(sql_name)
            self._run("forget_parts")
            if any(table.one_stream for table in wanted):
                self._run("make_parts", size=PART_EVENTS)
            for table in wanted:
                self._make(table, made_by)
        return False

    def parts(self) -> Sequence[Part]:
        """The streams that are left to be folded."""
        return [Part(*row) for row in self._fetched("parts")]

    def entries(self, part: Part) -> Iterator[Entry]:
        """The events of the part's streams that new tables are to begin with.

        Each is made when it is asked for: what was just made is soonest folded.
        """
        cursor, asked = (
            self._connection.cursor(binary=True),
            {"above": part.above, "upto": part.upto},
        )
        try:
            cursor.execute(self._query("part_entries"), asked, prepare=True)
        except (OperationalError, InterfaceError) as error:
            raise unreachable(error) from error
        while some := cursor.fetchmany(ENTRIES_AT_ONCE):
            for row in some:
                yield Entry(*row)

    def put(self, part: Part, rows: Filled, parked: Sequence[Parked]) -> None:
        """Write what a part came to, and that it is done: both, or neither."""
        with self._connection.transaction():
            done = self._run("part_done", upto=part.upto)
            if done.rowcount != 1:
                raise UnavailableError("another rebuild has begun; give the command again")
            for table, kept in rows.items():
                copy_rows(self._connection, beside("new", table), kept)
            self._park("new", list(rows), parked)

    def complete(self) -> None:
        """Give the new tables their keys and indexes, those that have none.

        Where two streams wrote one row after all, the table begins again, to be filled in
        the order of the log.
        """
        make_room(self._connection)
        for sql_name, _, state, made_by in self._told("new"):
            new = beside("new", self._wanted[sql_name])
            if state == "filling":
                try:
                    with self._connection.transaction():
                        self._key(new)
                        self._run("beside_keyed", sql_name=sql_name)
                except UniqueViolation:
                    with self._connection.transaction():
                        self._forget(sql_name)
                        self._make(replace(self._wanted[sql_name], one_stream=False), made_by)
            self._connection.execute(SQL("ANALYZE {}").format(tables.named(new)))

    def positions(self, place: Place, wanted: Sequence[AnyTable]) -> Positions:
        """How far each table has come in each shard."""
        by_name = {beside(place, table).sql_name: table for table in wanted}
        found = self._fetched("positions", names=list(by_name))
        return {(by_name[sql_name], shard): nid for sql_name, shard, nid in found}

    def rows(
        self, place: Place, wanted: Mapping[AnyTable, Sequence[Key]]
    ) -> Mapping[AnyTable, Rows]:
        """The rows there are under the keys."""
        result: dict[AnyTable, Rows] = {}
        for table, keys in wanted.items():
            cursor = self._connection.cursor(binary=True)
            statement = tables.select(beside(place, table))
            found = cursor.execute(statement, tables.key_params(keys), prepare=True)
            rows = [tables.row_of(table, values) for values in found]
            result[table] = {table.key_of(row): row for row in rows}
        return result

    def parked(self, place: Place, wanted: Sequence[AnyTable]) -> Sequence[Parked]:
        """The streams the tables could not take."""
        names = [beside(place, table).sql_name for table in wanted]
        return [Parked(*row) for row in self._fetched("parked_beside", names=names)]

    def write(self, place: Place, turn: Turn) -> None:
        """Write what some events changed, and the position after them, both or neither."""
        names = [beside(place, table).sql_name for table in turn.tables]
        with self._connection.transaction():
            for sql_name in names if place == "kept" else ():
                self._run("seal", sql_name=sql_name, seal="")
            moved = self._run("move_beside", names=names, shard=turn.shard, nid=turn.nid)
            if moved.rowcount != len(names):
                raise UnavailableError("another rebuild has begun; give the command again")
            for table, changed in turn.rows.items():
                self._change(beside(place, table), changed)
            self._park(place, turn.tables, turn.parked)

    def unlike(
        self, place: Place, wanted: Sequence[AnyTable], follow: Callable[[], None]
    ) -> Iterable[Difference]:
        """Where tables beside differ from the live ones of the same shape, at one position."""
        lives = {(sql_name, shape) for sql_name, _, shape in self._fetched("lives")}
        both = [t for t in wanted if (t.sql_name, tables.shape(t)) in lives]
        with opened(self._database) as snapshot:
            with opened(self._database) as holding, holding.transaction():
                holding.execute(self._query("every_shard"))
                follow()
                snapshot.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                snapshot.execute("SELECT")  # from now on it sees what stands still here
            for table in both:
                yield from _compared(snapshot, table, beside(place, table))
                asked = {"name": table.name, "sql_name": beside(place, table).sql_name}
                for (stream,) in fetched(snapshot, "parked_apart", asked, self._database.schemas):
                    yield Difference("parked", f"{table.name} {stream}", "", "is not the same")
            live = {sql_name for sql_name, _ in lives}
            for tally in tallying.kept(both, live):
                for key, names in tallying.miscounted(snapshot, tally):
                    for name in names:
                        yield Difference(tally.table.sql_name, written(key), name, MISCOUNTED)
            snapshot.rollback()

    def switch(
        self,
        place: Place,
        wanted: Sequence[AnyTable],
        known: Sequence[AnyTable],
        follow: Callable[[], None],
    ) -> None:
        """Make the tables the live ones, and keep those that were, in one transaction."""
        self._in_turn(lambda switch: switch.run(place, wanted, known, follow))
        self.seal()

    def count(self, known: Sequence[AnyTable]) -> None:
        """Begin to keep the tallies of these tables, unless those of before gave way."""
        kept = {name for _, name in self._fetched("kept")}
        if kept.isdisjoint(tally.table.name for tally in tallies_of(known)):
            self._in_turn(lambda switch: switch.count(known))

    def seal(self) -> None:
        """Note how the kept tables are now."""
        for sql_name, _ in self._fetched("kept"):
            seal = seal_of(self._connection, sql_name, self._database.schemas)
            self._run("seal", sql_name=sql_name, seal=seal)

    def drop(self, place: Place, but: Sequence[AnyTable] = ()) -> Sequence[str]:
        """Do away with the tables of the place, but some; the names of those that went."""
        stay = {beside(place, table).sql_name for table in but}
        with self._connection.transaction():
            names = [sql_name for sql_name, *_ in self._told(place) if sql_name not in stay]
            for sql_name in names:
                self._forget(sql_name)
            if place == "new":
                self._run("forget_parts")
        return names

    def _in_turn(self, change: Callable[["Switch"], None]) -> None:
        """Change what is live, in one transaction, once nobody reads who would be waited for."""

        def once() -> None:
            with opened(self._database) as connection, connection.transaction():
                change(Switch(connection, self._database.schemas))

        in_turn(once, "somebody keeps reading the tables")

    def _told(self, place: Place) -> list[tuple[str, str, str, str]]:
        return [(*row,) for row in self._fetched("beside_told", prefix=f"{place}__")]

    def _make(self, table: AnyTable, made_by: str) -> None:
        new = beside("new", table)
        for statement in tables.create(new):
            self._connection.execute(statement)
        if not table.one_stream:
            self._key(new)
        self._run(
            "note_beside",
            sql_name=new.sql_name,
            name=table.name,
            shape=tables.shape(table),
            state="filling" if table.one_stream else "filled",
            made_by=made_by,
        )
        self._run("place_beside", sql_name=new.sql_name, at_end=table.one_stream)

    def _key(self, table: AnyTable) -> None:
        for statement in tables.keys(table):
            self._connection.execute(statement)

    def _forget(self, sql_name: str) -> None:
        self._connection.execute(SQL("DROP TABLE {}").format(_named(sql_name)))
        self._run("forget_beside", sql_name=sql_name)

    def _change(self, table: AnyTable, changed: Rows) -> None:
        _, kept, gone = tables.split(changed)
        if kept:
            named = {"schema": tables.SCHEMA, "name": table.sql_name}
            ((row_oid,),) = self._fetched("row_type", **named)
            params: dict[str, object] = {"kept_": tables.packed(table, kept, row_oid)}
            self._execute(tables.upsert(table, "kept_"), params)
        if gone:
            self._execute(tables.delete(table, "gone_"), tables.key_params(gone, "gone_"))

    def _execute(self, step: bytes, params: Mapping[str, object]) -> None:
        """A step of a batch alone, without the compare-and-set that it waits for there."""
        statement = b"WITH moved AS (SELECT), " + step + b" SELECT"
        self._connection.execute(statement, params, prepare=True)

    def _park(self, place: Place, wanted: Sequence[AnyTable], parked: Sequence[Parked]) -> None:
        by_name = {table.name: beside(place, table).sql_name for table in wanted}
        if parked:
            self._run(
                "park_beside",
                sql_name=[by_name[each.projection] for each in parked],
                stream=[each.stream for each in parked],
                event_id=[each.event_id for each in parked],
                shard=[each.shard for each in parked],
                nid=[each.nid for each in parked],
                reason=[each.reason for each in parked],
            )

    def _query(self, name: str) -> bytes:
        return query(name, self._database.schemas)

    def _run(self, named: str, /, **params: object) -> Any:
        return self._connection.execute(self._query(named), params)

    def _fetched(self, named: str, /, **params: object) -> list[tuple[Any, ...]]:
        try:
            return fetched(self._connection, named, params, self._database.schemas)
        except (OperationalError, InterfaceError) as error:
            raise unreachable(error) from error


class Switch:
    """The transaction that gives tables each other's names."""

    def __init__(self, connection: Connection, schemas: Schemas) -> None:
        self._connection = connection
        self._schemas = schemas

    def run(
        self,
        place: Place,
        wanted: Sequence[AnyTable],
        known: Sequence[AnyTable],
        follow: Callable[[], None],
    ) -> None:
        """Lock what is live, bring the tables beside to the end, and change the names."""
        chosen, names = {table.name for table in wanted}, {table.name for table in known}
        names |= {tally.table.name for tally in tallies_of(known)}
        lives = fetched(self._connection, "lives", {}, self._schemas)
        leaving = [(sql, name) for sql, name, _ in lives if name in chosen or name not in names]
        self._run("soon")
        # The tables before the shards, as a batch has them, or the two would wait in a ring.
        for sql_name, _ in leaving:
            locked = SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(_named(sql_name))
            self._connection.execute(locked)
        self._run("every_shard")
        follow()
        for table in wanted:
            self._rename(beside(place, table).sql_name, f"coming__{table.sql_name}", "filled")
        if place == "new":
            self._make_room({name for _, name in leaving})
        for sql_name, name in leaving:
            self._keep(sql_name, name)
        for table in wanted:
            self._take(f"coming__{table.sql_name}", table)
        tallying.count(self._connection, known, self._schemas)
        self._run("next_generation")

    def count(self, known: Sequence[AnyTable]) -> None:
        """Count the tallies of these tables, while nobody writes to what they follow from."""
        self._run("soon")
        for table in frozenset().union(*(tally.sources for tally in tallies_of(known))):
            locked = SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(tables.named(table))
            self._connection.execute(locked)
        self._run("every_shard")
        tallying.count(self._connection, known, self._schemas)
        self._run("next_generation")

    def _make_room(self, names: set[str]) -> None:
        """Only the tables that were live last are kept."""
        for sql_name, name in fetched(self._connection, "kept", {}, self._schemas):
            if name in names:
                self._connection.execute(SQL("DROP TABLE {}").format(_named(sql_name)))
                self._run("forget_beside", sql_name=sql_name)

    def _keep(self, sql_name: str, name: str) -> None:
        kept = f"kept__{sql_name}"
        self._rename(sql_name, kept, "kept")
        self._run("keep_places", sql_name=kept)
        self._run("keep_parked", sql_name=kept, name=name)

    def _take(self, sql_name: str, table: AnyTable) -> None:
        self._run("take_parked", sql_name=sql_name, name=table.name)
        self._rename(sql_name, table.sql_name, "live")

    def _rename(self, before: str, after: str, state: str) -> None:
        renamed = SQL("ALTER TABLE {} RENAME TO {}").format(_named(before), Identifier(after))
        self._connection.execute(renamed)
        self._run("renamed", before=before, after=after, state=state)

    def _run(self, named: str, /, **params: object) -> None:
        self._connection.execute(query(named, self._schemas), params)


def _compared(snapshot: Connection, live: AnyTable, other: AnyTable) -> Iterable[Difference]:
    """Where two tables of one shape differ, row by row and column by column."""
    with snapshot.cursor("compared", binary=True) as cursor:
        for *key, is_live, is_new, columns in cursor.execute(_comparison(live, other)):
            place = live.sql_name, written(tuple(key))
            if not is_live:
                yield Difference(*place, "", "the row is missing")
            elif not is_new:
                yield Difference(*place, "", "the log leads to no such row")
            else:
                for column in columns:
                    yield Difference(*place, column, "is not what the log leads to")


def _comparison(live: AnyTable, other: AnyTable) -> Composed:
    first, names = live.key[0], live.names
    differs = [
        SQL("CASE WHEN l.{0} IS DISTINCT FROM b.{0} THEN {1} END").format(
            Identifier(name), Literal(name)
        )
        for name in names
    ]
    return SQL(
        "SELECT {keys}, l.{first} IS NOT NULL, b.{first} IS NOT NULL,"
        " array_remove(ARRAY[{differs}]::text[], NULL)"
        " FROM {live} AS l FULL JOIN {other} AS b ON {same}"
        " WHERE l.{first} IS NULL OR b.{first} IS NULL OR ({ours}) IS DISTINCT FROM ({theirs})"
        " ORDER BY {places}"
    ).format(
        keys=COMMA.join(SQL("coalesce(l.{0}, b.{0})").format(Identifier(k)) for k in live.key),
        first=Identifier(first),
        differs=COMMA.join(differs),
        live=tables.named(live),
        other=tables.named(other),
        same=SQL(" AND ").join(SQL("l.{0} = b.{0}").format(Identifier(k)) for k in live.key),
        ours=COMMA.join(SQL("l.{}").format(Identifier(name)) for name in names),
        theirs=COMMA.join(SQL("b.{}").format(Identifier(name)) for name in names),
        places=COMMA.join(SQL(str(place)) for place in range(1, len(live.key) + 1)),
    )


def _named(sql_name: str) -> Identifier:
    return Identifier(tables.SCHEMA, sql_name)


def opened(database: Database) -> Connection:
    """A connection that takes packed arrays."""
    connection = database.dedicated()
    arrays.configure(connection)
    return connection


def make_room(connection: Connection) -> None:
    """Let the connection make keys of whole tables, which is all that it does meanwhile."""
    for named in ("much_memory", "keys_uncompressed"):
        connection.execute(query(named))
