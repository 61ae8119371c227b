"""A process with a runner and a writer, on ports where it can be struck, paused or killed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol
from uuid import UUID

from engine.journal.recorded import Decode
from engine.journal.writer import Writer
from engine.ports import Decided, Entry, OutcomeUnknownError, Stored, UnavailableError
from gateways.chaos.disk import FragileLog
from gateways.chaos.seeded import Draw
from gateways.memory.index import MemoryIndex
from projections.beside import Beside
from projections.index import Batch, Found, Halt, Meta, Rebuilding, Wanted
from projections.parked import Parked
from projections.projection import AnyProjection, AnyTable, Key, Rows
from projections.runner import Runner

Fate = Literal["", "crash", "before", "lost", "after"]


class CrashedError(BaseException):
    """The process is gone at this very point; nothing of it may catch this and go on."""


class Surroundings(Protocol):
    """What a node needs of its world."""

    log: FragileLog
    index: MemoryIndex

    def release(self, *, new: bool) -> tuple[Sequence[AnyProjection], Decode]:
        """What the new release, or the old, knows: its projections, and how it reads events."""
        ...

    def fate(self, node: "Node", moment: str) -> Fate:
        """What happens to the node now; others may have gone on before this returns."""
        ...

    def drift(self, raw: bytes) -> None:
        """The record is on its way, and its sender has stopped waiting for it."""
        ...


class Node:
    """One process. What it remembers is gone when it starts again."""

    def __init__(self, world: Surroundings, name: str, runner: type[Runner]) -> None:
        self.world = world
        self.name = name
        self._kind = runner
        self.new = False
        self.started = False
        self.busy = False
        self.alone = False
        self.meanwhile: Callable[[], None] | None = None
        self.draw = Draw(0, 0)

    def restart(self, *, new: bool, together: bool) -> None:
        """Be a new process, of the new release or the old, not yet at work."""
        self.new = new
        self.started = False
        self.meanwhile = None
        self.leader = self.world.log.leader
        self.told_end: int | None = None  # where a leader that was deposed says the log ends
        self.index = NodeIndex(self)
        projections, decode = self.world.release(new=new)
        self.runner = self._kind(
            NodeLog(self),
            self.index,
            projections,
            decode,
            together=self.index if together else None,
        )
        self.writer = Writer(self.runner, self._pause)

    def start(self) -> None:
        """Come to the end of the log. Raises whatever a runner does at its start."""
        self.runner.start()
        self.started = True

    def strike(self, moment: str) -> Fate:
        """Live through one moment. Raises CrashedError or UnavailableError before it is done."""
        fate = self.world.fate(self, moment)
        if fate == "crash":
            raise CrashedError
        if fate == "before":
            raise UnavailableError(moment)
        return fate

    def _pause(self, milliseconds: int) -> None:
        del milliseconds
        if self.world.fate(self, "pause") == "crash":
            raise CrashedError


class NodeLog:
    """The log as one node reaches it."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._log = node.world.log

    def identity(self) -> str:
        """The log's name."""
        return self._log.identity()

    def append(self, shard: int, record: bytes) -> int:
        """Append; the answer may be lost before or after, and the record may come later.

        What the node does meanwhile is done before the record is there.
        """
        meanwhile, self._node.meanwhile = self._node.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        fate = self._node.strike("append")
        self._connect()
        if fate == "lost":
            self._node.world.drift(record)
            raise OutcomeUnknownError("the record is on its way")
        offset = self._log.append(shard, record)
        if fate == "after":
            raise OutcomeUnknownError("the acknowledgement was lost")
        return offset

    def read(self, shard: int, start: int, limit: int) -> Sequence[tuple[int, bytes]]:
        """Read what the leader has, or whoever is still taken for it."""
        self._node.strike("read")
        self._connect()
        return self._log.read(shard, start, min(limit, max(0, self._told_end(shard) - start)))

    def end(self, shard: int) -> int:
        """Where the log ends, as is told."""
        self._connect()
        return self._told_end(shard)

    def lacks(self, shard: int, offset: int) -> bool:
        """Whether it ends before that: others are asked, until one of them is the leader."""
        self._node.strike("lacks")
        self._node.told_end = None
        return self._log.lacks(shard, offset)

    def epoch(self, shard: int) -> int:
        """The leader the node last spoke with; only this tells that it is another."""
        del shard
        return self._node.leader

    def _told_end(self, shard: int) -> int:
        end, told = self._log.end(shard), self._node.told_end
        return end if told is None else min(end, told)

    def _connect(self) -> None:
        """Speak with the leader of the moment, and say nothing when it is a new one."""
        self._node.leader = self._node.world.log.leader


class NodeIndex:
    """The index as one node reaches it: only what changes it can be struck in the middle."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._index = node.world.index

    def prepare(self, tables: Sequence[AnyTable]) -> None:
        """Have these tables."""
        self._index.prepare(tables)

    def lacking(self, tables: Sequence[AnyTable]) -> Sequence[AnyTable]:
        """The tables that are not live."""
        return self._index.lacking(tables)

    def strange(self, tables: Sequence[AnyTable]) -> Sequence[str]:
        """The live tables that are not among these."""
        return self._index.strange(tables)

    def uncounted(self, tables: Sequence[AnyTable]) -> Sequence[str]:
        """The tallies of these tables that are not kept."""
        return self._index.uncounted(tables)

    def beside(self) -> Beside:
        """The tables beside the live ones."""
        return self._index.beside()

    def meta(self, shard: int) -> Meta:
        """How far the shard has come."""
        return self._index.meta(shard)

    def load(self, shard: int, wanted: Wanted) -> Found:
        """What is known of what is wanted."""
        self._node.strike("load")
        return self._index.load(shard, wanted)

    def rows(self, wanted: Mapping[AnyTable, Sequence[Key]]) -> Mapping[AnyTable, Rows]:
        """The rows there are."""
        self._node.strike("rows")
        return self._index.rows(wanted)

    def parked(self) -> Sequence[Parked]:
        """The streams that are parked."""
        return self._index.parked()

    def apply(self, batch: Batch) -> bool:
        """Write the batch; it may fail before, and its answer may be lost after."""
        fate = self._node.strike("apply")
        if fate == "lost":
            raise OutcomeUnknownError("the index was lost before it was written")
        applied = self._index.apply(batch)
        if fate == "after":
            raise OutcomeUnknownError("the index was lost after it was written")
        return applied

    def append_and_apply(self, record: bytes, batch: Batch) -> bool:
        """Append and write in one; the answer may be lost."""
        fate = self._node.strike("append and apply")
        if fate == "lost":
            raise OutcomeUnknownError("the store was lost before it was written")
        applied = self._index.append_and_apply(record, batch)
        if fate == "after":
            raise OutcomeUnknownError("the store was lost after it was written")
        return applied

    def halt(self, shard: int, halt: Halt) -> None:
        """Note where the shard stands still."""
        self._index.halt(shard, halt)

    def rebuild(self, shards: Sequence[int], fold: Rebuilding) -> None:
        """Make the index again; nobody comes in between, for it is one transaction."""
        self._node.alone = True
        try:
            self._index.rebuild(shards, fold)
        finally:
            self._node.alone = False

    def read(self, streams: Sequence[str]) -> Mapping[str, Stored]:
        """The named streams, to decide on: others may write before the decision is."""
        self._node.strike("decide on")
        return self._index.read(streams)

    def entries(self, shard: int, after: int, limit: int) -> Sequence[Entry]:
        """The standing events beyond `after`."""
        return self._index.entries(shard, after, limit)

    def by_id(self, event_ids: Sequence[UUID]) -> Mapping[UUID, Entry]:
        """The standing events there are of these ids."""
        return self._index.by_id(event_ids)

    def decided(self, commit_ids: Sequence[UUID]) -> Mapping[UUID, Decided]:
        """The verdicts there are."""
        self._node.strike("decided")
        return self._index.decided(commit_ids)

    def answers(self, command_id: UUID, streams: Sequence[str]) -> Sequence[Decided]:
        """The standing commits of the command."""
        return self._index.answers(command_id, streams)
