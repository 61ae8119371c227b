"""XLSX, XLS and ODS by calamine, behind a guard that measures the file before it is opened."""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

import python_calamine

from gateways.importing.errors import ImportFileError
from gateways.importing.neutral import restored
from gateways.importing.problem import Cell

UNPACKED_BYTES_MOST = 200 * 1024 * 1024
PARTS_MOST = 2_000

_CHUNK = 1 << 20
_OVERLAP = 256
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_ANY_SIZE = 1 << 60
_DIGITS_MOST = 10**15  # Excel keeps fifteen digits, and no more
# A lone cell far out makes the reader lay out every cell before it, so it is sought first.
_FAR_COLUMN = re.compile(rb"""\br=["'](?:[A-Z]{3}|[D-Z][A-Z])\d""")
_FAR_ROW = re.compile(
    rb"""\br=["'][A-Z]{0,3}"""
    rb"(?:[0-9]{7}|[2-9][0-9]{5}|1[1-9][0-9]{4}|10[1-9][0-9]{3}|100[1-9][0-9]{2}|1000[1-9][0-9])"
)
_ODS_REPEATED_CELL = re.compile(
    rb"""<table:(?:covered-)?table-cell\b(?=[^>]*columns-repeated=["']\d{3})"""
    rb"""(?:[^>]*office:|[^>]*[^/]>)"""
)
_ODS_REPEATED_ROW = re.compile(
    rb"""<table:table-row\b[^>]*rows-repeated=["']\d{4}[^>]*>"""
    rb"""(?!(?:<table:(?:covered-)?table-cell\b(?![^>]*office:)[^>]*/>)*</table:table-row>)"""
)

_Found = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Book:
    """The first visible sheet with anything in it, by row number, and the names of the others."""

    kind: Literal["xlsx", "xls", "ods"]
    rows: list[tuple[int, list[Cell]]]
    unread_sheets: tuple[str, ...]


def read_workbook(content: bytes) -> Book:
    """The rows of a workbook, typed, with the row numbers that its own program shows.

    Raises ImportFileError when it is broken (`workbook_unreadable`), locked
    (`password_protected`) or would unfold beyond reason (`unpacked_too_large`,
    `too_many_rows`, `too_many_columns`).
    """
    kind = _measured_kind(content)
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as book:
            return _read(book, kind)
    except (KeyboardInterrupt, SystemExit, ImportFileError):
        raise
    except BaseException as error:
        # A panic inside calamine is not an Exception.
        raise ImportFileError("workbook_unreadable", str(error) or "broken workbook") from error


def _read(book: python_calamine.CalamineWorkbook, kind: Literal["xlsx", "xls", "ods"]) -> Book:
    visible = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == python_calamine.SheetVisibleEnum.Visible
        and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    filled = [name for name in visible if book.get_sheet_by_name(name).height]
    if not filled:
        return Book(kind, [], ())
    found = book.get_sheet_by_name(filled[0]).to_python(skip_empty_area=False)
    rows = [(line_no, [_cell(value) for value in row]) for line_no, row in enumerate(found, 1)]
    return Book(kind, rows, tuple(filled[1:]))


def _cell(value: _Found) -> Cell:
    match value:
        case bool():
            return "ja" if value else "nei"
        case datetime():
            return value.date() if value.time() == time() else value.isoformat(" ")
        case date() | int():
            return value
        case float():
            return _exact(value)
        case str():
            return restored(value.strip()) or None
        case _:
            return str(value)


def _exact(value: float) -> Cell:
    # Fifteen digits is what Excel keeps and shows: 0.1 + 0.2 stands there as 0.3.
    exact = Decimal(format(value, ".15g"))
    whole = exact.is_finite() and exact == exact.to_integral_value() and abs(exact) < _DIGITS_MOST
    return int(exact) if whole else exact


def _measured_kind(content: bytes) -> Literal["xlsx", "xls", "ods"]:
    if not content.startswith(b"PK"):
        # Excel hides a locked XLSX in the container of the old format.
        if _LOCKED in content:
            raise ImportFileError("password_protected", "the workbook is locked")
        return "xls"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _measure(archive)
            return "ods" if "content.xml" in archive.namelist() else "xlsx"
    except ImportFileError:
        raise
    except Exception as error:
        # A crafted zip can fail in any way.
        raise ImportFileError("workbook_unreadable", f"broken zip: {error}") from error


def _measure(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > PARTS_MOST:
        raise ImportFileError("unpacked_too_large", f"more than {PARTS_MOST} parts")
    unpacked_bytes = 0
    for part in parts:
        # The size that a part claims may be a lie, so each is unpacked to its true end.
        part.file_size = _ANY_SIZE
        tail = b""
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                unpacked_bytes += len(chunk)
                if unpacked_bytes > UNPACKED_BYTES_MOST:
                    raise ImportFileError("unpacked_too_large", "the workbook unfolds too far")
                # A row of an ODS file can be longer than any chunk, so that is kept whole.
                tail = tail + chunk if part.filename == "content.xml" else tail[-_OVERLAP:] + chunk
                _check_cells(part.filename, tail)
        if part.filename == "content.xml":
            _check_repeats(tail)


def _check_cells(name: str, xml: bytes) -> None:
    if not name.startswith("xl/worksheets/"):
        return
    if _FAR_COLUMN.search(xml):
        raise ImportFileError("too_many_columns", "a cell stands beyond column CZ")
    if _FAR_ROW.search(xml):
        raise ImportFileError("too_many_rows", "a cell stands beyond row 100 009")


def _check_repeats(xml: bytes) -> None:
    if _ODS_REPEATED_CELL.search(xml):
        raise ImportFileError("too_many_columns", "a cell is repeated too often")
    if _ODS_REPEATED_ROW.search(xml):
        raise ImportFileError("too_many_rows", "a row is repeated too often")
