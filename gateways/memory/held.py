"""Log, index and projections as memory holds them, as of the moment they were copied."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import fields
from uuid import UUID

from engine.ports import Decided, Entry, Head
from gateways.memory.content import Content
from gateways.memory.index import MemoryIndex
from gateways.memory.log import MemoryLog
from projections.index import Meta
from projections.parked import Parked
from projections.projection import AnyTable, Key, Row
from replay.checkpoints import Checkpoint, CheckpointStore

SHARD = 0


class MemoryHeld:
    """A memory index and its log; nobody should write to them meanwhile."""

    def __init__(self, index: MemoryIndex, checkpoints: CheckpointStore | None = None) -> None:
        self.log: MemoryLog = index.log
        self._checkpoints = checkpoints
        self._meta = index.meta(SHARD)
        with index.log.lock:
            copied = {
                each.name: copy(getattr(index.content, each.name)) for each in fields(Content)
            }
        self._content = Content(**copied)

    def shards(self) -> Sequence[int]:
        """The one shard in use."""
        return [SHARD]

    def meta(self, shard: int) -> Meta | None:
        """How far the index of the shard has come."""
        return self._meta if shard == SHARD else None

    def events(self, shard: int, after: int, until: int) -> Iterable[Entry]:
        """The events of a shard between two nids."""
        held = self._content.by_nid.get(shard, [])
        return [entry for entry in held if after < entry.nid <= until]

    def strays(self, ends: Mapping[int, int]) -> Iterable[tuple[int, int]]:
        """The events outside 1 to the end of their shard."""
        for shard, held in self._content.by_nid.items():
            for entry in held:
                if not 1 <= entry.nid <= ends.get(shard, 0):
                    yield shard, entry.nid

    def heads(self) -> Iterable[tuple[str, Head]]:
        """Where each stream ends."""
        return self._content.heads.items()

    def verdicts(self) -> Iterable[Decided]:
        """Every verdict."""
        return self._content.decided.values()

    def commands(self) -> Iterable[tuple[tuple[str, UUID], UUID]]:
        """The standing commit of each command on each stream."""
        return self._content.commands.items()

    def tracking(self) -> Iterable[tuple[tuple[int, str, str], int]]:
        """How far each application has come."""
        for pair, tracking_id in self._content.tracking.items():
            yield (SHARD, *pair), tracking_id

    def checkpoints(self, shard: int) -> Sequence[Checkpoint]:
        """The checkpoints made of the log's shard."""
        store = self._checkpoints
        return () if store is None else store.all_of(self.log.identity(), shard)

    def parked(self) -> Sequence[Parked]:
        """The streams that are parked."""
        return list(self._content.parked.values())

    def rows(self, table: AnyTable) -> Iterable[Row]:
        """The typed rows of a projection."""
        held = self._content.rows[table.sql_name].values()
        return [row for row in held if row is not None]

    def unlike(self, tables: Sequence[AnyTable]) -> Iterable[tuple[str, str]]:
        """The tables that are not there."""
        for table in tables:
            if table.sql_name not in self._content.rows:
                yield table.sql_name, "no such table is there"

    def miscounted(self, tables: Sequence[AnyTable]) -> Iterable[tuple[str, Key, str]]:  # noqa: ARG002 - of none
        """None: there are no tallies in memory."""
        return ()

    def broken_seals(self) -> Iterable[tuple[str, str]]:
        """None: what is kept in memory nobody else can change."""
        return ()
