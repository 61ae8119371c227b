"""What a client of the log does, whichever library it is made with: send a record, read some."""

from collections.abc import Sequence
from typing import Protocol

Records = Sequence[tuple[int, bytes]]


class FetchError(Exception):
    """Reading failed; a new reader may fare better."""


class OutOfRangeError(FetchError):
    """There is no such offset: the records before it were deleted, or it was never written."""


class Sender(Protocol):
    """Sends records; one that failed is closed, and another made."""

    def send(self, shard: int, record: bytes) -> int:
        """Send the record, wait for the acknowledgement, return its offset; -1 if not told.

        Raises UnavailableError when it cannot be in the log; OutcomeUnknownError else.
        """
        ...

    def way(self, shard: int) -> object:
        """The topic, its leader and the connection as they are now; equal means unbroken."""
        ...

    def close(self) -> None:
        """End it; nothing more is sent."""
        ...


class Fetcher(Protocol):
    """Reads one shard."""

    def fetch(self, start: int, limit: int, wait_ms: int) -> Records:
        """What there is from `start` on, at most `limit`; nothing when none came in time.

        Raises FetchError when it failed, and OutOfRangeError when `start` is not there.
        """
        ...

    def close(self) -> None:
        """End it."""
        ...
