"""A rebuild beside the living: new tables are filled while the old ones serve, then switched."""

# Nothing here holds a shard but the last few events before a comparison and before the
# switch. What was filled is known with what it was filled to, so a rebuild that was killed
# goes on where it stood.

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from importlib.resources import files
from typing import Final, Literal, Protocol

from engine.journal.recorded import Decode
from engine.ports import Entry, UnavailableError
from projections.beside import Beside, Difference, Part, Place, Turn
from projections.folding import Folding
from projections.index import Batch, Meta, ProjectionIndex
from projections.projection import AnyProjection, AnyTable
from projections.whole import fold_whole

EVENTS_AT_ONCE: Final = 2_000
EVENTS_NEAR: Final = 200
ROWS_MAX: Final = 20_000
PARTS_TO_SPREAD: Final = 4  # a process takes a second or two to begin
DIFFERENCES_MOST: Final = 200
SOURCES: Final = ("events", "engine", "projections")

Stage = Literal[
    "reading the log",
    "waiting",
    "folding streams",
    "making keys",
    "folding on",
    "comparing",
    "switching",
]
IfDifferent = Literal["switch", "stop"]


class SupersededError(UnavailableError):
    """Another release of the program has the tables now; stop this one, or take them back."""


@dataclass(frozen=True, slots=True)
class Told:
    """How far a rebuild is: events of the log taken up, of how many, and rows written.

    While the log itself is read, records are counted.
    """

    stage: Stage
    done: int = 0
    of: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What came of a rebuild.

    `went_on` when an earlier one had been broken off. The differences are those between
    the new and the old tables of the same shape, at one position of the log.
    """

    tables: tuple[str, ...] = ()
    events: int = 0
    rows: int = 0
    went_on: bool = False
    switched: bool = False
    difference_count: int = 0
    differences: tuple[Difference, ...] = ()


class Spread(Protocol):
    """Several processes that fold parts at once."""

    def filled(
        self, tables: Sequence[AnyTable], parts: Sequence[Part]
    ) -> Iterator[tuple[Part, int]]:
        """Each part as it is written, and how many rows it came to."""
        ...


Tell = Callable[[Told], None]


class Filling:
    """Rebuilds tables of a program's projections; `spread` folds in several processes."""

    def __init__(
        self,
        index: ProjectionIndex,
        projections: Sequence[AnyProjection],
        decode: Decode,
        *,
        spread: Spread | None = None,
        tell: Tell | None = None,
    ) -> None:
        self._index = index
        self._projections = projections
        self._decode = decode
        self._spread = spread
        self._tell = tell or _untold
        self._known = [projection.table for projection in projections]

    def start(self) -> None:
        """Fill what a new release needs beside what there is, and take over when it stands.

        Raises SupersededError when this program's tables have given way to another's.
        """
        if self._index.lacking(self._known):
            self._tell(Told("waiting"))
            with self._index.beside() as beside:
                lacking = self._index.lacking(self._known)
                if lacking and not set(lacking) <= set(beside.tables("kept", self._known)):
                    self._rebuilt(beside, lacking, "switch")
        elif self._index.uncounted(self._known):
            with self._index.beside() as beside:
                beside.count(self._known)
        refuse_another(self._index, self._known)

    def rebuild(
        self, names: Collection[str] | None = None, if_different: IfDifferent = "switch"
    ) -> Rebuilt:
        """Make the named tables (all, when None) again, and put them in the place of the old.

        With "stop" new tables that differ from the old stay beside them.
        """
        tables = [table for table in self._known if names is None or table.name in names]
        self._tell(Told("waiting"))
        with self._index.beside() as beside:
            return self._rebuilt(beside, tables, if_different)

    def back(self, names: Collection[str] | None = None) -> Rebuilt:
        """Take up the kept tables again: brought to the log's end first, erasures included.

        Only those of the shape this program knows; none, when there are no such.
        """
        asked = [table for table in self._known if names is None or table.name in names]
        self._tell(Told("waiting"))
        with self._index.beside() as beside:
            tables = beside.tables("kept", asked)
            complete = not self._index.strange(self._known)
            if not tables and complete and not self._index.uncounted(self._known):
                return Rebuilt()
            return self._followed(beside, "kept", tables, "switch")

    def keep_up(self) -> None:
        """Bring the kept tables to the log's end, so that what was erased is erased there too.

        Those that this program cannot fold on are done away with, and what a rebuild that was
        broken off has left.
        """
        with self._index.beside() as beside:
            beside.drop("new")
            tables = beside.tables("kept", self._known)
            if tables:
                self._following(beside, "kept", tables).to_end()
            beside.drop("kept", but=tables)
            beside.seal()

    def _rebuilt(
        self, beside: Beside, tables: Sequence[AnyTable], if_different: IfDifferent
    ) -> Rebuilt:
        went_on = beside.begin(tables, folds())
        rows = self._fold_streams(beside, tables)
        self._tell(Told("making keys", rows=rows))
        beside.complete()
        rebuilt = self._followed(beside, "new", tables, if_different)
        return replace(rebuilt, rows=rebuilt.rows + rows, went_on=went_on)

    def _fold_streams(self, beside: Beside, tables: Sequence[AnyTable]) -> int:
        """Fold stream by stream what may be folded so; how many rows it came to."""
        parts = beside.parts()
        of, done, rows = sum(part.events for part in parts), 0, 0
        for part, count in self._filled(beside, tables, parts):
            done, rows = done + part.events, rows + count
            self._tell(Told("folding streams", done, of, rows))
        return rows

    def _filled(
        self, beside: Beside, tables: Sequence[AnyTable], parts: Sequence[Part]
    ) -> Iterator[tuple[Part, int]]:
        if self._spread is not None and len(parts) >= PARTS_TO_SPREAD:
            yield from self._spread.filled(tables, parts)
            return
        for part in parts:
            yield part, fill_part(beside, part, self._of(tables), self._decode)

    def _followed(
        self,
        beside: Beside,
        place: Place,
        tables: Sequence[AnyTable],
        if_different: IfDifferent,
    ) -> Rebuilt:
        """Bring tables beside to the end, compare them, and make them the live ones."""
        following = self._following(beside, place, tables)
        following.near()
        self._tell(Told("comparing"))
        found, count = list[Difference](), 0
        for difference in beside.unlike(place, tables, following.to_end):
            found += [difference] if count < DIFFERENCES_MOST else []
            count += 1
        switched = not found or if_different == "switch"
        if switched:
            following.near()
            self._tell(Told("switching"))
            beside.switch(place, tables, self._known, following.to_end)
        return Rebuilt(
            tables=tuple(table.name for table in tables),
            events=sum(self._index.meta(shard).nid for shard in beside.shards()),
            rows=following.rows,
            switched=switched,
            difference_count=count,
            differences=tuple(found),
        )

    def _following(self, beside: Beside, place: Place, tables: Sequence[AnyTable]) -> "Following":
        return Following(self._index, beside, place, self._of(tables), self._decode, self._tell)

    def _of(self, tables: Sequence[AnyTable]) -> list[AnyProjection]:
        return [each for each in self._projections if each.table in tables]


class Following:
    """Brings tables beside up with the index, in the order of the log, a turn at a time."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it reads from, what it writes to, and whom it tells
        self,
        index: ProjectionIndex,
        beside: Beside,
        place: Place,
        projections: Sequence[AnyProjection],
        decode: Decode,
        tell: Tell,
    ) -> None:
        self._index = index
        self._beside = beside
        self._place = place
        self._projections = projections
        self._decode = decode
        self._tell = tell
        self._at = beside.positions(place, [each.table for each in projections])
        self._foldings: dict[tuple[str, ...], Folding] = {}
        self.rows = 0

    def near(self) -> None:
        """Fold on until little is left that has not been folded."""
        while True:
            ends = {shard: self._index.meta(shard).nid for shard in self._beside.shards()}
            behind = sum(
                end - min(self._in(shard).values(), default=end) for shard, end in ends.items()
            )
            if behind <= EVENTS_NEAR:
                return
            end = sum(ends.values())
            self._tell(Told("folding on", end - behind, end, self.rows))
            for shard in ends:
                self._turn(shard)

    def to_end(self) -> None:
        """Fold on until nothing is left; whoever calls has made the index stand still."""
        for shard in self._beside.shards():
            while self._turn(shard):
                pass

    def _in(self, shard: int) -> dict[AnyTable, int]:
        """How far each table has come in a shard; one that is new begins at its beginning."""
        return {each.table: self._at.get((each.table, shard), 0) for each in self._projections}

    def _turn(self, shard: int) -> bool:
        """Take the tables furthest behind a turn on; False when there is nothing more."""
        at = self._in(shard)
        if not at:
            return False
        lowest = min(at.values())
        entries = self._index.entries(shard, lowest, EVENTS_AT_ONCE)
        further = [nid for nid in at.values() if nid > lowest]
        if further:
            entries = [entry for entry in entries if entry.nid <= min(further)]
        if not entries:
            return False
        self._fold_on(shard, [table for table, nid in at.items() if nid == lowest], entries)
        return True

    def _fold_on(self, shard: int, tables: Sequence[AnyTable], entries: Sequence[Entry]) -> None:
        batch = _batch(entries)
        folding = self._folding(tables)
        folding.fold(batch, partial(self._beside.rows, self._place))
        nid = entries[-1].nid
        self._beside.write(self._place, Turn(tables, shard, nid, batch.rows, batch.parked))
        folding.trim(ROWS_MAX)
        self.rows += sum(map(len, batch.rows.values()))
        for table in tables:
            self._at[table, shard] = nid

    def _folding(self, tables: Sequence[AnyTable]) -> Folding:
        """The folding of these tables; when tables join, what was remembered is read again."""
        named = tuple(table.name for table in tables)
        if named not in self._foldings:
            parked = self._beside.parked(self._place, tables)
            places = {(each.projection, each.stream) for each in parked}
            chosen = [each for each in self._projections if each.table in tables]
            self._foldings = {named: Folding(chosen, self._decode, places)}
        return self._foldings[named]


def fill_part(
    beside: Beside, part: Part, projections: Sequence[AnyProjection], decode: Decode
) -> int:
    """Fold the streams of a part whole, each row written once; how many rows there are."""
    chosen = [each for each in projections if each.table.one_stream]
    rows, parked = fold_whole(beside.entries(part), chosen, decode)
    beside.put(part, rows, parked)
    return sum(map(len, rows.values()))


def refuse_another(index: ProjectionIndex, tables: Sequence[AnyTable]) -> None:
    """Nobody writes who does not keep all live tables, or a hole would come in the others.

    Raises SupersededError when the live tables are not these.
    """
    missing = [*(table.sql_name for table in index.lacking(tables)), *index.uncounted(tables)]
    strange = index.strange(tables)
    if missing or strange:
        told = ", ".join([*(f"no {sql_name}" for sql_name in missing), *strange])
        raise SupersededError(
            f"The read models are another release's now ({told}). Use that release, or take this"
            " one's tables up again with `kravspor replay rebuild --back`."
        )


def folds() -> str:
    """A fingerprint of the code that rows follow from; other code may make other rows."""
    digest = sha256()
    for package in SOURCES:
        for source in sorted(_sources(package)):
            digest.update(source)
    return digest.hexdigest()


def _sources(package: str) -> Iterator[bytes]:
    folders = [files(package)]
    for folder in folders:
        for entry in folder.iterdir():
            if entry.is_dir() and entry.name != "__pycache__":
                folders.append(entry)
            elif entry.name.endswith(".py"):
                yield entry.read_bytes()


def _batch(entries: Sequence[Entry]) -> Batch:
    """Events that have been judged already, to be folded."""
    nowhere = Meta(shard=entries[0].shard if entries else 0, log_id="")
    return Batch(nowhere, nowhere, entries=list(entries))


def _untold(told: Told) -> None:
    """Progress nobody asked for."""
