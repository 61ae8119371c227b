import ast
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from gateways.importing import columns, reason_texts
from gateways.importing.invoices import InvoiceFile, read_invoices
from gateways.importing.problem import CellProblem
from gateways.importing.reasons import write_reasons

Files = Callable[..., bytes]
Rows = Callable[..., dict[str, object]]
ENDINGS = ["csv", "xlsx"]


def read(content: bytes) -> InvoiceFile:
    return read_invoices(content, "f", today=date(2026, 11, 1))


def back(file: InvoiceFile, path: Path, *extra: tuple[int, str, str]) -> InvoiceFile:
    write_reasons(file, extra, path)
    return read(path.read_bytes())


def codes(file: InvoiceFile) -> list[str]:
    return [problem.code for row in file.refused for problem in row.problems]


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_refused_rows_come_back_with_reason_and_code(
    row: Rows, as_csv: Files, tmp_path: Path, ending: str
) -> None:
    file = read(as_csv([row(), row(Fakturanr="2", Beløp="-5", Postnr="x")]))
    again = back(file, tmp_path / f"avvist.{ending}")

    assert again.header == (*file.header, "årsak", "kode")
    assert again.refused[0].cells[-1] == "postcode_invalid, amount_negative"
    assert "Beløp: beløpet er negativt (fant «-5»)." in str(again.refused[0].cells[-2])
    assert codes(again) == codes(file)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_corrected_file_is_taken(
    row: Rows, as_csv: Files, as_xlsx: Files, tmp_path: Path, ending: str
) -> None:
    refused = row(Postnr="x", Notat="+47 er landet", **{"Debitors navn": "=Ærlig"})
    again = back(read(as_csv([refused])), tmp_path / f"avvist.{ending}")
    names = dict(zip(again.header, again.refused[0].cells, strict=True))
    names["Postnr"] = "0150"
    writer = as_csv if ending == "csv" else as_xlsx
    corrected = read(writer([names]))

    assert corrected.refused == ()
    assert corrected.rows[0].debtor_name == "=Ærlig"


@pytest.mark.parametrize("ending", ENDINGS)
def test_rows_refused_later_come_back_too_in_the_order_of_the_file(
    row: Rows, as_csv: Files, tmp_path: Path, ending: str
) -> None:
    file = read(as_csv([row(), row(Fakturanr="2", Postnr="x"), row(Fakturanr="3")]))
    again = back(file, tmp_path / f"a.{ending}", (4, "too_early", "For tidlig."))

    assert codes(again) == ["postcode_invalid"]
    assert [taken.invoice_number for taken in again.rows] == ["3"]
    assert again.rows[0].cells[-2:] == ("For tidlig.", "too_early")


@pytest.mark.parametrize("ending", ENDINGS)
def test_typed_cells_keep_their_kind_on_the_way_back(
    row: Rows, as_xlsx: Files, tmp_path: Path, ending: str
) -> None:
    typed = row(Postnr=150, Beløp=1234.5, Fakturadato=date(2026, 2, 1), Kreditor=None, KID=1.5e20)
    file = read(as_xlsx([typed]))
    again = back(file, tmp_path / f"a.{ending}")

    assert codes(file) == codes(again) == ["missing", "digits_lost"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_refused_again_has_its_reasons_once(
    row: Rows, as_csv: Files, tmp_path: Path, ending: str
) -> None:
    file = read(as_csv([row(Postnr="x")]))
    first = back(file, tmp_path / f"a.{ending}")
    second = back(first, tmp_path / f"b.{ending}")

    assert (second.header, second.refused) == (first.header, first.refused)


@pytest.mark.parametrize("ending", ENDINGS)
def test_cells_without_a_heading_stay_and_stay_refused(tmp_path: Path, ending: str) -> None:
    file = read(
        b"Kreditor,Navn,Adresse,Postnr,Fakturanr,Fakturadato,Forfall,Belop\n"
        b"A,B,C,0150,1,01.02.2026,15.02.2026,1234,50\n"
    )
    again = back(file, tmp_path / f"a.{ending}")

    assert codes(again) == codes(file) == ["cell_without_heading"]
    assert codes(back(again, tmp_path / f"b.{ending}")) == ["cell_without_heading"]


def test_what_was_in_doubt_stays_in_doubt_when_the_proof_has_been_corrected(
    row: Rows, as_csv: Files, tmp_path: Path
) -> None:
    american = row(Fakturadato="01/31/2026", Forfallsdato="15.02.2026")
    file = read(as_csv([american, row(Fakturanr="2", Fakturadato="02/01/2026")]))
    write_reasons(file, (), tmp_path / "a.csv")
    half = (tmp_path / "a.csv").read_text("utf-8-sig").replace("01/31/2026", "31.01.2026")

    assert codes(read(half.encode())) == ["date_order_unclear"]


def test_no_cell_of_the_file_can_run_as_a_formula(
    row: Rows, as_csv: Files, tmp_path: Path
) -> None:
    file = read(as_csv([row(Postnr="x", **{"Debitors navn": "=HYPERLINK(1)", "Adresse": "@SUM"})]))
    write_reasons(file, (), tmp_path / "a.csv")
    write_reasons(file, (), tmp_path / "a.xlsx")
    book = python_calamine.load_workbook(io.BytesIO((tmp_path / "a.xlsx").read_bytes()))
    cells = [*book.get_sheet_by_index(0).to_python()[1]]
    cells += (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()[1].split(";")

    assert not [cell for cell in cells if str(cell).startswith(("=", "+", "-", "@"))]


def test_a_line_that_the_file_does_not_have_is_an_error(
    row: Rows, as_csv: Files, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="no line 9"):
        write_reasons(read(as_csv([row()])), [(9, "too_early", "")], tmp_path / "a.csv")

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    row: Rows, as_csv: Files, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").mkdir()

    with pytest.raises(OSError, match=r"a\.csv"):
        write_reasons(read(as_csv([row(Postnr="x")])), (), tmp_path / "a.csv")

    assert [left.name for left in tmp_path.iterdir()] == ["a.csv"]


def test_the_csv_opens_rightly_in_norwegian_excel(
    row: Rows, as_csv: Files, tmp_path: Path
) -> None:
    write_reasons(read(as_csv([row(Postnr="x")])), (), tmp_path / "a.csv")

    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfKreditor;Debitors navn;")


def told_codes(module: Path, callee: str) -> set[str]:
    """The codes that a module passes as first argument to `callee`, as written."""
    calls = list(ast.walk(ast.parse(module.read_text("utf-8"))))
    return {
        ast.literal_eval(call.args[0])
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == callee
        and isinstance(call.args[0], ast.Constant)
    }


def returned_words(module: Path) -> set[str]:
    """The words that a module's functions return, as written: codes, and a few others."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Return) and node.value:
            value = node.value
            ends = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
            found |= {end.value for end in ends if isinstance(end, ast.Constant)}
    return {word for word in found if isinstance(word, str)}


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    modules = list(Path(columns.__file__).parent.glob("*.py"))
    of_files = set().union(*(told_codes(module, "ImportFileError") for module in modules))
    of_cells = set().union(
        *(
            told_codes(module, callee)
            for module in modules
            for callee in ("CellProblem", "_dated")
        ),
        *(
            returned_words(Path(columns.__file__).with_name(f"{name}.py"))
            for name in ("amounts", "dates", "identifiers", "words", "row")
        ),
    ) - {"", ",", ".", "person", "company", "sole_trader"}

    assert of_files == set(reason_texts.FILE_SENTENCES)
    # These two are handed on by name.
    assert of_cells | {"date_not_understood", "date_out_of_range"} == set(
        reason_texts.ROW_SENTENCES
    )


@pytest.mark.parametrize("code", sorted(reason_texts.ROW_SENTENCES))
def test_a_sentence_names_the_column_and_ends_in_a_stop(code: str) -> None:
    told = reason_texts.sentence(CellProblem(code, "due_on", "x", "y"))

    assert told.startswith("Forfallsdato: ")
    assert told.endswith(" (fant «x»); y.")


@given(words=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=15))
def test_any_words_survive_the_way_out_and_back(
    row: Rows, as_csv: Files, tmp_path_factory: pytest.TempPathFactory, words: str
) -> None:
    file = read(as_csv([row(Postnr="x", Notat=words)]))
    folder = tmp_path_factory.mktemp("reasons")

    for ending in ENDINGS:
        assert back(file, folder / f"a.{ending}").refused[0].cells[8] == file.refused[0].cells[8]
