"""Forgetting a person for good: after it, nothing anywhere says who it was."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tests.gateways.cli.house import House
from tests.gateways.desk.world import HEADER

pytestmark = pytest.mark.postgres

NAME, STREET, NUMBER = "Ola Prøvesen", "Hemmeliggata 7", "07841949964"
NOTE = "Ringte fra sykehuset"
SECRETS = (NAME, STREET, NUMBER, NOTE, "prøvesen", "Hemmelig")
LATER = ("--today", "2032-01-02")


@pytest.fixture
def case(house: House, monkeypatch: pytest.MonkeyPatch) -> str:
    """A case on a person: a letter out, a talk noted, a rest, and all paid."""
    monkeypatch.setenv("KRAVSPOR_ALLOW_SYNTHETIC_IDS", "true")
    due = "10.07.2026"
    row = f"Lys og Varme AS;{NAME};{STREET};0150;Oslo;1001;{due};{due};5000,00;{NUMBER}"
    path = house.folder / "f.csv"
    path.write_text(f"{HEADER};Fødselsnummer\n{row}\n", encoding="utf-8")
    house.run("import", str(path))
    path.unlink()
    assert house.run("work", "--day", "2026-08-03", today=False)[0] == 0
    (found,) = house.json("case", "list")
    number = str(found["case_number"])
    contact = ("phone", NOTE)
    code, told = house.run("contact", number, *contact)
    assert code == 0, told
    assert house.run("pause", number, NOTE)[0] == 0
    assert house.run("resume", number)[0] == 0
    assert house.run("pay", number, "5038", "--on", "2026-08-03")[0] == 0
    return number


def everything(house: House, *addresses: str) -> Iterator[tuple[str, str]]:
    """Every row of every table, and every file of the house: where it is, and what it says."""
    for address in addresses:
        with psycopg.connect(address) as connection:
            tables = connection.execute(
                "SELECT schemaname, tablename FROM pg_tables"
                " WHERE schemaname !~ '^(pg_|information_schema)'"
            ).fetchall()
            for schema, table in tables:
                every = SQL("SELECT t::text FROM {} t").format(Identifier(schema, table))
                for (text,) in connection.execute(every):
                    yield f"{schema}.{table}", text
                    yield f"{schema}.{table}, bytes", _unhexed(text)
    for path in sorted(house.folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            whole = gzip.decompress(content) if path.suffix == ".gz" else content
            yield str(path), whole.decode("utf-8", "replace")


def _unhexed(text: str) -> str:
    """What stands in binary columns, read as text."""
    found = re.findall(r"\\\\x([0-9a-f]+)", text)
    return " ".join(bytes.fromhex(each).decode("utf-8", "replace") for each in found)


def places(house: House, *addresses: str) -> set[str]:
    return {
        where
        for where, text in everything(house, *addresses)
        if any(secret.casefold() in text.casefold() for secret in SECRETS)
    }


def figures(told: object) -> list[tuple[str, int]]:
    """Every amount in what a command told."""
    if isinstance(told, list):
        return [found for each in told for found in figures(each)]
    if not isinstance(told, dict):
        return []
    own = [(name, each) for name, each in told.items() if name.endswith("_ore")]
    return own + [found for each in told.values() for found in figures(each)]


def test_after_an_erasure_a_person_is_nowhere(
    house: House, case: str, database: str, keys_database: str
) -> None:
    assert house.run("replay", "rebuild", "--workers", "1", today=False)[0] == 0
    before = places(house, database, keys_database)
    assert any("kept__debtor" in place for place in before), "old tables are kept"
    assert any("debtor" in place for place in before), "what is looked for can be found"
    outbox = house.folder / "house" / "outbox"
    assert list(outbox.glob("letters/*/*.pdf"))
    owed = figures(house.json("case", "show", case))

    code, told = house.run("privacy", "erase", case, "--yes", *LATER, today=False)

    assert (code, "is forgotten" in told) == (0, True)
    assert places(house, database, keys_database) == set()
    assert not list(outbox.glob("letters/*/*.pdf"))
    assert figures(house.json("case", "show", case)) == owed
    verified = house.json("replay", "verify")
    assert verified["count"] == 0, verified
    assert not any(secret in told for secret in SECRETS)


def test_an_export_after_an_erasure_says_nowhere_who_it_was_and_still_holds(
    house: House, case: str, database: str, keys_database: str
) -> None:
    assert house.run("privacy", "erase", case, "--yes", *LATER, today=False)[0] == 0
    whole, one = house.folder / "whole", house.folder / "one"
    assert house.run("replay", "export", "--to", str(whole))[0] == 0
    assert house.run("replay", "export", "--to", str(one), "--case", case)[0] == 0

    assert any(path.suffix == ".gz" for path in whole.rglob("*")), "what is packed is looked into"
    assert case in (one / "history.txt").read_text("utf-8")
    assert places(house, database, keys_database) == set()
    for folder in (whole, one):
        assert house.run("replay", "verify", str(folder))[0] == 0


def test_what_the_commands_tell_and_log_meanwhile_never_says_who(house: House, case: str) -> None:
    told = house.run("privacy", "erase", case, "--yes", *LATER, today=False)[1]
    told += house.run("work", "--day", "2032-01-03", today=False)[1]
    assert "day.worked" in told or "is forgotten" in told
    assert not any(secret in told for secret in SECRETS)


def test_an_erasure_needs_a_clear_yes(house: House, case: str) -> None:
    code, told = house.run("privacy", "erase", case, *LATER, today=False)
    assert (code, "--yes" in told) == (2, True)


def test_what_holds_a_person_is_told_with_its_last_day_and_law(house: House, case: str) -> None:
    (found,) = house.json("privacy", "holds", case)
    assert found["may_be_forgotten_on"] == "2032-01-01"
    assert {(each["why"], each["law"]) for each in found["holds"]} == {
        ("accounting", "bokføringsloven 2004 § 13"),
        ("claims_against_us", "foreldelsesloven 1979 § 2"),
    }
    code, told = house.run("privacy", "erase", case, "--yes")
    assert (code, "legal_hold" in told, "bokføringsloven" in told) == (1, True, True)


def test_who_will_be_forgotten_is_listed_before_it_is_done(house: House, case: str) -> None:
    none = house.json("privacy", "retention", "--today", "2031-11-30", today=False)
    assert none == {"persons": [], "requests": 0, "deliveries": 0, "access_lines": 0}
    (due,) = house.json("privacy", "retention", "--today", "2031-12-15", today=False)["persons"]
    assert (due["due_on"], due["last"]) == ("2032-01-01", case)
    done = house.json("work", "--day", "2032-01-01", today=False)["forgotten"]
    assert [each["basis"] for each in done] == ["retention"]


def test_a_person_gets_all_that_is_held_as_a_page_and_as_json(
    house: House, case: str, tmp_path: Path
) -> None:
    to = tmp_path / "innsyn"
    assert house.run("privacy", "export", case, "--to", str(to))[0] == 0
    told = json.loads((to / "innsyn.json").read_text(encoding="utf-8"))
    texts = [each["text"] for each in told["persons"][0]["details"]]
    assert {NAME, STREET, NUMBER} <= set(texts)
    assert NOTE in json.dumps(told, ensure_ascii=False)
    assert told["persons"][0]["looks"] == [], "nobody has asked the API"
    assert (to / "innsyn.pdf").read_bytes().startswith(b"%PDF")
    code, again = house.run("privacy", "export", case, "--to", str(to))
    assert (code, "not an empty folder" in again) == (2, True)
