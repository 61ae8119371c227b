"""The quarantine: the log itself says that one unreadable record is to be passed over."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from engine.journal.commit import Line, UnreadableError
from engine.journal.control import RecordQuarantined
from engine.journal.controlling import control_line
from engine.journal.recorded import Envelope
from engine.ports import Head, Log
from projections.index import ProjectionIndex, Wanted
from projections.judging import READ_LIMIT, read_or_pass, read_record


def quarantine(
    log: Log, index: ProjectionIndex, shard: int, *, commit_id: UUID, envelope: Envelope
) -> None:
    """Append the control commit that passes over the record the shard halts at.

    The content of the envelope is the reason, in words. Whoever reads the log next goes on
    behind the record, so catch up afterwards.
    Raises ValueError when the record there can be read: what is readable stands.
    """
    reason = envelope.content.decode()
    offset = index.meta(shard).next_offset
    raw = _unreadable(log, shard, log.read(shard, offset, 1))
    event = RecordQuarantined(offset=offset, sha256=sha256(raw).hexdigest(), reason=reason)
    stream = f"control-{shard}"
    head = _head(log, index, shard, stream)
    log.append(shard, control_line(shard, event, head, commit_id, envelope).raw)


def _head(log: Log, index: ProjectionIndex, shard: int, stream: str) -> Head | None:
    """The stream's head once all that is in the log has been read, the index being behind it.

    Control commits come from here alone, one at a time, so each that follows will stand.
    """
    head = index.load(shard, Wanted([stream], (), (), ())).heads.get(stream)
    start = index.meta(shard).next_offset
    while records := log.read(shard, start, READ_LIMIT):
        for offset, raw in records:
            start = offset + 1
            for line in _readable(shard, offset, raw):
                for part in line.commit.parts:
                    if part.stream == stream:
                        head = Head(part.first_version + len(part.events) - 1, line.hash)
    return head


def _readable(shard: int, offset: int, raw: bytes) -> Sequence[Line]:
    try:
        return read_record(shard, offset, raw).lines
    except UnreadableError:
        return ()


def _unreadable(log: Log, shard: int, records: Sequence[tuple[int, bytes]]) -> bytes:
    for offset, raw in records:
        try:
            read_or_pass(log, shard, offset, raw)
        except UnreadableError:
            return raw
    raise ValueError(f"shard {shard} is not halted at an unreadable record")
