"""Judging ahead, in every order that chance comes upon: the log alone says what is so."""

from collections.abc import Callable, Sequence
from random import Random
from uuid import UUID

import pytest

from engine.journal.commit import Line, write_line
from engine.journal.recorded import Recorded
from engine.journal.writer import Writer
from engine.ports import Head
from gateways.memory.index import MemoryIndex
from gateways.memory.keys import MemoryKeys
from gateways.memory.log import MemoryLog
from gateways.memory.rows import MemoryRows
from projections import remembering
from projections.index import Batch
from projections.projection import Key, Table
from projections.runner import Runner
from tests.contracts.world import Counted, Counts, Total, Totals, World, decode

STREAMS = [f"s{n}-{ending}" for n in range(25) for ending in (1, 2)]


class Odd:
    """A row for all streams that end alike, there while they have an odd number of events."""

    table: Table[Total] = Table("odd", ("stream",), Total)

    def touches(self, recorded: Recorded) -> Sequence[Key]:
        return [(recorded.stream.partition("-")[2],)]

    def evolve(self, row: Total | None, recorded: Recorded, key: Key) -> Total | None:
        del recorded
        return None if row else Total(str(key[0]), 1, 1)


class Busy(MemoryIndex):
    """Lets things happen while a batch is on its way, and loses one now and then."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def append_and_apply(self, record: bytes, batch: Batch) -> bool:
        self.meanwhile()
        return super().append_and_apply(record, batch)


class Crowd:
    """Two runners on one index, each with lines that wait for their turn."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - chance that can be repeated
        log = MemoryLog()
        self.index = Busy(log)
        rows = MemoryRows(self.index)
        self.world = World(log, self.index, MemoryKeys(), rows, True, [Totals(), Counts(), Odd()])  # noqa: FBT003 - together
        self.world.start()
        self.runners = [self.world.runner, self.another()]
        self.waiting: list[list[Line]] = [[], []]
        self.verdicts: dict[UUID, bool] = {}

    def another(self) -> Runner:
        parts = (self.world.log, self.index, self.world.projections, decode)
        runner = Runner(*parts, together=self.index)
        runner.start()
        return runner

    def arrive(self) -> None:
        """A line comes to one of the two."""
        place = self.chance.randrange(2)
        line = self.line(place)
        self.runners[place].gather(line)
        self.waiting[place].append(line)

    def apart(self) -> None:
        """A line comes into the log by somebody who judges nothing."""
        self.world.log.append(0, self.line(0).raw)

    def line(self, place: int) -> Line:
        """A line on a head that was so a while ago, or on a guess."""
        stream = self.chance.choice(STREAMS)
        head = self.world.index.read([stream])[stream].head
        before = [line for line in self.waiting[place] if line.commit.parts[0].stream == stream]
        if before and self.chance.random() < 0.7:
            part = before[-1].commit.parts[0]
            head = Head(part.first_version + len(part.events) - 1, before[-1].hash)
        if self.chance.random() < 0.1:
            head = None
        amounts = [self.chance.choice((1, 2, 3, 666)) for _ in range(self.chance.randint(1, 2))]
        changes = {stream: [Counted(amount=amount) for amount in amounts]}
        commit = self.world.store._commit(changes, {stream: head}, self.world.envelope())  # noqa: SLF001 - as the store writes it
        return write_line(commit)

    def flush(self) -> None:
        """One of the two sends what waits; while it is on its way, more happens."""
        place = self.chance.randrange(2)
        lines, self.waiting[place] = self.waiting[place], []
        if not lines:
            return
        runner = self.runners[place]
        runner.cut(0)
        self.index.meanwhile = lambda: self.meanwhile(1 - place)
        for line, decided in zip(lines, runner.submit(0, lines), strict=True):
            self.verdicts[line.commit.commit_id] = decided.stands
        self.index.meanwhile = lambda: None

    def catch_up(self) -> None:
        """One of the two reads what the other has written."""
        self.chance.choice(self.runners).catch_up(0)

    def meanwhile(self, other: int) -> None:
        """More lines come, and now and then the other runner is first."""
        self.index.meanwhile = lambda: None
        for _ in range(self.chance.randrange(4)):
            self.arrive()
        if self.chance.random() < 0.2 and self.waiting[other]:
            lines, self.waiting[other] = self.waiting[other], []
            self.runners[other].cut(0)
            for line, decided in zip(lines, self.runners[other].submit(0, lines), strict=True):
                self.verdicts[line.commit.commit_id] = decided.stands


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_gathered_in_between_the_index_is_what_the_log_leads_to(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = Crowd(seed)
    if seed % 2:
        monkeypatch.setattr(remembering, "HEADS_MAX", 1)
        monkeypatch.setattr(remembering, "ROWS_MAX", 1)
    for _ in range(120):
        crowd.chance.choice(
            (*[crowd.arrive] * 5, crowd.flush, crowd.flush, crowd.catch_up, crowd.apart)
        )()
    live = crowd.index.content
    crowd.another().rebuild_index()
    made = crowd.index.content

    assert made.entries == live.entries
    assert made.heads == live.heads
    assert made.decided == live.decided
    assert made.rows == live.rows
    assert made.parked == live.parked
    assert crowd.verdicts == {each: live.decided[each].stands for each in crowd.verdicts}
    assert 0 < sum(crowd.verdicts.values()) < len(crowd.verdicts)


def test_one_writer_asks_nothing_of_the_index_for_streams_that_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crowd = Crowd(0)
    asked: list[object] = []
    writer = Writer(crowd.runners[0], lambda _: None)
    crowd.world.store = type(crowd.world.store)(
        crowd.index,
        writer,
        crowd.world.store.vault,
        crowd.world.store.ids,
        decode,
        crowd.world.store.shards,
    )
    crowd.world.add("counter-0", 1)
    monkeypatch.setattr(crowd.index, "load", lambda *given: asked.append(given))
    monkeypatch.setattr(crowd.index, "rows", lambda *given: asked.append(given))
    for n in range(1, 9):
        crowd.world.add(f"counter-{n}", n)
        crowd.world.add(f"counter-{n}", n)

    assert asked == []
