"""The figures themselves, written out a second time: a changed figure needs two hands."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from engine.law import court_fees, rates, regime
from engine.refusal import RefusedError

LATE_INTEREST = """
2015-01-01 2015-06-30 9.25 H - UNCERTAIN
2015-07-01 2015-12-31 9.00 H 330 M
2016-01-01 2016-06-30 8.75 H - UNCERTAIN
2016-07-01 2016-12-31 8.50 H 370 H
2017-01-01 2017-06-30 8.50 H 360 H
2017-07-01 2017-12-31 8.50 H - UNCERTAIN
2018-01-01 2018-06-30 8.50 H 380 H
2018-07-01 2018-12-31 8.50 H 380 M
2019-01-01 2019-06-30 8.75 H 380 H
2019-07-01 2019-12-31 9.25 H 390 M
2020-01-01 2020-06-30 9.50 H 400 M
2020-07-01 2020-12-31 8.00 H 430 M
2021-01-01 2021-06-30 8.00 H - UNCERTAIN
2021-07-01 2021-12-31 8.00 H 400 H
2022-01-01 2022-06-30 8.50 H 390 H
2022-07-01 2022-12-31 9.25 H 400 H
2023-01-01 2023-06-30 10.75 H 410 H
2023-07-01 2023-12-31 11.75 H 460 H
2024-01-01 2024-06-30 12.50 H 470 H
2024-07-01 2024-12-31 12.50 H 460 H
2025-01-01 2025-06-30 12.50 H 470 H
2025-07-01 2025-12-31 12.25 H 460 H
2026-01-01 2026-06-30 12.00 H 460 H
2026-07-01 2026-12-31 12.25 H 430 H
""".strip().splitlines()

INKASSOSATS = """
2013-01-01 2013-12-31 630 1/10 3/10 all M
2014-01-01 2014-12-31 640 1/10 3/10 all UNCERTAIN
2015-01-01 2015-12-31 650 1/10 3/10 all H
2016-01-01 2016-12-31 670 1/10 3/10 all H
2017-01-01 2020-09-30 700 1/10 3/10 all H
2020-10-01 2025-12-31 700 1/20 3/20 after_2020_10_01 H
2020-10-01 2025-12-31 700 1/10 3/10 through_2020_10_01 M
2026-01-01 - 750 1/20 3/20 after_2020_10_01 H
""".strip().splitlines()

SALAER = """
through_2020_10_01 2500 0.5 1.0
through_2020_10_01 10000 1.0 2.0
through_2020_10_01 50000 2.0 4.0
through_2020_10_01 250000 4.0 8.0
through_2020_10_01 - 8.0 16.0
after_2020_10_01 500 0.25 0.50
after_2020_10_01 1000 0.35 0.70
after_2020_10_01 2500 0.40 0.80
after_2020_10_01 10000 0.80 1.60
after_2020_10_01 50000 1.60 3.20
after_2020_10_01 250000 3.60 7.20
after_2020_10_01 - 7.20 14.40
""".strip().splitlines()


def day(text: str) -> date | None:
    return None if text == "-" else date.fromisoformat(text)


def ore(text: str) -> int | None:
    return None if text == "-" else int(text) * 100


def test_late_interest_is_the_regulations_rows_and_no_others() -> None:
    told = [line.split() for line in LATE_INTEREST]
    expected = [(day(a), day(b), Decimal(pct), sure) for a, b, pct, sure, _, _ in told]

    assert expected == [
        (row.valid_from, row.valid_to, row.rate_percent, row.confidence)
        for row in rates.LATE_INTEREST
    ]


def test_compensation_is_the_regulations_rows_and_blank_where_unread() -> None:
    told = [line.split() for line in LATE_INTEREST]
    expected = [(day(a), day(b), ore(sum_), sure) for a, b, _, _, sum_, sure in told]

    assert expected == [
        (row.valid_from, row.valid_to, row.compensation_ore, row.confidence)
        for row in rates.COMPENSATION
    ]


def test_the_inkassosats_is_the_regulations_rows_and_no_others() -> None:
    expected = [
        (day(a), day(b), ore(sats), claims, Fraction(letter), Fraction(own), sure)
        for a, b, sats, letter, own, claims, sure in (line.split() for line in INKASSOSATS)
    ]

    assert expected == [
        (
            row.valid_from,
            row.valid_to,
            row.sats_ore,
            row.shares.claims_due,
            row.shares.letter,
            row.shares.own_bo,
            row.confidence,
        )
        for row in rates.INKASSOSATS
    ]


def test_the_salaer_factors_are_the_regulations_bands_and_no_others() -> None:
    expected = [
        (claims, ore(limit), Fraction(light), Fraction(heavy))
        for claims, limit, light, heavy in (line.split() for line in SALAER)
    ]

    assert expected == [
        (table.claims_due, band.claim_to_ore, band.light, band.heavy)
        for table in rates.SALAER
        for band in table.bands
    ]
    for table in rates.SALAER:
        assert table.business_multiplier == Fraction(3, 2)
        assert table.vat_multiplier == Fraction(5, 4)


def test_the_half_years_follow_each_other_without_a_gap() -> None:
    for rows in (list(map(span, rates.LATE_INTEREST)), list(map(span, rates.COMPENSATION))):
        for (_, ends), (begins, _) in pairwise(rows):
            assert begins == ends + timedelta(days=1)


def span(row: rates.Dated) -> tuple[date, date]:
    return row.valid_from, rates.last_day(row)


def test_every_figure_names_its_source() -> None:
    everything = (
        *rates.LATE_INTEREST,
        *rates.COMPENSATION,
        *rates.INKASSOSATS,
        *rates.SALAER,
        rates.INSTALMENT_ADDITION,
        *court_fees.RETTSGEBYR,
        *court_fees.COURT_FEES,
    )

    assert all(row.source for row in everything)


@pytest.mark.parametrize("on", [date(2014, 12, 31), date(2027, 1, 1), date(2030, 6, 1)])
def test_a_day_outside_the_table_is_refused_with_what_is_known(on: date) -> None:
    with pytest.raises(RefusedError) as refusal:
        rates.row_on(rates.LATE_INTEREST, on)

    assert refusal.value.code == "rate_unknown"
    assert refusal.value.facts["on"] == on
    assert refusal.value.facts["known_from"] == date(2015, 1, 1)
    assert refusal.value.facts["known_until"] == date(2026, 12, 31)


def test_a_row_without_an_end_holds_through_the_review_and_no_longer() -> None:
    row = rates.INKASSOSATS[-1]

    assert row.valid_to is None
    assert rates.last_day(row) == regime.REVIEWED_THROUGH
    with pytest.raises(RefusedError, match="rate unknown"):
        rates.row_on(rates.INKASSOSATS, regime.REVIEWED_THROUGH + timedelta(days=1))


def test_a_claim_due_on_1_october_2020_is_still_of_the_old_kind() -> None:
    assert rates.claims_due(date(2020, 10, 1)) == "through_2020_10_01"
    assert rates.claims_due(date(2020, 10, 2)) == "after_2020_10_01"
