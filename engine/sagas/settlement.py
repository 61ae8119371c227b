"""Paying creditors on their settlement day: what is owed now, computed from what is unsettled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never
from uuid import UUID, uuid5

from engine.law.calendar import first_bank_day_on_or_after
from engine.settlement import PreparePayout
from events.creditor import SettlementDay
from events.settlement import PayoutLine

LINES_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Unsettled:
    """One line that has not been settled, and where in the log it stands."""

    position: int
    line: PayoutLine


@dataclass(frozen=True, slots=True)
class Account:
    """A creditor's settlements so far: how many payouts, and how far in the log they reach."""

    creditor_id: UUID
    payout_count: int
    settled_until: int


def latest_settlement_day(today: date, settlement: SettlementDay) -> date:
    """The latest day up to today on which the agreement settles; a holiday moves it onwards.

    Weekly is on Mondays, monthly on the 1st.
    Law: inkassoloven 1988 § 16
    """
    nominal = _nominal(today, settlement)
    while first_bank_day_on_or_after(nominal) > today:
        nominal = _nominal(nominal - timedelta(days=1), settlement)
    return first_bank_day_on_or_after(nominal)


def _nominal(on: date, settlement: SettlementDay) -> date:
    match settlement:
        case "daily":
            return on
        case "weekly":
            return on - timedelta(days=on.weekday())
        case "monthly":
            return on.replace(day=1)
        case _:
            assert_never(settlement)


def owes(
    account: Account, unsettled: Sequence[Unsettled], settlement: SettlementDay, today: date
) -> PreparePayout | None:
    """The payout that is due today, or None; asked again it is the same payout.

    All that was booked up to the latest settlement day is settled, a thousand lines at most
    at a time; never part of what stands at one position. A payout is named by its number
    among the creditor's, and its lines stand by day and case.
    """
    day = latest_settlement_day(today, settlement)
    due = [entry for entry in unsettled if entry.line.booked_on <= day]
    if len(due) > LINES_MOST:
        cut = due[LINES_MOST].position
        due = [entry for entry in due if entry.position < cut]
    if sum(entry.line.payable_ore for entry in due) <= 0:
        return None
    until = due[-1].position
    return PreparePayout(
        payout_id=uuid5(account.creditor_id, f"payout {account.payout_count + 1}"),
        creditor_id=account.creditor_id,
        after_position=account.settled_until,
        until_position=until,
        lines=tuple(sorted((entry.line for entry in due), key=_place)),
        today=today,
    )


def _place(line: PayoutLine) -> tuple[bool, date, str]:
    """Where a line stands: by day and case, and then as it was booked; of no case, last."""
    return line.case_number is None, line.booked_on, line.case_number or ""
