"""R and its multiples, and what is not known well enough to be charged."""

from datetime import date
from fractions import Fraction

import pytest

from engine.law import court_fees
from engine.law.court_fees import CourtItem
from engine.refusal import RefusedError

RETTSGEBYR = {
    2006: 860, 2015: 860, 2016: 1025, 2017: 1049, 2018: 1130, 2019: 1150, 2020: 1172,
    2021: 1199, 2022: 1223, 2023: 1243, 2024: 1277, 2025: 1314, 2026: 1345,
}  # fmt: skip

COURT_FEES = """
forliksklage 2019-01-01 2021-12-31 1.15 H
forliksklage 2022-01-01 2024-06-30 1.10 H
forliksklage 2024-07-01 - 1.54 M
utlegg 2004-07-01 2015-12-31 2.00 H
utlegg 2016-01-01 2020-12-31 1.70 H
utlegg 2021-01-01 2021-12-31 1.25 H
utlegg 2022-01-01 2025-12-31 1.21 H
utlegg 2026-01-01 - 0.69 UNCERTAIN
anvisning_til_innkreving 2022-01-01 - 0.40 H
tvangsdekning_kap10 2022-01-01 - 2.10 H
tvangsdekning_kap10_gjennomfort 2022-01-01 - 1.00 H
tvangssalg_kap8 2024-01-01 - 1.25 M
tvangssalg_kap8_gjennomfort 2024-01-01 - 2.20 M
forkynning_konkursvarsel 2018-01-01 2021-12-31 0.50 M
forkynning_konkursvarsel 2022-01-01 2024-06-30 0.40 H
forkynning_konkursvarsel 2024-07-01 - - UNCERTAIN
konkursbo_apnet 2022-01-01 - 4.35 H
konkurs_sikkerhet 2018-01-01 - 50.00 M
skrivesalaer_forliksklage_med_inkassokost 2021-01-01 - 0.50 M
skrivesalaer_forliksklage_uten_inkassokost 2008-01-01 - 4.00 M
skrivesalaer_utlegg 2021-01-01 - 0.50 M
""".strip().splitlines()


@pytest.mark.law("rettsgebyrloven 1982 § 1")
@pytest.mark.parametrize(("year", "kroner"), list(RETTSGEBYR.items()))
def test_r_is_that_of_the_year(year: int, kroner: int) -> None:
    assert kroner * 100 == court_fees.rettsgebyr_ore(date(year, 1, 1))
    assert kroner * 100 == court_fees.rettsgebyr_ore(date(year, 12, 31))


def test_the_multiples_are_the_regulations_rows_and_no_others() -> None:
    told = [line.split() for line in COURT_FEES]
    expected = [
        (item, date.fromisoformat(first), day(last), None if x == "-" else Fraction(x), sure)
        for item, first, last, x, sure in told
    ]

    assert expected == [
        (row.item, row.valid_from, row.valid_to, row.factor, row.confidence)
        for row in court_fees.COURT_FEES
    ]


def day(text: str) -> date | None:
    return None if text == "-" else date.fromisoformat(text)


@pytest.mark.law("rettsgebyrloven 1982 § 1")
@pytest.mark.parametrize(
    ("item", "on", "fee_ore"),
    [
        ("forliksklage", date(2026, 3, 2), 207_130),
        ("forliksklage", date(2024, 6, 30), 140_470),
        ("forliksklage", date(2024, 7, 1), 196_658),
        ("utlegg", date(2024, 3, 1), 154_517),
        ("konkurs_sikkerhet", date(2026, 3, 2), 6_725_000),
        ("konkurs_sikkerhet", date(2018, 3, 2), 5_650_000),
    ],
)
def test_a_fee_is_its_multiple_of_r_in_oere(item: CourtItem, on: date, fee_ore: int) -> None:
    assert fee_ore == court_fees.court_fee_ore(item, on)


def test_the_utlegg_fee_of_2026_is_refused_until_a_person_accepts_it() -> None:
    on = date(2026, 3, 2)
    with pytest.raises(RefusedError) as refusal:
        court_fees.court_fee_ore("utlegg", on)

    assert refusal.value.code == "rate_uncertain"
    assert court_fees.court_fee_ore("utlegg", on, accept_uncertain=True) == 92_805


@pytest.mark.parametrize(
    ("item", "on"),
    [
        ("forkynning_konkursvarsel", date(2026, 3, 2)),
        ("forliksklage", date(2018, 12, 31)),
        ("forliksklage", date(2027, 1, 1)),
    ],
)
def test_a_fee_nobody_knows_is_refused_even_if_accepted(item: CourtItem, on: date) -> None:
    with pytest.raises(RefusedError) as refusal:
        court_fees.court_fee_ore(item, on, accept_uncertain=True)

    assert refusal.value.code == "rate_unknown"
