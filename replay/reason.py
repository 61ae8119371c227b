"""A figure explained: the parts it is the sum of, each with its day, event and law."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from events.case import CaseEvent, PaymentAllocated, PaymentFreed, PaymentReversed
from events.case.money import Split
from events.money import Ore
from projections.wording import MINUS, NBSP, day
from replay.counting import Fact

Part = Literal[
    "principal_ore", "interest_ore", "letter_fees_ore", "salaer_ore", "compensation_ore"
]

TEN_THOUSAND: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One part of a figure, or, without an amount, how the next part was reckoned.

    `version` is the event it comes from, where it is one.
    """

    what: str
    amount_ore: Ore | None = None
    on: date | None = None
    version: int | None = None
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of what is owed, and the reasons it is the sum of."""

    key: Part
    label: str
    amount_ore: Ore
    reasons: tuple[Reason, ...]


def component(key: Part, label: str, amount_ore: Ore, reasons: Sequence[Reason]) -> Component:
    """The part with its reasons.

    Where more has been paid than may be asked now, the figure is nothing and not less: then
    one reason more tells by how much.
    """
    told = sum(reason.amount_ore or 0 for reason in reasons)
    over = () if told == amount_ore else (_over(amount_ore - told),)
    return Component(key=key, label=label, amount_ore=amount_ore, reasons=(*reasons, *over))


def _over(ore: int) -> Reason:
    return Reason(
        what="Det er betalt mer av dette enn det som kan kreves nå.", amount_ore=Ore(ore)
    )


def paid(facts: Sequence[Fact], part: Part) -> Iterator[Reason]:
    """What payments have covered of a part, and what has been taken back of that."""
    for fact in facts:
        moved = _moved(fact.event)
        if moved is not None and (ore := getattr(moved[1], part)):
            yield Reason(
                what=moved[0],
                amount_ore=Ore(moved[2] * ore),
                on=fact.counts_from,
                version=fact.recorded.version,
            )


def _moved(event: CaseEvent) -> tuple[str, Split, int] | None:
    match event:
        case PaymentAllocated():
            return f"En betaling som teller fra {day(event.effective_on)}.", event.split, -1
        case PaymentReversed(split=split) if split is not None:
            return "En betaling er tilbakeført av banken.", split, 1
        case PaymentFreed():
            return "Det som var dekket, skyldtes ikke likevel.", event.split, 1
        case _:
            return None


def exact(ore: Fraction) -> str:
    """An exact amount of øre in kroner with four decimals: 7216.44 as "72,1644 kr"."""
    tenths = round(abs(ore) * 100)
    whole, rest = divmod(tenths, TEN_THOUSAND)
    sign = MINUS if ore < 0 else ""
    return f"{sign}{whole:,}".replace(",", NBSP) + f",{rest:04}{NBSP}kr"


def number(value: Fraction) -> str:
    """A factor as Norwegians write it, with two decimals at least: 0,80 or 0,4375."""
    ten_thousandths = round(value * TEN_THOUSAND)
    whole, rest = divmod(ten_thousandths, TEN_THOUSAND)
    decimals = f"{rest:04}".rstrip("0").ljust(2, "0")
    return f"{whole},{decimals}"
