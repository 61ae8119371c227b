"""Foreldelse: the last day a claim can be pursued, and what starts the time anew."""

from collections.abc import Sequence
from datetime import date, timedelta

from engine.law.calendar import is_working_day, plus_years

_GENERAL_YEARS = 3
_AFTER_JUDGMENT_YEARS = 10
_NOTICE_AND_DEMAND = timedelta(days=30)
_DAY = timedelta(days=1)


def limitation_date(
    due_on: date,
    *,
    acknowledged: Sequence[date] = (),
    judgment_on: date | None = None,
) -> date:
    """The last day on which a claim is not yet time-barred.

    Three years from the due date as the invoice states it, never the shifted one. An
    acknowledgement (a part payment, interest paid) starts three new years, a judgment ten;
    neither revives a claim already barred, nor makes its time shorter. Interest that falls
    due after a judgment has three years of its own and is not answered here. Letters do not
    interrupt.
    Law: foreldelsesloven 1979 § 2
    Law: foreldelsesloven 1979 § 3
    Law: foreldelsesloven 1979 § 14
    Law: foreldelsesloven 1979 § 21
    """
    anew = [(on, _GENERAL_YEARS) for on in acknowledged]
    if judgment_on is not None:
        anew.append((judgment_on, _AFTER_JUDGMENT_YEARS))
    last = plus_years(due_on, _GENERAL_YEARS)
    for on, years in sorted(anew):
        if on <= last:
            last = max(last, plus_years(on, years))
    return last


def is_time_barred(limitation_on: date, on: date) -> bool:
    """Whether the claim can no longer be pursued on `on`.

    Law: foreldelsesloven 1979 § 2
    """
    return on > limitation_on


def legal_step_needed_by(limitation_on: date) -> date:
    """The last working day for a forliksklage or a request for utlegg that interrupts.

    When the time ends on a free day no extension is relied on: the step comes before it.
    Law: foreldelsesloven 1979 § 15
    Law: foreldelsesloven 1979 § 17
    """
    while not is_working_day(limitation_on):
        limitation_on -= _DAY
    return limitation_on


def letters_started_by(limitation_on: date) -> date:
    """The last day to begin with letters, which must both have run out before a legal step.

    Notice and demand take 14 days each, and each is followed up the day after its last.
    Law: foreldelsesloven 1979 § 15
    Law: inkassoloven 1988 § 9
    """
    return legal_step_needed_by(limitation_on) - _NOTICE_AND_DEMAND
