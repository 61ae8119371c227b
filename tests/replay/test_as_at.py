"""A case as it was on one day, as known on another."""

from datetime import date
from pathlib import Path

import pytest

from engine.case.statement import statement
from projections import balance, case_list
from replay.view import View
from tests.gateways.desk.world import refused
from tests.replay.cases import EXAMPLE, Played, played, told


@pytest.fixture(scope="module")
def case() -> Played:
    """Paid in part on 14 August and told on 7 September; paid again, and taken back."""
    return played(EXAMPLE)


def money(view: View) -> tuple[int, ...]:
    """Principal, interest, letter fees, salær, in all, and paid."""
    owed = view.owed
    assert owed is not None
    parts = (owed.principal_ore, owed.interest_ore, owed.letter_fees_ore, owed.salaer_ore)
    return (*parts, owed.total_ore, owed.paid_ore)


def test_a_payment_told_late_is_not_known_before_it_was_told(case: Played) -> None:
    view = case.as_at("2026-09-01", "2026-09-06")
    assert money(view) == (500_000, 7_216, 3_800, 60_000, 571_016, 0)
    assert view.payments == ()


def test_a_payment_told_late_counts_from_the_day_the_bank_had_the_order(case: Played) -> None:
    before = case.as_at("2026-08-13", "2026-09-30")
    view = case.as_at("2026-08-14", "2026-09-30")
    assert money(before)[-2:] == (507_827, 0)
    assert money(view)[-2:] == (500_000 + 4_195 + 3_800 - 300_000, 300_000)


def test_what_was_told_late_is_named_with_both_its_days(case: Played) -> None:
    late = case.as_at("2026-09-01", "2026-09-30").told_late
    assert [(fact.version, fact.counts_from, fact.known_on) for fact in late] == [
        (10, date(2026, 8, 14), date(2026, 9, 7)),
        (11, date(2026, 8, 14), date(2026, 9, 7)),
    ]


def test_the_salaer_falls_to_the_band_of_what_was_left_when_it_was_demanded(case: Played) -> None:
    assert money(case.as_at("2026-09-01", "2026-09-30")) == (
        203_800, 5_426, 0, 30_000, 239_226, 300_000,
    )  # fmt: skip


def test_a_payment_taken_back_stands_until_the_day_the_bank_took_it(case: Played) -> None:
    stood = case.as_at("2026-09-15", "2026-09-30")
    assert money(stood)[-1] == 400_000
    assert [paid.reversed for paid in stood.payments] == [False, False]
    gone = case.as_at("2026-09-16", "2026-09-30")
    assert money(gone) == (203_800, 6_452, 0, 30_000, 240_252, 300_000)
    assert [paid.reversed for paid in gone.payments] == [False, True]


def test_what_is_known_and_counts_from_a_later_day_is_named(case: Played) -> None:
    later = case.as_at("2026-09-15", "2026-09-30").not_yet
    assert [fact.what for fact in later] == ["En betaling på 1\xa0000,00\xa0kr er tilbakeført."]


def test_what_had_been_sent_and_what_was_under_way_is_told(case: Played) -> None:
    first, second = case.as_at("2026-08-18", "2026-08-18").letters
    assert (first.kind, first.state, first.sent_on) == (
        "inkassovarsel", "sent", date(2026, 8, 3),
    )  # fmt: skip
    assert (second.kind, second.pay_by) == ("betalingsoppfordring", date(2026, 9, 1))
    (alone,) = case.as_at("2026-08-17", "2026-08-18").letters
    assert alone.kind == "inkassovarsel"


def test_the_status_is_that_of_the_day(case: Played) -> None:
    days = {"2026-08-17": "INKASSOVARSEL", "2026-08-18": "BETALINGSOPPFORDRING"}
    assert {day: case.as_at(day, "2026-09-30").status for day in days} == days
    waiting = case.as_at("2026-09-02", "2026-09-30")
    assert (waiting.group, waiting.approval) == ("venter godkjenning", "requested")


def test_the_parties_are_told(case: Played) -> None:
    view = case.as_at("2026-09-01", "2026-09-01")
    assert (view.creditor.name, view.debtor.name) == ("Fjordvarme AS", "Kari Nordmann")


def test_before_its_first_day_there_is_no_case(case: Played) -> None:
    with refused("case_not_begun"):
        case.as_at("2026-08-02", "2026-09-30")
    with refused("case_not_begun"):
        case.as_at("2026-09-30", "2026-08-02")


def test_figures_past_the_known_rates_are_said_to_be_unknown(case: Played) -> None:
    view = case.as_at("2027-01-01", "2026-09-30")
    assert (view.owed, view.owed_unknown) == (None, "rate_unknown")
    assert view.status == "BETALINGSOPPFORDRING"


def test_as_of_the_last_day_it_is_what_everybody_sees(case: Played) -> None:
    last = date(2026, 9, 16)
    view = case.as_at("2026-09-16", "2026-09-16")
    live = statement(case.office.case(case.case_id), last)
    row = case.office.rows.get(balance.TABLE, (case.case_id,))
    listed = case.office.rows.get(case_list.TABLE, (case.case_id,))
    assert view.owed == live
    assert row is not None
    assert listed is not None
    assert (row.principal_ore, row.paid_ore) == (live.principal_ore, live.paid_ore)
    assert (view.status, view.group) == (listed.status(last), listed.group(last))


def test_a_claim_that_was_too_high_was_so_from_the_first_day(tmp_path: Path) -> None:
    case = told(
        tmp_path,
        "on: 2026-08-10, do: payment, amount: '4500.00'",
        "on: 2026-08-12, do: objection, reason: 'Half of it'",
        "on: 2026-08-20, do: objection_answer, answer: corrected, amount: '2500.00'",
        until="2026-08-21",
    )
    before = case.as_at("2026-08-11", "2026-08-19")
    after = case.as_at("2026-08-11", "2026-08-20")
    assert [view.claims[0].principal_ore for view in (before, after)] == [500_000, 250_000]
    assert money(before)[0] == 500_000 - (450_000 - 3_800)
    assert (money(after)[0], after.claims[0].over_ore) == (0, 446_200 - 250_000)
    assert case.as_at("2026-08-20", "2026-08-20").claims[0].over_ore == 0


def test_of_a_withdrawn_case_nothing_is_pursued_from_that_day_on(tmp_path: Path) -> None:
    case = told(tmp_path, "on: 2026-08-20, do: withdraw", until="2026-08-25")
    day_before = case.as_at("2026-08-19", "2026-08-25")
    assert day_before.owed is not None
    assert day_before.pursued_ore == day_before.owed.total_ore > 0
    withdrawn = case.as_at("2026-08-20", "2026-08-25")
    assert (withdrawn.status, withdrawn.pursued_ore) == ("TRUKKET", 0)
    notice = withdrawn.letters[-1]
    assert (notice.kind, notice.state) == ("withdrawal_notice", "sent")


def test_an_open_objection_holds_what_is_ahead(tmp_path: Path) -> None:
    case = told(
        tmp_path,
        "on: 2026-08-12, do: objection, reason: 'Never came'",
        "on: 2026-09-02, do: objection_answer, answer: upheld",
        until="2026-09-03",
    )
    view = case.as_at("2026-08-20", "2026-09-03")
    assert [each.invoice_numbers for each in view.objections] == [("1001",)]
    assert [each.what for each in view.ahead.held_by] == ["En innsigelse står ubesvart."]
    assert case.as_at("2026-09-02", "2026-09-03").objections == ()
