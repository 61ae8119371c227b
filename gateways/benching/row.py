"""One measured thing: ours, theirs and the machine's ceiling, and what was aimed at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Better = Literal["more", "less"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Figures in `unit`; `ratio` tells how many times better ours is than theirs.

    `met` is None where nothing was aimed at; `theirs` or `ceiling` where there is none.
    """

    work: str
    ours: float
    theirs: float | None
    ceiling: float | None
    ratio: float | None
    unit: str
    aim: str
    met: bool | None


def row(  # noqa: PLR0913 - the columns of one table
    work: str,
    unit: str,
    ours: float,
    theirs: float | None = None,
    ceiling: float | None = None,
    *,
    better: Better = "more",
    times: float | None = None,
    share: float | None = None,
    within: float | None = None,
    least: float | None = None,
) -> Row:
    """A row; `times` aims at that many times theirs, `share` at that part of the ceiling.

    `within` aims at no more than that many times the ceiling, `least` at a figure.
    """
    ratio = None
    if theirs:
        ratio = ours / theirs if better == "more" else theirs / ours
    told, met = [], []
    if times is not None and ratio is not None:
        told.append(f"{times:g} times theirs")
        met.append(ratio >= times)
    if share is not None and ceiling:
        told.append(f"{share:.0%} of the ceiling")
        met.append(ours / ceiling >= share)
    if within is not None and ceiling:
        told.append(f"within {within:g} times the ceiling")
        met.append(ours <= ceiling * within)
    if least is not None:
        told.append(f"at least {least:g}")
        met.append(ours >= least)
    return Row(
        work=work,
        ours=_short(ours),
        theirs=None if theirs is None else _short(theirs),
        ceiling=None if ceiling is None else _short(ceiling),
        ratio=None if ratio is None else round(ratio, 2),
        unit=unit,
        aim=", ".join(told),
        met=all(met) if met else None,
    )


def percentile(sorted_values: Sequence[float], percent: float) -> float:
    """The value that `percent` of the sorted values do not exceed; 0 when there is none."""
    if not sorted_values:
        return 0
    place = min(len(sorted_values) - 1, int(len(sorted_values) * percent / 100))
    return sorted_values[place]


def _short(value: float) -> float:
    return round(value, 2) if value < 100 else round(value)  # noqa: PLR2004 - for reading
