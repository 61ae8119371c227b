"""A range of the log as the bytes of a binary COPY, packed straight from its lines."""

# They are the bytes its batch would be packed to, at half the price: what the events of a
# commit have in common is packed once, and nothing is made of any of them in between.

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from struct import Struct
from typing import Final, get_args

from engine.journal.commit import Commit, Line
from engine.journal.verdict import Reason
from gateways.postgres.arrays import LENGTH, NULL, micros
from projections.judging import Record
from projections.rebuilding import Verdicts

# Each value stands behind its length.
NUMBER: Final = Struct(">Iq").pack
ID: Final = Struct(">I16s").pack
TWO_NUMBERS: Final = Struct(">IqIq").pack
TWO_IDS: Final = Struct(">I16sI16s").pack
EVENT: Final = Struct(">HIqIq").pack  # how many columns, shard, nid
WHICH: Final = Struct(">IqI16s").pack  # version, event_id
CAUSE: Final = Struct(">I16sI16sIqIq").pack  # commit_id, command_id, log_offset, recorded_at
VERDICT: Final = Struct(">HI16sI16s").pack  # how many columns, commit_id, command_id
JUDGED: Final = Struct(">IqIqI?").pack  # shard, log_offset, stands
COMMAND: Final = (3).to_bytes(2, "big")  # how many columns


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

    def add(self, records: Sequence[Record], verdicts: Verdicts) -> None:
        """Add the events, verdicts and commands of a range; the columns are those of `batches`."""
        rows = _Rows()
        nid, reasons = verdicts.nid, iter(verdicts.reasons)
        for record in records:
            for line in record.lines:
                reason = next(reasons)
                if reason != "duplicate":
                    first = nid + 1
                    if reason == "stands":
                        nid = rows.stand(line.commit, record.offset, nid)
                    rows.judged(line, record.offset, reason, (first, nid))
        self.events.append(b"".join(rows.events))
        self.verdicts.append(b"".join(rows.verdicts))
        self.commands.append(b"".join(rows.commands))


class _Rows:
    """The rows of one range, value by value."""

    def __init__(self) -> None:
        self.events: list[bytes] = []
        self.verdicts: list[bytes] = []
        self.commands: list[bytes] = []
        self._kinds: dict[tuple[str, int], bytes] = {}

    def stand(self, commit: Commit, offset: int, nid: int) -> int:
        """Add the events and commands of a commit that stands; the nid of its last event."""
        ids = commit.commit_id.bytes, commit.command_id.bytes
        shared = b"".join(_shared(commit, ids, offset))
        command = TWO_IDS(16, ids[1], 16, ids[0])
        for part in commit.parts:
            stream, version = _text(part.stream), part.first_version
            self.commands += (COMMAND, stream, command)
            for event in part.events:
                nid += 1
                self.events += (
                    EVENT(15, 8, commit.shard, 8, nid),
                    stream,
                    WHICH(8, version, 16, event.event_id.bytes),
                    self._kind(event.type, event.schema),
                    LENGTH(len(event.data)),
                    event.data,
                    shared,
                )
                version += 1
        return nid

    def judged(self, line: Line, offset: int, reason: Reason, nids: tuple[int, int]) -> None:
        """Add the first verdict on a line, with the nids of its events."""
        commit = line.commit
        self.verdicts += (
            VERDICT(10, 16, commit.commit_id.bytes, 16, commit.command_id.bytes),
            _text(commit.command_mac),
            JUDGED(8, commit.shard, 8, offset, 1, reason == "stands"),
            REASONS[reason],
            TWO_NUMBERS(8, nids[0], 8, nids[1]),
            _text(line.hash),
        )

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


REASONS: Final[dict[Reason, bytes]] = {reason: _text(reason) for reason in get_args(Reason)}
