"""Salær: the most a debtor may be asked to pay for the agency's work out of court."""

from datetime import date, timedelta
from fractions import Fraction

from engine.law.fees import inkassosats_ore
from engine.law.rates import INSTALMENT_ADDITION, SALAER, Band, SalaerTable, claims_due
from events.money import ZERO, Ore, round_ore

_HEAVY_AFTER_SENDING = timedelta(days=43)
_VAT = Fraction(1, 4)


def light_ore(krav_ore: Ore, on: date, *, due_on: date, consumer: bool, deducts_vat: bool) -> Ore:
    """The cap on `on` while the demand is young, in øre: not rounded to kroner.

    `krav_ore` is what the demand was for: principal and interest from before the due date,
    of all claims in the case, neither costs nor later interest. The inkassosats is that of
    `on`: the day the principal is covered, or the day one asks. Of several claims give the
    latest `due_on`, which is to the debtor's good.
    Refuses: rate_unknown.
    Law: inkassoforskriften 1989 § 2-2
    """
    part = factor(krav_ore, heavy=False, due_on=due_on, consumer=consumer, deducts_vat=deducts_vat)
    return round_ore(part * inkassosats_ore(on))


def heavy_ore(krav_ore: Ore, on: date, *, due_on: date, consumer: bool, deducts_vat: bool) -> Ore:
    """The cap on `on` once `heavy_from` has come: from its own factor, rounded once.

    Refuses: rate_unknown.
    Law: inkassoforskriften 1989 § 2-3
    """
    part = factor(krav_ore, heavy=True, due_on=due_on, consumer=consumer, deducts_vat=deducts_vat)
    return round_ore(part * inkassosats_ore(on))


def factor(
    krav_ore: Ore, *, heavy: bool, due_on: date, consumer: bool, deducts_vat: bool
) -> Fraction:
    """How many times the inkassosats the cap is, with what a business debtor and VAT add.

    Law: inkassoforskriften 1989 § 2-2
    Law: inkassoforskriften 1989 § 2-3
    """
    table = _table(due_on)
    band = _band(krav_ore, table)
    part = band.heavy if heavy else band.light
    debtor = Fraction(1) if consumer else table.business_multiplier
    vat = Fraction(1) if deducts_vat else table.vat_multiplier
    return part * debtor * vat


def heavy_from(bo_sent_on: date) -> date:
    """The first day of heavy salær: the demand's 14 days missed by more than 28.

    Law: inkassoforskriften 1989 § 2-3
    """
    return bo_sent_on + _HEAVY_AFTER_SENDING


def vat_part_ore(salaer_ore: Ore, *, deducts_vat: bool) -> Ore:
    """The VAT that goes with a salær: on top of it for a creditor who deducts, else within.

    The creditor who deducts owes it beside the salær the debtor paid, so it is withheld
    from the payout; for the other the debtor has paid it already.
    Law: inkassoforskriften 1989 § 2-2
    """
    return round_ore(salaer_ore * (_VAT if deducts_vat else _VAT / (1 + _VAT)))


def instalment_addition_ore(
    instalment_count: int,
    on: date,
    *,
    consumer: bool,
    deducts_vat: bool,
    business_multiplies: bool = False,
) -> Ore:
    """What an agreed plan of more than four instalments adds to the cap; 0 for a shorter one.

    The agreement adds it, not the number paid. Whether a business debtor's half as much
    again reaches it is UNCERTAIN: `business_multiplies` is the switch, off by default.
    Refuses: rate_unknown.
    Law: inkassoforskriften 1989 § 2-4
    """
    row = INSTALMENT_ADDITION
    if instalment_count < row.plan_from_count:
        return ZERO
    business = business_multiplies and not consumer
    debtor = SALAER[-1].business_multiplier if business else Fraction(1)
    vat = Fraction(1) if deducts_vat else row.vat_multiplier
    return round_ore(row.factor * debtor * vat * inkassosats_ore(on))


def _table(due_on: date) -> SalaerTable:
    return next(table for table in SALAER if table.claims_due == claims_due(due_on))


def _band(krav_ore: Ore, table: SalaerTable) -> Band:
    return next(
        band for band in table.bands if band.claim_to_ore is None or krav_ore <= band.claim_to_ore
    )
