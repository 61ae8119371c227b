"""A case from the file it came in to its end, by commands alone."""

import getpass
import json
from pathlib import Path

import pytest

from events.kid import make_kid
from events.money import Ore
from gateways.bank.ocr_giro_writer import Payment, write
from gateways.cli import main
from tests.gateways.cli.house import TODAY, House
from tests.gateways.desk.world import row

pytestmark = pytest.mark.postgres


def giro(house: House, kid: str, kroner: int, name: str = "giro.ocr") -> str:
    paid = Payment(amount_ore=Ore(kroner * 100), kid=kid, settled_on=TODAY, ordered_on=TODAY)
    path = house.folder / name
    path.write_bytes(write([paid], account="12345678911", transmission_no=1, written_on=TODAY))
    return str(path)


def test_a_file_is_imported_once_and_its_refused_rows_come_back(house: House) -> None:
    file = house.file(row("1001"), row("1002", creditor="Ukjent AS"))
    code, told = house.run("import", file)
    assert code == 1
    assert "1 taken in, 0 known already, 1 refused" in told
    assert "creditor_unknown" in told
    refused = Path(file).with_name("faktura.refused.csv")
    assert "«Ukjent AS» er ikke registrert" in refused.read_text("utf-8-sig")
    again = house.json("import", file)
    assert (again["offered"], again["known"], again["cases"]) == (0, 1, [])
    assert sorted(each.name for each in house.folder.glob("*.csv")) == [
        "faktura.csv",
        "faktura.refused.csv",
    ]
    (case,) = house.json("case", "list")
    assert case["debtor_name"] == "Ola Nordmann"


def test_a_file_of_refused_rows_that_is_being_corrected_is_never_written_over(
    house: House,
) -> None:
    file = house.file(row("1002", creditor="Ukjent AS"))
    house.run("import", file)
    refused = Path(file).with_name("faktura.refused.csv")
    refused.write_text("half corrected")
    house.run("import", file)
    assert refused.read_text() == "half corrected"
    assert refused.with_name("faktura.refused-2.csv").exists()


def test_a_case_is_paused_disputed_answered_paid_and_shown(house: House) -> None:
    (case,) = house.json("import", house.file(row()))["cases"]
    number = case["case_number"]
    assert house.json("pause", number, "ferie")["status_group"] == "på vent"
    assert house.run("pause", number, "ferie")[1].startswith("Nothing changed")
    assert house.json("resume", number)["status_group"] == "pågående"
    told = house.json("objection", number, "Varen kom aldri")
    assert told["follow_up"] == "Innsigelse venter på svar"
    assert house.run("answer", number, "upheld")[0] == 0
    code, refused = house.run("answer", number, "accepted")
    assert (code, refused) == (1, "refused: objection_answered\n")
    assert house.json("payments", giro(house, case["kid"], 1000))["booked"] == 1
    shown = house.json("case", "show", case["kid"])
    assert shown["statement"]["paid_ore"] == 100_000
    _, text = house.run("case", "show", number)
    assert "Ola Nordmann, Gata 1, 0150 Oslo" in text
    assert "Saken er satt på vent." in text
    _, history = house.run("replay", "history", number, today=False)
    assert f"by {getpass.getuser()}, recorded 03.08.2026" in history


def test_a_file_from_the_bank_is_booked_once_or_refused_with_its_line(house: House) -> None:
    file = giro(house, make_kid(9, 9), 500)
    assert house.json("payments", file)["suspended"] == 1
    assert house.json("payments", file)["repeated"] == 1
    (waits,) = house.json("suspense", "list")
    truncated = house.folder / "truncated.ocr"
    truncated.write_bytes(Path(file).read_bytes()[:200])
    code, told = house.run("payments", str(truncated))
    assert code == 2
    assert "line" in told
    (case,) = house.json("import", house.file(row()))["cases"]
    payment = waits["payment_id"][:8]
    code, told = house.run("suspense", "match", payment, case["case_number"])
    assert (code, told) == (0, f"500,00 kr is booked on case {case['case_number']}.\n")
    assert house.run("suspense", "refund", waits["payment_id"])[0] == 1


def test_a_wish_given_again_under_its_id_has_one_effect(house: House) -> None:
    (case,) = house.json("import", house.file(row()))["cases"]
    wish = ("pay", case["case_number"], "100", "--id", "00000000-0000-4000-8000-000000000001")
    assert house.json(*wish)["outcome"] == "done"
    assert house.json(*wish)["outcome"] == "already"
    code, told = house.run(*wish[:2], "200", *wish[3:])
    assert code == 1
    assert "key_reused" in told


def test_what_is_not_there_is_refused_and_what_is_not_understood_is_told(house: House) -> None:
    assert house.run("case", "show", "99999-0000001")[0] == 1
    assert house.run("import", "not-there.csv")[0] == 2
    assert house.run("case", "list", "--group", "x")[0] == 2
    assert house.run("case", "list", "--sort", "x")[0] == 2
    assert house.run("import", house.file(row()), "--map", "amount")[0] == 2
    assert house.run("creditor", "account", "1")[0] == 2
    assert house.run("case", "list", "--today", "31.02.2026", today=False)[0] == 2


def test_a_projection_is_made_again_by_name(house: House) -> None:
    told = house.json("replay", "rebuild", "creditor", today=False)
    assert (told["tables"], told["switched"]) == (["creditor"], True)
    code, refused = house.run("replay", "rebuild", "nonsense", today=False)
    assert code == 1
    assert "projection_unknown" in refused


def test_the_doctor_looks_at_the_journal(house: House) -> None:
    findings = house.json("doctor", today=False)
    assert findings["journal"]["found"].endswith("events")
    assert findings["read models"]["found"] == "at the end of the log"
    assert findings["shards"]["found"] == "none is halted"
    assert findings["parked streams"]["found"] == "none"
    assert findings["keys"]["found"] == "1 persons' keys, the agency's key"


def test_a_database_that_is_gone_is_said_in_a_sentence(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAVSPOR_DATABASE", "host=127.0.0.1 port=1 password=hemmelig")
    code, told = house.run("creditor", "list")
    assert code == 3
    assert "hemmelig" not in told
    assert "try again" in told


def test_a_data_folder_of_its_own_holds_a_house_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KRAVSPOR_DATABASE", raising=False)
    own = tmp_path / "own"
    assert main(["creditor", "add", "Lys og Varme AS", "--data", str(own), "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["number"] == 1
    assert told.err == f"A new house is begun in {own}.\n"
    assert main(["creditor", "list", "--data", str(own), "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["number"], row["name"]) == (1, "Lys og Varme AS")
    assert main(["case", "list", "--data", str(tmp_path)]) == 2
    assert f"there is one in {own}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["creditor", "add", ""],
        ["creditor", "add", " \t "],
        ["creditor", "add", "Lys\nog Varme AS"],
        ["creditor", "add", "Lys \x07 AS"],
        ["creditor", "add", "x" * 201],
        ["creditor", "add", "Lys AS", "--as", ""],
        ["creditor", "change", "1", "--address", "\x1b[2J"],
        ["key", "add", "", "--role", "auditor"],
        ["pause", "1", "x" * 4001],
        ["contact", "1", "phone", "note", "--as", "Kari\nOla"],
    ],
)
def test_what_cannot_be_read_is_not_written_into_the_log(house: House, words: list[str]) -> None:
    before = house.json("journal", "status")
    code, told = house.run(*words)
    assert (code, "something that can be read" in told) == (2, True), told
    assert house.json("journal", "status") == before
