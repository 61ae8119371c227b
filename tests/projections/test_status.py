"""Status and group, on a day."""

from dataclasses import replace
from datetime import date

import pytest

from projections.status import ENDED, Standing, group_on, status_on

TODAY = date(2026, 8, 17)
NEW = Standing(
    varsel_pay_by=None,
    demanded=False,
    paused=False,
    disputed=False,
    awaiting_approval=False,
    closed=None,
)
WARNED = replace(NEW, varsel_pay_by=TODAY)


def test_a_case_is_registrert_before_its_first_letter() -> None:
    assert (status_on(NEW, TODAY), group_on(NEW, TODAY)) == ("REGISTRERT", "pågående")


def test_an_inkassovarsel_is_forfalt_from_the_day_after_its_deadline() -> None:
    assert status_on(WARNED, TODAY) == "INKASSOVARSEL"
    assert status_on(WARNED, date(2026, 8, 18)) == "INKASSOVARSEL FORFALT"


def test_the_demand_outranks_the_varsel() -> None:
    assert status_on(replace(WARNED, demanded=True), TODAY) == "BETALINGSOPPFORDRING"


@pytest.mark.parametrize("fact", ["paused", "disputed"])
def test_a_pause_or_a_dispute_changes_the_group_and_not_the_status(fact: str) -> None:
    waiting = replace(WARNED, awaiting_approval=True, **{fact: True})

    assert status_on(waiting, TODAY) == "INKASSOVARSEL"
    assert group_on(waiting, TODAY) == "på vent"


def test_a_case_waits_for_approval_only_while_nothing_stops_it() -> None:
    assert group_on(replace(WARNED, awaiting_approval=True), TODAY) == "venter godkjenning"


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("paid", "BETALT"),
        ("part_paid_with_loss", "DELBETALT/AVSLUTTET"),
        ("withdrawn", "TRUKKET"),
        ("objection_accepted", "TRUKKET"),
    ],
)
def test_an_ended_case_is_called_by_what_ended_it(reason: str, status: str) -> None:
    ended = replace(WARNED, demanded=True, paused=True, closed=reason)

    assert status_on(ended, TODAY) == status
    assert group_on(ended, TODAY) == "avsluttet"


def test_an_unknown_reason_to_close_has_no_status() -> None:
    assert "forgotten" not in ENDED
    with pytest.raises(KeyError):
        status_on(replace(NEW, closed="forgotten"), TODAY)
