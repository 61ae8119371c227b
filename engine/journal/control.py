"""Control commits: what the log says about itself, on the stream `control-<shard>`."""

from collections.abc import Iterator
from typing import ClassVar

import orjson

from engine.journal.commit import Commit
from events.base import Event


class ControlEvent(Event):
    """Something the log says about itself."""


class RecordQuarantined(ControlEvent):
    """An unreadable record is to be passed over: the one at `offset` with this SHA-256."""

    TYPE: ClassVar[str] = "control.quarantined"

    offset: int
    sha256: str
    reason: str


class FormatAdmitted(ControlEvent):
    """From here on lines of format `fmt` under `rules` may stand in this shard."""

    TYPE: ClassVar[str] = "control.format_admitted"

    fmt: int
    rules: int


class MarkSet(ControlEvent):
    """A mark: who reads it has read everything before it."""

    TYPE: ClassVar[str] = "control.mark"

    note: str


class ShardOpened(ControlEvent):
    """Shard `shard` is in use for new creditors from here on."""

    TYPE: ClassVar[str] = "control.shard_opened"

    shard: int


CONTROL_EVENTS: dict[str, type[ControlEvent]] = {
    kind.TYPE: kind for kind in (RecordQuarantined, FormatAdmitted, MarkSet, ShardOpened)
}


def decode_control(kind: str, data: bytes) -> ControlEvent | None:
    """The control event of that type, or None when the type is no control event's."""
    model = CONTROL_EVENTS.get(kind)
    return None if model is None else model.model_validate_json(data)


def quarantined(commit: Commit) -> Iterator[tuple[int, str]]:
    """The records a control commit quarantines, each as offset and SHA-256 in hex."""
    for kind, body in _bodies(commit):
        if kind == RecordQuarantined.TYPE:
            offset, sha = body.get("offset"), body.get("sha256")
            yield (
                offset if isinstance(offset, int) else -1,
                sha if isinstance(sha, str) else "",
            )


def format_admitted(commit: Commit) -> Iterator[tuple[int, int]]:
    """The formats a control commit admits, each as (fmt, rules)."""
    for kind, body in _bodies(commit):
        fmt, rules = body.get("fmt"), body.get("rules")
        if kind == FormatAdmitted.TYPE and isinstance(fmt, int) and isinstance(rules, int):
            yield fmt, rules


def shards_opened(commit: Commit) -> Iterator[int]:
    """The shards a control commit brings into use."""
    for kind, body in _bodies(commit):
        shard = body.get("shard")
        if kind == ShardOpened.TYPE and isinstance(shard, int):
            yield shard


def _bodies(commit: Commit) -> Iterator[tuple[str, dict[str, object]]]:
    if commit.kind == "control":
        for part in commit.parts:
            for event in part.events:
                yield event.type, orjson.loads(event.data)
