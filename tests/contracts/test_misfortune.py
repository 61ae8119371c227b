"""A seeded simulation: whatever is lost on the way, the outcomes told are the log's own."""

import pytest

from engine.journal.outcome import Committed, Conflict, Outcome, Unknown
from engine.ports import UnavailableError
from gateways.memory.faults import Faults, Moment
from gateways.memory.index import MemoryIndex
from gateways.memory.keys import MemoryKeys
from gateways.memory.log import MemoryLog
from gateways.memory.rows import MemoryRows
from tests.contracts.world import Counted, World

CHANCES: dict[Moment, float] = {
    "before_append": 0.2,
    "after_append": 0.2,
    "before_apply": 0.2,
    "after_apply": 0.2,
}


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("seed", range(25))
def test_outcomes_told_are_the_outcomes_in_the_log(seed: int, *, together: bool) -> None:
    log = MemoryLog()
    index = MemoryIndex(log)
    world = World(log, index, MemoryKeys(), MemoryRows(index), together).start()
    log.faults = Faults(seed, CHANCES)
    told: dict[int, Outcome | None] = {}
    for n in range(1, 60):
        if n % 17 == 0:
            world.restart()
        told[n] = attempt(world, n)
    struck, log.faults = log.faults.struck, Faults()
    world.restart()
    world.start()

    standing = [r.event.amount for r in events(world) if isinstance(r.event, Counted)]
    assert struck > 5
    assert len(standing) == len(set(standing))
    for n, outcome in told.items():
        if isinstance(outcome, Committed):
            assert n in standing
        elif isinstance(outcome, Conflict) or outcome is None:
            assert n not in standing
    before = index.content
    world.runner.rebuild_index()
    assert index.content == before


def attempt(world: World, n: int) -> Outcome | None:
    """One command; None when the store said that nothing was written."""
    try:
        return world.add(f"counter-{n % 4}", n)
    except UnavailableError:
        return None


def events(world: World) -> list[object]:
    return [r for n in range(4) for r in world.store.read(f"counter-{n}").events]


def test_an_unknown_outcome_is_resolved_by_the_same_bytes() -> None:
    log = MemoryLog()
    index = MemoryIndex(log)
    world = World(log, index, MemoryKeys(), MemoryRows(index), together=True).start()
    log.faults = Faults(1, {"after_apply": 1.0})
    outcome = world.add("counter-1", 1)
    log.faults = Faults(1, {"before_apply": 1.0})
    lost = world.add("counter-2", 2)
    log.faults = Faults()
    writer = world.store.writer
    found = writer.resolve(lost.commit_id)

    assert isinstance(outcome, Committed)
    assert isinstance(lost, Unknown)
    assert isinstance(found, Committed)
    assert found.commit_id == lost.commit_id
    assert writer.unresolved() == ()
    assert len(world.store.read("counter-2").events) == 1
