"""The threads of an interpreter keep to one core for a while, and nobody else does."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import pytest

from gateways.one_core import on_one_core

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) == 1,
    reason="there is no core to choose here",
)

ALL: Final = os.sched_getaffinity(0) if sys.platform == "linux" else set[int]()
SOON_SECONDS: Final = 0.01


@contextmanager
def waiting() -> Iterator[int]:
    """A thread that does nothing until the block is left; its id with the system."""
    left = threading.Event()
    thread = threading.Thread(target=left.wait)
    thread.start()
    try:
        assert thread.native_id is not None
        yield thread.native_id
    finally:
        left.set()
        thread.join()


def cores_of(native_id: int) -> set[int]:
    return os.sched_getaffinity(native_id)


def until_bound(native_id: int) -> set[int]:
    """The cores of a thread, once they have been chosen."""
    while len(cores := cores_of(native_id)) > 1:
        time.sleep(0.001)
    return cores


def test_the_thread_and_those_that_begin_meanwhile_run_on_one_core() -> None:
    own = threading.get_native_id()
    with on_one_core(look_seconds=SOON_SECONDS):
        assert until_bound(own) < ALL
        with waiting() as begun:
            assert len(cores_of(begun)) == 1
            for _ in range(20):  # whichever is chosen next, it is one
                assert len(cores_of(begun)) == len(cores_of(own)) == 1
                time.sleep(SOON_SECONDS / 4)


def test_when_the_block_is_left_all_run_where_they_will() -> None:
    with ExitStack() as left:
        with on_one_core(look_seconds=SOON_SECONDS):
            until_bound(threading.get_native_id())
            begun = left.enter_context(waiting())
        assert cores_of(begun) == cores_of(threading.get_native_id()) == ALL
    assert "one-core" not in {thread.name for thread in threading.enumerate()}


def test_threads_that_began_before_keep_to_it_too() -> None:
    with waiting() as before, on_one_core(look_seconds=SOON_SECONDS):
        assert until_bound(before) < ALL


def test_a_thread_that_is_free_goes_where_it_will_and_so_do_programs_it_starts() -> None:
    asked, found = threading.Event(), list[str]()

    def start() -> None:
        asked.wait()
        told = "import os; print(len(os.sched_getaffinity(0)))"
        found.append(subprocess.check_output([sys.executable, "-c", told], text=True))  # noqa: S603 - our own program

    starter = threading.Thread(target=start, name="starter")
    starter.start()
    with on_one_core({"starter"}, look_seconds=SOON_SECONDS):
        until_bound(threading.get_native_id())
        assert starter.native_id is not None
        assert cores_of(starter.native_id) == ALL
        asked.set()
        starter.join()
    assert found == [f"{len(ALL)}\n"]


def test_who_has_one_core_only_is_left_alone() -> None:
    only = {min(ALL)}
    os.sched_setaffinity(0, only)
    try:
        with on_one_core(look_seconds=SOON_SECONDS):
            assert "one-core" not in {thread.name for thread in threading.enumerate()}
        assert cores_of(threading.get_native_id()) == only
    finally:
        os.sched_setaffinity(0, ALL)
