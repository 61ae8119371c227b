"""The calculators: what the law says of an amount and a day."""

import json
from typing import Any

import pytest

from gateways.cli import main


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["law", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_interest_is_told_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "interest", "5 000,00", "--due", "10.07.2026", "--on", "2026-10-31")
    assert found["first_interest_on"] == "2026-07-11"
    assert found["interest_ore"] == 18_962
    assert [row["days"] for row in found["rows"]] == [113]


def test_interest_before_it_runs_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "interest", "5000", "--due", "10.07.2026", "--on", "10.07.2026")
    assert (found["interest_ore"], found["rows"]) == (0, [])


def test_a_letter_costs_nothing_in_the_first_fortnight(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("--due", "10.07.2026", "--sent")
    assert told(capsys, "fees", *words, "23.07.2026")["letter fee_ore"] == 0
    assert told(capsys, "fees", *words, "24.07.2026")["letter fee_ore"] == 3_800


def test_salaer_is_told_light_and_heavy(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "salaer", "5000", "--due", "10.07.2026", "--on", "01.10.2026")
    assert (found["light_ore"], found["heavy_ore"]) == (60_000, 120_000)


def test_deadlines_follow_the_letters_that_are_told_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = told(capsys, "deadlines", "--due", "10.07.2026", "--varsel", "03.08.2026")
    days = {each["what"]: each["on"] for each in found}
    assert days["inkassovarsel, last day to pay"] == "2026-08-17"


def test_limitation_begins_anew_when_the_debt_is_acknowledged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plain = told(capsys, "limitation", "--due", "10.07.2026")
    anew = told(capsys, "limitation", "--due", "10.07.2026", "--acknowledged", "01.09.2026")
    assert (plain["last day_on"], anew["last day_on"]) == ("2029-07-10", "2029-09-01")


@pytest.mark.parametrize("words", [("interest", "5000"), ("interest", "x", "--due", "1.1.2026")])
def test_what_cannot_be_reckoned_is_bad_usage(words: tuple[str, ...]) -> None:
    assert main(["law", *words]) == 2


def test_a_day_whose_rate_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["law", "interest", "5000", "--due", "10.07.2026", "--on", "10.07.2040"]
    assert main(words) == 1
    assert "rate_unknown" in capsys.readouterr().err


def test_for_people_it_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["law", "interest", "5000", "--due", "10.07.2026", "--on", "31.10.2026"]) == 0
    assert "189,62 kr; 1,68 kr a day now" in capsys.readouterr().out
