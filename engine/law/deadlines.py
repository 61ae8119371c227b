"""The debtor's time to pay, and the first lawful day of each step after it."""

from datetime import date, timedelta

from engine.law.calendar import (
    first_bank_day_after,
    first_bank_day_on_or_after,
    plus_years,
    shifted_due,
)
from engine.law.fees import earliest_fee_letter_on

_TIME_TO_PAY = timedelta(days=14)
_INTAKE_AFTER_DUE = timedelta(days=14)
_INTAKE_YEARS = 3


def inkassovarsel_pay_by(sent_on: date) -> date:
    """The last day to pay without collection costs: the same weekday two weeks on.

    It is the last day even if a holiday; the time runs from sending.
    Law: inkassoloven 1988 § 9
    """
    return sent_on + _TIME_TO_PAY


def betalingsoppfordring_pay_by(sent_on: date) -> date:
    """The last day to pay the demand or object to it.

    Law: inkassoloven 1988 § 10
    """
    return sent_on + _TIME_TO_PAY


def earliest_inkassovarsel(due_on: date, today: date) -> date:
    """The first bank day, from `today` on, for an inkassovarsel that costs a letter fee.

    Law: inkassoloven 1988 § 9
    Law: inkassoforskriften 1989 § 1-2
    """
    return first_bank_day_on_or_after(max(today, earliest_fee_letter_on(due_on)))


def earliest_betalingsoppfordring(varsel_pay_by: date) -> date:
    """The first day to send the demand once the inkassovarsel went unheeded.

    An order given on the last day is in the bank's hands on the first bank day from it on;
    the demand goes on the next bank day after that. A house rule, on the careful side.
    Law: inkassoloven 1988 § 10
    """
    return _bank_has_answered(varsel_pay_by)


def legal_course_from(bo_pay_by: date) -> date:
    """The first day of legal action once the demand went unheeded, by the same careful rule.

    Law: inkassoloven 1988 § 11
    """
    return _bank_has_answered(bo_pay_by)


def creditors_own_varsel_counts(due_on: date, sent_on: date, pay_by: date) -> bool:
    """Whether the creditor's own inkassovarsel is as good as ours.

    It is when it was sent after the due date and gave at least 14 days from sending.
    Law: inkassoloven 1988 § 9
    """
    return sent_on > due_on and pay_by >= inkassovarsel_pay_by(sent_on)


def earliest_registration(due_on: date, *, shift: bool) -> date:
    """The first day a claim is taken in: 14 days after it (truly) fell due.

    Law: inkassoforskriften 1989 § 1-2
    """
    return shifted_due(due_on, shift=shift) + _INTAKE_AFTER_DUE


def latest_registration(due_on: date) -> date:
    """The last day a claim is taken in: three years from the due date as the invoice has it.

    Law: foreldelsesloven 1979 § 2
    """
    return plus_years(due_on, _INTAKE_YEARS)


def _bank_has_answered(last_day_on: date) -> date:
    return first_bank_day_after(first_bank_day_on_or_after(last_day_on))
