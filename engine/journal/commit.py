"""The one normative format: a commit as one line of canonical JSON, and its hash."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Final, Literal
from uuid import UUID

import orjson
from msgspec import UNSET, DecodeError, Meta, Raw, Struct, UnsetType
from msgspec.json import Decoder, Encoder

FMT: Final = 1
RULES: Final = 1
RECORD_BYTES_MAX: Final = 900_000
NAME_CHARACTERS_MAX: Final = 200
INTEGER_END: Final = 2**63
HASH_BYTES: Final = 32

COMMIT_DOMAIN: Final = b"kravspor/commit/1\x00"
GENESIS_DOMAIN: Final = b"kravspor/genesis/1\x00"
NO_OFFSET: Final = timedelta(0)

Kind = Literal["commit", "control"]
Name = Annotated[str, Meta(min_length=1, max_length=NAME_CHARACTERS_MAX)]
Integer = Annotated[int, Meta(ge=0, le=INTEGER_END - 1)]


class UnreadableError(ValueError):
    """The line is not a commit in a known format, written the one way it may be written."""


class EventRecord(Struct, frozen=True, gc=False):
    """One event in a commit; `data` is canonical JSON, an object."""

    event_id: UUID
    type: str
    schema: int
    data: bytes


class Part(Struct, frozen=True):
    """What a commit adds to one stream, and the head (hex) it was decided on."""

    stream: str
    first_version: int
    prev_hash: str
    events: tuple[EventRecord, ...]


class Tracking(Struct, frozen=True, forbid_unknown_fields=True):
    """How far `application` has come in following `upstream`."""

    application: Name
    upstream: Name
    id: Integer


class Commit(Struct, frozen=True, kw_only=True):
    """All events of one decision; they stand together or not at all."""

    fmt: int = FMT
    kind: Kind = "commit"
    rules: int = RULES
    commit_id: UUID
    command_id: UUID
    command_mac: str
    shard: int
    parts: tuple[Part, ...]
    tracking: Tracking | None = None
    actor: str
    correlation: UUID
    causation: UUID | None = None
    recorded_at: datetime


class Line(Struct, frozen=True):
    """A commit beside the bytes that are stored for it, and their hash in hex."""

    raw: bytes
    commit: Commit
    hash: str


# The same as they stand in the line: these fields, in this order. The data is not looked
# into where nobody asks for it.


class _Event(Struct, forbid_unknown_fields=True):
    event_id: UUID
    type: Name
    schema: Integer
    data: Raw


class _Part(Struct, forbid_unknown_fields=True):
    stream: Name
    first_version: Integer
    prev_hash: Name
    events: list[_Event]


class _Body(Struct, forbid_unknown_fields=True, kw_only=True):
    fmt: Integer
    kind: Kind
    rules: Integer
    commit_id: UUID
    command_id: UUID
    command_mac: Name
    shard: Integer
    parts: list[_Part]
    tracking: Tracking | UnsetType = UNSET
    actor: Name
    correlation: UUID
    causation: UUID | None
    recorded_at: Name


class _Format(Struct):
    fmt: Integer
    rules: Integer


_ENCODER: Final = Encoder()
_BODY: Final = Decoder(_Body)
_FORMAT: Final = Decoder(_Format)


def encode(commit: Commit) -> bytes:
    """The commit as its line, without a newline.

    Raises UnreadableError when the instant it was recorded at is not in UTC.
    """
    at = commit.recorded_at
    if at.tzinfo is not UTC and at.utcoffset() != NO_OFFSET:
        raise UnreadableError("recorded_at is not in UTC")
    body = _Body(
        fmt=commit.fmt,
        kind=commit.kind,
        rules=commit.rules,
        commit_id=commit.commit_id,
        command_id=commit.command_id,
        command_mac=commit.command_mac,
        shard=commit.shard,
        parts=[_part_body(part) for part in commit.parts],
        tracking=UNSET if commit.tracking is None else commit.tracking,
        actor=commit.actor,
        correlation=commit.correlation,
        causation=commit.causation,
        recorded_at=_instant(at),
    )
    return _ENCODER.encode(body)


def decode(line: bytes) -> Commit:
    """The commit a line holds.

    Raises UnreadableError when the format is unknown, or the line is not the very bytes
    `encode` would write.
    """
    body, commit = _parsed(line)
    # The body holds every field as it was read, but for the instant, which is text in it.
    if _ENCODER.encode(body) != line or _instant(commit.recorded_at) != body.recorded_at:
        raise UnreadableError("not in canonical form")
    return commit


def read_line(raw: bytes) -> Line:
    """The line with what it says and its hash. Raises UnreadableError as `decode` does."""
    return Line(raw, decode(raw), commit_hash(raw).hex())


def write_line(commit: Commit) -> Line:
    """The line of a new commit, read back before anyone may append it.

    A line nobody can read would halt its shard, so it is found out here.
    Raises UnreadableError when it could not be read, or is too large for a record.
    """
    raw = encode(commit)
    if len(raw) > RECORD_BYTES_MAX:
        raise UnreadableError(f"a commit may take {RECORD_BYTES_MAX} bytes, not {len(raw)}")
    if any(part.first_version + len(part.events) > INTEGER_END for part in commit.parts):
        raise UnreadableError("an event has a version that no table holds")
    if _parsed(raw)[1] != commit:  # then it encodes to these very bytes again, too
        raise UnreadableError("the commit does not read back as it was written")
    return Line(raw, commit, commit_hash(raw).hex())


def commit_hash(line: bytes) -> bytes:
    """The hash of a commit: over its line as stored, never over a re-made object."""
    return sha256(COMMIT_DOMAIN + line).digest()


def genesis_hash(shard: int, stream: str) -> bytes:
    """What the first commit of a stream names as its predecessor."""
    return sha256(GENESIS_DOMAIN + f"{shard}\x00{stream}".encode()).digest()


def wrap_bytes(foreign: bytes) -> bytes:
    """Bytes that are not ours, as the data of an event."""
    return orjson.dumps({"b64": b64encode(foreign).decode()})


def unwrap_bytes(data: bytes) -> bytes:
    """The bytes `wrap_bytes` was given."""
    return b64decode(orjson.loads(data)["b64"], validate=True)


def _part_body(part: Part) -> _Part:
    events = [_Event(e.event_id, e.type, e.schema, Raw(e.data)) for e in part.events]
    return _Part(part.stream, part.first_version, part.prev_hash, events)


def _instant(at: datetime) -> str:
    """An instant in UTC as it stands in a line."""
    return f"{_ENCODER.encode(at)[1:20].decode()}.{at.microsecond:06}Z"


def _parsed(line: bytes) -> tuple[_Body, Commit]:
    """The line as it stands, and the commit it holds; it may stand there in another form."""
    try:
        body = _BODY.decode(line)
        _require_format(body.fmt, body.rules)
        return body, _commit(body)
    except UnreadableError:
        raise
    except DecodeError as error:
        _require_known_format(line)
        raise UnreadableError(f"not a commit: {error}") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise UnreadableError(f"not a commit: {error}") from error


def _commit(body: _Body) -> Commit:
    parts = tuple([_part(part) for part in body.parts])
    tracking = None if body.tracking is UNSET else body.tracking
    if len(parts) > 1 and len({part.stream for part in parts}) != len(parts):
        raise UnreadableError("a stream has two parts")
    if not parts and tracking is None:
        raise UnreadableError("a commit says nothing")
    at = datetime.fromisoformat(body.recorded_at)
    _require_printable(body.command_mac, body.actor)
    if tracking is not None:
        _require_printable(tracking.application, tracking.upstream)
    return Commit(
        fmt=body.fmt,
        kind=body.kind,
        rules=body.rules,
        commit_id=body.commit_id,
        command_id=body.command_id,
        command_mac=body.command_mac,
        shard=body.shard,
        parts=parts,
        tracking=tracking,
        actor=body.actor,
        correlation=body.correlation,
        causation=body.causation,
        recorded_at=at if at.tzinfo is UTC else at.astimezone(UTC),
    )


def _part(body: _Part) -> Part:
    if not body.events:
        raise UnreadableError("a part has no events")
    prev_hash = body.prev_hash
    if len(bytes.fromhex(prev_hash)) != HASH_BYTES or prev_hash != prev_hash.lower():
        raise UnreadableError("a previous hash is not one")
    _require_printable(body.stream, prev_hash)
    events = tuple([_event(event) for event in body.events])
    return Part(body.stream, body.first_version, prev_hash, events)


def _event(body: _Event) -> EventRecord:
    _require_printable(body.type)
    data = bytes(body.data)
    said = orjson.loads(data)
    if not isinstance(said, dict):
        raise UnreadableError("an object is missing")
    if orjson.dumps(said) != data:
        raise UnreadableError("not in canonical form")
    return EventRecord(body.event_id, body.type, body.schema, data)


def _require_printable(one: str, other: str = "") -> None:
    if not (one.isprintable() and other.isprintable()):
        raise UnreadableError("a name holds what cannot be printed")


def _require_known_format(line: bytes) -> None:
    """Tell a format that is not known before whatever else is wrong with its line."""
    try:
        told = _FORMAT.decode(line)
    except (ValueError, RecursionError):
        return
    _require_format(told.fmt, told.rules)


def _require_format(fmt: int, rules: int) -> None:
    if (fmt, rules) != (FMT, RULES):
        raise UnreadableError(f"format {fmt} under rules {rules} is not known here")
