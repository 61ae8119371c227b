"""Letter fees: what one letter may cost, when it may cost, and how many may."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from engine.law import regime
from engine.law.calendar import plus_months
from engine.law.rates import INKASSOSATS, LetterShares, claims_due, row_on
from engine.refusal import refuse_if
from events.money import Ore

_FEE_AFTER_DUE = timedelta(days=14)
_FIRST_LETTERS_TIME_TO_PAY = timedelta(days=14)
_FEES_MAX = 2
_RESET_MONTHS = 6
_KRONE = Ore(100)


def inkassosats_ore(on: date) -> Ore:
    """The inkassosats of the day; a figure from memory alone counts as unknown.

    Refuses: rate_unknown.
    Law: inkassoforskriften 1989 § 1-1
    """
    row = row_on(INKASSOSATS, on)
    refuse_if(row.confidence == "UNCERTAIN", "rate_unknown", on=on)
    return row.sats_ore


def letter_fee_ore(sent_on: date, *, due_on: date) -> Ore:
    """What a purring or an inkassovarsel sent that day may cost, in whole kroner.

    A twentieth of the inkassosats of the day it is sent; a tenth for claims due on or
    before 1 October 2020.
    Refuses: regime_not_reviewed, rate_unknown.
    Law: inkassoforskriften 1989 § 1-2
    """
    return _whole_kroner(_shares(sent_on, due_on).letter * inkassosats_ore(sent_on))


def own_bo_fee_ore(sent_on: date, *, due_on: date) -> Ore:
    """What a creditor's own betalingsoppfordring sent that day may cost, in whole kroner.

    Refuses: regime_not_reviewed, rate_unknown.
    Law: inkassoforskriften 1989 § 1-2
    """
    return _whole_kroner(_shares(sent_on, due_on).own_bo * inkassosats_ore(sent_on))


def earliest_fee_letter_on(due_on: date) -> date:
    """The first day a letter sent about the claim may cost anything: 14 days after due.

    Law: inkassoforskriften 1989 § 1-2
    """
    return due_on + _FEE_AFTER_DUE


def letter_fee_allowed(sent_on: date, due_on: date) -> bool:
    """Whether a letter sent that day may cost anything.

    Law: inkassoforskriften 1989 § 1-2
    """
    return sent_on >= earliest_fee_letter_on(due_on)


def fee_letters_allowed(previous: Sequence[date], sent_on: date) -> int:
    """How many more letter fees may be charged from `sent_on`: 0, 1 or 2.

    `previous` are the days on which letters that cost a fee were sent, the creditor's own
    among them. The second fee waits until the 14 days the first letter gave have passed;
    more than 6 months after the last fee letter the counting begins anew.
    Law: inkassoforskriften 1989 § 1-3
    """
    sent = sorted(previous)
    if not sent or _counts_anew(sent[-1], sent_on):
        return _FEES_MAX
    last_round = 1
    for earlier, later in pairwise(sent):
        last_round = 1 if _counts_anew(earlier, later) else last_round + 1
    waits = sent_on <= sent[-1] + _FIRST_LETTERS_TIME_TO_PAY
    return 0 if waits else max(0, _FEES_MAX - last_round)


def check_regime(on: date) -> None:
    """Stop a letter that costs the debtor money on a day whose rules nobody has read yet.

    Refuses: regime_not_reviewed.
    """
    regime.check_reviewed(on)


def _shares(sent_on: date, due_on: date) -> LetterShares:
    check_regime(sent_on)
    ours = ("all", claims_due(due_on))
    return row_on([row for row in INKASSOSATS if row.shares.claims_due in ours], sent_on).shares


def _counts_anew(last_on: date, sent_on: date) -> bool:
    return sent_on > plus_months(last_on, _RESET_MONTHS)


def _whole_kroner(exact_ore: Fraction) -> Ore:
    return Ore((exact_ore + _KRONE // 2) // _KRONE * _KRONE)
