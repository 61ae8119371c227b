"""Payouts and their lines."""

from datetime import date

from events.base import Event
from projections import payout
from projections.payout import Line, Payout
from tests.projections import given
from tests.projections.given import CREDITOR, PAYOUT, fold, history

STREAM = f"settlement-{CREDITOR}"


def after(*events: Event) -> Payout:
    row = fold(payout.PROJECTION, history(*events, stream=STREAM))[(PAYOUT,)]
    assert isinstance(row, Payout)
    return row


def test_a_prepared_payout_tells_its_sums_and_positions() -> None:
    row = after(given.PREPARED)

    assert (row.state, row.amount_ore, row.vat_withheld_ore) == ("prepared", 492216, 15000)
    assert (row.after_position, row.until_position, row.line_count) == (0, 40, 2)


def test_a_payout_is_instructed_with_its_file_and_then_confirmed() -> None:
    row = after(given.PREPARED, given.INSTRUCTED, given.CONFIRMED)

    assert (row.state, row.file_name, row.file_sha256) == ("confirmed", "pain001.xml", "ff")
    assert (row.instructed_on, row.confirmed_on) == (date(2026, 9, 7), date(2026, 9, 8))


def test_a_rejected_payout_tells_why() -> None:
    row = after(given.PREPARED, given.INSTRUCTED, given.REJECTED)

    assert (row.state, row.reason, row.confirmed_on) == ("rejected", "account closed", None)


def test_every_line_of_a_payout_is_a_row_from_one() -> None:
    events = history(given.PREPARED, given.INSTRUCTED, given.CONFIRMED, stream=STREAM)
    rows = fold(payout.PAYOUT_LINES, events)

    assert list(rows) == [(PAYOUT, 1), (PAYOUT, 2)]
    first = rows[(PAYOUT, 1)]
    assert isinstance(first, Line)
    assert (first.payable_ore, first.salaer_ore, first.creditor_id) == (507216, 60000, CREDITOR)


def test_a_case_is_no_payout() -> None:
    assert fold(payout.PROJECTION, history(*given.EXAMPLES)) == {}
    assert fold(payout.PAYOUT_LINES, history(*given.EXAMPLES)) == {}
