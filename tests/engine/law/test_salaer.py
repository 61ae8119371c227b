"""The caps on salær, cell by cell, and the days they change."""

from datetime import date
from fractions import Fraction

import pytest

from engine.law import salaer
from engine.refusal import RefusedError
from events.money import Ore

ON = date(2026, 9, 1)
DUE = date(2026, 7, 20)
LIMITS = [500, 1_000, 2_500, 10_000, 50_000, 250_000]
CLAIMS = [*LIMITS, 250_001]  # one claim in each band, at its very limit

# consumer light, heavy; with VAT light, heavy; business light, heavy; with VAT light, heavy
CAPS_2026 = [
    (18750, 37500, 23438, 46875, 28125, 56250, 35156, 70313),
    (26250, 52500, 32813, 65625, 39375, 78750, 49219, 98438),
    (30000, 60000, 37500, 75000, 45000, 90000, 56250, 112500),
    (60000, 120000, 75000, 150000, 90000, 180000, 112500, 225000),
    (120000, 240000, 150000, 300000, 180000, 360000, 225000, 450000),
    (270000, 540000, 337500, 675000, 405000, 810000, 506250, 1012500),
    (540000, 1080000, 675000, 1350000, 810000, 1620000, 1012500, 2025000),
]
WHO = [(True, True), (True, False), (False, True), (False, False)]  # consumer, deducts_vat
CELLS = [
    (kroner, consumer, deducts, row[2 * n], row[2 * n + 1])
    for kroner, row in zip(CLAIMS, CAPS_2026, strict=True)
    for n, (consumer, deducts) in enumerate(WHO)
]


@pytest.mark.law("inkassoforskriften 1989 § 2-2")
@pytest.mark.parametrize(("kroner", "consumer", "deducts", "light", "_heavy"), CELLS)
def test_the_light_cap_is_the_tables_to_the_oere(
    *, kroner: int, consumer: bool, deducts: bool, light: int, _heavy: int
) -> None:
    assert light == salaer.light_ore(
        Ore(kroner * 100), ON, due_on=DUE, consumer=consumer, deducts_vat=deducts
    )


@pytest.mark.law("inkassoforskriften 1989 § 2-3")
@pytest.mark.parametrize(("kroner", "consumer", "deducts", "_light", "heavy"), CELLS)
def test_the_heavy_cap_is_the_tables_to_the_oere(
    *, kroner: int, consumer: bool, deducts: bool, _light: int, heavy: int
) -> None:
    assert heavy == salaer.heavy_ore(
        Ore(kroner * 100), ON, due_on=DUE, consumer=consumer, deducts_vat=deducts
    )


def consumer_light(krav_ore: int, on: date, due_on: date = DUE) -> int:
    return salaer.light_ore(Ore(krav_ore), on, due_on=due_on, consumer=True, deducts_vat=True)


@pytest.mark.parametrize(
    ("kroner", "cap"), list(zip(CLAIMS, [175, 245, 280, 560, 1_120, 2_520, 5_040], strict=True))
)
def test_at_a_sats_of_700_the_caps_are_those_the_ministry_announced(kroner: int, cap: int) -> None:
    assert cap * 100 == consumer_light(kroner * 100, date(2025, 12, 31))


@pytest.mark.parametrize("band", range(6))
def test_one_oere_over_a_limit_is_in_the_next_band(band: int) -> None:
    limit_ore = LIMITS[band] * 100

    assert CAPS_2026[band][0] == consumer_light(limit_ore, ON)
    assert CAPS_2026[band + 1][0] == consumer_light(limit_ore + 1, ON)


@pytest.mark.parametrize(
    ("kroner", "sats_times"),
    [
        (500, "0.5"),
        (2_500, "0.5"),
        (2_501, "1"),
        (10_000, "1"),
        (50_000, "2"),
        (250_000, "4"),
        (250_001, "8"),
    ],
)
def test_a_claim_due_by_1_october_2020_keeps_the_old_factors(kroner: int, sats_times: str) -> None:
    old, krav_ore = date(2020, 10, 1), kroner * 100

    assert consumer_light(krav_ore, date(2021, 3, 1), old) == 70_000 * Fraction(sats_times)
    assert consumer_light(krav_ore, date(2021, 3, 1), date(2020, 10, 2)) < consumer_light(
        krav_ore, date(2021, 3, 1), old
    )


def test_the_cap_is_by_the_sats_of_the_day_asked_about() -> None:
    assert consumer_light(500_000, date(2025, 12, 31), date(2025, 11, 3)) == 56_000
    assert consumer_light(500_000, date(2026, 1, 1), date(2025, 11, 3)) == 60_000


def test_heavy_is_not_twice_a_rounded_light() -> None:
    light = salaer.light_ore(Ore(40_000), ON, due_on=DUE, consumer=True, deducts_vat=False)
    heavy = salaer.heavy_ore(Ore(40_000), ON, due_on=DUE, consumer=True, deducts_vat=False)

    assert (light, heavy) == (23_438, 46_875)
    assert heavy != 2 * light


@pytest.mark.law("inkassoforskriften 1989 § 2-3")
@pytest.mark.parametrize("consumer", [True, False])
@pytest.mark.parametrize("deducts", [True, False])
@pytest.mark.parametrize("due_on", [date(2020, 10, 1), DUE])
def test_the_heavy_factor_is_double_the_light(
    *, due_on: date, consumer: bool, deducts: bool
) -> None:
    for kroner in CLAIMS:
        light, heavy = (
            salaer.factor(
                Ore(kroner * 100),
                heavy=weight,
                due_on=due_on,
                consumer=consumer,
                deducts_vat=deducts,
            )
            for weight in (False, True)
        )
        assert 2 * light == heavy


def test_a_cap_past_the_last_known_sats_is_refused() -> None:
    with pytest.raises(RefusedError) as refusal:
        consumer_light(500_000, date(2027, 1, 1))

    assert refusal.value.code == "rate_unknown"


@pytest.mark.law("inkassoforskriften 1989 § 2-3")
def test_heavy_salaer_starts_on_the_43rd_day_after_sending() -> None:
    assert salaer.heavy_from(date(2026, 8, 18)) == date(2026, 9, 30)


@pytest.mark.parametrize(
    ("salaer_ore", "deducts", "vat_ore"),
    [(60_000, True, 15_000), (75_000, False, 15_000), (23_438, False, 4_688), (0, True, 0)],
)
def test_vat_is_on_top_for_one_who_deducts_and_within_for_one_who_does_not(
    *, salaer_ore: int, deducts: bool, vat_ore: int
) -> None:
    assert vat_ore == salaer.vat_part_ore(Ore(salaer_ore), deducts_vat=deducts)


@pytest.mark.law("inkassoforskriften 1989 § 2-4")
@pytest.mark.parametrize(
    ("instalments", "deducts", "added"),
    [(1, True, 0), (4, True, 0), (5, True, 112_500), (5, False, 140_625), (24, True, 112_500)],
)
def test_an_agreement_of_more_than_four_instalments_raises_the_cap(
    *, instalments: int, deducts: bool, added: int
) -> None:
    assert added == salaer.instalment_addition_ore(
        instalments, ON, consumer=True, deducts_vat=deducts
    )


def test_the_instalment_addition_is_the_same_for_business_until_the_switch_is_thrown() -> None:
    careful = salaer.instalment_addition_ore(5, ON, consumer=False, deducts_vat=True)
    switched = salaer.instalment_addition_ore(
        5, ON, consumer=False, deducts_vat=True, business_multiplies=True
    )
    consumer = salaer.instalment_addition_ore(
        5, ON, consumer=True, deducts_vat=True, business_multiplies=True
    )

    assert careful == consumer == 112_500
    assert switched == 168_750
