"""A file as rows of cells, whether it came as CSV or as a spreadsheet."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from gateways.importing.errors import ImportFileError
from gateways.importing.neutral import restored
from gateways.importing.problem import Cell, shown
from gateways.importing.text import decode

Kind = Literal["csv", "xlsx", "xls", "ods"]
Numbered = tuple[int, list[Cell]]

FILE_BYTES_MOST = 20 * 1024 * 1024
ROWS_MOST = 100_000
COLUMNS_MOST = 104  # up to and with column CZ
DELIMITERS = (";", "\t", "|", ",")

_HEADER_REACH = 1 << 16
_SUFFIXES = frozenset({"", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"})
_BINARY_MARKS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
_SEPARATOR_LINE = re.compile(r"sep=([;,\t|])\r?\n?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of the file under the header; `line_no` as its own program counts."""

    line_no: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first table of a file; wholly blank lines are left out.

    `encoding` and `delimiter` are what was guessed for a CSV file, and None for the others;
    `unread_sheets` names the further sheets of a workbook, which are not read.
    """

    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    kind: Kind
    encoding: str | None = None
    delimiter: str | None = None
    unread_sheets: tuple[str, ...] = ()


def read_sheet(content: bytes, filename: str) -> Sheet:
    """The rows of a CSV, XLSX, XLS or ODS file; what it is, is told by its content.

    Raises ImportFileError when the file is of another kind (`file_kind_unknown`), over the
    limits (`file_too_large`, `unpacked_too_large`, `too_many_rows`, `too_many_columns`),
    broken (`csv_malformed`, `null_bytes`, `encoding_broken`, `workbook_unreadable`,
    `password_protected`) or has no rows (`file_empty`).
    """
    _check_door(content, filename)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        # Imported here because most files are CSV, and the reader of workbooks is large.
        from gateways.importing.workbook import read_workbook  # noqa: PLC0415 - see above

        book = read_workbook(content)
        return _sheet(book.rows, Sheet((), (), book.kind, unread_sheets=book.unread_sheets))
    return _read_csv(content)


def _check_door(content: bytes, filename: str) -> None:
    if len(content) > FILE_BYTES_MOST:
        raise ImportFileError("file_too_large", f"more than {FILE_BYTES_MOST >> 20} MB")
    if not content.strip():
        raise ImportFileError("file_empty", "the file is empty")
    suffix = PurePath(filename).suffix.lower()
    if suffix not in _SUFFIXES or content.startswith(_BINARY_MARKS):
        raise ImportFileError("file_kind_unknown", f"neither CSV nor a spreadsheet: {suffix}")


def _read_csv(content: bytes) -> Sheet:
    decoded = decode(content)
    text = decoded.text
    told = _SEPARATOR_LINE.match(text)
    delimiter = told[1] if told else sniff_delimiter(text)
    start = told.end() if told else 0
    rows = _csv_rows(text[start:], delimiter, 1 if told else 0)
    return _sheet(rows, Sheet((), (), "csv", decoded.encoding, delimiter))


def sniff_delimiter(text: str) -> str:
    """The one of `; tab | ,` that gives the header most cells; `;` when none divides it."""
    top = text.lstrip("\r\n")[:_HEADER_REACH]
    return max(DELIMITERS, key=lambda delimiter: _header_width(top, delimiter))


def _header_width(text: str, delimiter: str) -> int:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return next((len(cells) for cells in reader if re.search(r"\w", "".join(cells))), 0)
    except csv.Error:
        return 0


def _csv_rows(text: str, delimiter: str, lines_before: int) -> list[Numbered]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Numbered] = []
    line_no = lines_before + 1
    try:
        for cells in reader:
            rows.append((line_no, [_csv_cell(cell) for cell in cells]))
            line_no = lines_before + reader.line_num + 1
            _check_count(len(rows))
    except csv.Error as error:
        raise ImportFileError("csv_malformed", str(error), line_no) from error
    return rows


def _csv_cell(written: str) -> Cell:
    return restored(written.strip()) or None


def _check_count(row_count: int) -> None:
    if row_count > ROWS_MOST + 1:  # the header is one more
        raise ImportFileError("too_many_rows", f"more than {ROWS_MOST} rows")


def _sheet(numbered: list[Numbered], about: Sheet) -> Sheet:
    filled = [(line_no, cells) for line_no, cells in numbered if any(c is not None for c in cells)]
    if not filled:
        raise ImportFileError("file_empty", "the file has no rows")
    _check_count(len(filled))
    header_line, names = filled[0]
    header = _trimmed([shown(name).strip() for name in names])
    if len(header) > COLUMNS_MOST:
        raise ImportFileError("too_many_columns", f"more than {COLUMNS_MOST}", header_line)
    rows = tuple(SheetRow(line_no, tuple(cells)) for line_no, cells in filled[1:])
    return Sheet(header, rows, about.kind, about.encoding, about.delimiter, about.unread_sheets)


def _trimmed(names: list[str]) -> tuple[str, ...]:
    while names and not names[-1]:
        names.pop()
    return tuple(names)
