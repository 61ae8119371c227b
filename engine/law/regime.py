"""The acts that rule collection, each from the day it is in force."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.refusal import RefusedError, refuse_if

REVIEWED_THROUGH = date(2026, 12, 31)
"""The last day for which a person has read the rules as they stand here."""

RegimeName = Literal["inkassolov_1988", "inkassolov_2026"]


@dataclass(frozen=True, slots=True)
class Regime:
    """One act and its regulations. `in_force_on` is None while no date has been set."""

    name: RegimeName
    act: str
    in_force_on: date | None
    source: str


REGIMES = (
    Regime("inkassolov_1988", "inkassoloven 1988", date(1989, 10, 1), "LOV-1988-05-13-26"),
    Regime("inkassolov_2026", "inkassoloven 2026", None, "LOV-2026-05-22-19"),
)


def regime_on(on: date) -> Regime:
    """The regime that rules what is done on `on`.

    Refuses: regime_not_reviewed, regime_unknown.
    """
    check_reviewed(on)
    in_force = [r for r in REGIMES if r.in_force_on is not None and r.in_force_on <= on]
    if not in_force:
        raise RefusedError("regime_unknown", on=on)
    return in_force[-1]


def check_reviewed(on: date) -> None:
    """Stop what is done on a day whose rules nobody has read yet.

    Refuses: regime_not_reviewed.
    """
    refuse_if(
        on > REVIEWED_THROUGH,
        "regime_not_reviewed",
        on=on,
        reviewed_through=REVIEWED_THROUGH,
    )
