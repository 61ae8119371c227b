"""`kravspor replay export`: a part of the log, with its proofs; and an export verified."""

from pathlib import Path
from typing import Annotated

import typer

from gateways.cli.opening import opened
from gateways.cli.output import NotUnderstoodError, emit, progress
from gateways.cli.taking import Shared, hands_in
from gateways.desk.finding import find_case, find_creditor


@hands_in
def export(  # noqa: PLR0913 - the options of one command
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="A folder that is not there.")],
    case: Annotated[
        str | None, typer.Option("--case", metavar="CASE", help="Only what is about this case.")
    ] = None,
    creditor: Annotated[
        str | None, typer.Option("--creditor", metavar="CREDITOR", help="Only this creditor's.")
    ] = None,
    from_: Annotated[
        int, typer.Option("--from", metavar="OFFSET", help="The first record.", min=0)
    ] = 0,
    until: Annotated[
        int | None,
        typer.Option("--until", metavar="OFFSET", help="The record after the last.", min=0),
    ] = None,
    shared: Shared,
) -> None:
    """Write a part of the log out, with the proofs that it is genuine and whole.

    The same part gives the same bytes. That it was taken out is an event in the log.
    """
    from gateways.exporting.making import export as make  # noqa: PLC0415 - as below
    from gateways.exporting.making import scope_of  # noqa: PLC0415 - most commands need none

    if (case and creditor) or (from_ and (case or creditor)):
        raise NotUnderstoodError("give one of --case, --creditor and --from")
    with opened(shared.data, shared.today) as office:
        case_id = find_case(office, case).case_id if case else None
        creditor_id = find_creditor(office, creditor).creditor_id if creditor else None
        scope = scope_of(office, case_id, creditor_id, from_, until)
        with progress("exporting", scope.passes) as step:
            made = make(office, scope, to, shared.actor, step)
    emit(made, json=shared.json)


def verify_export(folder: Path, key: str, shared: Shared) -> None:
    """Verify the export in `folder` against `key`, or against the house's own."""
    from gateways.exporting.verify import main as verify  # noqa: PLC0415 - seldom needed

    known = key or _own_key(shared.data)
    code = verify([str(folder), "--key", known, *(["--json"] if shared.json else [])])
    if code:
        raise typer.Exit(code)


def _own_key(data: Path | None) -> str:
    from gateways.cli.journal_opening import journal_opened  # noqa: PLC0415 - slow to import

    with journal_opened(data) as journal:
        return journal.notary.signer(journal.log.identity()).public.text
