"""Runs world after world, and makes the shortest history of the first that breaks."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from gateways.chaos.checker import violations
from gateways.chaos.healing import past_of
from gateways.chaos.mutants import SOUND, Mutant, ruled_by
from gateways.chaos.world import STEPS, World

WORLDS_A_SEED: Final = 1_000_000
SHRINKING_SECONDS: Final = 60.0

Breaks = Callable[[Sequence[int]], bool]


@dataclass(slots=True)
class Shortest:
    """The fewest steps of a world that were found to break it, and what happens in them."""

    world: int
    steps: Sequence[int]
    violations: Sequence[str]
    history: Sequence[str]


@dataclass(slots=True)
class Ran:
    """What a run came to."""

    seed: int
    mutant: str
    steps: int = 0
    worlds: int = 0
    seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    records: int = 0
    violations: list[str] = field(default_factory=list)
    shortest: Shortest | None = None

    @property
    def steps_per_second(self) -> int:
        """How fast it went, the checking included."""
        return round(self.steps / self.seconds) if self.seconds else 0


def run(
    seed: int,
    steps: int,
    mutant: Mutant = SOUND,
    *,
    shrinks: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Ran:
    """Take so many steps, in worlds of a few thousand each; stop at the first that breaks."""
    ran = Ran(seed, mutant.name)
    begun = perf_counter()
    while ran.steps < steps and not ran.violations:
        number = ran.worlds
        planned = range(min(STEPS, steps - ran.steps))
        world, found = played(seed, number, planned, mutant)
        ran.worlds += 1
        ran.steps += world.step
        ran.records += len(world.log.records)
        ran.faults += world.faults
        ran.outcomes += world.outcomes
        ran.violations = found
        ran.seconds = perf_counter() - begun
        if found and shrinks:
            ran.shortest = shortest(seed, number, planned, mutant)
        if progress is not None:
            progress(world.step)
    return ran


def played(
    seed: int, number: int, steps: Sequence[int], mutant: Mutant, *, traced: bool = False
) -> tuple[World, list[str]]:
    """One world with those of its steps, and what is wrong with it."""
    world = World(seed * WORLDS_A_SEED + number, mutant)
    world.trace = [] if traced else None
    with ruled_by(mutant.rule):
        world.run(steps)
        past = past_of(world)
    return world, violations(past)


def shortest(seed: int, number: int, steps: Sequence[int], mutant: Mutant) -> Shortest:
    """The steps that are left when no more can be left out without the world being whole."""

    def breaks(chosen: Sequence[int]) -> bool:
        return bool(played(seed, number, chosen, mutant)[1])

    until = perf_counter() + SHRINKING_SECONDS
    chosen = fewer(list(steps), breaks, lambda: perf_counter() > until)
    world, found = played(seed, number, chosen, mutant, traced=True)
    return Shortest(number, chosen, found, world.trace or [])


def fewer(steps: list[int], breaks: Breaks, late: Callable[[], bool]) -> list[int]:
    """A smaller choice of steps that still breaks: first from the end, then piece by piece."""
    steps = _without_the_end(steps, breaks)
    size = max(1, len(steps) // 2)
    while not late():
        place, shorter = 0, False
        while place < len(steps) and not late():
            rest = steps[:place] + steps[place + size :]
            if breaks(rest):
                steps, shorter = rest, True
            else:
                place += size
        if size == 1 and not shorter:
            break
        size = max(1, size // 2)
    return steps


def _without_the_end(steps: list[int], breaks: Breaks) -> list[int]:
    low, high = 0, len(steps)
    while low < high:
        middle = (low + high) // 2
        if breaks(steps[:middle]):
            high = middle
        else:
            low = middle + 1
    return steps[:high]
