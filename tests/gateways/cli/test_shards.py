"""Shards at the command line: listed, opened in turn, and one that halts stops no other."""

from io import StringIO
from threading import Event

import pytest

from engine.journal.shards import NUMBERS_APART, shard_of_id
from events.case import InkassovarselSent
from gateways.cli.log_lines import log_to
from gateways.cli.opening import opened
from gateways.cli.work import Rounds
from gateways.desk import creditors
from gateways.desk.asking import By
from gateways.desk.creditors import Details
from gateways.postgres.database import open_journal
from gateways.postgres.log import PostgresLog
from projections import case_list
from tests.gateways.cli.house import TODAY, House
from tests.gateways.desk.world import AGREEMENT, row

pytestmark = pytest.mark.postgres

NEW = "Fjord AS"


@pytest.fixture
def two(house: House) -> House:
    """A house with a creditor in each of two shards, and a letter to send for each."""
    assert house.run("shards", "open", "1") == (
        0,
        f"shard 1 is in use from now on; its creditors have the numbers from {NUMBERS_APART}\n",
    )
    by = By("user:kari", TODAY)
    with opened(today=TODAY) as office:
        number = creditors.next_number(office)
        details = Details(name=NEW, address="Storgata 2, 0155 Oslo")
        creditor_id = creditors.create(office, number, details, by)
        creditors.accept_terms(office, creditor_id, "1", "daglig leder", by)
        creditors.agree(office, creditor_id, AGREEMENT, by)
    house.run("import", house.file(row("1001"), row("2001", creditor=NEW)))
    return house


def sent() -> dict[int, int]:
    """How many letters were sent in each shard, of one case each."""
    with opened(today=TODAY) as office:
        return {
            shard_of_id(case.case_id): sum(
                isinstance(recorded.event, InkassovarselSent)
                for recorded in office.store.read(f"case-{case.case_id}").events
            )
            for case in office.rows.find(case_list.TABLE)
        }


def test_shards_are_listed_with_whose_they_are(two: House) -> None:
    first, second = two.json("shards", "list")

    assert (first["shard"], first["numbers"], first["creditors"]) == (0, "1-68499", 1)
    assert (second["shard"], second["numbers"], second["creditors"]) == (1, "68500-68999", 1)
    assert second["events"] > 0
    assert [shard["shard"] for shard in two.json("status")["shards"]] == [0, 1]
    assert two.run("replay", "verify")[0] == 0


def test_a_rebuild_takes_in_every_shard(two: House) -> None:
    before = [two.json("case", "list"), two.json("shards", "list")]

    assert two.run("replay", "rebuild")[0] == 0
    assert [two.json("case", "list"), two.json("shards", "list")] == before
    assert two.run("replay", "verify")[0] == 0


def test_a_shard_is_opened_in_turn_and_once(two: House) -> None:
    assert two.run("shards", "open", "3")[0] == 1
    assert two.json("shards", "open", "1", today=False)["opened"] is False


def test_a_shard_that_halts_is_told_and_the_other_goes_on(two: House, database: str) -> None:
    with open_journal(database) as journal:
        offset = PostgresLog(journal).append(1, b"nonsense")
    log, stop = StringIO(), Event()
    rounds = Rounds(lambda: opened(today=TODAY), two.folder / "house" / "outbox", log_to(log), 1)
    done = next(rounds.until(stop))
    stop.set()

    assert [letter.became for letter in done.letters] == ["sent"]
    assert '"event":"shard.halted"' in log.getvalue().replace(" ", "")
    assert sent() == {0: 1, 1: 0}
    assert two.run("status")[0] == 1
    halted = two.json("status")["shards"][1]["halt"]
    assert (halted["offset"], halted["reason"][:12]) == (offset, "not a commit")

    passed = (
        "journal",
        "quarantine",
        str(offset),
        "--shard",
        "1",
        "--reason",
        "a disk was spoilt",
    )
    assert two.run(*passed)[0] == 0
    assert next(rounds.until(Event())).letters
    assert sent() == {0: 1, 1: 1}
