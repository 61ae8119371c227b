"""The days the law counts with: working days, bank days, and whole months and years."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

_DAY = timedelta(days=1)
_SATURDAY = 5
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class BankClosed:
    """A day of the year that is no bank day here, though it is no public holiday either."""

    month: int
    day: int
    valid_from: date
    valid_to: date | None
    reason: str


BANK_CLOSED = (
    BankClosed(12, 24, date(1989, 10, 1), None, "banks settle half the day: the careful side"),
    BankClosed(12, 31, date(1989, 10, 1), None, "banks settle half the day: the careful side"),
)


def is_working_day(on: date) -> bool:
    """Whether a debt that falls due on `on` stays due that day.

    It does not on a Saturday, a Sunday or a public holiday, 1 and 17 May among them.
    Law: gjeldsbrevloven 1939 § 5
    """
    return on.weekday() < _SATURDAY and on not in _public_holidays(on.year)


def is_bank_day(on: date) -> bool:
    """Whether banks take orders and letters leave the house on `on`.

    A working day that is not in the table of bank-closed days (24 and 31 December).
    """
    return is_working_day(on) and not _is_closed(on)


def first_bank_day_on_or_after(on: date) -> date:
    """The day itself when it is a bank day, else the next that is."""
    while not is_bank_day(on):
        on += _DAY
    return on


def first_bank_day_after(on: date) -> date:
    """The next bank day, never the day itself."""
    return first_bank_day_on_or_after(on + _DAY)


def shifted_due(due_on: date, *, shift: bool) -> date:
    """The day a debt truly falls due: the next working day when the stated one is free.

    With `shift` off the stated day stands; whether the rule reaches invoices is disputed.
    Law: gjeldsbrevloven 1939 § 5
    """
    while shift and not is_working_day(due_on):
        due_on += _DAY
    return due_on


def plus_months(on: date, count: int) -> date:
    """The same day of the month `count` months on; the month's last day when it has none."""
    month = on.year * _MONTHS_A_YEAR + on.month - 1 + count
    year, month = month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))


def plus_years(on: date, count: int) -> date:
    """The same date `count` years on; 28 February for a 29th that does not come."""
    return plus_months(on, count * _MONTHS_A_YEAR)


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NO", years=year))


def _is_closed(on: date) -> bool:
    return any(
        (on.month, on.day) == (row.month, row.day)
        and row.valid_from <= on <= (row.valid_to or date.max)
        for row in BANK_CLOSED
    )
