"""How a process that goes on and on is told to end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event


@contextmanager
def stopping() -> Iterator[Event]:
    """Set when the process is told to end, by SIGTERM or from the keyboard."""
    stop = Event()
    told = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in told:
        signal.signal(number, lambda *_: stop.set())
    try:
        yield stop
    finally:
        for number, before in told.items():
            signal.signal(number, before)
