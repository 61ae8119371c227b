"""The log looked at, a record passed over, parked streams, and everything verified."""

from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from engine.journal.commit import read_line
from engine.pump import Pump
from engine.streams import case_stream
from gateways.cli.journal_opening import journal_opened
from gateways.cli.opening import begin, opened
from gateways.exporting.verify import opened_note
from projections import balance, due, ordered_act
from projections.agenda import ProjectedAgenda
from projections.fold import Fold
from projections.ordered_act import OrderedAct
from tests.gateways.cli.house import TODAY, House
from tests.gateways.desk.world import row
from tests.projections.unheard import happen_on

pytestmark = pytest.mark.postgres


def damage(record: bytes) -> int:
    """What a spoilt disk or a stranger writes; the offset of it."""
    with journal_opened() as journal:
        return journal.log.append(0, record)


def checked(house: House, check: str) -> dict[str, str]:
    told: dict[str, dict[str, str]] = house.json("doctor", today=False)
    return told[check]


def status(house: House) -> dict[str, Any]:
    (told,) = house.json("journal", "status")
    assert isinstance(told, dict)
    return told


def ordered_today() -> list[OrderedAct]:
    """What is ordered once the pump has worked the day on the agenda without parked cases."""
    with opened(today=TODAY) as office:
        agenda = ProjectedAgenda(office.rows, office.runner.parked)
        assert Pump(agenda, office.carry).day(TODAY) == []
        return office.rows.find(ordered_act.TABLE)


def a_case(house: House) -> dict[str, Any]:
    (case,) = house.json("import", house.file(row()))["cases"]
    assert isinstance(case, dict)
    return case


def test_a_sound_log_is_told_with_its_end(house: House) -> None:
    told = status(house)

    assert house.run("journal", "status")[0] == 0
    assert told["log_end"] == told["next_offset"] > 0
    assert (told["halt"], told["unresolved"], told["parked"]) == (None, [], 0)


def test_a_damaged_record_halts_the_house_until_a_person_passes_over_it(house: House) -> None:
    offset = damage(b"nonsense")
    assert house.run("journal", "status")[0] == 1
    assert house.run("import", house.file(row()))[0] == 3
    assert checked(house, "shards")["found"].startswith(
        f"0 is halted at offset {offset}: not a commit"
    )
    assert status(house)["halt"]["offset"] == offset

    code, told = house.run("journal", "quarantine", str(offset), "--reason", "a disk was spoilt")
    passed = f"the record at offset {offset} is passed over from now on"
    assert (code, told) == (0, f"{passed}; read up to offset {offset + 2}\n")
    assert checked(house, "shards") == {"found": "none is halted", "mend": ""}
    assert a_case(house)["case_number"]
    assert house.run("replay", "verify")[0] == 0
    again = house.json("journal", "quarantine", str(offset), "--reason", "a disk was spoilt")
    assert again["outcome"] == "already"


def test_each_of_two_damaged_records_needs_its_own_word(house: House) -> None:
    first, second = damage(b"nonsense"), damage(b"more of it")
    told = house.json("journal", "quarantine", str(first), "--reason", "a disk was spoilt")
    assert (told["next_offset"], bool(told["halted"])) == (second, True)
    told = house.json("journal", "quarantine", str(second), "--reason", "the same disk")
    assert (told["next_offset"], told["halted"]) == (second + 3, "")

    with journal_opened() as journal:
        control = journal.index.read(["control-0"])["control-0"]
    assert [entry.version for entry in control.entries] == [1, 2]
    assert house.run("replay", "verify")[0] == 0


@pytest.mark.parametrize("asked", [0, 999])
def test_only_what_the_shard_halts_at_is_passed_over(house: House, asked: int) -> None:
    code, told = house.run("journal", "quarantine", str(asked), "--reason", "I do not like it")
    assert (code, "not_halted_there" in told) == (1, True)
    offset = damage(b"nonsense")
    code, told = house.run("journal", "quarantine", str(asked), "--reason", "I do not like it")
    assert (code, "not_halted_there" in told) == (1, True)
    assert status(house)["log_end"] == offset + 1


def test_a_quarantine_has_a_reason(house: House) -> None:
    offset = damage(b"nonsense")
    code, told = house.run("journal", "quarantine", str(offset), "--reason", " ")
    assert code == 2
    assert told.startswith("kravspor: reason: something that can be read")


def test_commits_that_nobody_has_judged_are_counted_as_they_stand(house: House) -> None:
    a_case(house)
    with journal_opened() as journal:
        end = journal.log.end(0)
        ((_, last),) = journal.log.read(0, end - 1, 1)
        commit_id = str(read_line(last).commit.commit_id)
        other = f"{commit_id[:-1]}{int(commit_id[-1], 16) ^ 1:x}"
        journal.log.append(0, last)
        journal.log.append(0, last.replace(commit_id.encode(), other.encode(), 1))
    told = status(house)

    assert (told["log_end"], told["next_offset"], told["halt"]) == (end + 2, end, None)
    assert told["unresolved"] == [other]


def test_what_a_newer_program_wrote_parks_its_case_and_the_day_goes_on(house: House) -> None:
    house.run("import", house.file(row(), row("1002", name="Kari Nordmann")))
    with opened(today=TODAY) as office:
        first = office.rows.find(due.TABLE)[0].case_id
        happen_on(office, first)
    assert len(ordered_today()) == 1

    told = house.json("parked", "list")
    assert {each["stream"] for each in told} == {case_stream(first)}
    assert "balance" in {each["projection"] for each in told}
    assert checked(house, "parked streams")["found"].startswith(f"{len(told)}, first case-")
    assert status(house)["parked"] == len(told)
    shown = house.json("parked", "show", "balance", "case-")
    assert [each["type"] for each in shown["waiting"]] == ["case.unheard"]
    assert (
        "case.unheard (schema 1) by a newer program"
        in house.run("parked", "show", "balance", case_stream(first))[1]
    )
    code, words = house.run("parked", "retry", "balance")
    assert (code, f"{case_stream(first)} in balance is still parked" in words) == (1, True)
    assert house.run("replay", "verify")[0] == 0


def test_a_stream_is_taken_up_again_when_the_cause_is_mended(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(*_: object) -> None:
        raise ArithmeticError("too much")

    spoilt = Fold(balance.TABLE, balance.PROJECTION.keys, too_much)
    with monkeypatch.context() as patch:
        patch.setattr(balance, "PROJECTION", spoilt)
        a_case(house)
        (parked,) = house.json("parked", "list")
        assert ordered_today() == []
    assert (parked["projection"], parked["reason"]) == ("balance", "ArithmeticError: too much")
    assert house.run("replay", "verify")[0] == 1

    code, told = house.run("parked", "retry")
    assert (code, f"{parked['stream']} in balance is through" in told) == (0, True)
    assert house.run("parked", "retry")[1] == "nothing is parked\n"
    assert house.run("replay", "verify")[0] == 0
    assert len(ordered_today()) == 1


def test_a_parked_stream_is_named_so_that_it_is_one(house: House) -> None:
    house.run("import", house.file(row(), row("1002", name="Kari Nordmann")))
    with opened(today=TODAY) as office:
        for case in office.rows.find(due.TABLE):
            happen_on(office, case.case_id)

    assert "parked_ambiguous" in house.run("parked", "show", "balance", "case-")[1]
    assert "parked_unknown" in house.run("parked", "show", "balance", "case-zz")[1]
    assert "parked_unknown" in house.run("parked", "retry", "nowhere")[1]


def test_a_value_changed_in_any_table_of_the_projections_is_found(
    house: House, database: str
) -> None:
    house.run("import", house.file(row(), row("1002", due="20.07.2026")))
    house.run("work", "--day", str(TODAY), today=False)
    assert house.json("replay", "verify")["differences"] == []
    tried = tampered(database)
    told = house.json("replay", "verify")

    assert len(tried) >= 8
    assert {each["table"] for each in told["differences"]} == tried
    assert "Nordmann" not in str(told)
    code, words = house.run("replay", "verify")
    assert (code, f"{told['count']} differences" in words) == (1, True)


def tampered(dsn: str) -> set[str]:
    """One bigint of one row is another in every table of the projections that has one."""
    done = set()
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = connection.execute(
            "SELECT table_name, min(column_name) FROM information_schema.columns"
            " WHERE table_schema = 'kravspor_index' AND table_name ~ '_v[0-9]+$'"
            " AND data_type = 'bigint' GROUP BY 1"
        ).fetchall()
        for table, column in found:
            named, field = Identifier("kravspor_index", table), Identifier(column)
            change = SQL(
                "UPDATE {0} SET {1} = {1} + 1"
                " WHERE ctid = (SELECT ctid FROM {0} WHERE {1} IS NOT NULL"
                " ORDER BY {1} DESC LIMIT 1)"
            )
            if connection.execute(change.format(named, field)).rowcount:
                done.add(table)
    return done


def test_a_checkpoint_is_printed_as_a_note_that_the_public_key_opens(house: House) -> None:
    code, key = house.run("journal", "key")
    _, note = house.run("journal", "checkpoint")
    told = house.json("journal", "checkpoint")

    text = opened_note(note.encode(), key.strip())
    assert code == 0
    assert text is not None
    assert text.split("\n")[1] == str(told["size"])
    assert told["note"] == note
    assert house.json("journal", "key") == {"key": key.strip()}


def test_of_an_empty_log_there_is_nothing_to_sign(
    house: House, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE DATABASE log_empty")
        monkeypatch.setenv("KRAVSPOR_DATABASE", make_conninfo(database, dbname="log_empty"))
        begin()
        code, told = house.run("journal", "checkpoint")
        connection.execute("DROP DATABASE log_empty WITH (FORCE)")

    assert (code, told) == (1, "refused: log_empty\n  nothing has been written yet\n")


def test_the_worker_signs_what_the_log_has_come_to(house: House) -> None:
    a_case(house)
    assert house.run("work", "--once", today=False)[0] == 0
    with opened() as office:
        meta = office.runner.index.meta(0)
        last = office.notary.store.last(meta.log_id, 0)

    assert last is not None
    assert (last.size, last.root) == (meta.tree.size, meta.tree.root.hex())
