"""Files, and invoices in JSON: each row is taken whole or refused whole, and told of."""

import csv
from datetime import date
from io import StringIO
from typing import Annotated, Any, Final, Literal

from fastapi import File, UploadFile

from engine.refusal import refuse_if
from gateways.desk import invoices, payouts
from gateways.desk.bank_file import book_file
from gateways.desk.invoices import Taken
from gateways.http.access import WORKERS, WRITERS, Visit, router
from gateways.http.commands.carrying import Asked, Asking, files_for
from gateways.http.commands.rows import (
    BookedFile,
    BookedRow,
    Imported,
    Invoice,
    Invoices,
    NewCase,
    RefusedRow,
    ReportedFile,
    ReportedRow,
    StuckRows,
    WaitingRow,
)
from gateways.importing.neutral import neutral
from gateways.trial import trial_of
from projections import creditor

routes = router("files")

Content = Annotated[UploadFile, File(description="The file itself.")]


@routes.post("/invoices", **files_for(Imported, *WRITERS))
def hand_over_invoices(said: Invoices, asked: Asked) -> Any:
    """Hand invoices over; those that are ripe become cases, the rest wait for their day.

    Refuses: creditor_not_named, key_reused.
    """
    own = _own(asked.visit)
    refuse_if(own is None and any(i.creditor is None for i in said.invoices), "creditor_not_named")
    content = _as_csv(said, own or "")
    asked.remember(said)
    return _imported(asked, content, "invoices.csv", mapping=FIELDS, lines_before=1)


@routes.post("/invoices/file", **files_for(Imported, *WRITERS))
def import_invoice_file(file: Content, asked: Asked) -> Any:
    """Hand a CSV or spreadsheet of invoices over. See docs/import.md for its columns."""
    content = file.file.read()
    asked.remember(content)
    return _imported(asked, content, file.filename or "")


@routes.post("/payments/file", **files_for(BookedFile, *WORKERS))
def book_payments_file(file: Content, asked: Asked) -> Any:
    """Book the bank's OCR giro file: all of it, or nothing when anything in it is wrong."""
    content = file.file.read()
    asked.remember(content)
    visit = asked.visit
    booked = book_file(
        trial_of(visit.office) if asked.dry_run else visit.office,
        content,
        today=visit.office.today,
        actor=visit.caller.actor,
        causation=visit.request_id,
    )
    return BookedFile(
        outcome=_outcome(asked),
        sha256=booked.sha256,
        booked=booked.booked,
        suspended=booked.suspended,
        reversed=booked.reversed,
        repeated=booked.repeated,
        unresolved=booked.unresolved,
        lines=[
            BookedRow(
                row=line.line_no,
                kid=line.kid,
                amount_ore=line.amount_ore,
                became=line.became,
                payment_id=line.payment_id,
                case_number=line.case_number,
                held_ore=line.held_ore,
                code=line.code,
            )
            for line in booked.lines
        ],
    )


@routes.post("/payouts/report", **files_for(ReportedFile, *WORKERS))
def take_payout_report(file: Content, asked: Asked) -> Any:
    """Take in the bank's report on payouts (pain.002)."""
    content = file.file.read()
    asked.remember(content)
    visit = asked.visit
    told = payouts.take_report(
        trial_of(visit.office) if asked.dry_run else visit.office,
        content,
        today=visit.office.today,
        actor=visit.caller.actor,
        causation=visit.request_id,
    )
    return ReportedFile(
        outcome=_outcome(asked),
        sha256=told.sha256,
        confirmed=told.confirmed,
        rejected=told.rejected,
        pending=told.pending,
        repeated=told.repeated,
        unresolved=told.unresolved,
        lines=[
            ReportedRow(
                payout_id=line.payout_id, became=line.became, reason=line.reason, code=line.code
            )
            for line in told.lines
        ],
    )


FIELDS: Final = {
    name.removesuffix("_ore"): name.removesuffix("_ore") for name in Invoice.model_fields
}


def _imported(
    asked: Asking,
    content: bytes,
    filename: str,
    *,
    mapping: dict[str, str] | None = None,
    lines_before: int = 0,
) -> Imported:
    visit = asked.visit
    taken = invoices.take_in(
        visit.office,
        content,
        filename,
        today=visit.office.today,
        actor=visit.caller.actor,
        mapping=mapping,
        allow_synthetic=visit.allow_synthetic,
        dry_run=asked.dry_run,
        of=visit.caller.creditor_ids,
        causation=visit.request_id,
    )
    visit.saw_cases([case.case_id for case in taken.cases], taken.changed)
    return _told(taken, _outcome(asked), lines_before)


def _told(taken: Taken, outcome: Literal["done", "foreseen"], lines_before: int) -> Imported:
    return Imported(
        outcome=outcome,
        sha256=taken.sha256,
        rows=taken.rows,
        offered=taken.offered,
        known=taken.known,
        debtors_changed=len(taken.changed),
        waiting=[
            WaitingRow(
                row=line.line_no - lines_before,
                invoice_number=line.invoice_number,
                ripe_on=line.ripe_on,
            )
            for line in taken.waiting
        ],
        cases=[
            NewCase(case_id=case.case_id, case_number=case.case_number, kid=case.kid)
            for case in taken.cases
        ],
        stuck=[
            StuckRows(invoice_numbers=list(stuck.invoice_numbers), code=stuck.code)
            for stuck in taken.stuck
        ],
        refused=[
            RefusedRow(row=line.line_no - lines_before, code=line.code, text=line.text)
            for line in taken.refused
        ],
        unread_sheets=list(taken.unread_sheets),
    )


def _own(visit: Visit) -> str | None:
    """The number of the one creditor that the key sees; None when it sees several."""
    scope = visit.caller.creditor_ids
    if scope is None or len(scope) != 1:
        return None
    row = visit.office.rows.get(creditor.TABLE, (scope[0],))
    return None if row is None else str(row.number)


def _as_csv(said: Invoices, own: str) -> bytes:
    """The invoices as a file, so that they are read by the same rules as a file's rows."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(FIELDS)
    for invoice in said.invoices:
        writer.writerow([_cell(name, value, own) for name, value in invoice])
    return text.getvalue().encode()


def _cell(name: str, value: object, own: str) -> str:
    match value:
        case None:
            return own if name == "creditor" else ""
        case bool():
            return "ja" if value else "nei"
        case int():
            return f"{value // 100},{value % 100:02}"
        case date():
            return value.isoformat()
        case _:
            return neutral(
                KINDS.get(str(value), str(value)) if name == "debtor_kind" else str(value)
            )


KINDS: Final = {"person": "privat", "sole_trader": "ENK", "company": "bedrift"}


def _outcome(asked: Asking) -> Literal["done", "foreseen"]:
    return "foreseen" if asked.dry_run else "done"
