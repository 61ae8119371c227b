"""Tables beside the live ones in memory, under the log's lock: as PostgreSQL has them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Self
from uuid import UUID

from engine.ports import Entry
from gateways.memory.content import Holdings, Kept
from projections.beside import Difference, Filled, Part, Place, Positions, Turn, beside, written
from projections.parked import Parked
from projections.projection import AnyTable, Key, Rows


class MemoryBeside:
    """All of a rebuild is done under the log's lock: nobody comes in between."""

    def __init__(self, held: Holdings) -> None:
        self._held = held
        self._parts: list[Part] = []

    def __enter__(self) -> Self:
        """Have the tables alone."""
        self._held.log.lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        """Let others have them."""
        self._held.log.lock.release()

    def shards(self) -> Sequence[int]:
        """The shards that have events."""
        return sorted(self._held.content.by_nid)

    def tables(self, place: Place, known: Sequence[AnyTable]) -> Sequence[AnyTable]:
        """Which of these are there."""
        return [table for table in known if beside(place, table).sql_name in self._held.places]

    def begin(self, tables: Sequence[AnyTable], made_by: str) -> bool:
        """Have new tables, empty: what was in memory was not broken off."""
        del made_by
        self.drop("new")
        nids = {shard: len(held) for shard, held in self._held.content.by_nid.items()}
        for table in tables:
            at = nids if table.one_stream else dict.fromkeys(nids, 0)
            self._held.places[beside("new", table).sql_name] = Kept(table.name, positions=dict(at))
        streams = self._held.content.entries
        if streams and any(table.one_stream for table in tables):
            self._parts = [Part("", max(streams), sum(map(len, streams.values())))]
        return False

    def parts(self) -> Sequence[Part]:
        """All streams together, if any."""
        return self._parts

    def entries(self, part: Part) -> Sequence[Entry]:
        """The events, stream by stream."""
        streams = self._held.content.entries
        return [e for s in sorted(streams) if part.above < s <= part.upto for e in streams[s]]

    def put(self, part: Part, rows: Filled, parked: Sequence[Parked]) -> None:
        """Write what a part came to."""
        self._parts = [each for each in self._parts if each != part]
        for table, kept in rows.items():
            self._at("new", table).rows.update((table.key_of(row), row) for row in kept)
        self._park("new", list(rows), parked)

    def complete(self) -> None:
        """Nothing has to be made."""

    def positions(self, place: Place, tables: Sequence[AnyTable]) -> Positions:
        """How far each table has come in each shard."""
        return {
            (table, shard): nid
            for table in tables
            for shard, nid in self._at(place, table).positions.items()
        }

    def rows(
        self, place: Place, wanted: Mapping[AnyTable, Sequence[Key]]
    ) -> Mapping[AnyTable, Rows]:
        """The rows there are under the keys."""
        return {
            table: {key: held[key] for key in keys if key in held}
            for table, keys in wanted.items()
            for held in [self._at(place, table).rows]
        }

    def parked(self, place: Place, tables: Sequence[AnyTable]) -> Sequence[Parked]:
        """The streams the tables could not take."""
        return [each for table in tables for each in self._at(place, table).parked.values()]

    def write(self, place: Place, turn: Turn) -> None:
        """Write what some events changed, and the position after them."""
        for table in turn.tables:
            kept = self._at(place, table)
            kept.positions[turn.shard] = turn.nid
            for key, row in turn.rows.get(table, {}).items():
                kept.rows.pop(key, None)
                if row is not None:
                    kept.rows[key] = row
        self._park(place, turn.tables, turn.parked)

    def unlike(
        self, place: Place, tables: Sequence[AnyTable], follow: Callable[[], None]
    ) -> Iterable[Difference]:
        """Where tables beside differ from the live ones."""
        follow()
        content = self._held.content
        for table in tables:
            if table.sql_name in content.rows:
                other = self._at(place, table)
                yield from _compared(table, content.rows[table.sql_name], other.rows)
                live = {s: p for (name, s), p in content.parked.items() if name == table.name}
                for stream, _ in sorted(_places(live) ^ _places(other.parked)):
                    yield Difference("parked", f"{table.name} {stream}", "", "is not the same")

    def switch(
        self,
        place: Place,
        tables: Sequence[AnyTable],
        known: Sequence[AnyTable],
        follow: Callable[[], None],
    ) -> None:
        """Make the tables the live ones, and keep those that were."""
        follow()
        coming = [(t, self._held.places.pop(beside(place, t).sql_name)) for t in tables]
        chosen, names = {table.name for table in tables}, {table.sql_name for table in known}
        lives = self._held.content.rows
        leaving = [sql for sql in lives if _name(sql) in chosen or sql not in names]
        if place == "new":
            for sql_name in [s for s, k in self._held.places.items() if k.name in chosen]:
                del self._held.places[sql_name]
        for sql_name in leaving:
            self._keep(sql_name)
        for table, kept in coming:
            lives[table.sql_name] = kept.rows
            for stream, parked in kept.parked.items():
                self._held.content.parked[table.name, stream] = parked
        self._held.next_generation()

    def count(self, known: Sequence[AnyTable]) -> None:
        """There are no tallies in memory."""

    def seal(self) -> None:
        """Nobody else can change what is in memory."""

    def drop(self, place: Place, but: Sequence[AnyTable] = ()) -> Sequence[str]:
        """Do away with the tables of the place, but some."""
        stay = {beside(place, table).sql_name for table in but}
        there = [name for name in self._held.places if name.startswith(f"{place}__")]
        names = [name for name in there if name not in stay]
        for name in names:
            del self._held.places[name]
        return names

    def _keep(self, sql_name: str) -> None:
        content, name = self._held.content, _name(sql_name)
        nids = {shard: len(held) for shard, held in content.by_nid.items()}
        parked = {stream: p for (of, stream), p in content.parked.items() if of == name}
        for stream in parked:
            del content.parked[name, stream]
        rows = content.rows.pop(sql_name)
        self._held.places[f"kept__{sql_name}"] = Kept(name, rows, parked, nids)

    def _park(self, place: Place, tables: Sequence[AnyTable], parked: Sequence[Parked]) -> None:
        by_name = {table.name: table for table in tables}
        for each in parked:
            self._at(place, by_name[each.projection]).parked[each.stream] = each

    def _at(self, place: Place, table: AnyTable) -> Kept:
        return self._held.places[beside(place, table).sql_name]


def _name(sql_name: str) -> str:
    return sql_name.rpartition("_v")[0]


def _places(parked: Mapping[str, Parked]) -> set[tuple[str, UUID]]:
    """Which streams are parked, each at which event."""
    return {(stream, each.event_id) for stream, each in parked.items()}


def _compared(table: AnyTable, live: Rows, other: Rows) -> Iterable[Difference]:
    for key in sorted(live.keys() | other.keys(), key=str):
        told = written(key)
        if key not in live:
            yield Difference(table.sql_name, told, "", "the row is missing")
        elif key not in other:
            yield Difference(table.sql_name, told, "", "the log leads to no such row")
        else:
            for column in table.names:
                if getattr(live[key], column) != getattr(other[key], column):
                    yield Difference(table.sql_name, told, column, "is not what the log leads to")
