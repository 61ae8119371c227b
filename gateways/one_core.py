"""Keeps the threads of this interpreter on one core, since it runs one of them at a time."""

# A thread that takes over on another core finds that core's caches cold, and first has to wake
# it: with 64 writers that was half of the processor time of an append (docs/adr/0022).

import os
import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

LOOK_SECONDS: Final = 2.0  # until the core is chosen again


@contextmanager
def on_one_core(
    free: Collection[str] = (), *, look_seconds: float = LOOK_SECONDS
) -> Iterator[None]:
    """Until the block is left, this thread and all others run on one core.

    Which one is the system's choice, made again every `look_seconds`: the core on which it
    has a thread run that may run anywhere. The threads whose names are `free` go where they
    will, and so do the programs they start; those of any other would keep to that core.
    Where cores cannot be chosen, nothing is done.
    """
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) == 1:
        yield
        return
    cores = os.sched_getaffinity(0)
    ended = threading.Event()

    def keep() -> None:
        _run_on(threading.get_native_id(), cores)
        while not ended.is_set():
            _bind({_core()}, {*free, keeper.name})
            ended.wait(look_seconds)

    keeper = threading.Thread(target=keep, name="one-core", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()
        _bind(cores, ())


def _bind(cores: set[int], free: Collection[str]) -> None:
    """Let the threads, but those of these names, run on these cores."""
    for thread in threading.enumerate():
        if thread.name not in free and thread.native_id is not None:
            _run_on(thread.native_id, cores)


def _core() -> int:
    """The core this thread runs on."""
    told = Path("/proc/thread-self/stat").read_text("utf-8", errors="replace")
    return int(told.rpartition(")")[2].split()[36])


def _run_on(native_id: int, cores: set[int]) -> None:
    """Let a thread run on these cores; one that has ended meanwhile needs none."""
    if sys.platform == "linux":
        with suppress(ProcessLookupError):
            os.sched_setaffinity(native_id, cores)
