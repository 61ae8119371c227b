from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.importing import sheet
from gateways.importing.errors import ImportFileError
from gateways.importing.sheet import read_sheet, sniff_delimiter


def refusal(content: bytes, filename: str = "f.csv") -> ImportFileError:
    with pytest.raises(ImportFileError) as refused:
        read_sheet(content, filename)
    return refused.value


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(delimiter: str) -> None:
    found = read_sheet(f"a{delimiter}b{delimiter}c\n1{delimiter}2{delimiter}3\n".encode(), "f.csv")

    assert (found.header, found.rows[0].cells) == (("a", "b", "c"), ("1", "2", "3"))
    assert found.delimiter == delimiter


def test_commas_inside_quotes_are_no_delimiters() -> None:
    assert sniff_delimiter('"a,b,c,d";"e,f"\n') == ";"


def test_the_sep_line_of_excel_decides_and_is_no_header() -> None:
    found = read_sheet(b"sep=|\r\na;x|b\r\n1|2\r\n", "f.csv")

    assert found.header == ("a;x", "b")
    assert found.rows[0].line_no == 3


def test_line_numbers_count_blank_lines_and_lines_inside_quotes() -> None:
    found = read_sheet(b'a;b\n\n"x\ny";1\n;\nz;2\n', "f.csv")

    assert [row.line_no for row in found.rows] == [3, 6]


def test_quotes_may_hold_delimiters_and_quotes() -> None:
    found = read_sheet(b'a;b\n"Hansen; ""Per""";2\n', "f.csv")

    assert found.rows[0].cells == ('Hansen; "Per"', "2")


def test_a_text_kept_from_running_as_a_formula_is_brought_back() -> None:
    assert read_sheet(b'a;b\n\'+47;="0150"\n', "f.csv").rows[0].cells == ("+47", "0150")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(ending: str) -> None:
    assert len(read_sheet(ending.join(["a;b", "1;2", "3;4"]).encode(), "f.csv").rows) == 2


def test_an_open_quote_is_refused_with_its_line() -> None:
    refused = refusal(b'a;b\n1;2\n"never closed;3\n4;5\n')

    assert (refused.code, refused.line_no) == ("csv_malformed", 3)


def test_words_after_a_closed_quote_are_refused() -> None:
    assert refusal(b'a;b\n"x"y;2\n').code == "csv_malformed"


def test_a_field_of_endless_length_is_refused() -> None:
    assert refusal(b"a;b\n" + b"x" * 200_000 + b";2\n").code == "csv_malformed"


@pytest.mark.parametrize("content", [b"", b" \r\n \n", b"\xef\xbb\xbf", b";;\n;;\n"])
def test_a_file_without_anything_in_it_is_refused(content: bytes) -> None:
    assert refusal(content).code == "file_empty"


@pytest.mark.parametrize(
    ("content", "filename"),
    [(b"%PDF-1.7 x", "f.csv"), (b"a;b\n", "f.docx"), (b"\x1f\x8bx", "f.csv")],
)
def test_a_file_of_another_kind_is_refused(content: bytes, filename: str) -> None:
    assert refusal(content, filename).code == "file_kind_unknown"


def test_a_file_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "FILE_BYTES_MOST", 10)

    assert refusal(b"a;b;c\n1;2;3\n").code == "file_too_large"


def test_a_file_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "ROWS_MOST", 2)

    assert len(read_sheet(b"a;b\n1;2\n1;2\n", "f.csv").rows) == 2
    assert refusal(b"a;b\n1;2\n1;2\n1;2\n").code == "too_many_rows"


def test_a_file_with_too_many_columns_is_refused() -> None:
    assert refusal(b";".join([b"a"] * 105) + b"\n").code == "too_many_columns"


def test_null_bytes_are_refused() -> None:
    assert refusal(b"a;b\n\0;2\n").code == "null_bytes"


@given(st.binary(max_size=400) | st.text("a;,\"\n\r\t|='é", max_size=60).map(str.encode))
def test_random_bytes_are_read_or_refused_and_never_fail(content: bytes) -> None:
    with suppress(ImportFileError):
        assert read_sheet(content, "f.csv").header
