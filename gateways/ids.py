"""The present moment and new ids: the one place where they come in."""

from datetime import UTC, datetime
from secrets import randbits
from time import sleep, time_ns
from uuid import UUID


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The instant, in UTC."""
        return datetime.now(UTC)


class SystemIds:
    """Ids that name nothing yet, ordered by the millisecond they were made in."""

    def commit_id(self) -> UUID:
        """A new uuid7 (RFC 9562), random bits from the operating system."""
        unix_ms = time_ns() // 1_000_000
        value = unix_ms << 80 | 0x7 << 76 | randbits(12) << 64 | 0b10 << 62 | randbits(62)
        return UUID(int=value)


def pause(milliseconds: int) -> None:
    """Wait that long."""
    sleep(milliseconds / 1000)
