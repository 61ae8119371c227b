"""`kravspor replay rebuild`: projections made again beside those that serve, and switched."""

from functools import partial
from typing import Annotated, Final

import typer

from events.registry import decode
from gateways.cli.journal_opening import Journal, journal_opened
from gateways.cli.output import NotUnderstoodError, emit
from gateways.cli.rebuild_progress import Teller
from gateways.cli.taking import Shared, looks
from gateways.postgres.spreading import Processes
from gateways.wiring import folds_of
from projections import all_projections
from projections.filling import Filling, IfDifferent, Rebuilt
from replay import rebuild as rebuilding

CHOICES: Final[dict[str, IfDifferent]] = {"switch": "switch", "stop": "stop"}


@looks
def rebuild(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="All, when none is named.")
    ] = None,
    *,
    back: Annotated[
        bool, typer.Option("--back", help="Switch back to the tables that were live before.")
    ] = False,
    if_different: Annotated[
        str,
        typer.Option("--if-different", metavar="switch|stop", help="What to do then."),
    ] = "switch",
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; else one a processor.")
    ] = None,
    shared: Shared,
) -> None:
    """Make projections again from the log's first event; the house goes on meanwhile.

    New tables are filled beside the old ones, compared with them row by row at one position
    of the log, and switched; the old ones are kept. Killed, it goes on where it stood when
    it is given again. With --if-different stop, 1 when they differ, and the old ones stay.
    """
    if if_different not in CHOICES:
        raise NotUnderstoodError("--if-different takes switch or stop")
    with journal_opened(shared.data) as journal:
        filling = _filling(journal, workers)
        known = rebuilding.names(journal.vault)
        if back:
            told = rebuilding.back(filling, known, names or [])
        else:
            told = rebuilding.rebuild(filling, known, names or [], CHOICES[if_different])
    emit(told, json=True) if shared.json else _print(told)
    if not told.switched:
        raise typer.Exit(1)


@looks
def drop_kept(*, shared: Shared) -> None:
    """Do away with the tables that were live before the last rebuild; --back is then over."""
    with journal_opened(shared.data) as journal, journal.index.beside() as beside:
        emit({"dropped": ", ".join(beside.drop("kept")) or "none"}, json=shared.json)


def _filling(journal: Journal, workers: int | None) -> Filling:
    projections = all_projections(journal.vault)
    journal.index.prepare([projection.table for projection in projections])
    spread = Processes(journal.database.dsn, partial(folds_of, journal.keys_database.dsn), workers)
    return Filling(journal.index, projections, decode, spread=spread, tell=Teller())


def _print(told: Rebuilt) -> None:
    began = "went on where it was broken off; " if told.went_on else ""
    emit(f"{began}{told.rows} rows from {told.events} events: {', '.join(told.tables)}")
    if told.difference_count:
        emit(f"{told.difference_count} differences from the old tables; --json tells more:\n")
        emit(told.differences)
    if told.switched:
        emit("the new tables serve now; the old ones are kept for `replay rebuild --back`")
    else:
        emit("the old tables serve on; give it again with --if-different switch to change that")
