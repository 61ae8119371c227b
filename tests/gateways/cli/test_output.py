"""What commands print, to people and to programs."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from events.money import Ore
from gateways.cli.output import emit, kroner, norwegian_date, norwegian_instant, progress


@dataclass(frozen=True)
class Row:
    case_number: str
    claimed_ore: Ore
    due_on: date
    closed: bool = False


ROWS = [
    Row("K-1", Ore(503800), date(2026, 8, 17)),
    Row("[red]K-2", Ore(-5), date(2026, 12, 1), closed=True),
]


@pytest.mark.parametrize(
    ("amount_ore", "told"),
    [
        (503800, "5 038,00"),
        (0, "0,00"),
        (7, "0,07"),
        (-7, "-0,07"),
        (123456789012, "1 234 567 890,12"),
    ],
)
def test_money_is_written_as_norwegians_do(amount_ore: int, told: str) -> None:
    assert kroner(Ore(amount_ore)) == told


def test_a_day_is_written_with_the_day_first() -> None:
    assert norwegian_date(date(2026, 8, 7)) == "07.08.2026"


@pytest.mark.parametrize(
    ("month", "told"), [(1, "07.01.2026 13:05"), (7, "07.07.2026 14:05")], ids=["winter", "summer"]
)
def test_an_instant_is_written_by_the_clock_of_oslo(month: int, told: str) -> None:
    assert norwegian_instant(datetime(2026, month, 7, 12, 5, tzinfo=UTC)) == told


def test_a_table_has_titles_and_amounts_without_their_units(
    capsys: pytest.CaptureFixture[str],
) -> None:
    emit(ROWS)
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "case number   claimed  due         closed",
        "K-1          5 038,00  17.08.2026  no",
        "[red]K-2        -0,05  01.12.2026  yes",
    ]


def test_a_program_gets_the_fields_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    emit(ROWS[:1], json=True)
    assert json.loads(capsys.readouterr().out) == [
        {"case_number": "K-1", "claimed_ore": 503800, "due_on": "2026-08-17", "closed": False}
    ]


def test_exact_numbers_never_become_inexact_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"rate": Decimal("12.50"), "exact": Fraction(1, 3), "id": UUID(int=1)}, json=True)
    assert json.loads(capsys.readouterr().out) == {
        "rate": "12.50", "exact": "1/3", "id": "00000000-0000-0000-0000-000000000001",
    }  # fmt: skip


def test_one_record_is_told_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"paid_ore": 100, "note": None})
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["paid", "1,00"], ["note"]]


def test_an_empty_list_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    emit([])
    assert capsys.readouterr().out == "nothing\n"


def test_without_a_terminal_there_are_no_colours_and_no_bars(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress("rebuilding", 10) as advance:
        advance(5)
    emit(ROWS)
    told = capsys.readouterr()
    assert told.err == "rebuilding …\n"
    assert "\x1b" not in told.out
