"""A house that burns down, and is put up again on an empty machine."""

import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from gateways.postgres.binaries import find_binaries
from tests.gateways.cli.house import House
from tests.gateways.desk.world import row

pytestmark = pytest.mark.postgres

DAY = ("work", "--day", "2026-08-03")


class Backup:
    """The two parts of a backup."""

    def __init__(self, folder: Path) -> None:
        self.house, self.keys = folder / "safe" / "house", folder / "vault" / "keys"

    def made(self, house: House) -> None:
        code, told = house.run(
            "backup", "--to", str(self.house), "--keys-to", str(self.keys), today=False
        )
        assert code == 0, told

    def restored(self, house: House) -> tuple[int, str]:
        words = ("--from", str(self.house), "--keys-from", str(self.keys))
        return house.run("restore", *words, today=False)


@pytest.fixture
def backup(house: House) -> Backup:
    """A backup of a house with a case, whose letter is out."""
    house.run("import", house.file(row()))
    assert house.run(*DAY, today=False)[0] == 0
    made = Backup(house.folder)
    made.made(house)
    return made


@pytest.fixture
def empty_machine(house: House, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another machine: no database, and an empty data folder."""
    monkeypatch.delenv("KRAVSPOR_DATABASE")
    monkeypatch.delenv("KRAVSPOR_KEYS_DATABASE")
    new = house.folder / "new machine"
    monkeypatch.setenv("KRAVSPOR_DATA", str(new))
    return new


def seen(house: House) -> dict[str, Any]:
    (case,) = house.json("case", "list")
    number = case["case_number"]
    return {
        "case": house.json("case", "show", number),
        "history": house.json("replay", "history", number),
        "dashboard": house.json("dashboard"),
    }


def test_what_is_backed_up_comes_back_whole_on_an_empty_machine(
    house: House, backup: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seen(house)
    printed = sorted(path.name for path in (house.folder / "house/outbox").rglob("*.pdf"))
    monkeypatch.delenv("KRAVSPOR_DATABASE")
    monkeypatch.delenv("KRAVSPOR_KEYS_DATABASE")
    monkeypatch.setenv("KRAVSPOR_DATA", str(house.folder / "new"))

    code, told = backup.restored(house)

    assert code == 0, told
    assert seen(house) == before
    assert house.json("replay", "verify")["count"] == 0
    assert sorted(p.name for p in (house.folder / "new/outbox").rglob("*.pdf")) == printed
    assert house.json(*DAY, today=False)["letters"] == [], "no letter goes a second time"
    code, again = backup.restored(house)
    assert (code, "empty data folder" in again) == (1, True)


def test_a_damaged_backup_changes_nothing(
    house: House, backup: Backup, empty_machine: Path
) -> None:
    dump = backup.house / "journal.dump"
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)

    code, told = backup.restored(house)

    assert (code, "journal.dump is damaged" in told) == (1, True)
    assert not (empty_machine / "pg").exists()


def test_keys_older_than_the_log_are_refused(
    house: House, backup: Backup, empty_machine: Path
) -> None:
    manifest = backup.keys / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"made_at": "20', '"made_at": "19'))

    code, told = backup.restored(house)

    assert (code, "older than the log" in told) == (1, True)
    assert not (empty_machine / "pg").exists()


def test_the_parts_are_not_taken_for_each_other(
    house: House, backup: Backup, empty_machine: Path
) -> None:
    backup.house, backup.keys = backup.keys, backup.house
    code, told = backup.restored(house)
    assert (code, "is the part 'keys'" in told) == (1, True)
    assert not (empty_machine / "pg").exists()


def test_a_part_that_is_not_there_is_told(house: House, backup: Backup) -> None:
    (backup.keys / "keys.dump").unlink()
    code, told = backup.restored(house)
    assert (code, "keys.dump is missing" in told) == (1, True)


def test_a_backup_never_overwrites_and_never_lies_in_one_place(
    house: House, backup: Backup
) -> None:
    again = ("backup", "--to", str(backup.house), "--keys-to", str(house.folder / "other"))
    code, told = house.run(*again, today=False)
    assert (code, "not an empty folder" in told) == (2, True)
    inside = ("--to", str(house.folder / "x"), "--keys-to", str(house.folder / "x" / "keys"))
    code, told = house.run("backup", *inside, today=False)
    assert (code, "must be apart" in told) == (2, True)


def test_a_living_house_is_never_restored_over(house: House, backup: Backup) -> None:
    code, told = backup.restored(house)
    assert (code, "restore into an empty one" in told) == (1, True)
    assert house.json("replay", "verify")["count"] == 0


def test_what_postgresqls_own_program_keeps_without_the_index_comes_back_too(
    house: House, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.run("import", house.file(row()))
    key = house.json("key", "add", "Revisor", "--role", "auditor")["key_id"]
    before = seen(house)
    programs, file = find_binaries(), house.folder / "dump.sql"
    again = make_conninfo("", **{**conninfo_to_dict(database), "dbname": "test_again"})
    ran([programs / "pg_dump", "-N", "kravspor_index", "--no-owner", "-f", file, "-d", database])
    # An empty database has this schema; that of the tests was made anew, and is told of.
    file.write_text(file.read_text("utf-8").replace("CREATE SCHEMA public;", ""), "utf-8")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE DATABASE test_again TEMPLATE template0")
        try:
            ran([programs / "psql", "-v", "ON_ERROR_STOP=1", "-d", again, "-f", file])
            monkeypatch.setenv("KRAVSPOR_DATABASE", again)

            assert seen(house) == before
            assert [each["key_id"] for each in house.json("key", "list")] == [key]
            assert house.json("replay", "verify", today=False)["count"] == 0
        finally:
            connection.execute("DROP DATABASE test_again WITH (FORCE)")


def ran(words: list[str | Path]) -> None:
    command = [str(word) for word in words]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - PostgreSQL's own
    assert done.returncode == 0, done.stderr
