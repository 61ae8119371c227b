"""A range of the log as the bytes of a binary COPY, packed line by line as it is read."""

# They are the bytes its batch would be packed to, for less than half: a line is packed while
# all it holds is at hand in the processor, what the events of a commit have in common is packed
# once, and no entry, verdict or row is made in between. Only the verdict, and the numbers that
# follow from it, come later.

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from struct import Struct
from typing import Final, get_args

from msgspec import Struct as Kept

from engine.journal.commit import INTEGER_END, Commit, Line, Part
from engine.journal.verdict import Reason
from engine.ports import HaltedError
from gateways.postgres.arrays import LENGTH, NULL, micros
from projections.judging import Record
from projections.rebuilding import Verdicts

# Each value stands behind its length.
TRUTH: Final = Struct(">I?").pack
NUMBER: Final = Struct(">Iq").pack
ID: Final = Struct(">I16s").pack
TWO_NUMBERS: Final = Struct(">IqIq").pack
TWO_IDS: Final = Struct(">I16sI16s").pack
EVENT: Final = Struct(">HIqIq").pack  # how many columns, shard, nid
WHICH: Final = Struct(">IqI16s").pack  # version, event_id
CAUSE: Final = Struct(">I16sI16sIqIq").pack  # commit_id, command_id, log_offset, recorded_at
VERDICT: Final = Struct(">HI16sI16s").pack  # how many columns, commit_id, command_id
COMMAND: Final = (3).to_bytes(2, "big")  # how many columns


class _Packed(Kept, gc=False):
    """A line as it will stand in the tables, but for the verdict and what follows from it."""

    shard: int
    offset: int
    events: list[bytes] | None  # None where a version is beyond what a table holds
    commands: bytes
    judged: bytes  # the verdict's row up to the verdict
    hash: bytes  # and behind the numbers of the events


@dataclass(slots=True)
class Copied:
    """Rows of three tables, each table's in pieces that follow one another."""

    events: list[bytes] = field(default_factory=list)
    verdicts: list[bytes] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)

    @property
    def bytes_count(self) -> int:
        """How much it has come to."""
        pieces = (*self.events, *self.verdicts, *self.commands)
        return sum(map(len, pieces))


class Packing:
    """The lines of a range, packed one by one; the columns are those of `batches`."""

    def __init__(self) -> None:
        self._lines: list[_Packed] = []
        self._kinds: dict[tuple[str, int], bytes] = {}

    def take(self, record: Record) -> None:
        """Pack the lines of the next record."""
        self._lines += [self._packed(line, record.offset) for line in record.lines]

    def settle(self, verdicts: Verdicts, into: Copied) -> None:
        """Add the rows that follow from the verdicts on the lines taken.

        Raises HaltedError where a commit stands that no table can hold.
        """
        events: list[bytes] = []
        judged: list[bytes] = []
        commands: list[bytes] = []
        nid = verdicts.nid
        for line, reason in zip(self._lines, verdicts.reasons, strict=True):
            if reason == "duplicate":
                continue
            first = nid + 1
            if reason == "stands":
                commands.append(line.commands)
                if line.events is None:
                    raise HaltedError(line.shard, line.offset, "a version is too large to be kept")
                for event in line.events:
                    nid += 1
                    events += (EVENT(15, 8, line.shard, 8, nid), event)
            judged += (line.judged, REASONS[reason], TWO_NUMBERS(8, first, 8, nid), line.hash)
        into.events.append(b"".join(events))
        into.verdicts.append(b"".join(judged))
        into.commands.append(b"".join(commands))

    def _packed(self, line: Line, offset: int) -> _Packed:
        commit = line.commit
        ids = commit.commit_id.bytes, commit.command_id.bytes
        shared = b"".join(_shared(commit, ids, offset))
        command = TWO_IDS(16, ids[1], 16, ids[0])
        events: list[bytes] | None = []
        commands: list[bytes] = []
        for part in commit.parts:
            stream = _text(part.stream)
            commands += (COMMAND, stream, command)
            if part.first_version + len(part.events) > INTEGER_END:
                events = None
            if events is not None:
                events += self._events(part, stream, shared)
        judged = (
            VERDICT(10, 16, ids[0], 16, ids[1]),
            _text(commit.command_mac),
            TWO_NUMBERS(8, commit.shard, 8, offset),
        )
        rows = events, b"".join(commands), b"".join(judged), _text(line.hash)
        return _Packed(commit.shard, offset, *rows)

    def _events(self, part: Part, stream: bytes, shared: bytes) -> Iterator[bytes]:
        """The rows of the part's events, from the stream on."""
        for version, event in enumerate(part.events, part.first_version):
            which = WHICH(8, version, 16, event.event_id.bytes)
            kind = self._kind(event.type, event.schema)
            yield b"".join((stream, which, kind, LENGTH(len(event.data)), event.data, shared))

    def _kind(self, event_type: str, schema: int) -> bytes:
        kind = event_type, schema
        if kind not in self._kinds:
            self._kinds[kind] = _text(event_type) + NUMBER(8, schema)
        return self._kinds[kind]


def _shared(commit: Commit, ids: tuple[bytes, bytes], offset: int) -> Iterable[bytes]:
    """What stands last in the row of every event of a commit."""
    causation = commit.causation
    yield CAUSE(16, ids[0], 16, ids[1], 8, offset, 8, micros(commit.recorded_at))
    yield _text(commit.actor)
    yield ID(16, commit.correlation.bytes)
    yield NULL if causation is None else ID(16, causation.bytes)


def _text(value: str) -> bytes:
    told = value.encode()
    return LENGTH(len(told)) + told


# Whether a commit stands, and why.
REASONS: Final[dict[Reason, bytes]] = {
    reason: TRUTH(1, reason == "stands") + _text(reason) for reason in get_args(Reason)
}
