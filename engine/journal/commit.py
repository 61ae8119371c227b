"""The one normative format: a commit as one line of canonical JSON, and its hash."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID

import orjson

FMT: Final = 1
RULES: Final = 1
RECORD_BYTES_MAX: Final = 900_000
NAME_CHARACTERS_MAX: Final = 200
INTEGER_END: Final = 2**63

COMMIT_DOMAIN: Final = b"kravspor/commit/1\x00"
GENESIS_DOMAIN: Final = b"kravspor/genesis/1\x00"

Kind = Literal["commit", "control"]


class UnreadableError(ValueError):
    """The line is not a commit in a known format, written the one way it may be written."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event in a commit; `data` is canonical JSON, an object."""

    event_id: UUID
    type: str
    schema: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """What a commit adds to one stream, and the head (hex) it was decided on."""

    stream: str
    first_version: int
    prev_hash: str
    events: tuple[EventRecord, ...]


@dataclass(frozen=True, slots=True)
class Tracking:
    """How far `application` has come in following `upstream`."""

    application: str
    upstream: str
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
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


@dataclass(frozen=True, slots=True)
class Line:
    """A commit beside the bytes that are stored for it, and their hash in hex."""

    raw: bytes
    commit: Commit
    hash: str


def encode(commit: Commit) -> bytes:
    """The commit as its line, without a newline.

    Raises UnreadableError when the instant it was recorded at is not in UTC.
    """
    if commit.recorded_at.utcoffset() != timedelta(0):
        raise UnreadableError("recorded_at is not in UTC")
    tracking = commit.tracking
    told = {} if tracking is None else {"tracking": _tracking_body(tracking)}
    body = {
        "fmt": commit.fmt,
        "kind": commit.kind,
        "rules": commit.rules,
        "commit_id": commit.commit_id,
        "command_id": commit.command_id,
        "command_mac": commit.command_mac,
        "shard": commit.shard,
        "parts": [_part_body(part) for part in commit.parts],
        **told,
        "actor": commit.actor,
        "correlation": commit.correlation,
        "causation": commit.causation,
        "recorded_at": commit.recorded_at.isoformat(timespec="microseconds")[:-6] + "Z",
    }
    return orjson.dumps(body)


def decode(line: bytes) -> Commit:
    """The commit a line holds.

    Raises UnreadableError when the format is unknown, or the line is not the very bytes
    `encode` would write.
    """
    commit = _parsed(line)
    if encode(commit) != line:
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
    if _parsed(raw) != commit:  # then it encodes to these very bytes again, too
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


def _parsed(line: bytes) -> Commit:
    try:
        return _commit(orjson.loads(line))
    except UnreadableError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableError(f"not a commit: {error}") from error


def _part_body(part: Part) -> dict[str, object]:
    events = [
        {
            "event_id": event.event_id,
            "type": event.type,
            "schema": event.schema,
            "data": orjson.Fragment(event.data),
        }
        for event in part.events
    ]
    return {
        "stream": part.stream,
        "first_version": part.first_version,
        "prev_hash": part.prev_hash,
        "events": events,
    }


def _tracking_body(tracking: Tracking) -> dict[str, object]:
    return {
        "application": tracking.application,
        "upstream": tracking.upstream,
        "id": tracking.id,
    }


def _commit(body: dict[str, object]) -> Commit:
    fmt, rules = _integer(body["fmt"]), _integer(body["rules"])
    if (fmt, rules) != (FMT, RULES):
        raise UnreadableError(f"format {fmt} under rules {rules} is not known here")
    causation = body["causation"]
    tracking = body.get("tracking")
    parts = tuple(_part(part) for part in _items(body["parts"]))
    if len({part.stream for part in parts}) != len(parts):
        raise UnreadableError("a stream has two parts")
    if not parts and tracking is None:
        raise UnreadableError("a commit says nothing")
    return Commit(
        fmt=fmt,
        kind=_kind(body["kind"]),
        rules=rules,
        commit_id=UUID(_text(body["commit_id"])),
        command_id=UUID(_text(body["command_id"])),
        command_mac=_text(body["command_mac"]),
        shard=_integer(body["shard"]),
        parts=parts,
        tracking=None if tracking is None else _tracking(_object(tracking)),
        actor=_text(body["actor"]),
        correlation=UUID(_text(body["correlation"])),
        causation=None if causation is None else UUID(_text(causation)),
        recorded_at=datetime.fromisoformat(_text(body["recorded_at"])).astimezone(UTC),
    )


def _part(raw: object) -> Part:
    body = _object(raw)
    events = tuple(_event(_object(event)) for event in _items(body["events"]))
    if not events:
        raise UnreadableError("a part has no events")
    prev_hash = _text(body["prev_hash"])
    if len(bytes.fromhex(prev_hash)) != sha256().digest_size or prev_hash != prev_hash.lower():
        raise UnreadableError("a previous hash is not one")
    return Part(_text(body["stream"]), _integer(body["first_version"]), prev_hash, events)


def _event(body: dict[str, object]) -> EventRecord:
    data = orjson.dumps(_object(body["data"]))
    schema = _integer(body["schema"])
    return EventRecord(UUID(_text(body["event_id"])), _text(body["type"]), schema, data)


def _tracking(body: dict[str, object]) -> Tracking:
    return Tracking(_text(body["application"]), _text(body["upstream"]), _integer(body["id"]))


def _kind(value: object) -> Kind:
    if value == "commit":
        return "commit"
    if value == "control":
        return "control"
    raise UnreadableError("a line is a commit or a control")


def _integer(value: object) -> int:
    if type(value) is not int or not 0 <= value < INTEGER_END:
        raise UnreadableError(f"{value!r} is not a whole number of 63 bits")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= NAME_CHARACTERS_MAX:
        raise UnreadableError("a name is missing, or too long")
    if not value.isprintable():
        raise UnreadableError("a name holds what cannot be printed")
    return value


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise UnreadableError("a list is missing")
    return value


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise UnreadableError("an object is missing")
    return value
