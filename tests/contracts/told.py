"""A log in which everything stands that a log can hold, written without a writer."""

from hashlib import sha256
from uuid import uuid5

from msgspec.structs import replace

from engine.journal.commit import Commit, Line, Part, Tracking, genesis_hash, write_line
from engine.journal.control import ControlEvent, FormatAdmitted, MarkSet, RecordQuarantined
from engine.journal.controlling import control_line
from engine.ports import Head, Log
from tests.contracts.world import NAMESPACE, NOW, World, event_record

JUNK = b"a disk wrote nonsense\nin two lines"


class Pen:
    """Writes lines to one shard, and knows where its streams end if all of them stand."""

    def __init__(self, log: Log, shard: int = 0) -> None:
        self.log = log
        self.shard = shard
        self.heads: dict[str, Head] = {}
        self.lines: list[Line] = []

    def line(
        self,
        *streams: str,
        count: int = 1,
        name: str = "",
        command: str = "",
        tracking: Tracking | None = None,
    ) -> Line:
        """A line that is to stand: so many events on each stream."""
        name = name or f"line {len(self.lines)} of {self.shard}"
        parts = tuple(self._part(stream, count, name) for stream in streams)
        commit = Commit(
            commit_id=uuid5(NAMESPACE, name),
            command_id=uuid5(NAMESPACE, command or f"asked {name}"),
            command_mac="mac",
            shard=self.shard,
            parts=parts,
            tracking=tracking,
            actor="test",
            correlation=NAMESPACE,
            recorded_at=NOW,
        )
        return self.told(write_line(commit))

    def told(self, line: Line) -> Line:
        """The line, which moves the heads of its streams."""
        self.lines.append(line)
        for part in line.commit.parts:
            last = part.first_version + len(part.events) - 1
            self.heads[part.stream] = Head(last, line.hash)
        return line

    def void(self, line: Line, name: str, **changes: object) -> Line:
        """Another line made of one, which does not stand; it moves nothing."""
        asked = {"command_id": uuid5(NAMESPACE, name), **changes}
        commit = replace(line.commit, commit_id=uuid5(NAMESPACE, name), **asked)
        changed = write_line(commit)
        self.lines.append(changed)
        return changed

    def control(self, world: World, event: ControlEvent) -> Line:
        """A line about the log itself."""
        stream = f"control-{self.shard}"
        commit_id = uuid5(NAMESPACE, f"control {len(self.lines)} of {self.shard}")
        head = self.heads.get(stream)
        envelope = world.envelope(f"control {len(self.lines)} of {self.shard}")
        return self.told(control_line(self.shard, event, head, commit_id, envelope))

    def append(self, *lines: Line) -> None:
        """A record of these lines."""
        self.log.append(self.shard, b"\n".join(line.raw for line in lines))

    def _part(self, stream: str, count: int, name: str) -> Part:
        head = self.heads.get(stream)
        first = head.version + 1 if head else 1
        previous = head.hash if head else genesis_hash(self.shard, stream).hex()
        events = tuple(
            replace(event_record(0, 1), event_id=uuid5(NAMESPACE, f"{name} {stream} {number}"))
            for number in range(first, first + count)
        )
        return Part(stream, first, previous, events)


def everything_told(world: World) -> list[Line]:
    """Append each kind of line there is, and some of them twice; the lines."""
    pen = Pen(world.log)
    first, second = pen.line("counter-1", count=3), pen.line("counter-3", command="ask")
    pen.append(first)
    pen.append(pen.line("counter-2"), pen.line("counter-1", "counter-2", count=2), first)
    pen.append(second)
    pen.append(second)  # sent again, whole
    pen.append(pen.void(second, "already done", command_id=second.commit.command_id), first)
    ahead = replace(second.commit.parts[0], first_version=9)
    pen.append(pen.void(second, "ahead", parts=(ahead,)))
    fourth = pen.line("counter-4")
    other = replace(fourth.commit.parts[0], first_version=2, prev_hash="0" * 64)
    pen.append(fourth, pen.void(fourth, "of another past", parts=(other,)))
    pen.append(pen.line(tracking=Tracking("us", "them", 5)))
    pen.append(pen.line("counter-5", tracking=Tracking("us", "them", 7)))
    behind = Tracking("us", "them", 6)
    pen.append(pen.void(second, "behind", parts=(), tracking=behind))
    junk = RecordQuarantined(
        offset=world.log.append(0, JUNK), sha256=sha256(JUNK).hexdigest(), reason="a disk"
    )
    pen.append(pen.line("counter-5", count=2))
    pen.append(pen.control(world, junk), pen.line("counter-4"))
    pen.append(pen.control(world, MarkSet(note="here")), pen.line("counter-6"))
    heads = dict(pen.heads)
    pen.append(pen.control(world, junk.model_copy(update={"offset": 3})))  # it can be read
    pen.heads = heads
    pen.append(pen.control(world, FormatAdmitted(fmt=1, rules=2)))
    seventh = pen.line("counter-7")
    pen.append(pen.void(seventh, "misplaced", kind="control"), seventh)
    last = pen.line("counter-1", "counter-7", count=2)
    pen.append(last, pen.line("counter-2"))
    pen.append(first, last)
    return pen.lines
