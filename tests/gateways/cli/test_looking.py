"""What people look at: the house on a page, what waits, lists, and a list as a file."""

import json
from pathlib import Path

import pytest

from gateways.cli import main
from gateways.cli.app import COMMANDS, EXITS
from gateways.cli.csv_file import write_csv
from gateways.cli.failures import HINTS
from gateways.cli.sources import refusals
from tests.gateways.cli.house import TODAY, House
from tests.gateways.desk.world import row

CASES = [row(str(number), name=f"Skyldner {number}", amount=f"{number},00") for number in
         range(1001, 1008)]  # fmt: skip


@pytest.mark.postgres
def test_the_page_counts_every_case_and_shows_five_of_a_group(house: House) -> None:
    house.run("import", house.file(*CASES))
    page = house.json("dashboard")
    first = page["groups"][0]
    assert (first["status_group"], first["case_count"], len(first["cases"])) == ("pågående", 7, 5)
    assert first["total_ore"] == page["figures"]["outstanding_ore"] >= 702_800
    assert page["creditor"] is None
    code, told = house.run("dashboard", "--creditor", "1")
    assert code == 0
    assert told.startswith("Lys og Varme AS, 03.08.2026\n7 open cases, ")
    assert "PÅGÅENDE: 7 cases" in told
    assert '… and 2 more: kravspor case list --group "pågående"' in told


@pytest.mark.postgres
def test_the_page_of_another_creditor_is_its_own_and_of_none_is_refused(house: House) -> None:
    house.run("import", house.file(*CASES))
    house.run("creditor", "add", "Annen AS")
    assert house.json("dashboard", "--creditor", "2")["figures"]["open_count"] == 0
    code, told = house.run("dashboard", "--creditor", "9")
    assert code == 1
    assert "creditor_unknown" in told
    assert "kravspor creditor list" in told


@pytest.mark.postgres
def test_money_is_told_by_the_month_it_came_in(house: House) -> None:
    (case,) = house.json("import", house.file(row()))["cases"]
    house.run("pay", case["case_number"], "1000")
    (month,) = house.json("dashboard")["cash_flow"]
    assert (month["begins_on"], month["covered_ore"]) == ("2026-08-01", 100_000)
    code, told = house.run("dashboard", "--from", "2027-01-01")
    assert (code, told) == (2, "kravspor: --from 01.01.2027 is after today\n")


@pytest.mark.postgres
def test_what_waits_is_told_by_debtor_with_its_day(house: House) -> None:
    rows = [row("1001", due="30.07.2026"), row("1002", due="01.08.2026"), row("1003")]
    house.run("import", house.file(*rows))
    (debtor,) = house.json("candidates")
    assert [(each["invoice_number"], each["ripe_on"], each["state"]) for each in
            debtor["invoices"]] == [
        ("1001", "2026-08-13", "waits"),
        ("1002", "2026-08-17", "waits"),
    ]  # fmt: skip
    assert house.json("candidates", "--ripe") == []
    main(["candidates", "--ripe", "--today", "2026-08-13", "--json", "--creditor", "1"])
    (ripe,) = json.loads(house.told())
    assert [each["state"] for each in ripe["invoices"]] == ["ripe", "waits"]
    assert ripe["debtor"]["ripe_ore"] == 500_000


@pytest.mark.postgres
def test_a_case_is_found_by_name_invoice_number_and_amount(house: House) -> None:
    house.run("import", house.file(*CASES))
    (found,) = house.json("case", "list", "skyldner 1003")
    searches = ("1003", found["case_number"], found["kid"], "1003,00", "ldner 1003")
    assert [house.json("case", "list", word) for word in searches] == [[found]] * len(searches)
    assert house.json("case", "list", "1099") == []
    assert house.json("case", "list", "--status", "betalt") == []
    assert len(house.json("case", "list", "--status", "registrert", "--group", "pågående")) == 7
    assert house.run("case", "list", "--status", "x")[0] == 2


@pytest.mark.postgres
def test_a_list_is_sorted_both_ways_and_says_when_there_is_more(house: House) -> None:
    house.run("import", house.file(*CASES))
    sort = ("case", "list", "--sort", "principal_ore")
    up = [each["principal_ore"] for each in house.json(*sort)]
    assert up == sorted(up)
    assert [each["principal_ore"] for each in house.json(*sort, "--descending")] == up[::-1]
    assert "only the first 3" in house.run(*sort, "--limit", "3")[1]
    assert "only the first" not in house.run(*sort, "--limit", "7")[1]


@pytest.mark.postgres
def test_the_file_holds_the_cases_shown_and_no_others(house: House) -> None:
    house.run("import", house.file(*CASES, row("1", name="=HYPERLINK(1)")))
    file = house.folder / "cases.csv"
    code, told = house.run("case", "list", "skyldner", "--sort", "debtor_name", "--csv", str(file))
    assert (code, told) == (0, f"7 cases written to {file}\n")
    lines = file.read_text("utf-8-sig").splitlines()
    assert lines[0] == "case;debtor;creditor;status;group;due;principal left;owed;to do"
    assert len(lines) == 8
    assert ";10.07.2026;1001,00;" in lines[1]
    house.run("case", "list", "hyperlink", "--csv", str(file))
    assert ";'=HYPERLINK(1);" in file.read_text("utf-8-sig")
    assert house.run("case", "list", "--csv", str(house.folder / "no" / "x.csv"))[0] == 3


def test_a_file_opens_as_it_stands_in_a_norwegian_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    line = {"name": 'Æsop; "AS"', "a_ore": -123_456_789, "on_on": TODAY, "b": None, "c": "-1+1"}
    write_csv(path, [line], list(line))
    assert (
        path.read_bytes()
        == ('\ufeffname;a;on;b;c\r\n"Æsop; ""AS""";-1234567,89;03.08.2026;;\'-1+1\r\n').encode()
    )


@pytest.mark.postgres
def test_a_debtors_new_address_is_told_whole_and_shown(house: House) -> None:
    (case,) = house.json("import", house.file(row()))["cases"]
    number = case["case_number"]
    code, told = house.run("debtor", "change", number, "--address", "Nygata 2, 5003 Bergen")
    assert code == 0
    assert "Ola Nordmann (a private person)\n  Nygata 2, 5003 Bergen\n" in told
    again = house.json("debtor", "change", number, "--address", "Nygata 2, 5003 Bergen")
    assert again["outcome"] == "already"
    assert house.json("debtor", "show", number)["debtor"]["city"] == "Bergen"
    house.run("pause", number, "flyttet")
    told = house.run("debtor", "change", number, "--mobile", "41234567")[1]
    assert f"The case rests; it goes on with: kravspor resume {number}" in told


@pytest.mark.postgres
@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--address", "Nygata 2"),
        ("--postcode", "5003"),
        ("--address", "Nygata 2", "--postcode", "50", "--city", "Bergen"),
        ("--email", "no"),
        ("--mobile", "1"),
        ("--name", " "),
    ],
)
def test_half_an_address_or_none_is_not_understood(house: House, words: tuple[str, ...]) -> None:
    (case,) = house.json("import", house.file(row()))["cases"]
    before = house.json("debtor", "show", case["case_number"])
    assert house.run("debtor", "change", case["case_number"], *words)[0] == 2
    assert house.json("debtor", "show", case["case_number"]) == before


@pytest.mark.postgres
def test_nobody_approves_the_account_they_proposed(house: House) -> None:
    kari = ("--as", "kari")
    house.run("creditor", "account", "1", "--propose", "86011117947", *kari)
    code, told = house.run("creditor", "account", "1", "--approve", *kari)
    assert code == 1
    assert told == (
        "refused: second_person_needed\n"
        "  who proposed an account cannot answer for it: another person has to\n"
    )
    assert house.json("creditor", "show", "1")["proposed_account"] is not None
    assert house.run("creditor", "account", "1", "--approve", "--as", "ola")[0] == 0
    assert house.json("creditor", "show", "1")["proposed_account"] is None


def test_every_hint_is_of_a_code_there_is() -> None:
    told_elsewhere = {"key_reused"}
    assert set(HINTS) - {each.code for each in refusals()} - told_elsewhere == set()


@pytest.mark.parametrize("name", ["import", "case", "work"])
def test_the_help_of_a_command_tells_its_exit_codes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert name in COMMANDS
    main([name, "--help"])
    assert EXITS[:20] in " ".join(capsys.readouterr().out.split())
