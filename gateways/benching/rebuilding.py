"""A rebuild in a process of its own, so that its memory is its own too."""

import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Final, TypeVar

from gateways.benching import ours, theirs

KIB: Final = 1024
STATUS: Final = Path("/proc/self/status")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How long it took, and the most memory that was held (with the largest child's)."""

    seconds: float
    memory_mib: float


def apart(work: Callable[..., T], *arguments: object) -> T:
    """What `work` gives when it runs in a new process. Raises what it raises."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def rebuild_ours(dsn: str, whole: bool, every_model: bool) -> Rebuilt:  # noqa: FBT001 - a process is called by place
    """Make the read models again from the log, with `whole` the index of events too.

    Raises LookupError when a read model could not take an event.
    """
    with ours.opened(dsn, every_model=every_model) as journal:
        begun = perf_counter()
        if whole:
            journal.runner.rebuild_index()
        else:
            journal.runner.rebuild()
        seconds = perf_counter() - begun
    if parked := ours.parked(dsn):
        raise LookupError(f"a rebuild parked {len(parked)} streams, {parked[0]} first")
    return Rebuilt(seconds, _peak_mib())


def follow_theirs(dsn: str, events_count: int) -> Rebuilt:
    """Have the stock runner follow what was recorded from its beginning to its end."""
    begun = perf_counter()
    with theirs.following(dsn) as runner:
        theirs.reached(runner, events_count)
        seconds = perf_counter() - begun
    return Rebuilt(seconds, _peak_mib())


def _peak_mib() -> float:
    """The peak of this very program; `getrusage` would count the one that started it."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if STATUS.exists():
        lines = STATUS.read_text("ascii").splitlines()
        own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    else:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (own + children) / KIB
