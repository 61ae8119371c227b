"""Whether a letter may be sent: the last door before print, whoever ordered it."""

import re
from datetime import timedelta
from typing import assert_never

from engine.law.regime import check_reviewed
from engine.refusal import refuse_if
from events.money import total
from gateways.letters.content import (
    DemandLetter,
    Letter,
    LetterError,
    SettlementLetter,
    SettlementLine,
    WithdrawalLetter,
)

TIME_TO_PAY = timedelta(days=14)
FEE_AFTER_DUE = timedelta(days=14)
MOST_ACCOUNT_DIGITS = 5

INKASSOVARSEL = "inkassoloven 1988 § 9"
BETALINGSOPPFORDRING = "inkassoloven 1988 § 10"
COSTS = "inkassoloven 1988 § 17"
STATEMENT = "inkassoloven 1988 § 15"
FEES = "inkassoforskriften 1989 § 1-2"
COMPENSATION = "forsinkelsesrenteloven 1976 § 3a"


def validate(letter: Letter) -> None:
    """Refuse a letter that the law forbids or whose figures do not add up.

    Refuses: regime_not_reviewed, creditor_missing, claims_missing, amount_negative,
    nothing_owed, does_not_add_up, deadline_too_short, not_due, fee_too_early,
    salaer_before_demand, inkassovarsel_missing, inkassovarsel_deadline_open,
    compensation_from_consumer, interest_unexplained, period_backwards.
    Raises LetterError when KID, account or organisation number is not one.
    Law: inkassoloven 1988 § 8
    Law: inkassoloven 1988 § 9
    Law: inkassoloven 1988 § 10
    Law: inkassoloven 1988 § 15
    Law: inkassoloven 1988 § 17
    Law: inkassoforskriften 1989 § 1-2
    Law: forsinkelsesrenteloven 1976 § 3a
    """
    _check_numbers(letter)
    match letter:
        case DemandLetter():
            _validate_demand(letter)
        case SettlementLetter():
            _validate_settlement(letter)
        case WithdrawalLetter():
            law = "inkassoloven 1988 § 8"
            refuse_if(not letter.creditor_name.strip(), "creditor_missing", law=law)
            refuse_if(not letter.invoice_numbers, "claims_missing", law=law)
        case _:
            assert_never(letter)


def _validate_demand(letter: DemandLetter) -> None:
    match letter.kind:
        case "inkassovarsel":
            law = INKASSOVARSEL
        case "betalingsoppfordring":
            law = BETALINGSOPPFORDRING
        case _:
            assert_never(letter.kind)
    if letter.owed.letter_fees_ore or letter.owed.salaer_ore:
        check_reviewed(letter.sent_on)
    refuse_if(not letter.creditor_name.strip(), "creditor_missing", law=law)
    refuse_if(not letter.claims, "claims_missing", law=law)
    _check_sums(letter, law)
    earliest = letter.sent_on + TIME_TO_PAY
    refuse_if(letter.pay_by < earliest, "deadline_too_short", law=law, earliest=earliest)
    if letter.kind == "inkassovarsel":
        _check_inkassovarsel(letter)
    else:
        _check_betalingsoppfordring(letter)
    _check_costs(letter, law)


def _check_sums(letter: DemandLetter, law: str) -> None:
    """Hold that the parts make the total and the claims make the parts."""
    owed = letter.owed
    extras = (owed.letter_fees_ore, owed.salaer_ore, owed.compensation_ore, owed.court_fees_ore)
    parts = (owed.principal_ore, owed.interest_ore, *extras)
    principals = [claim.principal_ore for claim in letter.claims]
    interests = [claim.interest_ore for claim in letter.claims]
    lowest = min(*parts, *principals, *interests, owed.paid_ore, letter.letter_fee_ore)
    refuse_if(lowest < 0 or owed.interest_per_day_ore < 0, "amount_negative", law=law)
    refuse_if(owed.total_ore <= 0, "nothing_owed", law=law)
    refuse_if(
        total(parts) != owed.total_ore
        or total(principals) != owed.principal_ore
        or total(interests) != owed.interest_ore
        or letter.letter_fee_ore > owed.letter_fees_ore,
        "does_not_add_up",
        law=law,
        total_ore=owed.total_ore,
        parts_ore=total(parts),
    )


def _check_inkassovarsel(letter: DemandLetter) -> None:
    """Hold that every claim is due, and that a fee is asked no sooner than 14 days after."""
    last_due = max(claim.due_on for claim in letter.claims)
    first_due = min(claim.due_on for claim in letter.claims)
    refuse_if(letter.sent_on <= last_due, "not_due", law=INKASSOVARSEL, due_on=last_due)
    refuse_if(
        letter.letter_fee_ore > 0 and letter.sent_on < first_due + FEE_AFTER_DUE,
        "fee_too_early",
        law=FEES,
        earliest=first_due + FEE_AFTER_DUE,
    )
    refuse_if(letter.owed.salaer_ore > 0, "salaer_before_demand", law=COSTS)


def _check_betalingsoppfordring(letter: DemandLetter) -> None:
    """Hold that an inkassovarsel went before, and that its least time to pay is over."""
    warned_on = letter.earlier_notice_on
    refuse_if(warned_on is None, "inkassovarsel_missing", law=BETALINGSOPPFORDRING)
    refuse_if(
        warned_on is not None and letter.sent_on <= warned_on + TIME_TO_PAY,
        "inkassovarsel_deadline_open",
        law=BETALINGSOPPFORDRING,
    )


def _check_costs(letter: DemandLetter, law: str) -> None:
    """Hold that compensation is a matter between businesses, and that interest is explained."""
    owed = letter.owed
    refuse_if(
        letter.consumer and owed.compensation_ore > 0,
        "compensation_from_consumer",
        law=COMPENSATION,
    )
    undated = any(claim.interest_ore and not claim.interest_from_on for claim in letter.claims)
    unrated = letter.rate is None and (owed.interest_ore > 0 or owed.interest_per_day_ore > 0)
    refuse_if(undated or unrated, "interest_unexplained", law=law)


def _validate_settlement(letter: SettlementLetter) -> None:
    refuse_if(not letter.lines, "claims_missing", law=STATEMENT)
    refuse_if(letter.period_to_on < letter.period_from_on, "period_backwards", law=STATEMENT)
    for line in letter.lines:
        refuse_if(
            not _adds_up(line), "does_not_add_up", law=STATEMENT, case_number=line.case_number
        )
    summed = total([line.to_creditor_ore for line in letter.lines])
    refuse_if(
        summed != letter.paid_out_ore,
        "does_not_add_up",
        law=STATEMENT,
        total_ore=letter.paid_out_ore,
        parts_ore=summed,
    )
    refuse_if(letter.paid_out_ore < 0, "amount_negative", law=STATEMENT)


def _adds_up(line: SettlementLine) -> bool:
    theirs = line.principal_ore + line.interest_ore + line.fees_ore
    held = line.vat_withheld_ore + line.set_off_ore
    if line.what == "carried_over":
        return theirs == held == line.salaer_ore == 0
    return line.to_creditor_ore == theirs - held


def _check_numbers(letter: Letter) -> None:
    """Hold that what banks and registers read are digits in the right number."""
    agency = letter.agency
    if not re.fullmatch(r"[0-9]{11}", agency.account):
        raise LetterError("agency.account is not eleven digits")
    if not re.fullmatch(r"[0-9]{9}", agency.orgnr):
        raise LetterError("agency.orgnr is not nine digits")
    if isinstance(letter, DemandLetter) and not re.fullmatch(r"[0-9]{1,24}[0-9-]", letter.kid):
        raise LetterError("kid is not 2 to 25 digits, the last of which may be a hyphen")
    shown = letter.account_masked if isinstance(letter, SettlementLetter) else ""
    if sum(sign.isdigit() for sign in shown) > MOST_ACCOUNT_DIGITS:
        raise LetterError("account_masked shows more than five digits of the account")
