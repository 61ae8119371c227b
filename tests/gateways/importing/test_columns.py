import pytest

from gateways.importing.columns import HEADINGS, MANDATORY, find_columns
from gateways.importing.errors import ImportFileError

NEEDED = ["Kreditor", "Navn", "Adresse", "Postnr", "Fakturanr", "Fakturadato", "Forfall", "Beløp"]


def refusal(header: list[str], mapping: dict[str, str] | None = None) -> ImportFileError:
    with pytest.raises(ImportFileError) as refused:
        find_columns(header, mapping)
    return refused.value


def test_the_mandatory_columns_are_those_of_the_customers_guide() -> None:
    assert set(find_columns(NEEDED)) == set(MANDATORY)


@pytest.mark.parametrize(
    "heading",
    ["Beløp", "BELØP", "belop", "Beloep", " Beløp * ", "Beløp (NOK)", "be-løp", "Amount"],
)
def test_case_spaces_and_punctuation_do_not_count(heading: str) -> None:
    assert find_columns([*NEEDED[:-1], heading])["amount"] == 7


def test_english_headings_are_known() -> None:
    english = ["Creditor", "Debtor name", "Address", "Postal code", "Invoice no.", "Invoice date"]

    assert len(find_columns([*english, "Due date", "Amount"])) == 8


def test_the_names_of_the_fields_are_headings_too() -> None:
    assert find_columns(list(HEADINGS)) == {field: i for i, field in enumerate(HEADINGS)}


def test_no_heading_means_two_things() -> None:
    for field, headings in HEADINGS.items():
        for heading in headings:
            found = find_columns([*NEEDED, heading], dict(zip(MANDATORY, NEEDED, strict=True)))

            assert field in MANDATORY or found[field] == 8


def test_columns_that_nobody_knows_are_left_alone() -> None:
    assert 0 not in find_columns(["Notat", *NEEDED, "årsak", "kode"]).values()


def test_a_missing_column_is_named_with_what_was_seen() -> None:
    refused = refusal(NEEDED[:-1])

    assert refused.code == "column_missing"
    assert "amount (beløp)" in refused.message
    assert "Fakturanr" in refused.message


def test_two_columns_for_one_field_are_refused() -> None:
    assert refusal([*NEEDED, "Debitor"]).code == "column_twice"


def test_the_creditors_own_choice_goes_before_the_known_headings() -> None:
    found = find_columns(
        [*NEEDED, "Restsum", "Debitor"], {"amount": "restsum", "debtor_name": "Navn"}
    )

    assert (found["amount"], found["debtor_name"]) == (8, 1)


def test_a_chosen_column_serves_no_other_field() -> None:
    found = find_columns([*NEEDED, "KID"], {"customer_number": "KID"})

    assert (found["customer_number"], "kid" in found) == (8, False)


def test_a_choice_of_what_is_not_there_is_refused() -> None:
    assert refusal(NEEDED, {"colour": "Navn"}).code == "mapping_field_unknown"
    assert refusal(NEEDED, {"amount": "Sum"}).code == "mapping_heading_unknown"


def test_a_choice_that_fits_two_columns_is_refused() -> None:
    assert refusal([*NEEDED, "Sum", "Sum"], {"amount": "Sum"}).code == "column_twice"
