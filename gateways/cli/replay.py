"""`kravspor replay`: a case as it went and as it was; rebuild, verify, export from the log."""

from pathlib import Path
from typing import Annotated

import typer

from events.registry import decode
from gateways.cli import causes, looking_back
from gateways.cli.exports import export, verify_export
from gateways.cli.opening import opened
from gateways.cli.output import as_json_text, emit, norwegian_date, norwegian_instant, progress
from gateways.cli.rebuilding import drop_kept, rebuild
from gateways.cli.taking import CaseWords, Shared, looks
from gateways.desk.finding import find_case
from projections import all_projections
from replay.boxes import Boxes
from replay.history import Told
from replay.history import history as told_of
from replay.verify import Verification, Verified

app = typer.Typer(no_args_is_help=True)
app.command("as-at")(looking_back.as_at)
app.command()(looking_back.diff)
app.command()(looking_back.why)
app.command()(causes.causes)
app.command()(export)
app.command()(rebuild)
app.command()(drop_kept)


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
def verify(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="An export, instead of the house.")
    ] = None,
    *,
    key: Annotated[
        str, typer.Option("--key", help="The public key of whoever made the export; else ours.")
    ] = "",
    shared: Shared,
) -> None:
    """Recompute all from the log alone and compare: every record, index row and projection row.

    The house may go on meanwhile. 1 when anything differs; where is told, values never.
    With DIR it is an export that is verified, by what lies in it and the public key alone.
    """
    if folder is not None:
        verify_export(folder, key, shared)
        return
    from gateways.cli.journal_opening import journal_opened  # noqa: PLC0415 - slow to import
    from gateways.postgres.held import PostgresHeld, Tombstones  # noqa: PLC0415 - as above

    with (
        journal_opened(shared.data) as journal,
        PostgresHeld(journal.database, journal.log_elsewhere) as held,
    ):
        erased = Tombstones(journal.keys_database).erased
        verification = Verification(
            held,
            all_projections(journal.vault),
            decode,
            lambda found: Boxes(journal.vault, erased, decode, found),
            journal.notary.signer(held.log.identity()).public,
        )
        with progress("verifying", sum(map(held.log.end, held.shards()))) as step:
            told = verification.run(step)
    if shared.json:
        emit(told, json=True)
    else:
        _print_verified(told)
    if told.count:
        raise typer.Exit(1)


def _print_verified(told: Verified) -> None:
    emit(f"{told.records} records, {told.events} events and {told.rows} rows of projections")
    if told.waiting:
        emit(f"{told.waiting} records have not been indexed yet")
    if not told.count:
        empty = "nothing has been written yet"
        emit("everything is what the log leads to" if told.records else empty)
        return
    emit(f"{told.count} differences; --json tells each place:\n")
    alike: dict[tuple[str, str, str], list[str]] = {}
    for each in told.differences:
        alike.setdefault((each.table, each.column, each.what), []).append(each.key)
    emit([
        {"table": table, "column": column, "what": what, "places": len(keys), "first": keys[0]}
        for (table, column, what), keys in alike.items()
    ])  # fmt: skip
    if told.count > len(told.differences):
        emit(f"… and {told.count - len(told.differences)} places more")


def _print(each: Told, *, raw: bool) -> None:
    counts = (
        "" if each.counts_from == each.on else f"; counts from {norwegian_date(each.counts_from)}"
    )
    emit(f"{each.version:>4}  {norwegian_date(each.on)}  {_plain(each.what)}")
    emit(f"      by {each.who}, recorded {norwegian_instant(each.at)}{counts}  [{each.type}]")
    if each.law:
        lawful = f"; lawful from {norwegian_date(each.why.earliest_on)}" if each.why else ""
        emit(f"      law: {each.law}{lawful}")
    if each.why is not None and each.why.inputs:
        looked_at = ", ".join(f"{name} {value}" for name, value in each.why.inputs)
        emit(f"           looked at: {looked_at}")
    for cause in each.because:
        place = f"{cause.stream.partition('-')[0]} {cause.version}"
        emit(f"      because of {place} ({cause.how}): {_plain(cause.what)}")
    if raw:
        emit("\n".join(f"      {line}" for line in as_json_text(each.raw).splitlines()))


def _plain(sentence: str) -> str:
    return sentence.replace("\xa0", " ")
