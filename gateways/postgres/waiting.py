"""Changes of tables that others use: locks are waited for in short tries."""

from collections.abc import Callable
from time import sleep
from typing import Final

from psycopg.errors import DeadlockDetected, LockNotAvailable

from engine.ports import UnavailableError

PAUSE_SECONDS: Final = 0.3
TRIES: Final = 2_000


def in_turn(change: Callable[[], None], kept: str) -> None:
    """Make a change, a transaction of its own with a short lock timeout, when it is let.

    Somebody may read for long (`verify` does): who queues behind a lock that is waited for
    waits with us. Raises UnavailableError with `kept`, what others kept doing, when it is
    never let.
    """
    for tried in range(TRIES):
        try:
            change()
        except (LockNotAvailable, DeadlockDetected) as error:
            if tried == TRIES - 1:
                raise UnavailableError(kept) from error
            sleep(PAUSE_SECONDS)
        else:
            return
