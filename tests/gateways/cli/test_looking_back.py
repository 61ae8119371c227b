"""A case looked back on from a shell: as it was, what differs, and why."""

import re
from typing import Any

import pytest

from tests.gateways.cli.house import House
from tests.gateways.desk.world import row


def case_of(house: House) -> str:
    """A case of 5 000,00, due on 10 July, of which 1 000,00 was paid on 1 August and told now."""
    (case,) = house.json("import", house.file(row()))["cases"]
    number: str = case["case_number"]
    house.run("pay", number, "1000", "--on", "2026-08-01")
    return number


@pytest.mark.postgres
def test_a_case_is_told_as_it_was_and_why(house: House) -> None:
    number = case_of(house)
    view: Any = house.json("replay", "as-at", number)
    live: Any = house.json("case", "show", number)
    assert view["owed"] == live["statement"]
    assert (view["status"], view["debtor"]["name"]) == (live["status"], "Ola Nordmann")
    assert [payment["covered_ore"] for payment in view["payments"]] == [100_000]

    code, told = house.run("replay", "as-at", number, "--effective", "03.08.2026")
    assert code == 0
    assert re.search(r"\n  Å betale i alt {30,}4 0", told)

    why: Any = house.json("replay", "why", number)
    assert why["total_ore"] == view["owed"]["total_ore"]
    assert sum(part["amount_ore"] for part in why["amounts"]) == why["total_ore"]
    code, told = house.run("replay", "why", number)
    assert code == 0
    assert "\nHva som kommer:\n  03.08.2026  Inkassovarsel bestilles." in told


@pytest.mark.postgres
def test_what_a_line_is_called_and_what_it_says_stand_apart_however_long_that_is(
    house: House,
) -> None:
    number = case_of(house)
    for day in ("2026-09-07", "2026-09-22"):
        house.run("work", "--day", day, today=False)
    _, told = house.run("replay", "as-at", number, "--today", "2026-09-22", today=False)
    assert re.search(r"Betalingsoppfordring, bestilt 22. september 2026 {2,}sendt", told), told


@pytest.mark.postgres
def test_two_views_are_told_line_by_line_and_a_view_beside_itself_has_no_difference(
    house: House,
) -> None:
    number = case_of(house)
    same = ("--from", "2026-08-03/2026-08-03", "--to", "2026-08-03/2026-08-03")
    code, told = house.run("replay", "diff", number, *same)
    assert (code, told.splitlines()[-1]) == (0, "ingen forskjell")
    other: Any = house.json(
        "replay", "diff", number, "--from", "2026-08-03", "--to", "2026-08-10/2026-08-03"
    )
    moved = {change["key"]: change["by_ore"] for change in other["changes"]}
    assert moved["interest_ore"] == moved["total_ore"] == other["by_time"]["interest_ore"] > 0
    assert other["effects"] == []


@pytest.mark.postgres
def test_a_day_before_the_case_and_words_that_are_no_day_are_told_apart(house: House) -> None:
    number = case_of(house)
    code, told = house.run("replay", "as-at", number, "--effective", "2026-08-02")
    assert code == 1
    assert "case_not_begun" in told
    code, told = house.run("replay", "diff", number, "--from", "yesterday")
    assert code == 2
    assert "'yesterday' is no day" in told


@pytest.mark.postgres
def test_an_event_is_told_with_what_led_to_it_and_what_it_led_to(house: House) -> None:
    number = case_of(house)
    history: Any = house.json("replay", "history", number)
    (covered,) = [each for each in history if each["type"] == "case.payment_allocated"]
    told: Any = house.json("replay", "causes", covered["event_id"])
    assert told == house.json("replay", "causes", f"{number}:{covered['version']}")
    assert [node["type"] for node in told["back"]] == ["case.payment_received"]
    code, words = house.run("replay", "causes", f"{number}:1")
    assert code == 0
    assert "\nHva som førte til den:\n   claim 1: Faktura 1001 på 5 000,00 kr er mottatt." in words
    code, words = house.run("replay", "causes", f"{number}:99")
    assert (code, "event_unknown" in words) == (1, True)
