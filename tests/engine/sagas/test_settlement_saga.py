"""When a creditor is paid: on its settlement day, all that was booked until then, once."""

from datetime import date

import pytest

from engine.sagas.settlement import Account, Unsettled, latest_settlement_day, owes
from events.money import Ore
from tests.cases import CREDITOR
from tests.engine.test_settlement import line

ACCOUNT = Account(CREDITOR, 0, 12)


def unsettled(position: int, booked: date, payable: int = 10_000) -> Unsettled:
    return Unsettled(
        position,
        line(payable).model_copy(update={"booked_on": booked, "payable_ore": Ore(payable)}),
    )


@pytest.mark.law("inkassoloven 1988 § 16")
@pytest.mark.parametrize(
    ("today", "agreed", "day"),
    [
        (date(2026, 9, 6), "weekly", date(2026, 8, 31)),
        (date(2026, 9, 7), "weekly", date(2026, 9, 7)),
        (date(2026, 9, 12), "daily", date(2026, 9, 11)),
        (date(2026, 11, 2), "monthly", date(2026, 11, 2)),
        (date(2026, 11, 1), "monthly", date(2026, 10, 1)),
        (date(2026, 4, 6), "weekly", date(2026, 3, 30)),
        (date(2026, 4, 7), "weekly", date(2026, 4, 7)),
    ],
)
def test_a_settlement_day_on_a_holiday_moves_to_the_next_bank_day(
    today: date, agreed: str, day: date
) -> None:
    assert latest_settlement_day(today, agreed) == day  # type: ignore[arg-type]  # a word of three


def test_what_came_after_the_settlement_day_waits_for_the_next() -> None:
    lines = [unsettled(20, date(2026, 9, 4)), unsettled(30, date(2026, 9, 8))]

    payout = owes(ACCOUNT, lines, "weekly", date(2026, 9, 9))

    assert payout is not None
    assert (payout.after_position, payout.until_position) == (12, 20)
    assert owes(ACCOUNT, lines[1:], "weekly", date(2026, 9, 9)) is None


def test_the_same_payout_is_asked_for_again_with_the_same_id() -> None:
    lines = [unsettled(20, date(2026, 9, 4))]
    first = owes(ACCOUNT, lines, "weekly", date(2026, 9, 7))
    again = owes(ACCOUNT, lines, "weekly", date(2026, 9, 8))

    assert first is not None
    assert again is not None
    assert first.payout_id == again.payout_id


def test_a_creditor_that_owes_more_than_it_is_owed_is_not_paid() -> None:
    lines = [unsettled(20, date(2026, 9, 4), 0), unsettled(21, date(2026, 9, 4), -500)]

    assert owes(ACCOUNT, lines, "daily", date(2026, 9, 7)) is None


def test_a_payout_has_a_thousand_lines_at_most_and_never_half_an_event() -> None:
    lines = [unsettled(20 + number // 2, date(2026, 9, 4)) for number in range(1_003)]

    payout = owes(ACCOUNT, lines, "daily", date(2026, 9, 7))

    assert payout is not None
    assert len(payout.lines) == 1_000
    assert payout.until_position == 519
