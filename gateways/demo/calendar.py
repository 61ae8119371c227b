"""The size and the days of the demonstration: fixed, so that every run tells the same story."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

FIRST_DAY: Final = date(2026, 8, 3)
DAYS: Final = 120
CASES: Final = 400
MORNING: Final = time(8)


def day(number: int) -> date:
    """The day of that number, from 1."""
    return FIRST_DAY + timedelta(number - 1)


def morning(on: date) -> datetime:
    """The instant at which everything of a day is recorded."""
    return datetime.combine(on, MORNING, tzinfo=UTC)
