"""A creditor's file as invoices to collect: each row is taken whole or refused whole."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from gateways.importing.amounts import learn_decimal
from gateways.importing.columns import REASON_HEADINGS, find_columns
from gateways.importing.dates import month_first
from gateways.importing.problem import Cell, CellProblem
from gateways.importing.row import InvoiceRow, Reading, read_row
from gateways.importing.sheet import Kind, Sheet, SheetRow, read_sheet

__all__ = ["InvoiceFile", "InvoiceRow", "RefusedRow", "read_invoices"]

_AMOUNTS = ("amount", "varsel_fee")
_DATES = ("issued_on", "due_on", "varsel_sent_on", "varsel_pay_by")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A line that is not taken, everything that is wrong with it, and its cells as found."""

    line_no: int
    problems: tuple[CellProblem, ...]
    cells: tuple[Cell, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class InvoiceFile:
    """A file that has been read: `sha256` of its bytes (hex), what is taken and what is not.

    `kind`, `encoding` and `delimiter` are what the file was found to be, to be shown to who
    sent it; `unread_sheets` names further sheets of the workbook, which nobody has read.
    """

    sha256: str
    rows: tuple[InvoiceRow, ...]
    refused: tuple[RefusedRow, ...]
    header: tuple[str, ...]
    kind: Kind
    encoding: str | None
    delimiter: str | None
    unread_sheets: tuple[str, ...]


def read_invoices(
    content: bytes,
    filename: str,
    *,
    mapping: Mapping[str, str] | None = None,
    today: date,
    allow_synthetic: bool = False,
) -> InvoiceFile:
    """The invoices in a creditor's CSV or spreadsheet, and the rows refused, each with why.

    `mapping` names headings by field, where the creditor has chosen them; `today` is the date
    in Oslo; `allow_synthetic` lets the official test persons through. The same creditor and
    invoice number again in one file is refused, the later one (`duplicate_in_file`).

    Raises ImportFileError when the file as a whole cannot be read, or lacks a column.
    """
    sheet = read_sheet(content, filename)
    columns = find_columns(sheet.header, mapping)
    reading = _reading(sheet, columns, today=today, allow_synthetic=allow_synthetic)
    taken: list[InvoiceRow] = []
    refused: list[RefusedRow] = []
    first_lines: dict[tuple[str, str], int] = {}
    for row in sheet.rows:
        read = _shape_problems(row, sheet) or read_row(row, reading)
        if isinstance(read, InvoiceRow):
            read = _duplicate_problems(read, first_lines) or read
        if isinstance(read, InvoiceRow):
            taken.append(read)
        else:
            refused.append(RefusedRow(row.line_no, read, row.cells))
    return InvoiceFile(
        hashlib.sha256(content).hexdigest(),
        tuple(taken),
        tuple(refused),
        sheet.header,
        sheet.kind,
        sheet.encoding,
        sheet.delimiter,
        sheet.unread_sheets,
    )  # fmt: skip - in the order of the fields


def _reading(
    sheet: Sheet, columns: Mapping[str, int], *, today: date, allow_synthetic: bool
) -> Reading:
    doubts = _earlier_codes(sheet)
    decimal = learn_decimal(_column_cells(sheet, columns, _AMOUNTS))
    in_doubt = month_first(_column_cells(sheet, columns, _DATES))
    return Reading(
        columns=columns,
        decimal=None if "amount_ambiguous" in doubts else decimal,
        slashes_in_doubt=in_doubt or "date_order_unclear" in doubts,
        allow_synthetic=allow_synthetic,
        today=today,
    )


def _column_cells(
    sheet: Sheet, columns: Mapping[str, int], names: tuple[str, ...]
) -> Iterator[Cell]:
    places = [columns[name] for name in names if name in columns]
    return (row.cells[i] for row in sheet.rows for i in places if i < len(row.cells))


def _earlier_codes(sheet: Sheet) -> str:
    # In a corrected file the rows that gave proof may be gone, so what was in doubt stays so.
    if sheet.header[-2:] != REASON_HEADINGS:
        return ""
    last = len(sheet.header) - 1
    return " ".join(str(row.cells[last]) for row in sheet.rows if last < len(row.cells))


def _shape_problems(row: SheetRow, sheet: Sheet) -> tuple[CellProblem, ...]:
    width = len(sheet.header)
    for place, cell in enumerate(row.cells):
        if cell is not None and (place >= width or not sheet.header[place]):
            return (CellProblem("cell_without_heading", "", str(cell)),)
    if sheet.kind == "csv" and len(row.cells) < width:
        return (CellProblem("cells_too_few", "", str(len(row.cells)), f"ventet {width}"),)
    return ()


def _duplicate_problems(
    row: InvoiceRow, first_lines: dict[tuple[str, str], int]
) -> tuple[CellProblem, ...]:
    key = (row.creditor.casefold(), row.invoice_number.casefold())
    first = first_lines.setdefault(key, row.line_no)
    if first == row.line_no:
        return ()
    found = row.invoice_number
    return (
        CellProblem("duplicate_in_file", "invoice_number", found, f"står også i linje {first}"),
    )
