"""Why these costs: each fee with its letter, the salær with its band, and what fell away."""

from collections.abc import Iterator
from fractions import Fraction

from engine.case.parts import Fee
from engine.case.statement import (
    Asked,
    asked_on,
    charged_claims,
    costs_day,
    demanded,
    net_of_compensation,
    terms_of,
)
from engine.law.fees import inkassosats_ore
from engine.law.rates import claims_due
from engine.law.salaer import factor
from events.case import (
    CaseRegistered,
    CostsBarred,
    InkassovarselSent,
    RemainderWaived,
    SalaerClaimed,
)
from events.money import Ore
from projections.wording import day, kroner
from replay.as_at import Then
from replay.counting import Fact
from replay.reason import Reason, number, paid

FEE_LAW = "inkassoforskriften 1989 § 1-2"
SALAER_LAW = "inkassoforskriften 1989 § 2-2"
HEAVY_LAW = "inkassoforskriften 1989 § 2-3"
COMPENSATION_LAW = "forsinkelsesrenteloven 1976 § 3a"
SET_OFF_LAW = "inkassoforskriften 1989 § 1-5; § 2-6"
TIMES = "\N{MULTIPLICATION SIGN}"
BARRED_LAW = "inkassoloven 1988 § 17"


def letter_fees(seen: Then) -> list[Reason]:
    """Each letter that cost a fee, and what became of the fees.

    Refuses: rate_unknown.
    """
    asked, net = _asked(seen)
    each = [_fee(fee, seen) for fee in seen.case.fees]
    fell = asked.letter_fees_ore - sum(fee.fee_ore for fee in seen.case.fees)
    return [
        *each,
        *_not_asked(seen, fell),
        *_set_off(net.letter_fees_ore - asked.letter_fees_ore),
        *paid(seen.facts, "letter_fees_ore"),
        *_waived(seen, seen.case.waived.letter_fees_ore),
    ]


def salaer(seen: Then) -> list[Reason]:
    """The salær of the day: the band of what was demanded, the inkassosats, light or heavy.

    Refuses: rate_unknown.
    """
    asked, net = _asked(seen)
    return [
        *_cap(seen, asked.salaer_ore),
        *_set_off(net.salaer_ore - asked.salaer_ore),
        *paid(seen.facts, "salaer_ore"),
        *_waived(seen, seen.case.waived.salaer_ore),
    ]


def compensation(seen: Then) -> list[Reason]:
    """The fixed sum a business owes for each invoice paid late, and what became of it.

    Refuses: rate_unknown.
    """
    asked, _ = _asked(seen)
    owing = [claim for claim in seen.case.claims if claim.compensation_ore]
    begun = [claim for claim in owing if claim.interest_from_on <= seen.on]
    each = [
        Reason(
            what=f"Standardkompensasjon for faktura {claim.invoice_number}.",
            amount_ore=claim.compensation_ore,
            on=claim.interest_from_on,
            law=COMPENSATION_LAW,
        )
        for claim in begun
    ]
    fell = asked.compensation_ore - sum(claim.compensation_ore for claim in begun)
    return [
        *each,
        *_not_asked(seen, fell),
        *paid(seen.facts, "compensation_ore"),
        *_waived(seen, seen.case.waived.compensation_ore),
    ]


def _asked(seen: Then) -> tuple[Asked, Asked]:
    asked = asked_on(seen.case, seen.on)
    return asked, net_of_compensation(asked)


def _fee(fee: Fee, seen: Then) -> Reason:
    if fee.creditors:
        what = f"Fordringshavers eget inkassovarsel av {day(fee.sent_on)}."
    else:
        due_on = max(claim.due_on for claim in seen.case.claims)
        share = "en tjuedel" if claims_due(due_on) == "after_2020_10_01" else "en tidel"
        sats = kroner(inkassosats_ore(fee.sent_on))
        what = (
            f"Inkassovarsel sendt {day(fee.sent_on)}: {share} av inkassosatsen {sats}, "
            "i hele kroner."
        )
    source = _source(fee, seen)
    return Reason(
        what=what,
        amount_ore=fee.fee_ore,
        on=fee.sent_on,
        version=source.recorded.version if source else None,
        law=FEE_LAW,
    )


def _source(fee: Fee, seen: Then) -> Fact | None:
    kind = CaseRegistered if fee.creditors else InkassovarselSent
    days = (fact for fact in seen.facts if isinstance(fact.event, kind))
    return next((fact for fact in days if fee.creditors or fact.counts_from == fee.sent_on), None)


def _not_asked(seen: Then, ore: int) -> Iterator[Reason]:
    """Costs that were asked once, or would be, and are not any more."""
    if not ore:
        return
    barred = [fact for fact in seen.facts if isinstance(fact.event, CostsBarred)]
    if barred and not charged_claims(seen.case):
        yield Reason(
            what="Omkostningene kreves ikke på grunn av innsigelsen.",
            amount_ore=Ore(ore),
            on=barred[-1].counts_from,
            version=barred[-1].recorded.version,
            law=BARRED_LAW,
        )
        return
    covered = day(costs_day(seen.case, seen.on))
    yield Reason(
        what=f"Det som kom til etter at hovedstolen var dekket {covered}, eller er sperret av en "
        "innsigelse, kreves ikke.",
        amount_ore=Ore(ore),
        law=BARRED_LAW,
    )


def _set_off(ore: int) -> Iterator[Reason]:
    if ore:
        yield Reason(
            what="Standardkompensasjonen går til fradrag i gebyr og salær.",
            amount_ore=Ore(ore),
            law=SET_OFF_LAW,
        )


def _waived(seen: Then, ore: Ore) -> Iterator[Reason]:
    if not ore:
        return
    gave = [fact for fact in seen.facts if isinstance(fact.event, RemainderWaived)][-1]
    yield Reason(
        what="Resten kreves ikke.",
        amount_ore=Ore(-ore),
        on=gave.counts_from,
        version=gave.recorded.version,
    )


def _cap(seen: Then, ore: Ore) -> Iterator[Reason]:
    case, demand = seen.case, demanded(seen.case)
    if case.bo_sent_on is None or seen.on < case.bo_sent_on:
        yield Reason(what="Salær kreves ikke før betalingsoppfordring er sendt.", law=SALAER_LAW)
        return
    if demand is None:
        paid_before = "Det var ikke noe igjen å kreve da betalingsoppfordringen ble sendt."
        barred = "Salær kreves ikke: omkostningene er sperret av en innsigelse."
        charged = charged_claims(case)
        yield Reason(what=paid_before if charged else barred, law=BARRED_LAW)
        return
    on = costs_day(case, seen.on)
    heavy = case.heavy_from is not None and case.heavy_from <= on
    claimed = [fact for fact in seen.facts if isinstance(fact.event, SalaerClaimed)]
    yield Reason(
        what=(
            f"{'Tungt' if heavy else 'Lett'} salær av et krav på {kroner(demand.krav_ore)} da "
            f"betalingsoppfordringen ble sendt {day(case.bo_sent_on)}: "
            f"{_formula(seen, heavy=heavy)} {kroner(inkassosats_ore(on))}."
        ),
        amount_ore=ore,
        on=case.heavy_from if heavy else case.bo_sent_on,
        version=claimed[-1].recorded.version if claimed else None,
        law=HEAVY_LAW if heavy else SALAER_LAW,
    )


def _formula(seen: Then, *, heavy: bool) -> str:
    """The factors of the cap, as they are multiplied, each with what it is for."""
    case, demand = seen.case, demanded(seen.case)
    if demand is None:
        return ""
    deducts_vat = terms_of(case).deducts_vat

    def times(*, consumer: bool, deducts: bool) -> Fraction:
        return factor(
            demand.krav_ore,
            heavy=heavy,
            due_on=demand.due_on,
            consumer=consumer,
            deducts_vat=deducts,
        )

    plain = times(consumer=True, deducts=True)
    parts = [number(plain)]
    if not case.consumer:
        business = times(consumer=False, deducts=True) / plain
        parts.append(f"{number(business)} (kravet er på en næringsdrivende)")
    if not deducts_vat:
        vat = times(consumer=True, deducts=False) / plain
        parts.append(f"{number(vat)} (fordringshaver trekker ikke fra mva.)")
    return f" {TIMES} ".join([*parts, "inkassosatsen"])
