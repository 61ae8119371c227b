"""A worker's day: what it tells of it, and what it does when the disk is full."""

import json
from io import StringIO
from pathlib import Path

import pytest

from events.case import InkassovarselSent
from gateways.cli.log_lines import log_day, log_failure, log_to
from gateways.desk.invoices import take_in
from gateways.working import DayDone, Worker
from projections import case_list
from tests.gateways.desk.world import World, csv_of, row


@pytest.fixture
def world() -> World:
    """An office in memory with creditor number 1."""
    world = World()
    world.creditor()
    return world


def waits(world: World, *rows: str) -> None:
    """Invoices that are ripe today and that nobody has registered."""
    early = world.clock.at
    world.clock.at = early.replace(month=7, day=20)
    take_in(world.office, csv_of(*rows), "f.csv", today=world.today, actor="user:kari")
    world.clock.at = early


def sent(world: World) -> int:
    """How many letters the log says were sent."""
    return sum(
        isinstance(recorded.event, InkassovarselSent)
        for case in world.office.rows.find(case_list.TABLE)
        for recorded in world.office.store.read(f"case-{case.case_id}").events
    )


def printed(folder: Path) -> list[Path]:
    return sorted(folder.glob("letters/*/*"))


def test_the_day_tells_the_cases_it_registered_and_the_next_round_none(
    world: World, tmp_path: Path
) -> None:
    waits(world, row("1001"), row("1002", name="Kari Hansen"))
    worker = Worker(world.office, tmp_path, "w")
    done = worker.day(world.today)
    cases = world.office.rows.find(case_list.TABLE)
    assert sorted(each.case_number for each in done.registered) == sorted(
        each.case_number for each in cases
    )
    assert len(done.registered) == 2
    again = worker.day(world.today)
    assert (again.registered, again.anything) == ([], False)


def test_an_outbox_that_cannot_be_written_to_loses_no_letter_and_doubles_none(
    world: World, tmp_path: Path
) -> None:
    waits(world, row())
    outbox = tmp_path / "outbox"
    outbox.write_text("a file where the folder should be")
    worker = Worker(world.office, outbox, "w")
    for _ in range(2):
        with pytest.raises(OSError, match="outbox"):
            worker.day(world.today)
    assert sent(world) == 0
    outbox.unlink()
    assert [each.became for each in worker.day(world.today).letters] == ["sent"]
    assert worker.day(world.today).letters == []
    assert (sent(world), len(printed(outbox))) == (1, 1)


def lines(log: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def logged(world: World, folder: Path) -> tuple[StringIO, DayDone]:
    log = StringIO()
    done = Worker(world.office, folder, "w").day(world.today)
    log_day(log_to(log), done)
    return log, done


def test_the_log_names_what_happened_in_words_that_never_change(
    world: World, tmp_path: Path
) -> None:
    waits(world, row())
    log, done = logged(world, tmp_path)
    told = lines(log)
    assert [line["event"] for line in told] == ["case.registered", "letter.sent", "day.worked"]
    assert told[1]["letter_id"] == str(done.letters[0].letter_id)
    assert told[2] | {"at": ""} == {
        "event": "day.worked", "level": "info", "at": "", "today": str(world.today),
        "registered": 1, "letters": 1, "payouts": 0, "forgotten": 0, "stuck": 0,
    }  # fmt: skip


def test_no_person_is_in_the_log(world: World, tmp_path: Path) -> None:
    # Nobody can be sent a letter in this name: even that is told without it.
    unprintable = "Kari Hansen \U0001f600"
    waits(world, row("1001"), row("1002", name=unprintable))
    log, done = logged(world, tmp_path)
    assert {each.became for each in done.letters} == {"sent", "failed"}
    for personal in ("Ola", "Nordmann", "Kari", "Hansen", "Gata 1", "0150", "\U0001f600"):
        assert personal not in log.getvalue()


def test_a_round_that_did_nothing_is_no_line_and_one_that_failed_is(tmp_path: Path) -> None:
    world, log = World(), StringIO()
    done = Worker(world.office, tmp_path, "w").day(world.today)
    log_day(log_to(log), done)
    assert lines(log) == []
    log_failure(log_to(log), OSError(28, "No space left on device"), 60)
    (line,) = lines(log)
    assert (line["event"], line["error"], line["again_seconds"]) == ("round.failed", "OSError", 60)
