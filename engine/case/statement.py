"""What is owed on a case on any day, reckoned from its history; nothing is looked up twice."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.case.claim import Claim
from engine.case.parts import NEXT_DAY, Case
from engine.law import salaer
from engine.law.compensation import set_off
from events.case.lifecycle import Terms
from events.money import ZERO, Ore


@dataclass(frozen=True, slots=True)
class Asked:
    """The costs asked on a day before anything was paid, each before compensation is set off."""

    letter_fees_ore: Ore
    creditors_letter_fees_ore: Ore
    salaer_ore: Ore
    compensation_ore: Ore


@dataclass(frozen=True, slots=True)
class Demanded:
    """The claims a betalingsoppfordring was for: their sum, and the latest due date of them."""

    krav_ore: Ore
    due_on: date


@dataclass(frozen=True, slots=True)
class Statement:
    """What is still owed at the end of a day, in øre; `total_ore` would settle the case then.

    `costs_ore` is fees, salær, compensation and court fees. `salaer_light_ore` and
    `salaer_heavy_ore` are the caps of that day, 0 where no salær may be claimed.
    """

    on: date
    principal_ore: Ore = ZERO
    interest_ore: Ore = ZERO
    letter_fees_ore: Ore = ZERO
    salaer_ore: Ore = ZERO
    compensation_ore: Ore = ZERO
    court_fees_ore: Ore = ZERO
    costs_ore: Ore = ZERO
    paid_ore: Ore = ZERO
    total_ore: Ore = ZERO
    salaer_light_ore: Ore = ZERO
    salaer_heavy_ore: Ore = ZERO


def statement(case: Case, on: date) -> Statement:
    """What is still owed on `on`, as the case is known now.

    Costs whose day has not come by `on` are left out; payments are all counted, since what
    is paid is not owed on any day.
    Refuses: rate_unknown.
    """
    asked = net_of_compensation(asked_on(case, on))
    fees = _left(asked.letter_fees_ore, case.paid.letter_fees_ore, case.waived.letter_fees_ore)
    salaer_left = _left(asked.salaer_ore, case.paid.salaer_ore, case.waived.salaer_ore)
    compensation = _left(
        asked.compensation_ore, case.paid.compensation_ore, case.waived.compensation_ore
    )
    principal = case.principal_left_ore
    interest = Ore(sum(claim.interest_left(on) for claim in case.claims))
    costs = Ore(fees + salaer_left + compensation)
    light, heavy = salaer_caps(case, on)
    return Statement(
        on=on,
        principal_ore=principal,
        interest_ore=interest,
        letter_fees_ore=fees,
        salaer_ore=salaer_left,
        compensation_ore=compensation,
        court_fees_ore=ZERO,
        costs_ore=costs,
        paid_ore=paid_ore(case),
        total_ore=Ore(principal + interest + costs),
        salaer_light_ore=light,
        salaer_heavy_ore=heavy,
    )


def pursued(case: Case, on: date) -> Statement:
    """What the agency asks for on `on`: the statement, but of a withdrawn case nothing.

    The debtor of such a case has been told that there is nothing to pay here any more.
    Refuses: rate_unknown.
    """
    if case.closed != "withdrawn":
        return statement(case, on)
    return Statement(on=on, paid_ore=paid_ore(case))


def asked_on(case: Case, on: date) -> Asked:
    """The costs that may be asked on `on`; nothing on claims whose costs are barred.

    What was done after the principal had been paid costs nothing, though it was booked later.
    Law: inkassoloven 1988 § 17
    """
    charged = charged_claims(case)
    if not charged or case.terms is None:
        return Asked(ZERO, ZERO, ZERO, ZERO)
    fees = [fee for fee in case.fees if fee.sent_on <= costs_day(case, on)]
    return Asked(
        letter_fees_ore=Ore(sum(fee.fee_ore for fee in fees)),
        creditors_letter_fees_ore=Ore(sum(fee.fee_ore for fee in fees if fee.creditors)),
        salaer_ore=salaer_asked(case, on),
        compensation_ore=Ore(
            sum(claim.compensation_ore for claim in charged if claim.interest_from_on <= on)
        ),
    )


def net_of_compensation(asked: Asked) -> Asked:
    """The same with the compensation set off against fees and salær, as the debtor owes them.

    Law: inkassoforskriften 1989 § 1-5
    Law: inkassoforskriften 1989 § 2-6
    """
    fees_ore, salaer_ore = set_off(asked.letter_fees_ore, asked.salaer_ore, asked.compensation_ore)
    return Asked(
        letter_fees_ore=fees_ore,
        creditors_letter_fees_ore=min(fees_ore, asked.creditors_letter_fees_ore),
        salaer_ore=salaer_ore,
        compensation_ore=asked.compensation_ore,
    )


def salaer_asked(case: Case, on: date) -> Ore:
    """The salær asked on `on`, before payments: the light cap, or the heavy one from its day.

    Law: inkassoforskriften 1989 § 2-2
    """
    light, heavy = salaer_caps(case, on)
    day = costs_day(case, on)
    return heavy if case.heavy_from is not None and case.heavy_from <= day else light


def salaer_caps(case: Case, on: date) -> tuple[Ore, Ore]:
    """The light and the heavy cap of `on`: by the claims at the demand, by that day's sats.

    Once the principal is covered the cap of that day stands. A payment ordered within the
    deadline of the inkassovarsel lowers the claims at the demand, though it be booked later.
    Law: inkassoforskriften 1989 § 2-2
    """
    demand = demanded(case)
    if demand is None or case.bo_sent_on is None or on < case.bo_sent_on or case.terms is None:
        return ZERO, ZERO
    day, due_on = costs_day(case, on), demand.due_on
    consumer, deducts_vat = case.consumer, case.terms.deducts_vat
    krav_ore = demand.krav_ore
    return (
        salaer.light_ore(krav_ore, day, due_on=due_on, consumer=consumer, deducts_vat=deducts_vat),
        salaer.heavy_ore(krav_ore, day, due_on=due_on, consumer=consumer, deducts_vat=deducts_vat),
    )


def demanded(case: Case) -> Demanded | None:
    """What the betalingsoppfordring was for, as known now; None when for nothing or not sent.

    A payment of the same day lowers it when it was known before the demand left, not later.
    A claim that was disputed then is no part of it, whatever became of the objection.
    """
    sent_on = case.bo_sent_on
    if sent_on is None:
        return None
    claims = [c for c in charged_claims(case) if c.claim_id not in case.not_demanded]
    asked = [(claim, _demanded_of(case, claim, sent_on)) for claim in claims]
    owing = [(claim, krav_ore) for claim, krav_ore in asked if krav_ore > 0]
    if not owing:
        return None
    krav_ore = Ore(sum(krav_ore for _, krav_ore in owing))
    return Demanded(krav_ore, max(claim.due_on for claim, _ in owing))


def _demanded_of(case: Case, claim: Claim, sent_on: date) -> int:
    that_day = [
        share.principal_ore
        for paid in case.payments[: case.paid_before_demand]
        for covering in paid.coverings
        if covering.from_on == sent_on + NEXT_DAY
        for share in covering.split.claims
        if share.claim_id == claim.claim_id
    ]
    return claim.principal_on(sent_on) - sum(that_day)


def costs_day(case: Case, on: date) -> date:
    """The day whose costs are asked on `on`: none are added once the principal is covered."""
    covered_on = case.principal_covered_on
    return on if covered_on is None else min(on, covered_on)


def charged_claims(case: Case) -> list[Claim]:
    """The claims on which costs may be asked."""
    return [claim for claim in case.claims if not claim.costs_barred]


def paid_ore(case: Case) -> Ore:
    """What payments have covered: all that came in and is neither held nor given back."""
    return Ore(
        case.paid.letter_fees_ore
        + case.paid.salaer_ore
        + case.paid.compensation_ore
        + sum(claim.principal_covered_ore + claim.interest_paid_ore for claim in case.claims)
    )


def terms_of(case: Case) -> Terms:
    """The agreement's terms; only a registered case has them."""
    if case.terms is None:
        raise ValueError("a case has no terms before it is registered")
    return case.terms


def creditor_of(case: Case) -> UUID:
    """The creditor; only a registered case has one."""
    if case.creditor_id is None:
        raise ValueError("a case has no creditor before it is registered")
    return case.creditor_id


def _left(asked: Ore, paid: Ore, waived: Ore) -> Ore:
    return Ore(max(0, asked - paid - waived))
