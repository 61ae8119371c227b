"""`replay export` and `replay verify DIR`, on a real PostgreSQL."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gateways.cli.opening import opened
from gateways.desk import creditors
from gateways.desk.asking import By
from gateways.desk.creditors import Details
from tests.gateways.cli.house import TODAY, House
from tests.gateways.desk.world import AGREEMENT, row

pytestmark = pytest.mark.postgres


@pytest.fixture
def cases(house: House) -> list[dict[str, Any]]:
    """Two cases, and a day of work on them."""
    rows = (row(), row("1002", name="Kari Hansen"))
    told = house.json("import", house.file(*rows))["cases"]
    house.run("work", "--once", "--day", "2026-08-03", today=False)
    return list(told)


def test_an_export_is_verified_by_the_house_and_by_its_own_file(
    house: House, cases: list[dict[str, Any]], tmp_path: Path
) -> None:
    whole, one, creditors = tmp_path / "whole", tmp_path / "one", tmp_path / "creditors"
    number = cases[0]["case_number"]
    exported = house.json("replay", "export", "--to", str(whole), "--as", "revisor")
    house.run("replay", "export", "--to", str(one), "--case", number)
    house.run("replay", "export", "--to", str(creditors), "--creditor", "1")
    key = house.run("journal", "key")[1].strip()

    assert exported["lines"] > 8
    for folder in (whole, one, creditors):
        assert house.run("replay", "verify", str(folder))[0] == 0
        alone = [sys.executable, "-I", "-S", str(folder / "verify.py"), "--key", key]
        assert subprocess.run(alone, env={}, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own file
    assert house.run("replay", "verify")[0] == 0
    assert f"Sak {number}" in (one / "history.txt").read_text("utf-8")


def test_a_part_of_the_log_is_the_same_again(
    house: House, cases: list[dict[str, Any]], tmp_path: Path
) -> None:
    assert cases
    words = ("replay", "export", "--from", "2", "--until", "9", "--to")
    for name in ("first", "second"):
        assert house.run(*words, str(tmp_path / name))[0] == 0

    first = {path.name: path.read_bytes() for path in (tmp_path / "first").glob("*.*")}
    assert {path.name: path.read_bytes() for path in (tmp_path / "second").glob("*.*")} == first
    assert json.loads(first["manifest.json"])["shards"][0]["until_offset"] == 9


def test_an_export_that_was_changed_is_told_with_its_line(
    house: House, cases: list[dict[str, Any]], tmp_path: Path
) -> None:
    to = tmp_path / "one"
    house.run("replay", "export", "--to", str(to), "--case", cases[1]["case_number"])
    (to / "history.txt").write_text("Alt er betalt.\n")
    code, told = house.run("replay", "verify", str(to))

    assert code == 1
    assert "WRONG  history.txt" in told
    assert house.json("replay", "verify", str(to))["count"] == 1


def test_a_log_of_two_shards_is_exported_whole_and_the_same_again(
    house: House, cases: list[dict[str, Any]], tmp_path: Path
) -> None:
    assert cases
    house.run("shards", "open", "1")
    by = By("user:kari", TODAY)
    with opened(today=TODAY) as office:
        details = Details(name="Fjord AS", address="Storgata 2, 0155 Oslo")
        number = creditors.next_number(office)
        creditor_id = creditors.create(office, number, details, by)
        creditors.accept_terms(office, creditor_id, "1", "daglig leder", by)
        creditors.agree(office, creditor_id, AGREEMENT, by)
    house.run("import", house.file(row("2001", creditor="Fjord AS"), name="andre.csv"))
    first, again, one = tmp_path / "first", tmp_path / "again", tmp_path / "one"
    made = house.json("replay", "export", "--to", str(first))
    house.run("replay", "export", "--to", str(again), "--until", made["until"])
    house.run("replay", "export", "--to", str(one), "--creditor", str(number))

    assert made["until"].startswith("0:")
    assert {path.name for path in first.glob("log-*")} == {"log-0.jsonl.gz", "log-1.jsonl.gz"}
    assert {path.name for path in one.glob("log-*")} == {"log-1.jsonl.gz"}
    assert (first / "manifest.sig").read_bytes() == (again / "manifest.sig").read_bytes()
    for folder in (first, again, one):
        assert house.run("replay", "verify", str(folder))[0] == 0


def test_what_cannot_be_exported_is_refused_and_leaves_nothing(
    house: House, tmp_path: Path
) -> None:
    to = tmp_path / "there"
    words = ("replay", "export", "--to", str(to))
    both = house.run(*words, "--case", "1", "--creditor", "1")
    unknown = house.run(*words, "--case", "99999-9999999")
    beyond = house.run(*words, "--until", "999999")
    assert house.run(*words, "--until", "yesterday")[0] == 2

    assert both[0] == 2
    assert unknown[1].startswith("refused: case_unknown")
    assert "refused: range_beyond_log" in beyond[1]
    assert not to.exists()
    assert house.run("replay", "verify", str(tmp_path)) == (
        2,
        f"{tmp_path} holds no manifest.json, so it is no export\n",
    )
