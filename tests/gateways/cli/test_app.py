"""The command line: what it loads, what it answers, and how it ends."""

import json
import subprocess
import sys
from datetime import date
from importlib import import_module
from pathlib import Path

import psycopg
import pytest

from engine.refusal import RefusedError
from gateways.cli import main
from gateways.cli.app import COMMANDS
from gateways.cli.failures import EXIT_CODES, exit_code, tell
from gateways.postgres.server import ServerError
from gateways.settings import CHECKOUT

HEAVY = {"pydantic", "psycopg", "fastapi", "kafka", "orjson", "typst", "hypothesis", "holidays"}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gateways.cli", *words]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command


def test_the_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from gateways.cli import main; main(['--help']); "
        "print('LOADED', *{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert HEAVY & set(done.stdout.partition("LOADED")[2].split()) == set()


def test_the_help_tells_every_command_in_its_line() -> None:
    told = run("--help").stdout
    assert [name for name, command in COMMANDS.items() if command.help not in told] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_is_there_and_says_what_it_does(name: str) -> None:
    module, _, thing = COMMANDS[name].where.partition(":")
    assert callable(getattr(import_module(module), thing))


@pytest.mark.parametrize("name", EXIT_CODES)
def test_every_error_of_the_table_is_there(name: str) -> None:
    module, _, kind = name.partition(":")
    error = getattr(import_module(module), kind)
    assert issubclass(error, Exception)
    assert f"{error.__module__}:{error.__qualname__}" == name


def test_bytes_that_are_no_text_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["case", "list", "Ola \udcff"]) == 2
    assert capsys.readouterr().err == (
        "kravspor: 'Ola \\udcff' is no text in UTF-8: set the terminal to it\n"
    )


def test_a_command_that_is_not_there_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docter"]) == 2
    assert "doctor" in capsys.readouterr().err


def test_an_option_that_is_not_there_is_bad_usage() -> None:
    assert main(["doctor", "--jsn"]) == 2


def test_a_damaged_setting_is_told_in_one_line_and_is_not_understood(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAVSPOR_LOG_LEVEL", "loud")
    assert main(["config", "show"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("kravspor: KRAVSPOR_LOG_LEVEL: log_level: Input should be")
    assert told.err.count("\n") == 1


def test_an_error_is_an_object_where_json_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAVSPOR_LOG_LEVEL", "loud")
    assert main(["config", "show", "--json"]) == 2
    told = capsys.readouterr()
    assert told.err == ""
    assert json.loads(told.out)["error"]["code"] == "SettingsError"


def test_the_place_of_a_fault_is_told_only_on_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAVSPOR_LOG_LEVEL", "loud")
    main(["config", "show"])
    assert "Traceback" not in capsys.readouterr().err
    main(["--debug", "config", "show"])
    assert "Traceback" in capsys.readouterr().err


def test_a_refusal_is_told_with_code_law_and_facts(capsys: pytest.CaptureFixture[str]) -> None:
    refused = RefusedError("too_early", law="inkassoloven 1988 § 9", earliest=date(2026, 9, 1))
    assert tell(refused, as_json=False, debug=False) == 1
    assert capsys.readouterr().err == (
        "refused: too_early\n  law: inkassoloven 1988 § 9\n  earliest: 01.09.2026\n"
    )


def test_a_refusal_as_json_has_its_facts_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    refused = RefusedError("too_early", law="inkassoloven 1988 § 9", earliest=date(2026, 9, 1))
    assert tell(refused, as_json=True, debug=False) == 1
    assert json.loads(capsys.readouterr().out)["error"] == {
        "exit_code": 1,
        "code": "too_early",
        "law": "inkassoloven 1988 § 9",
        "facts": {"earliest": "2026-09-01"},
        "message": "too early: earliest 2026-09-01 (inkassoloven 1988 § 9)",
    }


def test_an_error_out_of_a_known_kind_ends_as_that_kind() -> None:
    class OwnError(ServerError):
        """A kind of its own."""

    assert exit_code(OwnError()) == 3
    assert exit_code(psycopg.errors.ConnectionException()) == 3


def test_what_nobody_reckoned_with_is_a_fault_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(KeyError("x"), as_json=False, debug=False) == 70
    assert "a fault of ours: KeyError" in capsys.readouterr().err


def test_settings_are_shown_with_their_origin(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"name", "value", "origin"} == set(rows[0])


def test_the_doctor_names_what_mends_each_thing_that_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KRAVSPOR_PG_BIN", str(tmp_path))
    monkeypatch.setenv("KRAVSPOR_DATA", str(tmp_path / "data"))
    assert main(["doctor", "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)
    assert "KRAVSPOR_PG_BIN" in findings["PostgreSQL"]["mend"]
    assert findings["data folder"] == {"found": f"{tmp_path / 'data'}, not there yet", "mend": ""}
    assert not (tmp_path / "data").exists(), "looking makes nothing"
    assert findings["agency"]["found"].startswith("made up")


def test_the_doctor_knows_an_agency_that_was_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KRAVSPOR_PG_BIN", str(tmp_path))
    monkeypatch.setenv("KRAVSPOR_DATA", str(tmp_path))
    monkeypatch.setenv("KRAVSPOR_AGENCY_NAME", "Fjord Inkasso AS")
    main(["doctor", "--json"])
    assert json.loads(capsys.readouterr().out)["agency"] == {
        "found": "Fjord Inkasso AS",
        "mend": "",
    }


def test_settings_and_doctor_look_at_the_folder_that_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = ["--data", str(tmp_path), "--json"]
    assert main(["config", "show", *named]) == 0
    shown = {each["name"]: each["value"] for each in json.loads(capsys.readouterr().out)}
    main(["doctor", *named])

    assert shown["data"] == str(tmp_path)
    assert json.loads(capsys.readouterr().out)["data folder"]["found"] == str(tmp_path)


def test_the_doctor_does_not_tell_a_password(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KRAVSPOR_DATA", str(tmp_path))
    monkeypatch.setenv("KRAVSPOR_DATABASE", "host=127.0.0.1 port=1 password=hemmelig")
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "not reached" in told
    assert "hemmelig" not in told
