"""Events folded into rows for a whole batch: each row read once and written once."""

# What a projection cannot take parks that stream in that projection; all else goes on.

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from engine.journal.recorded import Decode, Recorded, recorded
from engine.ports import Entry, UnavailableError
from projections.index import Batch, Parked, Rows
from projections.projection import AnyProjection, AnyTable, Key, Row

LoadRows = Callable[[Mapping[AnyTable, Sequence[Key]]], Mapping[AnyTable, Rows]]
Memory = dict[AnyTable, Rows]
Parks = dict[tuple[str, str], Parked]


class _Step(Struct):
    """One event for one projection, and the rows it may change."""

    projection: AnyProjection
    recorded: Recorded
    keys: Sequence[Key]


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

    def fold(self, batch: Batch, load: LoadRows) -> None:
        """Add to `batch` the rows its entries lead to, and whom they park."""
        parks: Parks = {}
        steps = self._plan(batch.entries, parks)
        self._fetch(steps, load)
        failed: Parks = {}
        for step in steps:
            table = step.projection.table
            if not failed or (table.name, step.recorded.stream) not in failed:
                self._step(step, batch.rows.setdefault(table, {}), failed)
        parks.update(failed)
        batch.parked += [parks[place] for place in sorted(parks)]
        self._parked.update(parks)

    def trim(self, rows_max: int) -> None:
        """Forget the rows of tables that have outgrown memory; they are read again."""
        for rows in self.memory.values():
            if len(rows) > rows_max:
                rows.clear()

    def _plan(self, entries: Iterable[Entry], parks: Parks) -> list[_Step]:
        steps: list[_Step] = []
        for entry in entries:
            if not entry.stream.startswith("control-"):
                event = self._decoded(entry)
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
            parks[projection.table.name, entry.stream] = _park(projection, entry, event)
            return
        try:
            keys = projection.touches(event)
        except UnavailableError:
            raise  # a key could not be had: that is no fault of the event
        except Exception as error:  # noqa: BLE001 - whatever it is, it stops one stream only
            parks[projection.table.name, entry.stream] = _park(projection, entry, error)
            return
        if keys:
            once = keys if len(keys) == 1 else tuple(dict.fromkeys(keys))
            steps.append(_Step(projection, event, once))

    def _decoded(self, entry: Entry) -> Recorded | Exception:
        try:
            return recorded(entry, self._decode)
        except Exception as error:  # noqa: BLE001 - an unknown event is the projections' matter
            return error

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
            rows = [_evolved(projection, held.get(key), event, key) for key in step.keys]
        except UnavailableError:
            raise  # as above
        except Exception as error:  # noqa: BLE001 - whatever it is, it stops one stream only
            failed[projection.table.name, event.stream] = _park(projection, event, error)
            return
        for key, row in zip(step.keys, rows, strict=True):
            if row != held.get(key):
                held[key] = row
                changed[key] = row


def _own_row(table: AnyTable, key: Key, event: Recorded) -> bool:
    """Whether the row is named by the event's own version, so that nobody wrote it before.

    It need not be looked for, which spares a round trip for each batch.
    """
    place = table.version_place
    return place is not None and key[place] == event.version


def _evolved(projection: AnyProjection, row: Row | None, event: Recorded, key: Key) -> Row | None:
    table = projection.table
    evolved: Row | None = projection.evolve(row, event, key)
    if evolved is None:
        return None
    if type(evolved) is not table.row:
        raise TypeError(f"{table.name} holds no {type(evolved).__name__}")
    if table.key_of(evolved) != key:
        raise ValueError(f"a row of {table.name} has left its key")
    return evolved


def _park(projection: AnyProjection, event: Entry | Recorded, error: Exception) -> Parked:
    return Parked(
        projection=projection.table.name,
        stream=event.stream,
        event_id=event.event_id,
        shard=event.shard,
        nid=event.nid,
        reason=f"{type(error).__name__}: {error}"[:500],
    )
