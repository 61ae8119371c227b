"""Creditors' files, written in code: one good row, and the ways a file may hold it."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it ships no py.typed

Row = dict[str, object]
Table = Sequence[Row]

GOOD: Row = {
    "Kreditor": "Sørlandet Blæs & Søn AS",
    "Debitors navn": "Bjørn Åsgård",
    "Adresse": "Æneas' vei 3",
    "Postnr": "0150",
    "Fakturanr": "10001",
    "Fakturadato": "01.02.2026",
    "Forfallsdato": "15.02.2026",
    "Beløp": "1 234,50",
}


@pytest.fixture(scope="session")
def row() -> Callable[..., Row]:
    return lambda **changes: GOOD | {key.replace("_", " "): v for key, v in changes.items()}


@pytest.fixture(scope="session")
def as_csv() -> Callable[..., bytes]:
    def write(rows: Table, encoding: str = "utf-8", delimiter: str = ";") -> bytes:
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue().encode(encoding)

    return write


@pytest.fixture(scope="session")
def as_xlsx() -> Callable[..., bytes]:
    def write(rows: Table, top: int = 0) -> bytes:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - as Excel has it
            sheet = book.add_worksheet("Fakturaer")
            dated = book.add_format({"num_format": "dd.mm.yyyy"})
            sheet.write_row(top, 0, list(rows[0]))
            for line, cells in enumerate(rows, top + 1):
                for column, cell in enumerate(cells.values()):
                    if isinstance(cell, date | datetime):
                        sheet.write_datetime(line, column, cell, dated)
                    elif isinstance(cell, int | float | Decimal):
                        sheet.write(line, column, cell)
                    elif cell is not None:
                        sheet.write_string(line, column, str(cell))
        return out.getvalue()

    return write
