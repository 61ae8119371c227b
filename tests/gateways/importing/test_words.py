from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.importing.problem import Cell, CellProblem
from gateways.importing.words import (
    parse_country,
    parse_debtor_kind,
    parse_email,
    parse_mobile,
    parse_text,
    parse_yes_no,
)

GARBLED = "Bjørn".encode().decode("cp1252")


def code_of(found: object) -> str:
    return found.code if isinstance(found, CellProblem) else f"taken as {found}"


def test_words_keep_their_letters_and_lose_their_double_spaces() -> None:
    assert parse_text(" Bjørn \u00a0 Åsgård\n", field="debtor_name") == "Bjørn Åsgård"


def test_an_a_with_a_loose_ring_becomes_one_letter() -> None:
    assert parse_text("A\u030ase", field="debtor_name") == "Åse"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (None, "missing"), ("\u00a0", "missing"), (date(2026, 5, 1), "became_date"),
        ("Bj\x07rn", "control_characters"), ("Bj\ufffdrn", "letters_lost"),
        (GARBLED, "letters_garbled"), ("x" * 201, "too_long"),
    ],
)  # fmt: skip
def test_spoilt_words_are_refused(cell: Cell, code: str) -> None:
    assert code_of(parse_text(cell, field="debtor_name")) == code


def test_a_garbled_name_comes_with_what_was_meant() -> None:
    found = parse_text(GARBLED, field="debtor_name")

    assert isinstance(found, CellProblem)
    assert "Bjørn" in found.hint


def test_a_real_a_with_tilde_is_not_garbled() -> None:
    assert parse_text("JOÃO", field="debtor_name") == "JOÃO"


@pytest.mark.parametrize(
    "cell", ["91234567", "+47 912 34 567", "0047 91234567", 91234567, 4791234567]
)
def test_a_norwegian_mobile_gets_its_country_code(cell: Cell) -> None:
    assert parse_mobile(cell) == "+4791234567"


def test_a_foreign_mobile_keeps_its_country_code() -> None:
    assert parse_mobile("0046 70 123 45 67") == "+46701234567"


@pytest.mark.parametrize("cell", ["22334455", "9123456", "+47 22334455", "abc", "+0123456789"])
def test_what_is_no_mobile_is_refused(cell: Cell) -> None:
    assert code_of(parse_mobile(cell)) == "mobile_invalid"


def test_an_e_mail_address_is_kept_as_it_is() -> None:
    assert parse_email(" mailto:Kari.N@sor-land.no ") == "Kari.N@sor-land.no"


@pytest.mark.parametrize("cell", ["kari", "kari@", "@x.no", "a@b", "a@b.no;c@d.no", "a b@c.no"])
def test_what_is_no_e_mail_address_is_refused(cell: Cell) -> None:
    assert code_of(parse_email(cell)) == "email_invalid"


def test_the_kinds_of_debtor_are_three() -> None:
    kinds = [parse_debtor_kind(word) for word in ("Privat", "BEDRIFT", "enk")]

    assert kinds == ["person", "company", "sole_trader"]


def test_another_kind_of_debtor_is_refused() -> None:
    assert code_of(parse_debtor_kind("hund")) == "debtor_kind_unknown"


def test_yes_and_no_are_read_in_both_languages() -> None:
    assert [parse_yes_no(w, field="consumer") for w in ("Ja", "true", 1)] == [True] * 3
    assert [parse_yes_no(w, field="consumer") for w in ("nei", "USANN", 0)] == [False] * 3
    assert code_of(parse_yes_no("kanskje", field="consumer")) == "yes_no_not_understood"


def test_a_country_is_two_letters() -> None:
    assert [parse_country(w) for w in ("Norge", "se", "UK", "fr")] == ["NO", "SE", "GB", "FR"]
    assert code_of(parse_country("Atlantis")) == "country_unknown"


@given(st.text(max_size=30) | st.decimals() | st.integers() | st.dates() | st.none())
def test_no_cell_makes_a_reader_fail(cell: Cell) -> None:
    for parse in (parse_country, parse_debtor_kind, parse_email, parse_mobile):
        assert isinstance(parse(cell), str | CellProblem)
    assert isinstance(parse_text(cell, field="city"), str | CellProblem)
    assert isinstance(parse_yes_no(cell, field="consumer"), bool | CellProblem)
