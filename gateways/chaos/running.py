"""Runs world after world, and makes the shortest history of the first that breaks."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from gateways.chaos import agency, world
from gateways.chaos.agency import AgencyWorld
from gateways.chaos.agency_checker import Delivered, saga_violations
from gateways.chaos.checker import violations
from gateways.chaos.ends import Taken
from gateways.chaos.healing import past_of
from gateways.chaos.mutants import SOUND, Mutant, ruled_by
from gateways.chaos.scheduling import Scheduler
from gateways.chaos.world import World

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


@dataclass(frozen=True, slots=True)
class Kind:
    """What is simulated: the journal alone, or the agency on it, perhaps with a mistake."""

    mutant: Mutant = SOUND
    sagas: bool = False
    mistake: str = ""

    @property
    def name(self) -> str:
        """The name of the mistake; nothing when there is none."""
        return self.mistake or self.mutant.name

    @property
    def steps(self) -> int:
        """How many steps a world of this kind takes."""
        return agency.STEPS if self.sagas else world.STEPS

    def play(
        self, seed: int, steps: Sequence[int], *, traced: bool
    ) -> tuple[Scheduler, list[str]]:
        """One world with those of its steps, and what is wrong with it."""
        if self.sagas:
            return _agency(AgencyWorld(seed, self.mistake), steps, traced=traced)
        return _journal(World(seed, self.mutant), steps, traced=traced)


JOURNAL: Final = Kind()


def run(
    seed: int,
    steps: int,
    kind: Kind = JOURNAL,
    *,
    shrinks: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Ran:
    """Take so many steps, in worlds of some hundreds or thousands; stop at what breaks."""
    ran = Ran(seed, kind.name)
    begun = perf_counter()
    while ran.steps < steps and not ran.violations:
        planned = range(min(kind.steps, steps - ran.steps))
        with _garbage_kept():
            played, found = kind.play(world_seed(seed, ran.worlds), planned, traced=False)
        ran.worlds += 1
        ran.steps += played.step
        ran.records += len(played.log.records)
        ran.faults += played.faults
        ran.outcomes += played.outcomes
        ran.violations = found
        ran.seconds = perf_counter() - begun
        if found and shrinks:
            ran.shortest = shortest(seed, ran.worlds - 1, planned, kind)
        if progress is not None:
            progress(played.step)
    return ran


@contextmanager
def _garbage_kept() -> Iterator[None]:
    """Look for garbage between worlds only: a world is small, and a quarter faster so."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
            gc.collect()


def world_seed(seed: int, number: int) -> int:
    """The seed of one world of a run."""
    return seed * WORLDS_A_SEED + number


def replayed(seed: int, number: int, steps: Sequence[int], kind: Kind) -> Shortest:
    """Those steps of one world again, with their history."""
    played, found = kind.play(world_seed(seed, number), steps, traced=True)
    return Shortest(number, steps, found, played.trace or [])


def _journal(world: World, steps: Sequence[int], *, traced: bool) -> tuple[Scheduler, list[str]]:
    world.trace = [] if traced else None
    with ruled_by(world.mutant.rule):
        world.run(steps)
        past = past_of(world)
    return world, violations(past)


def _agency(
    world: AgencyWorld, steps: Sequence[int], *, traced: bool
) -> tuple[Scheduler, list[str]]:
    world.trace = [] if traced else None
    world.run(steps)
    if world.broken:
        return world, world.broken
    try:
        before = world.come_to_rest()
    except Exception as error:  # noqa: BLE001 - whatever it is, the engine may not do it
        return world, [f"it does not come to rest: {type(error).__name__}: {error}"]
    found = [] if before == world.index.content else ["a rebuild does not give the same rows"]
    ends = world.ends
    found += saga_violations(world.log.records, _delivered(ends.letters), _delivered(ends.payouts))
    return world, found


def _delivered(taken: Mapping[str, Taken]) -> dict[str, Delivered]:
    return {
        each: Delivered(thing.what, thing.amount_ore, thing.log_end)
        for each, thing in taken.items()
    }


def shortest(seed: int, number: int, steps: Sequence[int], kind: Kind) -> Shortest:
    """The steps that are left when no more can be left out without the world being whole."""

    def breaks(chosen: Sequence[int]) -> bool:
        return bool(kind.play(world_seed(seed, number), chosen, traced=False)[1])

    until = perf_counter() + SHRINKING_SECONDS
    chosen = fewer(list(steps), breaks, lambda: perf_counter() > until)
    return replayed(seed, number, chosen, kind)


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
