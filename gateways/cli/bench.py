"""`kravspor bench`: our journal beside the eventsourcing library, and beside the bare machine."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gateways.benching.kafka_running import KAFKA_BENCHES, topics
from gateways.benching.row import Row
from gateways.benching.running import BENCHES, Sizes, ground
from gateways.cli.opening import settings_of
from gateways.cli.output import NotUnderstoodError, emit
from gateways.settings import CHECKOUT


def bench(  # noqa: PLR0913 - each is an option of one command
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
    kafka: Annotated[
        bool, typer.Option("--kafka", help=f"With the log in Kafka: {', '.join(KAFKA_BENCHES)}.")
    ] = False,
    cases: Annotated[
        int, typer.Option("--cases", min=10, help="The most cases the API is asked over.")
    ] = 10_000,
    data: Annotated[
        Path | None, typer.Option("--data", help="Where to measure, in a folder that goes again.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
) -> None:
    """Measure ours, theirs and the ceiling in one run on one server of its own.

    Nothing here touches the agency's own log. Times on a busy machine say little; ratios more.
    """
    known = list(KAFKA_BENCHES) if kafka else list(BENCHES)
    chosen = names or known
    if unknown := [name for name in chosen if name not in known]:
        raise NotUnderstoodError(f"there is no bench {unknown[0]}; there are {', '.join(known)}")
    sizes = Sizes(events=events, followed=min(events, 2_000), seconds=seconds, cases=cases)
    rows: list[Row] = []
    with ground(settings_of(data).data, sizes, _say) as place:
        if kafka:
            with topics(place, CHECKOUT / ".kravspor") as made:
                for name in chosen:
                    rows += KAFKA_BENCHES[name](place, made)
        else:
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
