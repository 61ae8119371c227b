"""The refused rows sent back as a file, to be corrected and imported again."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]  # it ships no py.typed

from gateways.importing.columns import REASON_HEADINGS
from gateways.importing.invoices import InvoiceFile
from gateways.importing.neutral import neutral
from gateways.importing.problem import Cell, shown
from gateways.importing.reason_texts import sentence

Line = tuple[Cell, ...]


def write_reasons(file: InvoiceFile, extra: Sequence[tuple[int, str, str]], path: Path) -> None:
    """Write every refused row as it came, with the columns årsak and kode on the far right.

    `extra` are rows that were read but refused later, as (line number, code, Norwegian
    sentence). The path's ending decides: `.xlsx`, else CSV in UTF-8 with BOM and `;`. The file
    stands complete at `path`, or not at all.
    """
    lines = reason_lines(file, extra)
    content = _xlsx(lines) if path.suffix.lower() == ".xlsx" else _csv(lines)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def reason_lines(file: InvoiceFile, extra: Sequence[tuple[int, str, str]]) -> list[Line]:
    """The header and the refused rows in the order of the file, as cells; the reasons last.

    Raises ValueError when `extra` names a line that the file does not have.
    """
    cells = {row.line_no: row.cells for row in file.rows}
    cells.update({row.line_no: row.cells for row in file.refused})
    reasons: dict[int, list[tuple[str, str]]] = {
        row.line_no: [(problem.code, sentence(problem)) for problem in row.problems]
        for row in file.refused
    }
    for line_no, code, text in extra:
        if line_no not in cells:
            raise ValueError(f"the file has no line {line_no}")
        reasons.setdefault(line_no, []).append((code, text))
    own = _own_width(file.header)
    width = max([own, *(len(_own(cells[line_no], file.header)) for line_no in reasons)])
    header = _padded(file.header[:own], width, "")
    return [
        (*header, *REASON_HEADINGS),
        *(
            (*_padded(_own(cells[line_no], file.header), width, None), *_reason(told))
            for line_no, told in sorted(reasons.items())
        ),
    ]


def _own_width(header: tuple[str, ...]) -> int:
    # A corrected file that is refused again gets new reasons in place of the old ones.
    again = header[-len(REASON_HEADINGS) :] == REASON_HEADINGS
    return len(header) - (len(REASON_HEADINGS) if again else 0)


def _own(cells: Line, header: tuple[str, ...]) -> Line:
    kept = [*cells[: _own_width(header)], *cells[len(header) :]]
    while kept and kept[-1] is None:
        kept.pop()
    return tuple(kept)


def _padded(cells: Line, width: int, blank: Cell) -> Line:
    return cells + (blank,) * (width - len(cells))


def _reason(told: Sequence[tuple[str, str]]) -> tuple[str, str]:
    return " ".join(text for _, text in told), ", ".join(code for code, _ in told)


def _csv(lines: Sequence[Line]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([neutral(shown(cell)) for cell in c] for c in lines)
    return out.getvalue().encode("utf-8-sig", errors="replace")


def _xlsx(lines: Sequence[Line]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Avviste rader")
        bold = book.add_format({"bold": True})
        dated = book.add_format({"num_format": "dd.mm.yyyy"})
        for row_no, cells in enumerate(lines):
            for column_no, cell in enumerate(cells):
                match cell:
                    case None:
                        pass
                    case date():
                        sheet.write_datetime(row_no, column_no, cell, dated)
                    case int() | Decimal():
                        sheet.write_number(row_no, column_no, cell)
                    case str():
                        form = bold if row_no == 0 else None
                        sheet.write_string(row_no, column_no, neutral(cell), form)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return out.getvalue()
