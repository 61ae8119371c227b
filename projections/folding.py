"""Events folded into rows for a whole batch: each row read once and written once."""

# What a projection cannot take parks that stream in that projection; all else goes on.

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.journal.recorded import Decode, Recorded, recorded
from engine.ports import Entry, UnavailableError
from projections.index import Batch, Parked, Rows
from projections.projection import AnyProjection, AnyTable, Key

LoadRows = Callable[[Mapping[AnyTable, Sequence[Key]]], Mapping[AnyTable, Rows]]
Memory = dict[AnyTable, dict[Key, object | None]]


@dataclass(frozen=True, slots=True)
class _Step:
    """One event for one projection, and the rows it may change."""

    projection: AnyProjection
    recorded: Recorded
    keys: tuple[Key, ...]


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
        parks: dict[tuple[str, str], Parked] = {}
        steps = self._plan(batch.entries, parks)
        self._fetch(steps, load)
        failed: dict[tuple[str, str], Parked] = {}
        for step in steps:
            table = step.projection.table
            place = (table.name, step.recorded.stream)
            if place not in failed:
                self._step(step, batch.rows.setdefault(table, {}), failed)
        parks.update(failed)
        batch.parked += [parks[place] for place in sorted(parks)]
        self._parked.update(parks)

    def trim(self, rows_max: int) -> None:
        """Forget the rows of tables that have outgrown memory; they are read again."""
        for rows in self.memory.values():
            if len(rows) > rows_max:
                rows.clear()

    def _plan(self, entries: Iterable[Entry], parks: dict[tuple[str, str], Parked]) -> list[_Step]:
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
        plan: tuple[list[_Step], dict[tuple[str, str], Parked]],
    ) -> None:
        steps, parks = plan
        place = (projection.table.name, entry.stream)
        if place in self._parked or place in parks:
            return
        if isinstance(event, Exception):
            parks[place] = _park(projection, entry, event)
            return
        try:
            keys = tuple(dict.fromkeys(projection.touches(event)))
        except UnavailableError:
            raise  # a key could not be had: that is no fault of the event
        except Exception as error:  # noqa: BLE001 - whatever it is, it stops one stream only
            parks[place] = _park(projection, entry, error)
            return
        if keys:
            steps.append(_Step(projection, event, keys))

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
                if key in held:
                    continue
                if _own_row(table, key, step.recorded):
                    held[key] = None
                else:
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
        changed: dict[Key, object],
        failed: dict[tuple[str, str], Parked],
    ) -> None:
        projection, event = step.projection, step.recorded
        held = self.memory[projection.table]
        try:
            rows = {key: _evolved(projection, held[key], event, key) for key in step.keys}
        except UnavailableError:
            raise  # as above
        except Exception as error:  # noqa: BLE001 - whatever it is, it stops one stream only
            failed[projection.table.name, event.stream] = _park(projection, event, error)
            return
        for key, row in rows.items():
            if row != held[key]:
                held[key] = row
                changed[key] = row


def _own_row(table: AnyTable, key: Key, event: Recorded) -> bool:
    """Whether the row is named by the event's own version, so that nobody wrote it before.

    It need not be looked for, which spares a round trip for each batch.
    """
    return "version" in table.key and key[table.key.index("version")] == event.version


def _evolved(projection: AnyProjection, row: object, event: Recorded, key: Key) -> object:
    table = projection.table
    evolved: object = projection.evolve(row, event, key)
    if evolved is None:
        return None
    if not isinstance(evolved, table.row):
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
