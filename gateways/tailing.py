"""Applying what others append to the shards this process holds, as soon as it is in the log."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Final

from engine.ports import Log
from gateways.office import Holds
from projections.runner import Runner

# After something came we look again at once, then ever less often.
LOOK_SECONDS: Final = 0.002
LOOK_SECONDS_MOST: Final = 0.05
REST_SECONDS: Final = 1.0
TAKE_UP_SECONDS: Final = 0.1

Failed = Callable[[Exception], None]


class Tailing:
    """Follows the log of the held shards from a thread of its own, until it is closed.

    A shard that stands still at a record rests, and is tried again; the others go on. One
    whose log ends before what was read of it is looked back upon, and halts if that is sure.
    """

    def __init__(self, log: Log, runner: Runner, holds: Holds, failed: Failed) -> None:
        self._log = log
        self._runner = runner
        self._holds = holds
        self._failed = failed
        self._stopped = Event()
        self._threads: dict[int, Thread] = {}
        self._looking = Thread(target=self._look, name="tailing", daemon=True)

    def begin(self) -> None:
        """Follow whatever is held, now and later."""
        self._looking.start()

    def close(self) -> None:
        """Follow no more; what is being applied is applied whole."""
        self._stopped.set()
        self._looking.join()
        for thread in self._threads.values():
            thread.join()

    def _look(self) -> None:
        while not self._stopped.wait(TAKE_UP_SECONDS):
            self._take_up()

    def _take_up(self) -> None:
        for shard in self._holds.held():
            thread = self._threads.get(shard)
            if thread is None or not thread.is_alive():
                self._threads[shard] = Thread(
                    target=self._follow, args=(shard,), name=f"tailing {shard}", daemon=True
                )
                self._threads[shard].start()

    def _follow(self, shard: int) -> None:
        told: str = ""
        while not self._stopped.is_set() and shard in self._holds.held():
            try:
                self._come_along(shard)
            except Exception as error:  # noqa: BLE001 - told, and tried again: nobody else follows
                if str(error) != told:
                    self._failed(error)
                told = str(error)
                self._stopped.wait(REST_SECONDS)

    def _come_along(self, shard: int) -> None:
        pause, at = LOOK_SECONDS, self._runner.catch_up(shard)
        while not self._stopped.is_set() and shard in self._holds.held():
            end = self._log.end(shard)
            if end < at:
                at = self._runner.look_back(shard)
            elif end > at and not self._runner.keeps_up(shard, end):
                pause, at = LOOK_SECONDS, self._runner.catch_up(shard)
            else:
                self._stopped.wait(pause)
                pause = min(pause * 2, LOOK_SECONDS_MOST)
