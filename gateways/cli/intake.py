"""`kravspor import` and `kravspor payments`: the files that creditors and the bank hand in."""

from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from events.money import Ore
from gateways.cli.opening import opened, settings_of
from gateways.cli.output import NotUnderstoodError, emit, kroner, norwegian_date, progress
from gateways.cli.taking import Shared, hands_in
from gateways.desk.bank_file import Booked, BookedLine, book_file
from gateways.desk.invoices import Taken, take_in, write_refused

SHOWN_MOST = 20
WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}

InputFile = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)
]


@hands_in
def import_(
    file: InputFile,
    *,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=HEADING", help="Which column holds a field."),
    ] = None,
    reasons: Annotated[
        Path | None, typer.Option(help="Where the refused rows go; else beside the file.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would become of each row.")
    ] = False,
    shared: Shared,
) -> None:
    """Take in a creditor's invoices (CSV or a spreadsheet).

    Each row is taken whole or refused whole. The refused ones are written to a file with the
    reasons, to be corrected and imported again. The same file twice changes nothing.
    Exit code 1 when a row was refused or could not be registered.
    """
    content = file.read_bytes()
    mapping = dict(_mapped(word) for word in map_ or ())
    with opened(shared.data, shared.today) as office, progress(f"importing {file.name}") as step:
        taken = take_in(
            office,
            content,
            file.name,
            today=office.today,
            actor=shared.actor,
            mapping=mapping,
            allow_synthetic=settings_of(shared.data).allow_synthetic_ids,
            progress=step,
            dry_run=dry_run,
        )
    written = _write_reasons(taken, file, reasons) if taken.refused and not dry_run else None
    if shared.json:
        emit({**_facts(taken), "dry_run": dry_run, "reasons": written}, json=True)
    else:
        _tell(taken, written, dry_run=dry_run)
    if taken.refused or taken.stuck:
        raise typer.Exit(1)


@hands_in
def payments(file: InputFile, *, shared: Shared) -> None:
    """Book the bank's payments (OCR giro).

    Counts, sums, signs and KIDs are checked first: a file that does not agree with itself is
    refused whole, with the line. An unknown KID goes to suspense. The same file twice
    changes nothing. Exit code 1 when a transaction could not be placed at all.
    """
    content = file.read_bytes()
    with opened(shared.data, shared.today) as office, progress(f"booking {file.name}"):
        booked = book_file(office, content, today=office.today, actor=shared.actor)
    if shared.json:
        emit(booked, json=True)
    else:
        _tell_booked(booked)
    if booked.unresolved:
        raise typer.Exit(1)


def _mapped(word: str) -> tuple[str, str]:
    field, sign, heading = word.partition("=")
    if not sign or not field.strip() or not heading.strip():
        raise NotUnderstoodError(f"--map {word!r}: write FIELD=HEADING, as in amount=Sum")
    return field.strip(), heading.strip()


def _write_reasons(taken: Taken, file: Path, chosen: Path | None) -> Path:
    """Write the refused rows; never over a file that somebody may be correcting."""
    if chosen is not None:
        write_refused(taken, chosen)
        return chosen
    suffix = ".xlsx" if file.suffix.lower() in WORKBOOKS else ".csv"
    again = ("" if number == 1 else f"-{number}" for number in count(1))
    names = (file.with_name(f"{file.stem}.refused{each}{suffix}") for each in again)
    before: list[Path] = []
    while (path := next(names)).exists():
        before.append(path)
    write_refused(taken, path)
    same = [each for each in before if each.read_bytes() == path.read_bytes()]
    if same:
        path.unlink()
    return same[0] if same else path


def _facts(taken: Taken) -> dict[str, object]:
    names = (
        "sha256",
        "rows",
        "offered",
        "known",
        "waiting",
        "cases",
        "stuck",
        "changed",
        "refused",
    )
    return {name: getattr(taken, name) for name in (*names, "unread_sheets")}


def _tell(taken: Taken, written: Path | None, *, dry_run: bool) -> None:
    refused_rows = len({line.line_no for line in taken.refused})
    would = "would be " if dry_run else ""
    emit(
        f"{taken.rows} rows: {taken.offered} {would}taken in, {taken.known} known already, "
        f"{refused_rows} {would}refused"
    )
    if not dry_run:
        emit(f"new cases: {len(taken.cases)}; invoices that wait: {len(taken.waiting)}")
    if taken.changed:
        emit(f"known debtors with a new name, address or contact point: {len(taken.changed)}")
    for name in taken.unread_sheets:
        emit(f"not read: the sheet {name!r}; only the first sheet is")
    _tell_waiting(taken)
    for stuck in taken.stuck:
        numbers = ", ".join(stuck.invoice_numbers)
        emit(f"not registered today: invoice {numbers}: {stuck.code}; tried again every day")
    if taken.refused:
        emit("")
        emit(
            [
                {"line": line.line_no, "code": line.code, "why": line.text}
                for line in taken.refused[:SHOWN_MOST]
            ]
        )
        if len(taken.refused) > SHOWN_MOST:
            emit(f"… and {len(taken.refused) - SHOWN_MOST} more")
    if written is not None:
        emit(f"\nCorrect them in {written}, and import that file.")


def _tell_waiting(taken: Taken) -> None:
    days = sorted({line.ripe_on for line in taken.waiting})
    if days:
        last = "" if len(days) == 1 else f", the last on {norwegian_date(days[-1])}"
        emit(f"the first that waits may be registered on {norwegian_date(days[0])}{last}")


def _tell_booked(booked: Booked) -> None:
    total = Ore(sum(line.amount_ore for line in booked.lines if line.became == "booked"))
    emit(
        f"{len(booked.lines)} transactions: {booked.booked} booked "
        f"({kroner(total)} kr), {booked.suspended} to suspense, "
        f"{booked.reversed} taken back, {booked.repeated} known already, "
        f"{booked.unresolved} unresolved"
    )
    notable = [line for line in booked.lines if line.became != "repeated" and _note(line)]
    if notable:
        emit("")
        emit(
            [
                {
                    "line": line.line_no,
                    "KID": line.kid,
                    "amount_ore": line.amount_ore,
                    "case": line.case_number,
                    "became": line.became,
                    "note": _note(line),
                }
                for line in notable
            ]
        )


def _note(line: BookedLine) -> str:
    if line.held_ore:
        return f"{kroner(line.held_ore)} kr is held for the payer"
    return line.code.replace("_", " ")
