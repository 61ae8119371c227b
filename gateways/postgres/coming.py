"""The index made again in a schema of its own, which gives its tables to the live one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from gateways.postgres.batches import fill, placed
from gateways.postgres.beside import make_room, opened
from gateways.postgres.database import Database, fetched
from gateways.postgres.queries import Schemas, query, script
from gateways.postgres.tables import SCHEMA
from gateways.postgres.waiting import in_turn
from projections.index import Batch, Meta

TABLES: Final = ("event", "head", "commit_verdict", "command", "tracking")


def coming(schemas: Schemas) -> Schemas:
    """Where an index is made again."""
    return replace(schemas, index=f"{schemas.index}_coming")


class Coming:
    """What is made again; nobody sees it before it is switched in, and a kill leaves nothing."""

    def __init__(self, database: Database) -> None:
        self._schemas = database.schemas
        self._place = coming(self._schemas)
        self._connection = opened(database)
        self._keys: list[str] = []

    def close(self) -> None:
        """Leave nothing of it."""
        if not self._connection.closed:
            self._drop()
            self._connection.close()

    def begin(self) -> None:
        """Have empty tables, those that are copied into without keys."""
        with self._connection.transaction():
            self._drop()
            self._connection.execute(self._place.placed(script("index.sql")).encode())
            for off, on in fetched(self._connection, "keys_of_index", {}, self._place):
                self._connection.execute(off.encode())
                self._keys.append(on)

    def write(self, batches: Iterable[Batch]) -> None:
        """Write what a rebuild gives; each batch whole."""
        for batch in batches:
            with self._connection.transaction():
                fill(self._connection, batch, self._place)

    def complete(self) -> None:
        """Give the tables their keys and indexes."""
        make_room(self._connection)
        for on in self._keys:
            self._connection.execute(on.encode())
        self._run("analyze_index", self._place)

    def switch(
        self,
        shards: Sequence[int],
        last: Callable[[], Iterable[Batch]],
        reached: Callable[[], Sequence[Meta]],
    ) -> None:
        """Put the tables in the place of the live ones, with what is `last`, in one transaction.

        `reached` tells where the shards stand after that.
        Who reads or writes for long is waited for, in short tries.
        """

        def once() -> None:
            with self._connection.transaction():
                self._run("soon", self._schemas)
                # The tables before the shards, as a batch has them, or the two would wait
                # in a ring.
                self._run("lock_index", self._schemas)
                self._run("lock_log", self._schemas, shards=list(shards))
                self._run("every_shard", self._schemas)
                self.write(last())
                self._take()
                self._note(reached())

        in_turn(once, "somebody keeps using the index")

    def _note(self, reached: Sequence[Meta]) -> None:
        """Note where the shards stand; tables that hold less than that are not live."""
        before = {shard: at for shard, _, at in self._fetched("places")}
        for meta in reached:
            self._run("place", self._schemas, log_id=meta.log_id, **placed(meta))
        if any(before.get(meta.shard, 0) < meta.next_offset for meta in reached):
            for sql_name, *_ in self._fetched("lives"):
                self._connection.execute(SQL("DROP TABLE {}").format(Identifier(SCHEMA, sql_name)))
            self._run("nothing_live", self._schemas)
        self._run("next_generation", self._schemas)

    def _drop(self) -> None:
        gone = SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(self._place.index))
        self._connection.execute(gone)

    def _take(self) -> None:
        self._run("index_gone", self._schemas)
        for table in TABLES:
            moved = SQL("ALTER TABLE {} SET SCHEMA {}").format(
                Identifier(self._place.index, table), Identifier(self._schemas.index)
            )
            self._connection.execute(moved)

    def _fetched(self, named: str) -> list[TupleRow]:
        return fetched(self._connection, named, {}, self._schemas)

    def _run(self, named: str, schemas: Schemas, /, **params: object) -> None:
        self._connection.execute(query(named, schemas), params)
