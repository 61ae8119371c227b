"""What a client wishes, again and again, on a few streams that all others want too."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Thread
from typing import Final, TextIO
from uuid import UUID, uuid4

from engine.journal.commit import (
    Commit,
    EventRecord,
    Line,
    Part,
    Tracking,
    genesis_hash,
    write_line,
)
from engine.journal.outcome import Committed, Conflict, Outcome
from engine.journal.shards import in_use
from engine.journal.writer import Writer
from engine.ports import Head, Log, OutcomeUnknownError, UnavailableError
from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.part import STREAMS
from gateways.chaos.counting import Added
from gateways.chaos.history import Operation
from gateways.chaos.history import Outcome as Told
from gateways.chaos.seeded import Draw
from gateways.ids import SystemClock, SystemIds
from gateways.postgres.index import PostgresIndex
from projections.index import Wanted

AWAY_SECONDS: Final = 0.2
LOOK_EVERY: Final = 20  # wishes, for a shard that has come into use
FOLLOWED: Final = ("follower", "upstream")
Heads = Mapping[str, Head | None]


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish that is decided: what is written down of it, and the line that carries it."""

    op: Operation
    line: Line

    @property
    def heads(self) -> Heads:
        """The heads its streams have if it stands."""
        return {
            part.stream: Head(part.first_version + len(part.events) - 1, self.line.hash)
            for part in self.line.commit.parts
        }


class Wishing:
    """Wishes of one client; each is written down before it is sent, and when it was answered."""

    def __init__(
        self,
        part: parts.Part,
        way: tuple[Log, PostgresIndex, Writer],
        file: TextIO,
        number: int,
    ) -> None:
        self._name = part.name
        self._seed = part.seed * 100 + number
        self._broken = part.broken
        self._log, self._index, self._writer = way
        self._file = file
        self._number = 0
        self._base = uuid4().int >> 64
        self._shards: tuple[int, ...] = (0,)
        self._waiting: dict[str, Wish] = {}

    def wish(self) -> None:
        """One wish, sent in one of several ways; what waits for a verdict is asked after.

        Raises UnavailableError when the heads cannot be read.
        """
        self._number += 1
        draw = Draw(self._seed, self._number)
        if self._number % LOOK_EVERY == 1 and len(self._shards) < len(STREAMS):
            self._shards = in_use(self._index)
        shard = self._shards[draw.below(len(self._shards))]
        wish = self._decided(
            draw, shard, _streams(draw, shard), self._base + self._number, uuid4()
        )
        if draw.one_in(15):
            self._built_upon(wish, shard)
        elif draw.one_in(25):
            self._leave(wish)
        elif draw.one_in(50):
            self._abandon(wish)
        else:
            self._send(wish)
            self._afterwards(draw, wish)
        if self._waiting and draw.one_in(5):
            earlier = next(iter(self._waiting.values()))
            if draw.one_in(2):
                self._again(draw, earlier)
            self._ask_after(earlier)

    def resolve(self, seconds: float) -> int:
        """Ask for the verdicts that were unknown, so long at the most; how many stay so."""
        end = time.monotonic() + seconds
        while self._waiting and time.monotonic() < end:
            for wish in list(self._waiting.values()):
                self._ask_after(wish)
        return len(self._waiting)

    def _afterwards(self, draw: Draw, wish: Wish) -> None:
        """Ask again what failed or is in doubt, or send the very same bytes once more."""
        op = wish.op
        if op.outcome == "unknown" or (op.outcome == "conflict" and draw.one_in(4)):
            self._again(draw, wish)
        if op.outcome not in ("open", "nothing") and draw.one_in(15):
            parts.note(self._file, "the same bytes sent again after the answer")
            self._append(wish.line)

    def _again(self, draw: Draw, wish: Wish) -> None:
        """The same wish, decided anew on the heads as they are now."""
        parts.note(self._file, "a wish asked again under its command")
        op, broken = wish.op, self._broken
        command = uuid4() if broken.new_command_on_retry else UUID(op.command_id)
        streams = [part.stream for part in wish.line.commit.parts]
        self._send(self._decided(draw, op.shard, streams, op.intent, command))

    def _ask_after(self, wish: Wish) -> None:
        """Send what has no verdict yet once more, as the same bytes."""
        try:
            outcome = self._writer.append(wish.line)
        except (UnavailableError, OutcomeUnknownError):
            time.sleep(AWAY_SECONDS)
            return
        if isinstance(outcome, Committed | Conflict):
            self._tell(wish, _word(outcome))

    def _built_upon(self, wish: Wish, shard: int) -> None:
        """Two commits of which the second takes it that the first stands, sent in one record."""
        parts.note(self._file, "two commits in a record, the second built on the first")
        intent, begun = self._base + (1 << 32) + self._number, time.monotonic_ns()
        line = self._line(shard, wish.heads, intent, uuid4(), None)
        second = Wish(_operation(line, {}, intent, begun), line)  # it has read nothing
        for each in (wish, second):
            parts.write(self._file, each.op)
        self._append(wish.line, second.line)
        for each in (wish, second):
            self._send(each, sent=True)

    def _leave(self, wish: Wish) -> None:
        """Hand it over and do not wait for what becomes of it: it is in doubt."""
        parts.note(self._file, "a commit not waited for, told as unknown")
        self._hand_over(wish)
        self._tell(wish, "unknown")

    def _abandon(self, wish: Wish) -> None:
        """Hand it over, and never ask."""
        parts.note(self._file, "a commit abandoned by its writer")
        self._hand_over(wish)

    def _hand_over(self, wish: Wish) -> None:
        parts.write(self._file, wish.op)
        Thread(target=self._append, args=(wish.line,), daemon=True).start()

    def _send(self, wish: Wish, *, sent: bool = False) -> None:
        """Write it by the writer, and tell what it told; `sent` when it may be in the log."""
        parts.write(self._file, wish.op)
        if self._broken.acknowledgement_is_success:
            if self._append(wish.line):
                self._tell(wish, "ok")
            return
        try:
            outcome = self._writer.append(wish.line)
        except UnavailableError:
            self._tell(wish, "unknown" if sent else "nothing")
            return
        self._tell(wish, _word(outcome))

    def _tell(self, wish: Wish, word: Told) -> None:
        if word == "unknown" and self._broken.timeout_is_failure:
            word = "nothing"
        op = wish.op
        op.outcome = word
        op.done_at = time.monotonic_ns()
        if word == "unknown":
            self._waiting[op.commit_id] = wish
        else:
            self._waiting.pop(op.commit_id, None)
        parts.write(self._file, op)

    def _append(self, *lines: Line) -> bool:
        """Bring the lines into the log as one record, past the writer; whether it said so."""
        try:
            self._log.append(lines[0].commit.shard, b"\n".join(line.raw for line in lines))
        except (UnavailableError, OutcomeUnknownError):
            time.sleep(AWAY_SECONDS)
            return False
        return True

    def _decided(
        self, draw: Draw, shard: int, streams: Sequence[str], intent: int, command_id: UUID
    ) -> Wish:
        begun = time.monotonic_ns()
        followed = [FOLLOWED] if draw.one_in(10) else []
        found = self._index.load(shard, Wanted(list(streams), (), (), followed))
        heads = {stream: found.heads.get(stream) for stream in streams}
        reached = found.tracking.get(FOLLOWED, 0) + draw.below(2)  # half of them come late
        tracking = Tracking(*FOLLOWED, reached) if followed else None
        line = self._line(shard, heads, intent, command_id, tracking)
        read = {stream: head.version if head else 0 for stream, head in heads.items()}
        return Wish(_operation(line, read, intent, begun), line)

    def _line(
        self, shard: int, heads: Heads, intent: int, command_id: UUID, tracking: Tracking | None
    ) -> Line:
        commit_id = SystemIds().commit_id()
        return write_line(
            Commit(
                commit_id=commit_id,
                command_id=command_id,
                command_mac=f"mac-{intent}",
                shard=shard,
                parts=tuple(_part(shard, stream, head, intent) for stream, head in heads.items()),
                tracking=tracking,
                actor=self._name,
                correlation=commit_id,
                recorded_at=SystemClock().now(),
            )
        )


def _streams(draw: Draw, shard: int) -> list[str]:
    """One stream, or two of the shard."""
    among = STREAMS[shard]
    first = draw.below(len(among))
    other = (first + 1 + draw.below(len(among) - 1)) % len(among)
    return [among[first], among[other]] if draw.one_in(6) else [among[first]]


def _part(shard: int, stream: str, head: Head | None, intent: int) -> Part:
    first, previous = (
        (1, genesis_hash(shard, stream).hex()) if head is None else (head.version + 1, head.hash)
    )
    records = [
        EventRecord(uuid4(), Added.TYPE, 1, b'{"amount":%d,"wish":%d}' % (intent % 9, n))
        for n in range(1 + intent % 2)
    ]
    return Part(stream, first, previous, tuple(records))


def _operation(line: Line, read: Mapping[str, int], intent: int, begun: int) -> Operation:
    commit = line.commit
    return Operation(
        intent=intent,
        command_id=str(commit.command_id),
        commit_id=str(commit.commit_id),
        read=read,
        invoked_at=begun,
        raw=line.raw,
        shard=commit.shard,
    )


def _word(outcome: Outcome) -> Told:
    match outcome:
        case Committed():
            return "repeated" if outcome.repeated else "ok"
        case Conflict():
            return "repeated" if outcome.reason == "already_done" else "conflict"
        case _:
            return "unknown"
