"""`kravspor parked`: what a projection could not take, and taking it up again."""

from dataclasses import dataclass
from typing import Annotated

import typer

from engine.ports import Entry
from engine.refusal import RefusedError
from gateways.cli.opening import opened
from gateways.cli.output import emit, norwegian_instant
from gateways.cli.taking import Shared, looks
from gateways.office import Office
from projections.parked import Parked

Projection = Annotated[str, typer.Argument(metavar="PROJECTION", help="As `list` names it.")]
Stream = Annotated[str, typer.Argument(metavar="STREAM", help="The stream, or its beginning.")]
Only = Annotated[str | None, typer.Argument(metavar="[PROJECTION]", help="All, when none.")]
OnlyStream = Annotated[str | None, typer.Argument(metavar="[STREAM]", help="All of its streams.")]

app = typer.Typer(no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Retried:
    """Whether a stream is through now; if not, why it is still parked."""

    projection: str
    stream: str
    through: bool
    reason: str


@app.callback()
def parked() -> None:
    """Streams that a projection could not take; the case waits, and all else goes on."""


@app.command("list")
@looks
def list_(*, shared: Shared) -> None:
    """Every parked stream: in which projection, since which event, and why."""
    with opened(shared.data, shared.today) as office:
        emit(office.runner.parked(), json=shared.json)


@app.command()
@looks
def show(projection: Projection, stream: Stream, *, shared: Shared) -> None:
    """One parked stream: the event that stopped it, and what has waited behind it since."""
    with opened(shared.data, shared.today) as office:
        (place,) = _chosen(office, projection, stream)
        entries = office.store.index.read([place.stream])[place.stream].entries
    waiting = [entry for entry in entries if entry.nid >= place.nid]
    if shared.json:
        emit({"parked": place, "waiting": [_told(entry) for entry in waiting]}, json=True)
        return
    emit(f"{place.stream} is parked in {place.projection}: {place.reason}")
    emit("its rows there stay as they were; what waits, the one that stopped it first:\n")
    for entry in waiting:
        when = norwegian_instant(entry.recorded_at)
        emit(f"{entry.version:>4}  {when}  {entry.type} (schema {entry.schema}) by {entry.actor}")
        emit(f"      event {entry.event_id}, offset {entry.offset}")


@app.command()
@looks
def retry(projection: Only = None, stream: OnlyStream = None, *, shared: Shared) -> None:
    """Take parked streams up where they stopped; 1 when one of them cannot be taken yet."""
    with opened(shared.data, shared.today) as office:
        places = _chosen(office, projection, stream) if projection else office.runner.parked()
        tried = [(each, office.runner.retry(each.projection, each.stream)) for each in places]
        left = {(each.projection, each.stream): each.reason for each in office.runner.parked()}
    told = [
        Retried(
            place.projection,
            place.stream,
            through,
            left.get((place.projection, place.stream), ""),
        )
        for place, through in tried
    ]
    emit(told, json=True) if shared.json else _print(told)
    if not all(each.through for each in told):
        raise typer.Exit(1)


def _chosen(office: Office, projection: str, stream: str | None) -> list[Parked]:
    """The parked streams that are meant; one, when a stream is named.

    Refuses: parked_unknown, parked_ambiguous.
    """
    found = [
        each
        for each in office.runner.parked()
        if each.projection == projection and each.stream.startswith(stream or "")
    ]
    asked = f"{projection} {stream or ''}".strip()
    if not found:
        raise RefusedError("parked_unknown", asked=asked)
    if stream is not None and len(found) > 1:
        raise RefusedError("parked_ambiguous", asked=asked, found=len(found))
    return found


def _told(entry: Entry) -> dict[str, object]:
    return {
        "version": entry.version,
        "type": entry.type,
        "schema": entry.schema,
        "event_id": entry.event_id,
        "offset": entry.offset,
        "recorded_at": entry.recorded_at,
        "actor": entry.actor,
    }


def _print(told: list[Retried]) -> None:
    if not told:
        emit("nothing is parked")
    for each in told:
        became = "is through" if each.through else f"is still parked: {each.reason}"
        emit(f"{each.stream} in {each.projection} {became}")
    if any(each.through for each in told):
        emit("rows that several streams write to are surest after `kravspor replay rebuild NAME`")
