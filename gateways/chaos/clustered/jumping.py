"""A wall clock that jumps when the process is told to, for all in it that is Python."""

# The machine's own clock is everybody's and is left alone, as is the monotonic one, which
# never jumps. What a library does in C is not reached: libpq counts its own patience.

import signal
import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Final

from gateways import ids

HOUR_NS: Final = 3_600 * 1_000_000_000
FORWARDS: Final = signal.SIGUSR1
BACKWARDS: Final = signal.SIGUSR2


def jump_when_told() -> None:
    """From now on the process's clock jumps an hour with each of the two signals."""
    ahead_ns = 0
    true_ns = time.time_ns

    def jumped_ns() -> int:
        return true_ns() + ahead_ns

    def by(nanoseconds: int) -> Callable[..., None]:
        def jump(*_: object) -> None:
            nonlocal ahead_ns
            ahead_ns += nanoseconds

        return jump

    class Jumped:
        """The instant as the process now takes it."""

        @staticmethod
        def now(zone: tzinfo) -> datetime:
            """It is so late."""
            return datetime.fromtimestamp(jumped_ns() / 1e9, zone)

    vars(time).update(time_ns=jumped_ns, time=lambda: jumped_ns() / 1e9)
    vars(ids).update(time_ns=jumped_ns, datetime=Jumped)
    signal.signal(FORWARDS, by(HOUR_NS))
    signal.signal(BACKWARDS, by(-HOUR_NS))
