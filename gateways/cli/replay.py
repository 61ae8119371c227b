"""`kravspor replay`: what happened on a case and why, and projections made again from the log."""

from typing import Annotated

import typer

from gateways.cli.opening import opened
from gateways.cli.output import as_json_text, emit, norwegian_date, norwegian_instant, progress
from gateways.cli.taking import CaseWords, Shared, looks
from gateways.desk.finding import find_case
from replay import rebuild as rebuilding
from replay.history import Told
from replay.history import history as told_of

app = typer.Typer(no_args_is_help=True)


@app.callback()
def replay() -> None:
    """Look back; nothing here changes the log."""


@app.command()
@looks
def history(
    words: CaseWords,
    *,
    raw: Annotated[
        bool, typer.Option("--raw", help="Each event as the log holds it, too.")
    ] = False,
    shared: Shared,
) -> None:
    """Tell every event of a case: what, who, why, and because of what."""
    with opened(shared.data, shared.today) as office:
        row = find_case(office, words)
        told = told_of(office.store, row.case_id)
    if shared.json:
        emit(told, json=True)
        return
    emit(f"Case {row.case_number}: {len(told)} events, oldest first\n")
    for each in told:
        _print(each, raw=raw)


@app.command()
@looks
def rebuild(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="All, when none is named.")
    ] = None,
    *,
    shared: Shared,
) -> None:
    """Make projections again from the log's first record; the house stands still meanwhile."""
    with opened(shared.data, shared.today) as office:
        records = office.runner.catch_up(0)
        told = 0
        with progress("rebuilding", records) as step:

            def advance(done: int, _of: int) -> None:
                nonlocal told
                step(done - told)
                told = done

            made = rebuilding.rebuild(office.runner, office.vault, names or [], advance)
    if shared.json:
        emit({"rebuilt": made, "records": records}, json=True)
    else:
        emit(f"made again from {records} records of the log: {', '.join(made)}")


def _print(each: Told, *, raw: bool) -> None:
    what = each.what.replace("\xa0", " ")
    emit(f"{each.version:>4}  {norwegian_date(each.on)}  {what}")
    emit(f"      by {each.actor}, recorded {norwegian_instant(each.at)}  [{each.type}]")
    if each.why is not None:
        looked_at = ", ".join(f"{name} {value}" for name, value in each.why.inputs)
        emit(f"      why: {each.why.rule}; lawful from {norwegian_date(each.why.earliest_on)}")
        if looked_at:
            emit(f"           looked at: {looked_at}")
    if each.cause is not None:
        known = f"event {each.cause.version}" if each.cause.version else "an event outside it:"
        own = "" if each.cause.version else f" {each.cause.event_id}"
        emit(f"      because of {known}{own}")
    if raw:
        emit("\n".join(f"      {line}" for line in as_json_text(each.raw).splitlines()))
