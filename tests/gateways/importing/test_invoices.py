import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.importing.errors import ImportFileError
from gateways.importing.invoices import InvoiceFile, InvoiceRow, read_invoices

Files = Callable[..., bytes]
Rows = Callable[..., dict[str, object]]
TODAY = date(2026, 11, 1)
ORGNR = "974760673"
FNR = "15019010063"  # made up: only its check digits are right


def read(content: bytes, **more: Any) -> InvoiceFile:
    return read_invoices(content, "fakturaer", today=TODAY, **more)


def codes(file: InvoiceFile) -> list[tuple[str, str]]:
    return [(problem.code, problem.field) for row in file.refused for problem in row.problems]


@pytest.fixture
def taken(row: Rows, as_csv: Files) -> Callable[..., InvoiceRow]:
    def one(**changes: object) -> InvoiceRow:
        file = read(as_csv([row(**changes)]))
        assert file.refused == ()
        return file.rows[0]

    return one


@pytest.fixture
def refused(row: Rows, as_csv: Files) -> Callable[..., list[tuple[str, str]]]:
    def one(**changes: object) -> list[tuple[str, str]]:
        file = read(as_csv([row(**changes)]))
        assert file.rows == ()
        return codes(file)

    return one


def test_a_row_with_the_mandatory_columns_is_taken(taken: Callable[..., InvoiceRow]) -> None:
    assert taken() == InvoiceRow(
        line_no=2,
        creditor="Sørlandet Blæs & Søn AS",
        debtor_name="Bjørn Åsgård",
        address="Æneas' vei 3",
        postcode="0150",
        city=None,
        country="NO",
        debtor_kind="person",
        orgnr=None,
        national_id=None,
        customer_number=None,
        invoice_number="10001",
        issued_on=date(2026, 2, 1),
        due_on=date(2026, 2, 15),
        amount_ore=123450,  # type: ignore[arg-type]  # a plain number reads better here
        description=None,
        email=None,
        mobile=None,
        kid=None,
        varsel_sent_on=None,
        varsel_pay_by=None,
        varsel_fee_ore=None,
        consumer=None,
    )


def test_every_further_column_is_read(taken: Callable[..., InvoiceRow]) -> None:
    found = taken(
        **{
            "Poststed": "Oslo", "Land": "Norge", "Debitortype": "privat", "Kundenr": "00042",
            "Beskrivelse": "Ved, levert", "E-post": "b@asgard.no", "Mobil": "912 34 567",
            "KID": "123456782", "Inkassovarsel dato": "02.03.2026",
            "Inkassovarsel forfall": "16.03.2026", "Purregebyr": "35", "Forbruker": "ja",
        }
    )  # fmt: skip

    assert (found.city, found.customer_number, found.mobile) == ("Oslo", "00042", "+4791234567")
    assert (found.varsel_sent_on, found.varsel_pay_by) == (date(2026, 3, 2), date(2026, 3, 16))
    assert (found.varsel_fee_ore, found.consumer, found.kid) == (3500, True, "123456782")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp865", "cp850"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_same_rows_come_out_of_every_encoding_and_delimiter(
    row: Rows, as_csv: Files, encoding: str, delimiter: str
) -> None:
    rows = [row(), row(Fakturanr="10002", Beløp="99,00")]
    plain = read(as_csv(rows))

    assert read(as_csv(rows, encoding, delimiter)).rows == plain.rows
    assert len(plain.rows) == 2


def test_the_same_rows_come_out_of_a_spreadsheet(row: Rows, as_csv: Files, as_xlsx: Files) -> None:
    typed = row(
        Postnr=150, Fakturanr=10001.0, Beløp=1234.5,
        Fakturadato=date(2026, 2, 1), Forfallsdato=46068,
    )  # fmt: skip

    assert read(as_xlsx([typed])).rows == read(as_csv([row()])).rows


def test_the_file_is_known_by_its_bytes(row: Rows, as_csv: Files) -> None:
    content = as_csv([row()])

    assert read(content).sha256 == hashlib.sha256(content).hexdigest()
    assert read(content) == read(content)


def test_an_orgnr_makes_a_company_and_enk_a_sole_trader(taken: Callable[..., InvoiceRow]) -> None:
    assert taken(Orgnr=ORGNR).debtor_kind == "company"
    assert (
        taken(**{"Orgnr": ORGNR, "Debitors navn": "Fjell Foto ENK"}).debtor_kind == "sole_trader"
    )


def test_a_sole_trader_keeps_the_orgnr(taken: Callable[..., InvoiceRow]) -> None:
    found = taken(Orgnr=ORGNR, Debitortype="enk")

    assert (found.debtor_kind, found.orgnr) == ("sole_trader", ORGNR)


def test_a_company_must_have_an_orgnr(refused: Callable[..., list[tuple[str, str]]]) -> None:
    assert refused(Debitortype="bedrift") == [("orgnr_missing", "orgnr")]


def test_a_name_that_ends_in_as_is_not_taken_for_a_person(
    refused: Callable[..., list[tuple[str, str]]],
) -> None:
    assert refused(**{"Debitors navn": "Fjell Bygg AS"}) == [("orgnr_missing", "orgnr")]


def test_a_wrong_orgnr_is_told_once(refused: Callable[..., list[tuple[str, str]]]) -> None:
    assert refused(Orgnr="123456789") == [("orgnr_invalid", "orgnr")]


def test_a_person_has_no_orgnr_and_a_company_no_foedselsnummer(
    refused: Callable[..., list[tuple[str, str]]],
) -> None:
    assert refused(Orgnr=ORGNR, Debitortype="privat") == [("orgnr_on_person", "orgnr")]
    assert refused(Orgnr=ORGNR, Fnr=FNR) == [("national_id_on_company", "national_id")]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"Forfallsdato": "31.01.2026"}, ("dates_in_wrong_order", "due_on")),
        (
            {"Fakturadato": "02.11.2026", "Forfallsdato": "16.11.2026"},
            ("issued_in_future", "issued_on"),
        ),
        ({"Varseldato": "01.03.2026"}, ("varsel_incomplete", "varsel_pay_by")),
        ({"Varselfrist": "01.03.2026"}, ("varsel_incomplete", "varsel_sent_on")),
        ({"Purregebyr": "35"}, ("varsel_incomplete", "varsel_sent_on")),
        (
            {"Varseldato": "01.03.2026", "Varselfrist": "01.03.2026"},
            ("dates_in_wrong_order", "varsel_pay_by"),
        ),
        (
            {"Varseldato": "01.01.2026", "Varselfrist": "01.03.2026"},
            ("dates_in_wrong_order", "varsel_sent_on"),
        ),
        (
            {"Varseldato": "02.11.2026", "Varselfrist": "16.11.2026"},
            ("varsel_in_future", "varsel_sent_on"),
        ),
        ({"Kreditor": ""}, ("missing", "creditor")),
        ({"Adresse": ""}, ("missing", "address")),
        ({"Beløp": "-100"}, ("amount_negative", "amount")),
        ({"Beløp": "1.234"}, ("amount_ambiguous", "amount")),
        ({"Postnr": "x"}, ("postcode_invalid", "postcode")),
    ],
)
def test_one_wrong_cell_refuses_the_row_for_one_reason(
    refused: Callable[..., list[tuple[str, str]]],
    changes: dict[str, object],
    problem: tuple[str, str],
) -> None:
    assert refused(**changes) == [problem]


def test_an_invoice_may_be_issued_today_and_fall_due_at_once(
    taken: Callable[..., InvoiceRow],
) -> None:
    assert taken(Fakturadato="01.11.2026", Forfallsdato="01.11.2026").due_on == TODAY


def test_a_reminder_fee_of_nothing_is_no_fee(taken: Callable[..., InvoiceRow]) -> None:
    assert taken(Purregebyr="0,00").varsel_fee_ore is None


def test_everything_that_is_wrong_with_a_row_is_told_at_once(
    refused: Callable[..., list[tuple[str, str]]],
) -> None:
    found = refused(Postnr="x", Beløp="0", Forfallsdato="31.01.2026", **{"Debitors navn": ""})

    assert {code for code, _ in found} == {
        "postcode_invalid", "amount_zero", "dates_in_wrong_order", "missing",
    }  # fmt: skip


def test_the_rows_beside_a_refused_one_are_taken(row: Rows, as_csv: Files) -> None:
    file = read(as_csv([row(), row(Fakturanr="2", Postnr="x"), row(Fakturanr="3")]))

    assert [taken.line_no for taken in file.rows] == [2, 4]
    assert [refused.line_no for refused in file.refused] == [3]


def test_the_same_invoice_twice_in_a_file_is_refused_the_second_time(
    row: Rows, as_csv: Files
) -> None:
    file = read(as_csv([row(), row(Beløp="5"), row(Kreditor="En annen")]))

    assert [taken.line_no for taken in file.rows] == [2, 4]
    assert codes(file) == [("duplicate_in_file", "invoice_number")]


def test_the_column_of_amounts_tells_what_a_dot_means(row: Rows, as_csv: Files) -> None:
    file = read(as_csv([row(Beløp="1.234"), row(Fakturanr="2", Beløp="12,50")]))

    assert file.rows[0].amount_ore == 123400


def test_american_dates_put_the_slashed_ones_beside_them_in_doubt(
    row: Rows, as_csv: Files
) -> None:
    american = row(Fakturadato="01/31/2026", Forfallsdato="03/02/2026")
    file = read(as_csv([american, row(Fakturanr="2", Fakturadato="02/01/2026")]))

    assert file.rows == ()
    assert {code for code, _ in codes(file)} == {"date_order_unclear"}


def test_a_comma_that_splits_an_amount_refuses_the_row() -> None:
    content = (
        b"Kreditor,Navn,Adresse,Postnr,Fakturanr,Fakturadato,Forfall,Belop\n"
        b"A,B,C,0150,1,01.02.2026,15.02.2026,1234,50\n"
        b"A,B,C,0150,2,01.02.2026,15.02.2026\n"
    )

    assert codes(read(content)) == [("cell_without_heading", ""), ("cells_too_few", "")]


def test_the_creditors_own_headings_can_be_mapped(row: Rows, as_csv: Files) -> None:
    renamed = {("Kolonne 8" if key == "Beløp" else key): cell for key, cell in row().items()}

    assert read(as_csv([renamed]), mapping={"amount": "Kolonne 8"}).rows[0].amount_ore == 123450


def test_a_file_without_a_mandatory_column_is_refused_whole(row: Rows, as_csv: Files) -> None:
    short = {key: cell for key, cell in row().items() if key != "Beløp"}

    with pytest.raises(ImportFileError) as refused:
        read(as_csv([short]))

    assert refused.value.code == "column_missing"


def test_official_test_persons_are_let_through_only_where_that_is_allowed(
    row: Rows, as_csv: Files
) -> None:
    content = as_csv([row(Fnr="07841949964")])

    assert codes(read(content)) == [("national_id_invalid", "national_id")]
    assert read(content, allow_synthetic=True).rows[0].national_id == "07841949964"


def test_a_header_alone_gives_no_rows(row: Rows, as_csv: Files) -> None:
    file = read(as_csv([row()]).splitlines()[0])

    assert (file.rows, file.refused) == ((), ())


def test_a_national_id_is_not_shown_when_a_row_is_printed(
    taken: Callable[..., InvoiceRow],
) -> None:
    found = taken(Fnr=FNR)

    assert found.national_id == FNR
    assert FNR not in repr(found)


@given(cells=st.lists(st.text(max_size=12), min_size=8, max_size=8))
def test_random_cells_are_taken_or_refused_and_never_fail(
    row: Rows, as_csv: Files, cells: list[str]
) -> None:
    odd = dict(zip(row(), (cell.replace("\0", "") for cell in cells), strict=True))
    with suppress(ImportFileError):
        file = read(as_csv([odd]))

        assert len(file.rows) + len(file.refused) <= 1


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_as_a_file(content: bytes) -> None:
    with pytest.raises(ImportFileError):
        read(content)
