"""Status and group, on a day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.status import ENDED, Standing, Status, group_on, stage_of, stages, status_on

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


STANDINGS = st.builds(
    Standing,
    varsel_pay_by=st.none() | st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    demanded=st.booleans(),
    paused=st.booleans(),
    disputed=st.booleans(),
    awaiting_approval=st.booleans(),
    closed=st.none() | st.sampled_from(sorted(ENDED)),
)
DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))


@given(STANDINGS, DAYS)
def test_on_any_day_a_stage_is_in_the_range_of_the_cases_status_and_of_no_other(
    standing: Standing, today: date
) -> None:
    stage = stage_of(standing)
    called = [s for s in get_args(Status) if stages(s, today)[0] <= stage <= stages(s, today)[1]]

    assert called == [status_on(standing, today)]


@given(STANDINGS, STANDINGS, DAYS)
def test_stages_are_ordered_as_statuses_are(one: Standing, other: Standing, today: date) -> None:
    if status_on(one, today) < status_on(other, today):
        assert stage_of(one) < stage_of(other)


@given(STANDINGS, DAYS)
def test_no_day_changes_the_group(standing: Standing, today: date) -> None:
    assert group_on(standing, today) == group_on(standing, today + timedelta(days=400))
