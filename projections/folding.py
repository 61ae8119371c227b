"""Events folded into rows for a whole batch: each row read once and written once."""

# What a projection cannot take parks that stream in that projection; all else goes on.

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from engine.journal.recorded import Decode, Recorded, recorded
from engine.ports import Entry, UnavailableError
from projections.index import Batch
from projections.parked import Parked
from projections.projection import AnyProjection, AnyTable, Key, Row, Rows

LoadRows = Callable[[Mapping[AnyTable, Sequence[Key]]], Mapping[AnyTable, Rows]]
Memory = dict[AnyTable, Rows]
Parks = dict[tuple[str, str], Parked]


class _Step(Struct):
    """One event for one projection, and the rows it may change."""

    projection: AnyProjection
    recorded: Recorded
    keys: Sequence[Key]


class _Track(Struct):
    """One projection and some events: the rows held before them, those they change, new ones."""

    projection: AnyProjection
    held: Rows
    now: Rows
    fresh: list[Key]


class Folding:
    """Folds batches; `memory` holds rows as they are now, None where there is no row.

    `parked` names what is parked, as (projection, stream). Both are wrong once a batch
    was folded and not applied, and are then thrown away with their owner.
    """

    def __init__(
        self, projections: Sequence[AnyProjection], decode: Decode, parked: set[tuple[str, str]]
    ) -> None:
        self._projections = projections
        self._decode = decode
        self._parked = parked
        self.memory: Memory = {projection.table: {} for projection in projections}

    def fold(self, batch: Batch, load: LoadRows, begun: int = 0) -> None:
        """Add to `batch` the rows its entries lead to, and whom they park.

        The first `begun` entries have been folded already.
        """
        parks: Parks = {}
        steps = self._plan(batch.entries[begun:] if begun else batch.entries, parks)
        self._fetch(steps, load)
        failed: Parks = {}
        for step in steps:
            table = step.projection.table
            if not failed or (table.name, step.recorded.stream) not in failed:
                self._step(step, batch.rows.setdefault(table, {}), failed)
        parks.update(failed)
        batch.parked += [parks[place] for place in sorted(parks)]
        self._parked.update(parks)

    def fold_ahead(self, batch: Batch, entries: Iterable[Entry]) -> bool:
        """Add to `batch` the rows these entries lead to, if nothing need be asked for that.

        Rows that only the beginning of their stream can have made are taken to be new.
        False, and nothing is changed, where a row must be read or a projection cannot go on.
        """
        tracks = [_Track(p, self.memory[p.table], {}, []) for p in self._projections]
        try:
            for entry in entries:
                event = recorded(entry, self._decode)
                if not all(self._ahead(track, event) for track in tracks):
                    return False
        except Exception:  # noqa: BLE001 - whatever it is, it comes again, and is told then
            return False
        if any(track.now.get(key) is None for track in tracks for key in track.fresh):
            return False  # only a row that is written finds out whether it is new
        for track in tracks:
            if track.now:
                table = track.projection.table
                track.held.update(track.now)
                batch.rows.setdefault(table, {}).update(track.now)
                if track.fresh:
                    batch.fresh_rows.setdefault(table, set()).update(track.fresh)
        return True

    def _ahead(self, track: "_Track", event: Recorded) -> bool:
        projection, held, now = track.projection, track.held, track.now
        table = projection.table
        if self._parked and (table.name, event.stream) in self._parked:
            return True
        for key in once(projection.touches(event)):
            if key in now:
                row = now[key]
            elif key in held:
                row = held[key]
            elif _made_by(table, key, event):
                row = None
                track.fresh.append(key)
            else:
                return False
            evolved = row_after(projection, row, event, key)
            if evolved != row:
                now[key] = evolved
        return True

    def trim(self, rows_max: int) -> None:
        """Forget the rows of tables that have outgrown memory; they are read again."""
        for rows in self.memory.values():
            if len(rows) > rows_max:
                rows.clear()

    def _plan(self, entries: Iterable[Entry], parks: Parks) -> list[_Step]:
        steps: list[_Step] = []
        for entry in entries:
            if not entry.stream.startswith("control-"):
                event = decoded(entry, self._decode)
                for projection in self._projections:
                    self._plan_one(projection, entry, event, (steps, parks))
        return steps

    def _plan_one(
        self,
        projection: AnyProjection,
        entry: Entry,
        event: Recorded | Exception,
        plan: tuple[list[_Step], Parks],
    ) -> None:
        steps, parks = plan
        if self._parked or parks:
            place = (projection.table.name, entry.stream)
            if place in self._parked or place in parks:
                return
        if isinstance(event, Exception):
            parks[projection.table.name, entry.stream] = park(projection, entry, event)
            return
        try:
            keys = projection.touches(event)
        except UnavailableError:
            raise  # a key could not be had: that is no fault of the event
        except Exception as error:  # noqa: BLE001 - whatever it is, it stops one stream only
            parks[projection.table.name, entry.stream] = park(projection, entry, error)
            return
        if keys:
            steps.append(_Step(projection, event, once(keys)))

    def _fetch(self, steps: Iterable[_Step], load: LoadRows) -> None:
        missing: dict[AnyTable, dict[Key, None]] = {}
        for step in steps:
            table = step.projection.table
            held = self.memory[table]
            for key in step.keys:
                if key not in held and not _own_row(table, key, step.recorded):
                    missing.setdefault(table, {})[key] = None
        if not missing:
            return
        found = load({table: list(keys) for table, keys in missing.items()})
        for table, keys in missing.items():
            for key in keys:
                self.memory[table][key] = found[table].get(key)

    def _step(
        self,
        step: _Step,
        changed: Rows,
        failed: Parks,
    ) -> None:
        projection, event = step.projection, step.recorded
        held = self.memory[projection.table]
        try:
            rows = [row_after(projection, held.get(key), event, key) for key in step.keys]
        except UnavailableError:
            raise  # as above
        except Exception as error:  # noqa: BLE001 - whatever it is, it stops one stream only
            failed[projection.table.name, event.stream] = park(projection, event, error)
            return
        for key, row in zip(step.keys, rows, strict=True):
            if row != held.get(key):
                held[key] = row
                changed[key] = row


def decoded(entry: Entry, decode: Decode) -> Recorded | Exception:
    """The entry with its event, or what kept it from being read."""
    try:
        return recorded(entry, decode)
    except Exception as error:  # noqa: BLE001 - an unknown event is the projections' matter
        return error


def once(keys: Sequence[Key]) -> Sequence[Key]:
    """Each key once, in the order they were named in."""
    return keys if len(keys) < 2 else tuple(dict.fromkeys(keys))  # noqa: PLR2004 - one is no repetition


def _own_row(table: AnyTable, key: Key, event: Recorded) -> bool:
    """Whether the row is named by the event's own version, so that nobody wrote it before.

    It need not be looked for, which spares a round trip for each batch.
    """
    place = table.version_place
    return place is not None and key[place] == event.version


def _made_by(table: AnyTable, key: Key, event: Recorded) -> bool:
    """Whether the row is most likely made by this event: its own, or one of a new stream."""
    if _own_row(table, key, event):
        return True
    return event.version == 1 and len(key) == 1 and event.stream.endswith(str(key[0]))


def row_after(projection: AnyProjection, row: Row | None, event: Recorded, key: Key) -> Row | None:
    """The row as it is after the event. Raises what keeps the projection from going on."""
    table = projection.table
    evolved: Row | None = projection.evolve(row, event, key)
    if evolved is None:
        return None
    if type(evolved) is not table.row:
        raise TypeError(f"{table.name} holds no {type(evolved).__name__}")
    if table.key_of(evolved) != key:
        raise ValueError(f"a row of {table.name} has left its key")
    return evolved


def park(projection: AnyProjection, event: Entry | Recorded, error: Exception) -> Parked:
    """The stream of the event, which the projection could not take further."""
    return Parked(
        projection=projection.table.name,
        stream=event.stream,
        event_id=event.event_id,
        shard=event.shard,
        nid=event.nid,
        reason=f"{type(error).__name__}: {error}"[:500],
    )
