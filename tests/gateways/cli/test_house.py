"""A house is begun by the commands that are meant to; no other makes one by a slip of the pen."""

import json
from pathlib import Path

import pytest

from gateways.cli import main
from gateways.cli.opening import begin
from gateways.postgres.database import open_journal
from tests.gateways.cli.house import House

HELPS = "or begin one with `kravspor creditor add` or `kravspor work`\n"


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is not there, and no database of one's own."""
    for name in ("KRAVSPOR_DATABASE", "KRAVSPOR_KEYS_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "nowhere"


@pytest.mark.parametrize(
    "words",
    [
        "status",
        "dashboard",
        "candidates",
        "case list",
        "case show 1",
        "debtor show 1",
        "pause 1 x",
        "creditor list",
        "creditor terms 1 --version 1 --by Kari",
        "import FILE",
        "payments FILE",
        "payouts list",
        "suspense list",
        "dispatch list",
        "privacy holds 1",
        "privacy retention",
        "parked list",
        "journal status",
        "journal key",
        "shards list",
        "shards open 1",
        "key list",
        "key add Kari --role auditor",
        "replay as-at 1",
        "replay history 1",
        "replay causes 1",
        "replay verify",
        "replay rebuild",
        "replay export --to OUT",
        "backup --to OUT --keys-to KEYS",
    ],
)
def test_a_command_that_expects_a_house_refuses_where_there_is_none(
    words: str, nowhere: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = {"FILE": __file__, "OUT": str(tmp_path / "out"), "KEYS": str(tmp_path / "keys")}
    given = [named.get(word, word) for word in words.split()]

    assert main([*given, "--data", str(nowhere)]) == 2
    assert capsys.readouterr().err == (
        f"kravspor: there is no Kravspor in {nowhere} (the folder does not exist): "
        f"name it with --data or KRAVSPOR_DATA, {HELPS}"
    )
    assert list(tmp_path.iterdir()) == [], "and nothing is made"


def refusal(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["status", "--data", str(folder), "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "NoHouseError"
    message: str = error["message"]
    return message


def test_what_is_there_instead_is_told(
    nowhere: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "(the folder is empty)" in refusal(tmp_path, capsys)
    nowhere.write_text("")
    assert "(it is a file)" in refusal(nowhere, capsys)
    for name in ("c", "b", "a"):
        (tmp_path / name).mkdir()
    assert "(it holds a, b, c, …)" in refusal(tmp_path, capsys)
    version = tmp_path / "b" / "pg" / "cluster" / "PG_VERSION"
    version.parent.mkdir(parents=True)
    version.write_text("16")
    assert f"(but there is one in {tmp_path / 'b'})" in refusal(tmp_path, capsys)
    assert f"(but there is one in {tmp_path / 'b'})" in refusal(tmp_path / "b" / "pg", capsys)


@pytest.fixture
def settings(
    database: str, keys_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Path:
    """Settings that name databases with nothing in them; the data folder."""
    monkeypatch.setenv("KRAVSPOR_DATABASE", database)
    monkeypatch.setenv("KRAVSPOR_KEYS_DATABASE", keys_database)
    monkeypatch.setenv("KRAVSPOR_DATA", str(tmp_path / "house"))
    return tmp_path


@pytest.mark.parametrize("name", ["KRAVSPOR_DATABASE", "KRAVSPOR_KEYS_DATABASE"])
def test_what_is_no_address_is_refused_and_not_repeated(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KRAVSPOR_DATABASE", "host=127.0.0.1 port=1")
    monkeypatch.setenv(name, "hemmelig")
    assert main(["status"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"kravspor: {name} is no address of a database: write")
    assert "hemmelig" not in told


@pytest.mark.postgres
def test_a_database_that_is_another_programs_is_left_as_it_is(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refusal(settings, capsys)
    assert "(it has none of its tables): name it with KRAVSPOR_DATABASE" in told
    assert "password" not in told
    assert main(["work", "--once", "--json"]) == 0
    assert '"event":"house.begun"' in capsys.readouterr().err
    assert main(["status"]) == 0
    capsys.readouterr()
    assert main(["work", "--once", "--json"]) == 0
    assert "house.begun" not in capsys.readouterr().err, "it is begun once"


@pytest.fixture(params=["begun", "half begun"])
def empty(
    request: pytest.FixtureRequest,
    settings: Path,
    database: str,
    capsys: pytest.CaptureFixture[str],
) -> House:
    """A house where nothing was ever written; begun, or given up before it had its tables."""
    if request.param == "begun":
        begin()
    else:
        open_journal(database).close()
    return House(settings, capsys)


@pytest.mark.postgres
def test_a_house_where_nothing_was_written_is_verified_as_empty(empty: House) -> None:
    assert [empty.run(*each)[0] for each in (["status"], ["shards", "list"])] == [0, 0]
    code, told = empty.run("replay", "verify")
    assert (code, "nothing has been written yet" in told) == (0, True), told
    verified = empty.json("replay", "verify")
    assert (verified["records"], verified["rows"], verified["differences"]) == (0, 0, [])
    assert empty.run("replay", "rebuild")[0] == 0
    assert empty.run("replay", "verify")[0] == 0


@pytest.mark.postgres
def test_of_a_house_where_nothing_was_written_there_is_nothing_to_export(empty: House) -> None:
    out = empty.folder / "out"
    code, told = empty.run("replay", "export", "--to", str(out))
    assert (code, "refused: range_empty\n  nothing is written there" in told) == (1, True)
    assert not out.exists()
