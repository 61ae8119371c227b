"""A writer: a process that wishes, again and again, on a few streams that all others want too."""

import signal
import sys
import time
from pathlib import Path
from threading import Event
from typing import Final, TextIO
from uuid import UUID, uuid4

from engine.journal.commit import Commit, EventRecord, Line, Part, genesis_hash, write_line
from engine.journal.outcome import Committed, Conflict, Outcome
from engine.journal.writer import Writer
from engine.ports import Head, OutcomeUnknownError, UnavailableError
from gateways.appending import Appending
from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.part import SHARD, STREAMS
from gateways.chaos.counting import Added
from gateways.chaos.history import Operation
from gateways.chaos.history import Outcome as Told
from gateways.chaos.seeded import Draw
from gateways.ids import SystemClock, SystemIds, pause
from gateways.kafka.log import KafkaLog
from gateways.postgres.database import Database
from gateways.postgres.index import PostgresIndex
from gateways.postgres.listening import Listening

RESOLVING_SECONDS: Final = 60.0
AWAY_SECONDS: Final = 0.2


class Wishing:
    """Wishes of one process; each is written down before it is sent, and when it was answered."""

    def __init__(
        self, part: parts.Part, log: KafkaLog, index: PostgresIndex, appending: Appending
    ) -> None:
        self._part = part
        self._broken = part.broken
        self._log = log
        self._index = index
        self._writer = Writer(appending, pause)
        self._number = 0
        self._base = uuid4().int >> 64
        self._waiting: dict[str, Operation] = {}

    def wish(self, file: TextIO) -> None:
        """One wish: on one stream, on two, or two in a row of which the second trusts the first.

        Raises UnavailableError when the heads cannot be read.
        """
        self._number += 1
        draw = Draw(self._part.seed, self._number)
        stream = STREAMS[draw.below(len(STREAMS))]
        begun, head = time.monotonic_ns(), self._index.read([stream])[stream].head
        op, line = self._decided(stream, head, self._base + self._number, uuid4(), begun)
        if draw.one_in(12):
            self._built_upon(file, op, line, stream)
            return
        self._send(file, op, line)
        if op.outcome == "conflict" and draw.one_in(2):
            begun, head = time.monotonic_ns(), self._index.read([stream])[stream].head
            command = UUID(op.command_id)
            again, line = self._decided(stream, head, op.intent, command, begun)
            self._send(file, again, line)
        if op.outcome != "nothing" and draw.one_in(15):
            self._ghost(line)

    def resolve(self, file: TextIO, seconds: float) -> int:
        """Ask for the verdicts that were unknown, so long at the most; how many stay so."""
        end = time.monotonic() + seconds
        while self._waiting and time.monotonic() < end:
            for commit_id, op in list(self._waiting.items()):
                try:
                    outcome = self._writer.resolve(UUID(commit_id))
                except (UnavailableError, OutcomeUnknownError):
                    time.sleep(AWAY_SECONDS)
                    continue
                if isinstance(outcome, Committed | Conflict):
                    self._tell(file, op, _word(outcome))
        return len(self._waiting)

    def _built_upon(self, file: TextIO, op: Operation, line: Line, stream: str) -> None:
        """Two commits of which the second takes it that the first stands, sent in one record."""
        first = line.commit.parts[0].first_version
        count = len(line.commit.parts[0].events)
        head = Head(first + count - 1, line.hash)
        intent, begun = self._base + (1 << 32) + self._number, time.monotonic_ns()
        second, after = self._decided(stream, head, intent, uuid4(), begun)
        second.read = {}  # it has read nothing that another was told of
        for each, raw in ((op, line), (second, after)):
            each.raw = raw.raw
            parts.write(file, each)
        try:
            self._log.append(SHARD, line.raw + b"\n" + after.raw)
        except (UnavailableError, OutcomeUnknownError):
            time.sleep(AWAY_SECONDS)
        for each, raw in ((op, line), (second, after)):
            self._send(file, each, raw, sent=True)

    def _send(self, file: TextIO, op: Operation, line: Line, *, sent: bool = False) -> None:
        """Write it by the writer, and tell what it told; `sent` when it may be in the log."""
        op.raw = line.raw
        parts.write(file, op)
        if self._broken.acknowledgement_is_success:
            try:
                self._log.append(SHARD, line.raw)
            except (UnavailableError, OutcomeUnknownError):
                return
            self._tell(file, op, "ok")
            return
        try:
            outcome = self._writer.append(line)
        except UnavailableError:
            self._tell(file, op, "unknown" if sent else "nothing")
            return
        self._tell(file, op, _word(outcome))

    def _tell(self, file: TextIO, op: Operation, word: Told) -> None:
        if word == "unknown" and self._broken.timeout_is_failure:
            word = "nothing"
        op.outcome = word
        op.done_at = time.monotonic_ns()
        if word == "unknown":
            self._waiting[op.commit_id] = op
        else:
            self._waiting.pop(op.commit_id, None)
        parts.write(file, op)

    def _ghost(self, line: Line) -> None:
        """The same bytes once more, by a sender that does not wait."""
        try:
            self._log.append(SHARD, line.raw)
        except (UnavailableError, OutcomeUnknownError):
            time.sleep(AWAY_SECONDS)

    def _decided(
        self, stream: str, head: Head | None, intent: int, command_id: UUID, begun: int
    ) -> tuple[Operation, Line]:
        commit_id = SystemIds().commit_id()
        first, previous = (
            (1, genesis_hash(SHARD, stream).hex())
            if head is None
            else (head.version + 1, head.hash)
        )
        amount = intent % 9
        records = [
            EventRecord(uuid4(), Added.TYPE, 1, b'{"amount":%d,"wish":%d}' % (amount, n))
            for n in range(1 + intent % 2)
        ]
        commit = Commit(
            commit_id=commit_id,
            command_id=command_id,
            command_mac=f"mac-{intent}",
            shard=SHARD,
            parts=(Part(stream, first, previous, tuple(records)),),
            actor=self._part.name,
            correlation=commit_id,
            recorded_at=SystemClock().now(),
        )
        op = Operation(
            intent=intent,
            command_id=str(command_id),
            commit_id=str(commit_id),
            read={stream: head.version if head else 0},
            invoked_at=begun,
        )
        return op, write_line(commit)


def _word(outcome: Outcome) -> Told:
    match outcome:
        case Committed():
            return "repeated" if outcome.repeated else "ok"
        case Conflict():
            return "repeated" if outcome.reason == "already_done" else "conflict"
        case _:
            return "unknown"


def main(words: str) -> int:
    """Wish until told to end; how many outcomes stay unknown is the exit code, 100 at the most."""
    part, stop = parts.Part.of(words), Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    log, index, database = _patiently(part, stop)
    listening = Listening(database)
    wishing = Wishing(part, log, index, Appending(log, index, listening.moves))
    with Path(part.told).open("a", encoding="utf-8") as file:
        while not stop.is_set():
            try:
                wishing.wish(file)
            except (UnavailableError, OutcomeUnknownError):
                stop.wait(AWAY_SECONDS)
        return min(wishing.resolve(file, RESOLVING_SECONDS), 100)


def _patiently(part: parts.Part, stop: Event) -> tuple[KafkaLog, PostgresIndex, Database]:
    while True:
        try:
            return parts.opened(part)
        except (UnavailableError, OutcomeUnknownError):
            if stop.wait(AWAY_SECONDS):
                raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
