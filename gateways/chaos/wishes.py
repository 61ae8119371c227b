"""What clients wish for, and the commits that carry it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from engine.journal.commit import (
    Commit,
    EventRecord,
    Line,
    Part,
    Tracking,
    genesis_hash,
    write_line,
)
from engine.ports import Head
from gateways.chaos.counting import Added, Closed, ErasureOrdered, Noted, Opened, Renamed
from gateways.chaos.disk import SHARD
from gateways.chaos.history import Operation
from gateways.chaos.seeded import Draw
from gateways.memory.index import MemoryIndex
from projections.index import Wanted

STREAMS: Final = tuple(f"stream-{n}" for n in range(12))
FOLLOWED: Final = (("follower", "upstream"), ("other", "upstream"))
PERSONS: Final = 24
EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Wish:
    """A wish on its way. `heads` are those it was decided on; `line` is made once and kept."""

    op: Operation
    commit_id: UUID
    command_id: UUID
    heads: Mapping[str, Head | None]
    events: Mapping[str, Sequence[tuple[str, bytes]]]
    tracking: Tracking | None = None
    line: Line | None = None
    sent: bool = False
    acknowledged: bool = False
    tries: int = 0
    wakes_at: int = 0
    erases: str | None = None

    @property
    def told(self) -> str:
        """The wish in a few words, for people."""
        on = ", ".join(
            f"{stream} after {head.version if head else 0}" for stream, head in self.heads.items()
        )
        return f"wish {self.op.intent} ({on or 'tracking alone'})"

    @property
    def repeatable(self) -> bool:
        """Whether it may be decided again on whatever the heads are then."""
        return all(stream in STREAMS for stream in self.events)


class Wishing:
    """Thinks of wishes; ids are counted, so that none is ever given out twice in a run."""

    def __init__(self, seed: int, index: MemoryIndex) -> None:
        self._base = (seed & 0xFFFFFFFFFFFFFFFF) << 64
        self._ids = 0
        self._index = index
        self.past: list[Wish] = []
        self.now = EPOCH

    def new_id(self) -> UUID:
        """An id no other thing of the run has."""
        self._ids += 1
        return UUID(int=self._base + self._ids)

    def tick(self, seconds: int) -> None:
        """Move the clock, forward or back."""
        self.now += timedelta(seconds=seconds)

    def plain(self, draw: Draw, step: int, *, new: bool) -> Wish:
        """One to three events on one stream, or on two; perhaps with a place in an upstream."""
        streams = [STREAMS[draw.below(len(STREAMS))]]
        if draw.one_in(5):
            other = STREAMS[draw.below(len(STREAMS))]
            streams += [other] * (other not in streams)
        tracking = self._tracking(draw) if draw.one_in(8) else None
        if tracking and draw.one_in(3):
            streams = []
        wish = self._wish(step, streams)
        wish.tracking = tracking
        kind = Renamed.TYPE if new and draw.one_in(20) else Added.TYPE
        wish.events = {
            stream: [
                (kind, b'{"amount":%d,"wish":%d}' % (draw.below(9), wish.op.intent))
                for _ in range(1 + draw.below(3))
            ]
            for stream in streams
        }
        return wish

    def again(self, earlier: Wish, step: int, *, new_command: bool) -> Wish:
        """The same wish asked again, decided on the heads as they are now."""
        wish = self._wish(step, list(earlier.events), intent=earlier.op.intent)
        wish.events, wish.tracking = earlier.events, earlier.tracking
        if not new_command:
            wish.command_id, wish.op.command_id = earlier.command_id, earlier.op.command_id
        return wish

    def behind(self, earlier: Wish, step: int) -> Wish | None:
        """A wish built on one that has no verdict yet, as if that one were sure to stand."""
        if earlier.line is None or not earlier.repeatable or not earlier.events:
            return None
        stream, events = next(iter(earlier.events.items()))
        wish = self._wish(step, [])
        part = next(p for p in earlier.line.commit.parts if p.stream == stream)
        wish.heads = {stream: Head(part.first_version + len(events) - 1, earlier.line.hash)}
        wish.events = {stream: [(Added.TYPE, b'{"amount":1,"wish":%d}' % wish.op.intent)]}
        return wish

    def on_person(self, draw: Draw, step: int, *, person_left_out: bool) -> Wish | None:
        """Open or close a case of a person, or erase the person; None when it is refused."""
        number = draw.below(PERSONS)
        person, cases = f"person-{number}", [f"case-{number}-{n}" for n in (1, 2)]
        stored = self._index.read([person, *cases])
        if any(entry.type == ErasureOrdered.TYPE for entry in stored[person].entries):
            return None
        is_open = [
            bool(stored[case].entries) and stored[case].entries[-1].type == Opened.TYPE
            for case in cases
        ]
        data = b'{"amount":0,"person":"%s"}' % person.encode()
        chosen = draw.below(2)
        case = cases[chosen]
        if is_open[chosen]:
            wish = self._wish(step, [case])
            wish.events = {case: [(Closed.TYPE, data)]}
        elif not any(is_open) and draw.one_in(3):
            wish = self._wish(step, [person])
            wish.events = {person: [(ErasureOrdered.TYPE, data)]}
            wish.erases = person
        else:
            wish = self._wish(step, [case] if person_left_out else [case, person])
            wish.events = {case: [(Opened.TYPE, data)]}
            if not person_left_out:
                wish.events = {**wish.events, person: [(Noted.TYPE, data)]}
        # What was decided on is what was read above: nothing has moved in between.
        return wish

    def write(self, wish: Wish) -> Line:
        """The wish as a line; asked again, the very same line."""
        if wish.line is None:
            base = self.new_id()
            self._ids += sum(len(events) for events in wish.events.values())
            number = base.int
            parts = []
            for stream, events in wish.events.items():
                head = wish.heads[stream]
                records = []
                for kind, data in events:
                    number += 1
                    records.append(EventRecord(UUID(int=number), kind, 1, data))
                first, digest = (
                    (1, genesis_hash(SHARD, stream).hex())
                    if head is None
                    else (head.version + 1, head.hash)
                )
                parts.append(Part(stream, first, digest, tuple(records)))
            wish.line = write_line(
                Commit(
                    commit_id=wish.commit_id,
                    command_id=wish.command_id,
                    command_mac=f"mac-{wish.op.intent}",
                    shard=SHARD,
                    parts=tuple(parts),
                    tracking=wish.tracking,
                    actor="chaos",
                    correlation=base,
                    recorded_at=self.now,
                )
            )
            wish.op.raw = wish.line.raw
        return wish.line

    def _wish(self, step: int, streams: list[str], intent: int | None = None) -> Wish:
        wanted = Wanted(streams, (), (), ())
        heads = self._index.load(SHARD, wanted).heads
        command_id, commit_id = self.new_id(), self.new_id()
        op = Operation(
            intent=len(self.past) if intent is None else intent,
            command_id=str(command_id),
            commit_id=str(commit_id),
            read={s: heads[s].version if s in heads else 0 for s in streams},
            invoked_at=step,
        )
        wish = Wish(op, commit_id, command_id, {s: heads.get(s) for s in streams}, {})
        self.past.append(wish)
        return wish

    def _tracking(self, draw: Draw) -> Tracking:
        pair = FOLLOWED[draw.below(len(FOLLOWED))]
        found = self._index.load(SHARD, Wanted((), (), (), [pair])).tracking
        return Tracking(*pair, found.get(pair, 0) + (0 if draw.one_in(5) else 1))
