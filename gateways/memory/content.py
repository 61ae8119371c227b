"""What an index in memory holds: its tables, those beside the live ones, and how far it is."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from engine.ports import Decided, Entry, Head
from gateways.memory.log import MemoryLog
from projections.index import Meta
from projections.parked import Parked
from projections.projection import Rows


@dataclass(slots=True)
class Content:
    """All that the index holds; two indexes with equal content are the same index."""

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    by_nid: dict[int, list[Entry]] = field(default_factory=dict)
    heads: dict[str, Head] = field(default_factory=dict)
    decided: dict[UUID, Decided] = field(default_factory=dict)
    commands: dict[tuple[str, UUID], UUID] = field(default_factory=dict)
    tracking: dict[tuple[str, str], int] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)
    parked: dict[tuple[str, str], Parked] = field(default_factory=dict)


@dataclass(slots=True)
class Kept:
    """A table that is not live: its rows, what is parked in it, and how far it has come."""

    name: str
    rows: Rows = field(default_factory=dict)
    parked: dict[str, Parked] = field(default_factory=dict)
    positions: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Holdings:
    """All of it, under the lock of the log; `places` are the tables that are not live."""

    log: MemoryLog
    content: Content = field(default_factory=Content)
    places: dict[str, Kept] = field(default_factory=dict)
    metas: dict[int, Meta] = field(default_factory=dict)

    def next_generation(self) -> None:
        """Whoever remembers rows, or what is parked, reads them again."""
        for shard, meta in self.metas.items():
            self.metas[shard] = replace(meta, generation=meta.generation + 1)
