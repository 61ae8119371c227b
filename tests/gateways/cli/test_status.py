"""The figures that are watched: lag, halts, what is parked, and steps nobody has taken."""

from typing import Any

import pytest

from gateways.cli.journal_opening import journal_opened
from gateways.cli.opening import opened
from projections import due
from tests.gateways.cli.house import TODAY, House
from tests.gateways.desk.world import row
from tests.projections.unheard import happen_on

pytestmark = pytest.mark.postgres


def told_by(house: House) -> dict[str, Any]:
    told = house.json("status")
    assert isinstance(told, dict)
    return told


def test_a_sound_house_has_read_all_and_owes_nothing(house: House) -> None:
    told = told_by(house)
    (shard,) = told["shards"]

    assert house.run("status")[0] == 0
    assert shard["log_end"] == shard["next_offset"] > 0
    assert (shard["lag"], shard["halt"]) == (0, None)
    assert (told["parked"], told["due_cases"], told["due_since"]) == ([], 0, None)


def test_a_step_whose_day_has_come_is_counted_until_it_is_taken(house: House) -> None:
    house.run("import", house.file(row()))
    before = told_by(house)
    house.run("work", "--day", str(TODAY), today=False)
    after = told_by(house)

    assert (before["due_cases"], before["due_since"]) == (1, str(TODAY))
    assert (after["due_cases"], after["due_since"]) == (0, None)


def test_what_is_parked_and_what_waits_behind_a_halt_is_told_with_code_1(house: House) -> None:
    house.run("import", house.file(row()))
    with opened(today=TODAY) as office:
        happen_on(office, office.rows.find(due.TABLE)[0].case_id)
    with journal_opened() as journal:
        offset = journal.log.append(0, b"nonsense")
    told = told_by(house)
    (shard,) = told["shards"]

    assert {"projection": "balance", "count": 1} in told["parked"]
    assert (shard["lag"], shard["halt"]["offset"]) == (1, offset)
    code, words = house.run("status")
    assert (code, f"at offset {offset}" in words, "1 in balance" in words) == (1, True, True)
