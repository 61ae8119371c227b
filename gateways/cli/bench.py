"""`kravspor bench`: our journal beside the eventsourcing library, and beside the bare machine."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gateways.benching.row import Row
from gateways.benching.running import BENCHES, Sizes, ground
from gateways.cli.opening import settings_of
from gateways.cli.output import NotUnderstoodError, emit


def bench(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...", help=f"{', '.join(BENCHES)}; all, when none is named."
        ),
    ] = None,
    *,
    events: Annotated[
        int, typer.Option("--events", min=10, help="The length of the longest log.")
    ] = 20_000,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.05, help="How long each append is measured.")
    ] = 2.0,
    data: Annotated[
        Path | None, typer.Option("--data", help="Where to measure, in a folder that goes again.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
) -> None:
    """Measure ours, theirs and the ceiling in one run on one server of its own.

    Nothing here touches the agency's own log. Times on a busy machine say little; ratios more.
    """
    chosen = names or list(BENCHES)
    if unknown := [name for name in chosen if name not in BENCHES]:
        raise NotUnderstoodError(f"there is no bench {unknown[0]}; there are {', '.join(BENCHES)}")
    sizes = Sizes(events=events, followed=min(events, 2_000), seconds=seconds)
    rows: list[Row] = []
    with ground(settings_of(data).data, sizes, _say) as place:
        for name in chosen:
            rows += BENCHES[name](place)
    emit([asdict(row) for row in rows] if json else [_told(row) for row in rows], json=json)


def _say(what: str) -> None:
    sys.stderr.write(f"{what} …\n")


def _told(row: Row) -> dict[str, str]:
    met = "" if row.met is None else "met" if row.met else "MISSED"
    return {
        "work": row.work,
        "ours": _figure(row.ours),
        "theirs": _figure(row.theirs),
        "ceiling": _figure(row.ceiling),
        "unit": row.unit,
        "times better": "" if row.ratio is None else f"{row.ratio:g}",
        "aim": row.aim,
        "": met,
    }


def _figure(value: float | None) -> str:
    return (
        ""
        if value is None
        else f"{value:,g}".replace(",", " ")
        if value < 10**6
        else f"{value:.3g}"
    )
