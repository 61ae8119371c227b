"""Work done by several threads at once for a while, and how long each piece took."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Barrier, BrokenBarrierError, Thread
from time import perf_counter

from gateways.benching.row import percentile
from gateways.one_core import on_one_core

Do = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Timing:
    """Pieces a second in all, and the milliseconds of the median and of the slowest hundredth."""

    per_second: float
    p50_ms: float
    p99_ms: float


def kept(measure: Callable[[], Timing]) -> Timing:
    """The measure, its threads kept on one core, as `serve` keeps its own."""
    with on_one_core():
        return measure()


def _not() -> bool:
    return False


def timed(
    workers: int, seconds: float, start: Callable[[int], Do], going: Callable[[], bool] = _not
) -> Timing:
    """Have each worker do its piece over and over; `start` makes the piece of one worker.

    It lasts the seconds, and longer while something else is `going` on.
    Raises whatever a worker raised first.
    """
    barrier = Barrier(workers + 1)
    took: list[float] = []
    failed: list[BaseException] = []

    def work(number: int) -> None:
        own: list[float] = []
        try:
            do = start(number)
            do()
            barrier.wait()
            begun = perf_counter()
            end = begun + seconds
            while begun < end or going():
                do()
                done = perf_counter()
                own.append(done - begun)
                begun = done
        except BaseException as error:  # noqa: BLE001 - raised again by who waits for us
            failed.append(error)
            barrier.abort()
        took.extend(own)

    threads = [Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    _wait(barrier)
    begun = perf_counter()
    for thread in threads:
        thread.join()
    elapsed = perf_counter() - begun
    if failed:
        raise failed[0]
    took.sort()
    return Timing(len(took) / elapsed, percentile(took, 50) * 1000, percentile(took, 99) * 1000)


def _wait(barrier: Barrier) -> None:
    with suppress(BrokenBarrierError):
        barrier.wait()
