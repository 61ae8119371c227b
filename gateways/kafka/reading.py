"""Reads one shard, and makes a new reader when the old one is stuck or has failed."""

# A consumer whose fetches are stuck looks like an empty log; after brokers have failed over
# it may stay so for ever, while a new one answers at once. So it is held against where the
# log ends, which the leader of the moment is asked for.

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from engine.ports import UnavailableError
from gateways.kafka.clients import Fetcher, FetchError, OutOfRangeError, Records

POLL_MS: Final = 250
STUCK_SECONDS: Final = 3.0
GIVEN_UP_SECONDS: Final = 20.0
PAUSE_SECONDS: Final = 0.1


class Reading:
    """Reads from a fetcher that `make` makes, and another if need be; threads may share it."""

    def __init__(
        self,
        make: Callable[[], Fetcher],
        beginning: Callable[[], int],
        unreachable: Callable[[BaseException], UnavailableError],
    ) -> None:
        self._make = make
        self._beginning = beginning
        self._unreachable = unreachable
        self._fetcher: Fetcher | None = None
        self._lock = Lock()
        self.made = 0  # how many fetchers there have been

    def read(self, start: int, stop: int) -> Records:
        """The records from `start` up to but not with `stop`, which are there.

        They begin later when the first have been deleted.
        Raises UnavailableError when nothing comes for too long, whoever asks.
        """
        records: list[tuple[int, bytes]] = []
        given_up = time.monotonic() + GIVEN_UP_SECONDS
        with self._lock:
            while start < stop:
                try:
                    found = self._fetched(start, stop)
                except OutOfRangeError as error:
                    self._drop()
                    start = self._moved(start, error, given_up)
                except FetchError as error:
                    self._drop()
                    self._wait(error, given_up)
                else:
                    records += found
                    start = found[-1][0] + 1
                    given_up = time.monotonic() + GIVEN_UP_SECONDS
        return records

    def close(self) -> None:
        """End it."""
        with self._lock:
            self._drop()

    def _fetched(self, start: int, stop: int) -> Records:
        """At least one record. Raises FetchError when the fetcher is stuck."""
        if self._fetcher is None:
            self._fetcher = self._make()
            self.made += 1
        stuck = time.monotonic() + STUCK_SECONDS
        while time.monotonic() < stuck:
            if found := self._fetcher.fetch(start, stop - start, POLL_MS):
                return found
        raise FetchError(f"nothing came from offset {start} on, and there is something")

    def _moved(self, start: int, error: BaseException, given_up: float) -> int:
        """Where to go on when `start` is not there: where the log begins, if it begins later."""
        begins = self._beginning()
        if begins > start:
            return begins
        self._wait(error, given_up)
        return start

    def _wait(self, error: BaseException, given_up: float) -> None:
        if time.monotonic() > given_up:
            raise self._unreachable(error) from error
        time.sleep(PAUSE_SECONDS)

    def _drop(self) -> None:
        if self._fetcher is not None:
            self._fetcher.close()
            self._fetcher = None
