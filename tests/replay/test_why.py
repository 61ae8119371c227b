"""Why a case is as it is: each figure the sum of its reasons, and what binds the next step."""

from datetime import date
from pathlib import Path

import pytest

from replay.why import Why
from tests.replay.cases import EXAMPLE, Played, played, told


@pytest.fixture(scope="module")
def case() -> Played:
    return played(EXAMPLE)


def reasons(why: Why, key: str) -> list[tuple[int | None, int | None]]:
    (found,) = [component for component in why.amounts if component.key == key]
    return [(reason.amount_ore, reason.version) for reason in found.reasons]


def sentences(why: Why, key: str) -> str:
    (found,) = [component for component in why.amounts if component.key == key]
    return " ".join(reason.what for reason in found.reasons).replace("\xa0", " ")


def test_the_parts_sum_to_the_whole_and_the_reasons_to_each_part(case: Played) -> None:
    for day in ("2026-08-03", "2026-08-14", "2026-09-01", "2026-09-15", "2026-09-16"):
        why = case.why(day, "2026-09-16")
        assert sum(component.amount_ore for component in why.amounts) == why.total_ore
        for component in why.amounts:
            told = sum(reason.amount_ore or 0 for reason in component.reasons)
            assert told == component.amount_ore, component.key


def test_the_principal_names_the_invoice_and_each_payment(case: Played) -> None:
    assert reasons(case.why("2026-09-16", "2026-09-16"), "principal_ore") == [
        (500_000, 1), (-296_200, 11), (-70_000, 14), (70_000, 15),
    ]  # fmt: skip


def test_interest_is_told_span_by_span_and_rounded_once(case: Played) -> None:
    why = case.why("2026-09-01", "2026-09-30")
    assert "25 dager av 5 000,00 kr med 12,25 % i året på 365 dager: 41,9521 kr" in sentences(
        why, "interest_ore"
    )
    assert reasons(why, "interest_ore") == [(None, None), (None, None), (5_426, None)]


def test_salaer_names_its_band_and_its_sats(case: Played) -> None:
    then = sentences(case.why("2026-09-01", "2026-09-01"), "salaer_ore")
    assert "Lett salær av et krav på 5 000,00 kr" in then
    assert "0,80 \N{MULTIPLICATION SIGN} inkassosatsen 750,00 kr" in then
    late = sentences(case.why("2026-09-01", "2026-09-30"), "salaer_ore")
    assert "av et krav på 2 038,00 kr" in late
    assert "0,40 \N{MULTIPLICATION SIGN} inkassosatsen 750,00 kr" in late


def test_a_fee_names_its_letter_and_its_law(case: Played) -> None:
    (fees,) = [c for c in case.why("2026-08-13", "2026-09-30").amounts if c.key.startswith("let")]
    (fee,) = fees.reasons
    assert (fee.amount_ore, fee.version, fee.law) == (3_800, 4, "inkassoforskriften 1989 § 1-2")


def test_the_next_step_tells_its_first_lawful_day_and_why_not_before(case: Played) -> None:
    ahead = case.why("2026-08-10", "2026-08-10").ahead
    (step,) = ahead.steps
    assert (step.step, step.from_on, step.law) == (
        "betalingsoppfordring", date(2026, 8, 18), "inkassoloven 1988 § 10",
    )  # fmt: skip
    assert step.why.startswith("Fristen i inkassovarselet er 17. august 2026.")


def test_a_request_that_waits_for_its_answer_does_not_hold_the_heavy_salaer(case: Played) -> None:
    ahead = case.why("2026-09-16", "2026-09-16").ahead
    assert ahead.held_by == ()
    assert ahead.waits_for == "Fordringshaver har ikke svart om rettslig tiltak."
    assert [(step.step, step.from_on) for step in ahead.steps] == [
        ("heavy_salaer", date(2026, 9, 30))
    ]


def test_a_letter_that_was_stopped_names_what_stopped_it(tmp_path: Path) -> None:
    case = told(
        tmp_path,
        "on: 2026-08-12, do: objection, reason: 'Never came'",
        "on: 2026-08-14, do: pause, reason: 'Asked'",
        until="2026-08-19",
    )
    why = case.why("2026-08-19", "2026-08-19")
    barred = why.stopped[0]
    assert barred.law == "inkassoloven 1988 § 17"
    assert barred.by.startswith("Skyldner har kommet med en innsigelse")
    assert [each.what for each in why.ahead.held_by] == [
        "Saken er på vent.", "En innsigelse står ubesvart.",
    ]  # fmt: skip
    assert {reason.version for reason in why.status_because} >= {barred.by_version}


def test_a_case_that_has_ended_says_so(tmp_path: Path) -> None:
    case = told(tmp_path, "on: 2026-08-10, do: payment, amount: '6000.00'", until="2026-08-11")
    why = case.why("2026-08-11", "2026-08-11")
    assert why.total_ore == 0
    assert [each.what for each in why.ahead.held_by] == ["Saken er avsluttet: kravet er betalt."]
    assert why.status_because[0].what == "Saken er avsluttet: kravet er betalt."
