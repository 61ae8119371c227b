"""How long a debtor's papers are kept."""

from datetime import date

import pytest

from engine.law.retention import accounting_kept_until, case_file_kept_until


@pytest.mark.law("bokføringsloven 2004 § 13")
def test_the_papers_of_a_posting_are_kept_five_years_after_its_year() -> None:
    assert accounting_kept_until(date(2026, 1, 2)) == date(2031, 12, 31)
    assert accounting_kept_until(date(2026, 10, 31)) == date(2031, 12, 31)


@pytest.mark.law("bokføringsloven 2004 § 13")
def test_what_may_be_settled_in_the_next_year_is_kept_a_year_longer() -> None:
    assert accounting_kept_until(date(2026, 11, 1)) == date(2032, 12, 31)


@pytest.mark.law("foreldelsesloven 1979 § 2")
def test_a_closed_case_is_kept_until_nobody_can_claim_for_it_any_more() -> None:
    assert case_file_kept_until(date(2026, 8, 31)) == date(2030, 2, 28)
