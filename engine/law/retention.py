"""How long what is held on a debtor must be kept, and from when it may not be kept any more."""

from datetime import date
from typing import Final

from engine.law.calendar import plus_months

ACCOUNTING_LAW: Final = "bokføringsloven 2004 § 13"
CLAIMS_LAW: Final = "foreldelsesloven 1979 § 2"
ENDED_LAW: Final = "personvernforordningen 2016 art. 5"
REQUEST_LAW: Final = "personvernforordningen 2016 art. 17"

_ACCOUNTING_YEARS = 5
_PAYOUT_MONTHS = 2
_CASE_FILE_MONTHS = 42
_LOOK_MONTHS = 42


def accounting_kept_until(booked_on: date) -> date:
    """The last day on which the papers of a posting are kept: five years after its year.

    What was booked late in a year may be settled with the creditor in the next, so the year
    is that of two months later.
    Law: bokføringsloven 2004 § 13
    """
    return date(plus_months(booked_on, _PAYOUT_MONTHS).year + _ACCOUNTING_YEARS, 12, 31)


def case_file_kept_until(closed_on: date) -> date:
    """The last day on which a closed case may be asked about: three and a half years after.

    A claim against the agency is barred after three years; half a year is for what was sent
    on the last day. No rule names the figure (`docs/divergences.md`).
    Law: foreldelsesloven 1979 § 2
    """
    return plus_months(closed_on, _CASE_FILE_MONTHS)


def looks_kept_since(today: date) -> date:
    """The first day whose record of who looked at whom must still be kept.

    A claim against the agency for a look is barred after three years, as with the file itself.
    Law: personvernforordningen 2016 art. 5
    Law: foreldelsesloven 1979 § 2
    """
    return plus_months(today, -_LOOK_MONTHS)
