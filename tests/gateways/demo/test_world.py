"""The world outside, and days lived in memory: everything comes in once, whatever is repeated."""

from pathlib import Path

import pytest

from events.kid import make_kid, parse_kid
from gateways.demo.calendar import FIRST_DAY, day, morning
from gateways.demo.days import Progress, live
from gateways.demo.example import example
from gateways.demo.opening import courses, hand_over, take_creditors
from gateways.demo.summary import summary
from gateways.demo.world import World, wrong_kid
from gateways.settings import Agency
from gateways.wiring import SimulatedClock, in_memory
from projections import case_list, creditor

CASES, DAYS = 8, 30


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    data = tmp_path_factory.mktemp("demo")
    clock = SimulatedClock(morning(FIRST_DAY))
    office = in_memory(clock, Agency())
    take_creditors(office)
    hand_over(office, CASES)
    told = list(live(office, clock, data, Progress(DAYS, CASES)))
    return office, clock, data, told


def events(office):
    return office.store.index.entries(0, 0, 100_000)


def test_the_small_portfolio_makes_as_many_cases(lived):
    office, *_ = lived

    assert len(office.rows.find(case_list.TABLE)) == CASES


def test_no_message_and_no_letter_is_refused_and_no_step_is_stuck(lived):
    *_, told = lived

    assert [each.refused for each in told if each.refused] == []
    assert [each.stuck for each in told if each.stuck] == []


def test_the_opening_again_changes_nothing(lived):
    office, clock, *_ = lived
    before = len(events(office))
    clock.at = morning(FIRST_DAY)
    take_creditors(office)
    hand_over(office, CASES)

    assert len(events(office)) == before
    assert {row.account_version for row in office.rows.find(creditor.TABLE)} == {5}


def test_the_last_day_again_changes_nothing(lived):
    office, clock, data, _ = lived
    before = len(events(office))
    list(live(office, clock, data, Progress(DAYS, CASES, opened=True, done=DAYS - 1)))

    assert len(events(office)) == before


def test_how_far_it_has_come_is_noted(lived):
    _, _, data, _ = lived

    assert Progress.read(data) == Progress(DAYS, CASES, opened=True, done=DAYS)


def test_what_came_in_on_a_day_is_kept(lived):
    office, _, data, _ = lived
    world = World(office, courses(), data / "inbox")
    before = {file: file.stat().st_mtime_ns for file in _files(data)}
    for number in range(1, DAYS + 1):
        world.morning(day(number))
        world.calls(day(number))

    assert {file: file.stat().st_mtime_ns for file in _files(data)} == before


def test_the_books_add_up_to_nothing_and_the_figures_agree(lived):
    office, *_ = lived
    told = summary(office, day(DAYS), ())

    assert sum(told.books_ore.values()) == 0
    assert sum(place.cases for place in told.places) == CASES
    assert sum(each.cases for each in told.creditors) == CASES
    assert all(each.paid_out_ore <= each.creditors_part_ore for each in told.creditors)


def test_a_case_worth_reading_is_found(lived):
    office, *_ = lived
    found = example(office)

    assert found is not None
    assert found.lines[0].what.startswith(f"Sak {found.case_number} er registrert")


def test_a_wrong_kid_is_no_kid_of_ours():
    for serial in (1, 917_373, 9_999_999):
        kid = make_kid(101, serial)

        assert parse_kid(wrong_kid(kid)) is None
        assert len(wrong_kid(kid)) == len(kid)


def _files(data: Path) -> list[Path]:
    return sorted((data / "inbox").glob("*/*"))
