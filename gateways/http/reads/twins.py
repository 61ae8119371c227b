"""A list as a file that a Norwegian spreadsheet opens as it stands: CSV, or XLSX."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import xlsxwriter  # type: ignore[import-untyped]  # it has no types

from events.money import Ore
from gateways.http.problem import ProblemError
from gateways.http.reads.headings import HEADINGS
from gateways.importing.neutral import neutral

OSLO: Final = ZoneInfo("Europe/Oslo")
MARK: Final = "\ufeff".encode()
PIECE_BYTES: Final = 1 << 16
CELL_LENGTH_MOST: Final = 32_000
ROWS_MOST: Final = 1_048_000
FORMATS: Final = {
    "day": "dd.mm.yyyy",
    "instant": "dd.mm.yyyy hh:mm",
    "kroner": "#,##0.00",
}

Pages = Iterable[Sequence[Any]]


def names_of(row: type[Any]) -> list[str]:
    """The columns of a list: every field of its rows, in order."""
    return [field.name for field in fields(row)]


def as_csv(row: type[Any], pages: Pages) -> Iterator[bytes]:
    """The list as CSV, a piece a page: UTF-8 with a mark, semicolons, decimal commas.

    No text can be taken for a formula.
    """
    names = names_of(row)
    yield MARK + _lines([[HEADINGS[name] for name in names]])
    for page in pages:
        yield _lines([[_text(name, getattr(each, name)) for name in names] for each in page])


def as_xlsx(row: type[Any], pages: Pages) -> Iterator[bytes]:
    """The list as a workbook of one sheet, written row by row to a file and then sent.

    Raises ProblemError when it has more rows than a sheet can hold.
    """
    with TemporaryFile() as file:
        _write_book(file, names_of(row), pages)
        file.seek(0)
        while piece := file.read(PIECE_BYTES):
            yield piece


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


def _text(name: str, value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nei"
        case int() if name.endswith("_ore"):
            return _kroner(Ore(value))
        case int():
            return str(value)
        case datetime():
            return f"{value.astimezone(OSLO):%d.%m.%Y %H:%M:%S}"
        case date():
            return f"{value:%d.%m.%Y}"
        case tuple():
            return neutral(", ".join(map(str, value)))
        case _:
            return neutral(str(value))


def _kroner(amount_ore: Ore) -> str:
    whole, part = divmod(abs(amount_ore), 100)
    return f"{'-' if amount_ore < 0 else ''}{whole},{part:02}"


def _write_book(file: IO[bytes], names: Sequence[str], pages: Pages) -> None:
    # Rows go to disk as they are written; nothing is taken for a formula or an address.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        styles = {kind: book.add_format({"num_format": f}) for kind, f in FORMATS.items()}
        sheet = book.add_worksheet("Liste")
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(names):
            sheet.write_string(0, column, HEADINGS[name])
        at = 1
        for page in pages:
            for each in page:
                if at > ROWS_MOST:
                    raise ProblemError(422, "sheet_full", most=ROWS_MOST)
                for column, name in enumerate(names):
                    _put(sheet, (at, column), name, getattr(each, name), styles)
                at += 1


def _put(
    sheet: Any, place: tuple[int, int], name: str, value: object, styles: dict[str, Any]
) -> None:
    match value:
        case None:
            return
        case bool() | UUID() | tuple():
            sheet.write_string(*place, _text(name, value)[:CELL_LENGTH_MOST])
        case int() if name.endswith("_ore"):
            sheet.write_number(*place, value / 100, styles["kroner"])
        case int():
            sheet.write_number(*place, value)
        case datetime():
            local = value.astimezone(OSLO).replace(tzinfo=None)
            sheet.write_datetime(*place, local, styles["instant"])
        case date():
            sheet.write_datetime(*place, value, styles["day"])
        case _:
            sheet.write_string(*place, neutral(str(value))[:CELL_LENGTH_MOST])
