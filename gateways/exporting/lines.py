"""The lines of an export: each as the log has it, and beside it where it stands."""

from collections.abc import Sequence
from hashlib import sha256

import orjson

from engine.journal.merkle import Tree, leaf_hash
from engine.ports import Head
from gateways.exporting.folder import Lines
from gateways.exporting.scope import Counted
from replay.choosing import STANDS
from replay.logged import Judged

SUM_LETTERS = 16


class LineWriter:
    """Writes lines and their places in step, and counts what it has written."""

    def __init__(self, log: Lines, places: Lines) -> None:
        self._log = log
        self._places = places
        self._lines = self._events = 0
        self._first: int | None = None
        self._last: int | None = None
        self._types: dict[str, int] = {}

    def write(self, judged: Judged, path: Sequence[bytes] | None = None) -> int:
        """The next line; its number. `path` proves its place where not all lines are written."""
        self._lines += 1
        placed = judged.placed
        place = {
            "n": self._lines,
            "leaf": placed.leaf,
            "offset": placed.offset,
            "line": placed.number,
            "hash": leaf_hash(placed.raw).hex(),
            "verdict": judged.verdict,
            "events": judged.events,
        }
        if path is not None:
            place["path"] = [each.hex() for each in path]
        self._log.write(placed.raw + b"\n")
        self._places.write(_summed(orjson.dumps(place)) + b"\n")
        self._count(judged)
        return self._lines

    def counted(self, begun: Tree) -> Counted:
        """What was written, of a log that goes on from such a tree."""
        return Counted(
            lines=self._lines,
            events=self._events,
            types=self._types,
            first_leaf=begun.size,
            frontier=begun.frontier,
            first_position=self._first,
            last_position=self._last,
        )

    def _count(self, judged: Judged) -> None:
        line = judged.placed.line
        if line is None or judged.verdict != STANDS:
            return
        if judged.events:
            self._first = judged.events[0] if self._first is None else self._first
            self._last = judged.events[1]
        for part in line.commit.parts:
            self._events += len(part.events)
            for event in part.events:
                kind = f"{event.type}.{event.schema}"
                self._types[kind] = self._types.get(kind, 0) + 1


def heads_of(judged: Judged) -> dict[str, Head]:
    """Where the streams of a standing line end after it."""
    line = judged.placed.line
    if line is None or judged.verdict != STANDS:
        return {}
    return {
        part.stream: Head(part.first_version + len(part.events) - 1, line.hash)
        for part in line.commit.parts
    }


def head_line(stream: str, head: Head) -> bytes:
    """A stream's end as it is written."""
    return orjson.dumps({"stream": stream, "version": head.version, "hash": head.hash}) + b"\n"


def _summed(body: bytes) -> bytes:
    """The object with a sum over itself as its last field, so that a slip names its line."""
    begun = body[:-1]
    return b'%s,"sum":"%s"}' % (begun, sha256(begun).hexdigest()[:SUM_LETTERS].encode())
