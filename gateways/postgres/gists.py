"""The gist of records as bytes between processes: no event's data, but for control commits."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from sys import intern
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.msgpack import Decoder, Encoder

from engine.journal.commit import Commit, EventRecord, Kind, Line, Part, Tracking
from projections.judging import Record
from projections.rebuilding import Gist

NOBODY: Final = UUID(int=0)
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
LEAF_BYTES: Final = 32
AT_ONCE: Final = 50


class _Part(Struct, array_like=True, gc=False):
    stream: str
    first_version: int
    prev_hash: str
    count: int
    events: tuple[EventRecord, ...]


class _Line(Struct, array_like=True, gc=False):
    kind: Kind
    commit_id: UUID
    command_id: UUID
    shard: int
    parts: list[_Part]
    tracking: Tracking | None
    hash: str


class Packed(Struct, array_like=True, gc=False):
    """A gist as it goes between processes."""

    offset: int
    sha256: str
    passed: bool
    lines: list[_Line]
    leaves: bytes


_ENCODER: Final = Encoder(uuid_format="bytes")
_PIECES: Final = Decoder(list[bytes])
_DECODER: Final = Decoder(list[Packed])


def encode(gists: Sequence[Packed]) -> bytes:
    """The gists as bytes."""
    cuts = range(0, len(gists), AT_ONCE)
    return _ENCODER.encode([_ENCODER.encode(gists[cut : cut + AT_ONCE]) for cut in cuts])


def decode(raw: bytes) -> Iterator[Gist]:
    """The gists `encode` was given, as far as a verdict asks for them.

    They are made some at a time as they are asked for: so each is judged while it is in the
    processor's cache.
    """
    for some in _PIECES.decode(raw):
        yield from map(_unpacked, _DECODER.decode(some))


def packed(gist: Gist) -> Packed:
    """What a verdict asks for of the gist."""
    record = gist.record
    lines = [_packed_line(line.commit, line.hash) for line in record.lines]
    passed = record.passed is not None
    return Packed(record.offset, record.sha256, passed, lines, b"".join(gist.leaves))


def _packed_line(commit: Commit, line_hash: str) -> _Line:
    told = commit.kind == "control"
    parts = [
        _Part(p.stream, p.first_version, p.prev_hash, len(p.events), p.events if told else ())
        for p in commit.parts
    ]
    return _Line(
        commit.kind,
        commit.commit_id,
        commit.command_id,
        commit.shard,
        parts,
        commit.tracking,
        line_hash,
    )


def _unpacked(told: Packed) -> Gist:
    lines = tuple([Line(b"", _commit(line), line.hash) for line in told.lines])
    passed = b"" if told.passed else None
    leaves, cuts = told.leaves, range(0, len(told.leaves), LEAF_BYTES)
    record = Record(told.offset, told.sha256, lines, passed)
    return Gist(record, [leaves[cut : cut + LEAF_BYTES] for cut in cuts])


def _commit(line: _Line) -> Commit:
    parts = [
        # One name of a stream for all of its lines: who judges keeps them all.
        Part(intern(p.stream), p.first_version, p.prev_hash, p.events or _untold(p.count))
        for p in line.parts
    ]
    return Commit(
        kind=line.kind,
        commit_id=line.commit_id,
        command_id=line.command_id,
        command_mac="",
        shard=line.shard,
        parts=tuple(parts),
        tracking=line.tracking,
        actor="",
        correlation=NOBODY,
        recorded_at=NEVER,
    )


@cache
def _untold(count: int) -> tuple[EventRecord, ...]:
    """So many events of which nothing is told."""
    return (EventRecord(NOBODY, "", 0, b""),) * count
