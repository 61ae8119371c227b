"""Streams folded whole: from their first event on, each row kept by one stream alone."""

# Nothing is looked up and nothing is remembered beyond a stream, so an event costs a third
# less than in a batch. What a projection cannot take parks the stream in it, as there.

from collections.abc import Iterable, Sequence

from msgspec import Struct

from engine.journal.recorded import Decode, Recorded
from engine.ports import Entry, UnavailableError
from projections.folding import decoded, park, row_after
from projections.parked import Parked
from projections.projection import AnyProjection, AnyTable, Key, Row

Filled = dict[AnyTable, list[Row]]


class _Track(Struct):
    """One projection: the rows of the stream so far, those of all before, and what is parked."""

    projection: AnyProjection
    now: dict[Key, Row | None]
    rows: list[Row]
    parked: Parked | None


def fold_whole(
    entries: Iterable[Entry], projections: Sequence[AnyProjection], decode: Decode
) -> tuple[Filled, list[Parked]]:
    """The rows that some streams come to, and what is parked in the end.

    The entries come stream by stream, each whole and in the order of its versions.
    """
    tracks = [_Track(projection, {}, [], None) for projection in projections]
    parked: dict[tuple[str, str], Parked] = {}
    stream, control = "", True
    for entry in entries:
        if entry.stream != stream:
            stream, control = entry.stream, entry.stream.startswith("control-")
            _end(tracks, parked)
        if not control:
            event = decoded(entry, decode)
            for track in tracks:
                if track.parked is None:
                    error = event if isinstance(event, Exception) else _failed(track, event)
                    if error is not None:
                        track.parked = park(track.projection, entry, error)
    _end(tracks, parked)
    rows = {track.projection.table: track.rows for track in tracks}
    return rows, [parked[place] for place in sorted(parked)]


def _failed(track: _Track, event: Recorded) -> Exception | None:
    """Take the event up in one projection, whole; what kept it from that, if anything did."""
    projection, now = track.projection, track.now
    try:
        keys = projection.touches(event)
        if len(keys) == 1:
            (key,) = keys
            now[key] = row_after(projection, now.get(key), event, key)
        else:
            now |= {key: row_after(projection, now.get(key), event, key) for key in keys}
    except UnavailableError:
        raise  # a key could not be had: that is no fault of the event
    except Exception as error:  # noqa: BLE001 - whatever it is, it stops one stream only
        return error
    return None


def _end(tracks: Sequence[_Track], parked: dict[tuple[str, str], Parked]) -> None:
    """Keep what a stream came to, and begin with nothing again."""
    for track in tracks:
        track.rows += [row for row in track.now.values() if row is not None]
        track.now.clear()
        if track.parked is not None:
            parked[track.parked.projection, track.parked.stream] = track.parked
            track.parked = None
