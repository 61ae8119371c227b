"""What a letter says is owed: the case as it will stand once the letter has left the house."""

from datetime import date

from engine.case.claim import Claim
from engine.case.parts import Case, Letter
from engine.case.state import evolve
from engine.case.statement import statement
from engine.law.interest import interest_per_day
from engine.law.rates import LATE_INTEREST, row_on
from events.case import BetalingsoppfordringSent, InkassovarselSent
from events.case.notices import Printed, PrintedClaim
from events.money import Ore


def printed(case: Case, letter: Letter, today: date, *, fee_ore: Ore, pay_by: date) -> Printed:
    """The figures of a letter sent today: only what is not disputed, and nothing for later days.

    Refuses: rate_unknown.
    Law: inkassoloven 1988 § 10
    """
    after = _sent(case, letter, today, fee_ore=fee_ore, pay_by=pay_by)
    disputed = case.disputed
    claims = [
        claim
        for claim in after.claims
        if claim.claim_id not in disputed and claim.principal_left_ore > 0
    ]
    owed = statement(after, today)
    principal_ore = Ore(sum(claim.principal_left_ore for claim in claims))
    interest_ore = Ore(sum(claim.interest_left(today) for claim in claims))
    per_day = interest_per_day(principal_ore, today)
    return Printed(
        claims=tuple(_line(claim, today) for claim in claims),
        principal_ore=principal_ore,
        interest_ore=interest_ore,
        letter_fees_ore=owed.letter_fees_ore,
        salaer_ore=owed.salaer_ore,
        compensation_ore=owed.compensation_ore,
        paid_ore=owed.paid_ore,
        total_ore=Ore(principal_ore + interest_ore + owed.costs_ore),
        rate_percent=str(row_on(LATE_INTEREST, today).rate_percent),
        interest_per_day=_hundredths(round(per_day * 100)),
    )


def _sent(case: Case, letter: Letter, today: date, *, fee_ore: Ore, pay_by: date) -> Case:
    if letter.kind == "inkassovarsel":
        return evolve(
            case,
            InkassovarselSent(
                letter_id=letter.letter_id,
                sent_on=today,
                pay_by=pay_by,
                fee_ore=fee_ore,
                content_hmac="",
                crossed=None,
            ),
        )
    return evolve(
        case,
        BetalingsoppfordringSent(
            letter_id=letter.letter_id,
            sent_on=today,
            pay_by=pay_by,
            content_hmac="",
            crossed=None,
        ),
    )


def _line(claim: Claim, today: date) -> PrintedClaim:
    return PrintedClaim(
        claim_id=claim.claim_id,
        invoice_number=claim.invoice_number,
        issued_on=claim.issued_on,
        due_on=claim.due_on,
        interest_from_on=claim.interest_from_on,
        principal_ore=claim.principal_left_ore,
        interest_ore=claim.interest_left(today),
    )


def _hundredths(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"
