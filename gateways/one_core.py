"""Keeps the threads of this interpreter on one core, since it runs one of them at a time."""

# A thread that takes over on another core finds that core's caches cold, and first has to wake
# it: with 64 writers that was half of the processor time of an append (docs/adr/0022).

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

LOOK_SECONDS: Final = 2.0  # until the core is chosen again


@contextmanager
def on_one_core(look_seconds: float = LOOK_SECONDS) -> Iterator[None]:
    """Until the block is left, this thread and all that begin meanwhile run on one core.

    Which one is the system's choice, made again every `look_seconds`: the core on which it
    has a thread run that may run anywhere. Threads that began before go where they will, and
    so do the programs they start. Where cores cannot be chosen, nothing is done.
    """
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) == 1:
        yield
        return
    cores = os.sched_getaffinity(0)
    free = {thread.ident for thread in threading.enumerate()} - {threading.get_ident()}
    ended = threading.Event()

    def keep() -> None:
        _run_on(threading.get_native_id(), cores)
        while not ended.is_set():
            core = _core()
            for thread in threading.enumerate():
                bound = thread.ident not in free and thread is not keeper
                if bound and thread.native_id is not None:
                    _run_on(thread.native_id, {core})
            ended.wait(look_seconds)

    keeper = threading.Thread(target=keep, name="one-core", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()
        for thread in threading.enumerate():
            if thread.native_id is not None:
                _run_on(thread.native_id, cores)


def _core() -> int:
    """The core this thread runs on."""
    with open("/proc/thread-self/stat", encoding="ascii") as stat:  # noqa: PTH123 - read a million times
        return int(stat.read().rpartition(")")[2].split()[36])


def _run_on(native_id: int, cores: set[int]) -> None:
    """Let a thread run on these cores; one that has ended meanwhile needs none."""
    if sys.platform == "linux":
        with suppress(ProcessLookupError):
            os.sched_setaffinity(native_id, cores)
