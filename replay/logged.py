"""The log line by line, each at its place, with its verdict: what an export is made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.journal.commit import Line, UnreadableError
from engine.ports import Index, Log
from projections.judging import READ_LIMIT, read_record

UNREADABLE: Final = "unreadable"
DUPLICATE: Final = "duplicate"


class UnprovableError(Exception):
    """The log and what was made from it differ; `kravspor replay verify` tells where."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A line at its place: leaf of the tree, record, and line of the record, each from 0.

    `line` is what it says; None in a record that nobody can read.
    """

    leaf: int
    offset: int
    number: int
    raw: bytes
    line: Line | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with its verdict, and the first and last position of its events if it stands."""

    placed: Placed
    verdict: str
    events: tuple[int, int] | None


def placed_lines(log: Log, shard: int, until: int) -> Iterator[list[Placed]]:
    """All lines of the records before `until`, some at a time.

    Raises UnprovableError when a record is missing.
    """
    leaf = offset = 0
    while offset < until:
        found = log.read(shard, offset, min(READ_LIMIT, until - offset))
        batch: list[Placed] = []
        for at, raw in found:
            if at != offset:
                break
            batch += _placed(shard, at, raw, leaf + len(batch))
            offset += 1
        if not batch:
            raise UnprovableError(f"the record at offset {offset} of shard {shard} is missing")
        yield batch
        leaf += len(batch)


def judged_lines(index: Index, batch: Sequence[Placed]) -> Iterator[Judged]:
    """The lines with the verdicts the index has on them.

    Raises UnprovableError when it has none, or has judged other bytes.
    """
    decided = index.decided([each.line.commit.commit_id for each in batch if each.line])
    seen = set()
    for placed in batch:
        if placed.line is None:
            yield Judged(placed, UNREADABLE, None)
            continue
        commit_id = placed.line.commit.commit_id
        verdict = decided.get(commit_id)
        if verdict is None:
            raise UnprovableError(f"commit {commit_id} of the log has no verdict")
        if verdict.offset != placed.offset or commit_id in seen:
            yield Judged(placed, DUPLICATE, None)
            continue
        seen.add(commit_id)
        if verdict.hash != placed.line.hash:
            raise UnprovableError(f"commit {commit_id} is not the one that was judged")
        events = (verdict.first_nid, verdict.last_nid)
        yield Judged(placed, verdict.reason, events if events[1] >= events[0] else None)


def _placed(shard: int, offset: int, raw: bytes, leaf: int) -> Iterator[Placed]:
    pieces = raw.split(b"\n")
    lines: Sequence[Line | None]
    try:
        lines = read_record(shard, offset, raw).lines
    except UnreadableError:
        lines = [None] * len(pieces)
    for number, (piece, line) in enumerate(zip(pieces, lines, strict=True)):
        yield Placed(leaf + number, offset, number, piece, line)
