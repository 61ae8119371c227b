"""`kravspor replay export`: a part of the log, with its proofs; and an export verified."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateways.cli.opening import opened
from gateways.cli.output import NotUnderstoodError, emit, progress
from gateways.cli.taking import Shared, hands_in
from gateways.desk.finding import find_case, find_creditor
from gateways.office import Office

if TYPE_CHECKING:  # what only exporting needs is loaded by it
    from gateways.exporting.scope import Scope

Ends = Mapping[int, int]


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
        str, typer.Option("--from", metavar="OFFSET", help="The first record, or SHARD:OFFSET.")
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="OFFSET", help="Where it ends, not with that record.")
    ] = "",
    personal: Annotated[
        bool, typer.Option("--with-personal-data", help="What is personal in clear, too.")
    ] = False,
    shared: Shared,
) -> None:
    """Write a part of the log out, with the proofs that it is genuine and whole.

    The same part gives the same bytes. That it was taken out is an event in the log. Offsets
    of several shards are written 0:120,1:30; what is printed as its end gives it again.
    """
    from gateways.exporting.making import export as make  # noqa: PLC0415 - seldom needed

    if (case and creditor) or (from_ and (case or creditor)):
        raise NotUnderstoodError("give one of --case, --creditor and --from")
    starts, ends = _offsets(from_), _offsets(until)
    with opened(shared.data, shared.today) as office:
        scope = replace(_scope(office, (case, creditor), starts, ends), personal=personal)
        with progress("exporting", scope.passes) as step:
            made = make(office, scope, to, shared.actor, step)
    emit(made, json=shared.json)


def _scope(
    office: Office, subject: tuple[str | None, str | None], starts: Ends, ends: Ends
) -> "Scope":
    from gateways.exporting import making  # noqa: PLC0415 - seldom needed

    case, creditor = subject
    if case:
        return making.scope_of_case(office, find_case(office, case).case_id, ends)
    if creditor:
        creditor_id = find_creditor(office, creditor).creditor_id
        return making.scope_of_creditor(office, creditor_id, ends)
    return making.scope_of_log(office, starts, ends)


def _offsets(words: str) -> dict[int, int]:
    """Offsets by shard, as they are typed: 120 in the first one, or 0:120,1:30."""
    told: dict[int, int] = {}
    for word in filter(None, words.split(",")):
        shard, _, offset = word.rpartition(":")
        if not offset.isdecimal() or not (shard or "0").isdecimal():
            raise NotUnderstoodError(f"{word!r} is no offset; write 120, or 0:120,1:30")
        told[int(shard or "0")] = int(offset)
    return told


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
