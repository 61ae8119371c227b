import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it ships no py.typed
from hypothesis import given
from hypothesis import strategies as st

from gateways.importing import workbook
from gateways.importing.errors import ImportFileError
from gateways.importing.sheet import read_sheet

Files = Callable[..., bytes]
ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="A">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def text_cell(text: str, more: str = "") -> str:
    kind = f'office:value-type="string" {more}'
    return f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>"


def ods(rows: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr("content.xml", ODS_HEAD + rows + ODS_TAIL)
    return out.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(ImportFileError) as refused:
        read_sheet(content, "f.xlsx")
    return refused.value.code


def rewritten(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.namelist():
            body = old.read(part)
            new.writestr(part, change(body) if part == name else body)
    return out.getvalue()


def test_cells_keep_their_kind_and_floats_become_exact(as_xlsx: Files) -> None:
    content = as_xlsx([{"a": "0150", "b": 1234.5, "c": 1001.0, "d": date(2026, 1, 2), "e": None}])

    assert read_sheet(content, "f.xlsx").rows[0].cells == (
        "0150", Decimal("1234.5"), 1001, date(2026, 1, 2), None,
    )  # fmt: skip


def test_what_excel_computes_is_read_as_excel_shows_it(as_xlsx: Files) -> None:
    assert read_sheet(as_xlsx([{"a": 0.1 + 0.2}]), "f.xlsx").rows[0].cells == (Decimal("0.3"),)


def test_a_number_of_more_than_fifteen_digits_shows_that_digits_are_lost(as_xlsx: Files) -> None:
    cell = read_sheet(as_xlsx([{"a": 123456789012345678}]), "f.xlsx").rows[0].cells[0]

    assert cell == Decimal("1.23456789012346E+17")


def test_a_clock_time_is_not_dropped_from_a_date(as_xlsx: Files) -> None:
    cell = read_sheet(as_xlsx([{"a": datetime(2026, 1, 2, 13, 5)}]), "f.xlsx").rows[0].cells[0]  # noqa: DTZ001 - Excel knows no time zones

    assert cell == "2026-01-02 13:05:00"


def test_row_numbers_are_those_of_the_sheet_though_the_top_is_blank(as_xlsx: Files) -> None:
    found = read_sheet(as_xlsx([{"a": "x"}], top=3), "f.xlsx")

    assert (found.header, found.rows[0].line_no) == (("a",), 5)


def test_the_content_and_not_the_name_tells_what_a_file_is(as_xlsx: Files) -> None:
    assert read_sheet(as_xlsx([{"a": "x"}]), "f.csv").kind == "xlsx"
    assert read_sheet(b"a;b\n1;2\n", "f.xls").kind == "csv"


def test_further_sheets_are_named_and_hidden_ones_are_passed_over() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name in ("Skjult", "Fakturaer", "Tom", "Mer"):
            sheet = book.add_worksheet(name)
            if name != "Tom":
                sheet.write_string(0, 0, name)
        book.get_worksheet_by_name("Fakturaer").activate()
        book.get_worksheet_by_name("Fakturaer").set_first_sheet()
        book.get_worksheet_by_name("Skjult").hide()
    found = read_sheet(out.getvalue(), "f.xlsx")

    assert (found.header, found.unread_sheets) == (("Fakturaer",), ("Mer",))


def test_a_workbook_with_nothing_in_it_is_refused() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet()

    assert refusal(out.getvalue()) == "file_empty"


def test_a_workbook_that_unfolds_too_far_is_refused_though_it_lies_about_its_size(
    as_xlsx: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = rewritten(
        as_xlsx([{"a": "x"}]), "xl/worksheets/sheet1.xml", lambda body: body + b" " * 3_000_000
    )
    true_size = zipfile.ZipFile(io.BytesIO(bomb)).getinfo("xl/worksheets/sheet1.xml").file_size
    lie = bomb.replace(true_size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    monkeypatch.setattr(workbook, "UNPACKED_BYTES_MOST", 1_000_000)

    assert lie != bomb
    assert {refusal(bomb), refusal(lie)} == {"unpacked_too_large"}


def test_a_workbook_of_countless_parts_is_refused(
    monkeypatch: pytest.MonkeyPatch, as_xlsx: Files
) -> None:
    monkeypatch.setattr(workbook, "PARTS_MOST", 3)

    assert refusal(as_xlsx([{"a": "x"}])) == "unpacked_too_large"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("XFD1", "too_many_columns"), ("DA2", "too_many_columns"), ("A1048576", "too_many_rows"),
        ("B100010", "too_many_rows"), ("A250000", "too_many_rows"),
    ],
)  # fmt: skip
def test_a_lone_cell_far_out_is_refused_before_memory_is_filled(
    as_xlsx: Files, cell: str, code: str
) -> None:
    far = rewritten(
        as_xlsx([{"a": 7}]),
        "xl/worksheets/sheet1.xml",
        lambda body: body.replace(b'r="A2"', f'r="{cell}"'.encode()),
    )

    assert refusal(far) == code


@pytest.mark.parametrize("keep", [4, 40, 400, 3000])
def test_a_workbook_cut_short_is_refused(as_xlsx: Files, keep: int) -> None:
    assert refusal(as_xlsx([{"a": "x"}])[:keep]) == "workbook_unreadable"


def test_a_zip_of_something_else_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hei")

    assert refusal(out.getvalue()) == "workbook_unreadable"


def test_a_broken_old_workbook_is_refused() -> None:
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)) == "workbook_unreadable"


def test_a_workbook_locked_by_excel_is_refused_as_locked() -> None:
    directory_entry = "EncryptedPackage".encode("utf-16-le")
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + directory_entry + bytes(1000)

    assert refusal(locked) == "password_protected"


def test_an_ods_file_is_read_and_its_endless_blank_rows_are_nothing() -> None:
    blank = '<table:table-cell table:number-columns-repeated="16382"/>'
    found = read_sheet(
        ods(
            f"<table:table-row>{text_cell('a')}{text_cell('b')}{blank}</table:table-row>"
            f"<table:table-row>{text_cell('Bjørn')}"
            '<table:table-cell office:value-type="float" office:value="12.5"/></table:table-row>'
            '<table:table-row table:number-rows-repeated="1048574">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        ),
        "f.ods",
    )

    assert (found.kind, found.header) == ("ods", ("a", "b"))
    assert [row.cells for row in found.rows] == [("Bjørn", Decimal("12.5"))]


def test_an_ods_cell_or_row_repeated_without_end_is_refused() -> None:
    wide = text_cell("a", 'table:number-columns-repeated="16384"')
    number = (
        '<table:table-cell office:value-type="float" office:value="1" '
        'table:number-columns-repeated="9999"/>'
    )
    tall = (
        f'<table:table-row table:number-rows-repeated="1048576">{text_cell("a")}</table:table-row>'
    )

    assert refusal(ods(f"<table:table-row>{wide}</table:table-row>")) == "too_many_columns"
    assert refusal(ods(f"<table:table-row>{number}</table:table-row>")) == "too_many_columns"
    assert refusal(ods(tall)) == "too_many_rows"


@given(data=st.data())
def test_a_workbook_with_spoilt_bytes_is_read_or_refused(
    as_xlsx: Files, data: st.DataObject
) -> None:
    content = bytearray(as_xlsx([{"a": "x", "b": 2}]))
    for _ in range(3):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ImportFileError):
        assert read_sheet(bytes(content), "f.xlsx").header
