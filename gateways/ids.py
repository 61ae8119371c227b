"""The present moment and new ids: the one place where they come in."""

from datetime import UTC, datetime
from os import urandom
from time import sleep, time_ns
from typing import Final
from uuid import UUID

# RFC 9562: after the millisecond come the version, 12 random bits, the variant, 62 more.
UUID7: Final = 0x7 << 76 | 0b10 << 62
RANDOM_BITS: Final = 0xFFF << 64 | (1 << 62) - 1


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
        return UUID(int=unix_ms << 80 | int.from_bytes(urandom(10), "big") & RANDOM_BITS | UUID7)


def pause(milliseconds: int) -> None:
    """Wait that long."""
    sleep(milliseconds / 1000)
