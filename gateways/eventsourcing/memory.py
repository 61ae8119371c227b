"""PERSISTENCE_MODULE for tests: an application's log in memory, gone with its factory."""

from collections.abc import Sequence

import eventsourcing.popo as library
from eventsourcing.persistence import AggregateRecorder
from typing_extensions import override

from engine.ports import Entry
from gateways.eventsourcing.application_log import SHARD, ApplicationLog
from gateways.eventsourcing.factory import EVENTS, JournalFactory, foreign
from gateways.eventsourcing.reading import Bounds, Row
from gateways.eventsourcing.recorders import JournalAggregateRecorder
from gateways.memory.index import MemoryIndex
from gateways.memory.log import MemoryLog
from projections.runner import Runner

PAGE = 500


class MemoryReading:
    """Slices of a memory index."""

    def __init__(self, index: MemoryIndex) -> None:
        self._index = index

    def versions(self, stream: str, bounds: Bounds, *, back: bool) -> Sequence[Row]:
        """Events of the stream whose versions are in bounds."""
        entries = self._index.read([stream])[stream].entries
        found = [_row(e) for e in entries if bounds.above < e.version <= bounds.upto]
        return (found[::-1] if back else found)[: bounds.limit]

    def notifications(self, bounds: Bounds, topics: Sequence[str]) -> Sequence[Row]:
        """Events whose nids are in bounds, of these topics."""
        found: list[Row] = []
        above = max(bounds.above, 0)
        while len(found) < bounds.limit and above < bounds.upto:
            page = self._index.entries(SHARD, above, PAGE)
            if not page:
                break
            above = page[-1].nid
            found += [
                _row(entry)
                for entry in page
                if entry.nid <= bounds.upto
                and (not topics or entry.type in topics)
                and not entry.stream.startswith("control-")
            ]
        return found[: bounds.limit]


class MemoryJournalFactory(JournalFactory[library.POPOTrackingRecorder], library.POPOFactory):
    """Our recorders for events; the library's own for snapshots and tracking-only views."""

    @override
    def open_log(self, name: str) -> ApplicationLog:
        """A new, empty log."""
        log = MemoryLog(name)
        index = MemoryIndex(log)
        runner = Runner(log, index, (), foreign(), together=index)
        return ApplicationLog(
            name,
            runner,
            index,
            reading=MemoryReading(index),
            bell=index.moves,
            close=lambda: None,
        )

    @override
    def aggregate_recorder(self, purpose: str = EVENTS) -> AggregateRecorder:
        """Events over the log; what can be made again, snapshots above all, beside it."""
        if purpose == EVENTS:
            return JournalAggregateRecorder(self.log)
        return library.POPOFactory.aggregate_recorder(self, purpose)


def _row(entry: Entry) -> Row:
    return Row(entry.nid, entry.stream, entry.version, entry.type, entry.data)
