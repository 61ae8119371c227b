"""How long something took, again and again: counted in steps, so that counts can be added up."""

from bisect import bisect_left
from dataclasses import dataclass
from threading import Lock
from typing import Final

STEPS_SECONDS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many took at most each step, the last one being all; and the seconds together."""

    at_most: tuple[int, ...]
    seconds: float


class Durations:
    """Counts from many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts = [0] * (len(STEPS_SECONDS) + 1)
        self._seconds = 0.0

    def took(self, seconds: float) -> None:
        """One more, which took so long."""
        with self._lock:
            self._counts[bisect_left(STEPS_SECONDS, seconds)] += 1
            self._seconds += seconds

    def counted(self) -> Counted:
        """What has been counted so far."""
        with self._lock:
            counts, seconds = list(self._counts), self._seconds
        at_most, so_far = [], 0
        for count in counts:
            so_far += count
            at_most.append(so_far)
        return Counted(tuple(at_most), seconds)
