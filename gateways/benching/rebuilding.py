"""A rebuild in a process of its own, so that its memory is its own too."""

import resource
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Final, TypeVar

from gateways.benching import ours, theirs
from gateways.postgres.lanes import Lanes, OwnLog
from gateways.postgres.log import OwnPostgresLog
from gateways.postgres.spreading import Processes, processors
from projections.runner import Apart

KIB: Final = 1024
STATUS: Final = Path("/proc/self/status")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How long it took, and the most memory that was held (with that of its workers)."""

    seconds: float
    memory_mib: float


def alone(work: Callable[..., T], *arguments: object) -> T:
    """What `work` gives when it runs in a new process. Raises what it raises."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


@contextmanager
def beginning(dsn: str) -> Iterator[Callable[[], Future[Rebuilt]]]:
    """What begins a rebuild of balance and timeline in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield lambda: pool.submit(rebuild_ours, dsn, False)  # noqa: FBT003 - called by place


def rebuild_ours(dsn: str, every_model: bool) -> Rebuilt:  # noqa: FBT001 - a process is called by place
    """Make the read models beside those there are, if any, compare and switch.

    Raises LookupError when a read model could not take an event.
    """
    projections, _ = ours.folds(every_model)
    spread = Processes(dsn, partial(ours.folds, every_model))
    with ours.journal(dsn, projections) as (runner, _, _):
        begun = perf_counter()
        told = runner.filling(spread=spread).rebuild()
        seconds = perf_counter() - begun
    return sound(dsn, told.difference_count, Rebuilt(seconds, peak_mib(spread.count)))


def rebuild_all(dsn: str) -> Rebuilt:
    """Make events, heads, balance and timeline again from the log, and compare and switch."""
    with ours.opened(dsn) as journal:
        begun = perf_counter()
        journal.runner.rebuild_index(apart=apart(dsn, partial(OwnPostgresLog, dsn)))
        seconds = perf_counter() - begun
    return sound(dsn, 0, Rebuilt(seconds, peak_mib(processors())))


def apart(dsn: str, open_log: Callable[[], OwnLog]) -> Apart:
    """As many processes as there are processors, for balance and timeline."""
    folds = partial(ours.folds, False)  # noqa: FBT003 - called by place
    return Apart(Lanes(dsn, open_log), Processes(dsn, folds))


def sound(dsn: str, differences: int, rebuilt: Rebuilt) -> Rebuilt:
    """The same, when nothing is different and nothing is parked. Raises LookupError else."""
    parked = ours.parked(dsn)
    if parked or differences:
        raise LookupError(f"a rebuild gave {differences} differences and parked {parked[:1]}")
    return rebuilt


def follow_theirs(dsn: str, events_count: int) -> Rebuilt:
    """Have the stock runner follow what was recorded from its beginning to its end."""
    begun = perf_counter()
    with theirs.following(dsn) as runner:
        theirs.reached(runner, events_count)
        seconds = perf_counter() - begun
    return Rebuilt(seconds, peak_mib())


def peak_mib(workers: int = 1) -> float:
    """The peak of this very program; `getrusage` would count the one that started it.

    Each of its workers is counted as the largest, for no more is known of them.
    """
    children = workers * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if STATUS.exists():
        lines = STATUS.read_text("ascii").splitlines()
        own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    else:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (own + children) / KIB
