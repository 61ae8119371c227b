"""What would follow the steps ahead, were each taken on its first lawful day and nothing came."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from engine.law import deadlines, salaer
from projections.wording import day
from replay.ahead import DEMAND_LAW, HEAVY_LAW, LEGAL_LAW, VARSEL_LAW, Step

ASSUMED: Final = "Forutsatt at {} sendes {}, og at skyldner verken betaler eller har innsigelser."


def further(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps after those ahead, each on the first day it could be lawful."""
    first = next((step for step in steps if step.law in (VARSEL_LAW, DEMAND_LAW)), None)
    if first is None:
        return ()
    told = {step.step for step in steps}
    later = _after_varsel if first.law == VARSEL_LAW else _after_demand
    return tuple(step for step in later(first.from_on) if step.step not in told)


def _after_varsel(sent_on: date) -> Iterator[Step]:
    pay_by = deadlines.inkassovarsel_pay_by(sent_on)
    demand_on = deadlines.earliest_betalingsoppfordring(pay_by)
    assumed = ASSUMED.format("inkassovarselet", day(sent_on))
    yield Step(
        step="betalingsoppfordring",
        what="Betalingsoppfordring bestilles.",
        from_on=demand_on,
        why=f"{assumed} Fristen i varselet blir da {day(pay_by)}.",
        law=DEMAND_LAW,
    )
    yield from _after_demand(demand_on)


def _after_demand(sent_on: date) -> Iterator[Step]:
    pay_by = deadlines.betalingsoppfordring_pay_by(sent_on)
    assumed = ASSUMED.format("betalingsoppfordringen", day(sent_on))
    yield Step(
        step="legal_course_asked",
        what="Fordringshaver spørres om rettslig tiltak.",
        from_on=deadlines.legal_course_from(pay_by),
        why=f"{assumed} Fristen i den blir da {day(pay_by)}.",
        law=LEGAL_LAW,
    )
    yield Step(
        step="heavy_salaer",
        what="Tungt salær kreves.",
        from_on=salaer.heavy_from(sent_on),
        why=f"{assumed} Fristen må da være oversittet med mer enn 28 dager.",
        law=HEAVY_LAW,
    )
