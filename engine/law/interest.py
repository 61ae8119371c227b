"""Forsinkelsesrente: simple interest by the day, exact until it is rounded once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from engine.law.calendar import shifted_due
from engine.law.rates import LATE_INTEREST, last_day, row_on
from events.money import Ore, round_ore

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Segment:
    """A span of interest days, both included, in which the principal stood still."""

    from_on: date
    until_on: date
    principal_ore: Ore


@dataclass(frozen=True, slots=True)
class InterestRow:
    """One line of an interest calculation: one principal, one rate, one calendar year.

    `year_days` is 365 or 366; `exact_ore` is not rounded.
    """

    from_on: date
    until_on: date
    days: int
    rate_percent: Decimal
    year_days: int
    principal_ore: Ore
    exact_ore: Fraction


def first_interest_day(due_on: date, *, shift: bool) -> date:
    """The day after the due date, which `shift` first moves off free days.

    Law: forsinkelsesrenteloven 1976 § 2
    """
    return shifted_due(due_on, shift=shift) + _DAY


def exact_interest(principal_ore: Ore, from_on: date, until_on: date) -> Fraction:
    """The interest of a span, both days included, as an exact number of øre.

    Each day at the rate in force that day, by the days of its calendar year. Nothing when
    the span is empty or the principal is nil.
    Refuses: rate_unknown.
    Law: forsinkelsesrenteloven 1976 § 3
    """
    return claim_interest([Segment(from_on, until_on, principal_ore)])


def interest_per_day(principal_ore: Ore, on: date) -> Fraction:
    """The interest of one day, as an exact number of øre.

    Refuses: rate_unknown.
    Law: forsinkelsesrenteloven 1976 § 3
    """
    return exact_interest(principal_ore, on, on)


def claim_interest(segments: Sequence[Segment]) -> Fraction:
    """All interest of one claim, exact: the caller rounds it once.

    Interest bears no interest: the segments hold principal only.
    Refuses: rate_unknown.
    Law: forsinkelsesrenteloven 1976 § 3
    """
    return sum((row.exact_ore for row in explain(segments)), Fraction(0))


def accrued(segments: Sequence[Segment], on: date) -> Ore:
    """The interest of one claim through `on`, that day included, rounded once.

    Refuses: rate_unknown.
    Law: forsinkelsesrenteloven 1976 § 3
    """
    run = [replace(s, until_on=min(s.until_on, on)) for s in segments]
    return round_ore(claim_interest(run))


def explain(segments: Sequence[Segment]) -> list[InterestRow]:
    """The calculation line by line, split where the principal, the rate or the year changes.

    Refuses: rate_unknown.
    Law: forsinkelsesrenteloven 1976 § 3
    """
    return [row for segment in segments for row in _rows(segment)]


def _rows(segment: Segment) -> Iterator[InterestRow]:
    start = segment.from_on
    while start <= segment.until_on and segment.principal_ore != 0:
        rate = row_on(LATE_INTEREST, start)
        end = min(segment.until_on, last_day(rate), date(start.year, 12, 31))
        days = (end - start).days + 1
        year_days = date(start.year, 12, 31).timetuple().tm_yday
        above, below = rate.rate_percent.as_integer_ratio()
        exact = Fraction(segment.principal_ore * above * days, below * 100 * year_days)
        principal = segment.principal_ore
        yield InterestRow(start, end, days, rate.rate_percent, year_days, principal, exact)
        start = end + _DAY
