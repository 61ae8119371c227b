"""Taking in a creditor's invoice file: each row is offered, waits, or is refused, whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid5

from engine.streams import claim_id_of
from gateways.desk.asking import DESK, By
from gateways.desk.debtor_ids import debtor_id_of, present_ids
from gateways.desk.finding import Creditors
from gateways.desk.offering import Invoice, Offering, Progress
from gateways.desk.refused_rows import RefusedLine, of_file, told
from gateways.desk.registering import NewCase, StuckDebtor, register_ripe
from gateways.importing.invoices import InvoiceFile, InvoiceRow, read_invoices
from gateways.importing.reasons import write_reasons
from gateways.office import Office
from projections import candidate, creditor
from projections.creditor import Creditor

Decided = Sequence[tuple[Invoice, str]]


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """An invoice that is taken in and may be registered from `ripe_on`."""

    line_no: int
    invoice_number: str
    ripe_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a file: its rows are offered, known already, or refused.

    `waiting` and `cases` tell what became of those offered or known. `refused_later` are the
    rows that could be read and were refused all the same. `changed` are the known debtors of
    whom the file told a new name, address or contact point.
    """

    sha256: str
    rows: int
    offered: int
    known: int
    waiting: tuple[WaitingLine, ...]
    cases: tuple[NewCase, ...]
    stuck: tuple[StuckDebtor, ...]
    changed: tuple[UUID, ...]
    refused: tuple[RefusedLine, ...]
    refused_later: tuple[RefusedLine, ...]
    unread_sheets: tuple[str, ...]
    file: InvoiceFile


def take_in(  # noqa: PLR0913 - a file, how to read it, and who hands it in when
    office: Office,
    content: bytes,
    filename: str,
    *,
    today: date,
    actor: str,
    mapping: Mapping[str, str] | None = None,
    allow_synthetic: bool = False,
    progress: Progress | None = None,
    dry_run: bool = False,
    of: Sequence[UUID] | None = None,
    causation: UUID | None = None,
) -> Taken:
    """Offer the file's invoices and register those that are ripe; the rest wait for their day.

    The same file again changes nothing. `allow_synthetic` lets the official test persons'
    numbers through; `progress` is told of rows as they are done; `dry_run` only tells what
    would become of each. `of` are the only creditors whose invoices are taken, None is all:
    a row of another creditor is refused as one of a creditor nobody knows.
    Raises ImportFileError when the file as a whole cannot be read.
    """
    file = read_invoices(
        content, filename, mapping=mapping, today=today, allow_synthetic=allow_synthetic
    )
    by = By(actor, today, causation=causation)
    desk = Offering(office, by, uuid5(DESK, file.sha256), progress or _untold)
    owned, unknown = _owned(office, file.rows, of)
    new, known, refused = desk.sorted_out(owned)
    offered: Decided = [(each, "") for each in new] if dry_run else desk.offered(new)
    taken = [each for each, code in offered if not code]
    later = [*unknown, *refused, *(told(each.row, code) for each, code in offered if code)]
    owing = () if dry_run else _debtors([*taken, *known])
    cases, stuck = register_ripe(office, owing, today)
    return Taken(
        sha256=file.sha256,
        rows=len(file.rows) + len(file.refused),
        offered=len(taken),
        known=len(known),
        waiting=_waiting(office, [*taken, *known], today),
        cases=cases,
        stuck=stuck,
        changed=tuple(sorted(desk.changed)),
        refused=_all_refused(file, later),
        refused_later=tuple(sorted(later)),
        unread_sheets=file.unread_sheets,
        file=file,
    )


def write_refused(taken: Taken, path: Path) -> None:
    """Write the refused rows with their reasons, to be corrected and imported again."""
    extra = [(line.line_no, line.code, line.text) for line in taken.refused_later]
    write_reasons(taken.file, extra, path)


def _owned(
    office: Office, rows: Sequence[InvoiceRow], of: Sequence[UUID] | None
) -> tuple[list[Invoice], list[RefusedLine]]:
    among = {} if of is None else {"creditor_id": of}
    creditors = Creditors(office.rows.find(creditor.TABLE, among=among))
    owned, refused = [], []
    for row in rows:
        called = creditors.called(row.creditor)
        if len(called) != 1:
            code = "creditor_ambiguous" if called else "creditor_unknown"
            refused.append(told(row, code))
            continue
        owner = called[0]
        debtor_id = debtor_id_of(office, owner.creditor_id, row)
        claim_id = claim_id_of(owner.creditor_id, row.invoice_number)
        owned.append(Invoice(row, owner, debtor_id, claim_id))
    present = present_ids(office, {each.debtor_id for each in owned})
    return [replace(each, debtor_id=present(each.debtor_id)) for each in owned], refused


def _debtors(taken: Sequence[Invoice]) -> list[tuple[Creditor, UUID]]:
    return [
        (each.creditor, each.debtor_id)
        for each in {each.debtor_id: each for each in taken}.values()
    ]


def _waiting(office: Office, taken: Sequence[Invoice], today: date) -> tuple[WaitingLine, ...]:
    owners = {each.creditor.creditor_id for each in taken}
    ripe_on = {
        row.claim_id: row.ripe_on
        for owner in sorted(owners)
        for row in office.rows.find(
            candidate.TABLE, equals={"creditor_id": owner}, more_than={"ripe_on": today}
        )
    }
    waiting = (
        WaitingLine(each.row.line_no, each.row.invoice_number, ripe_on[each.claim_id])
        for each in taken
        if each.claim_id in ripe_on
    )
    return tuple(sorted(waiting, key=lambda line: line.line_no))


def _all_refused(file: InvoiceFile, later: Sequence[RefusedLine]) -> tuple[RefusedLine, ...]:
    return tuple(sorted([*of_file(file), *later]))


def _untold(_rows: int) -> None:
    """Progress nobody asked for."""
