"""Which act rules, and how long our reading of it holds."""

from datetime import date

import pytest

from engine.law import regime
from engine.refusal import RefusedError


@pytest.mark.parametrize("on", [date(1989, 10, 1), date(2026, 11, 22), date(2026, 12, 31)])
def test_the_act_of_1988_rules_through_the_last_reviewed_day(on: date) -> None:
    assert regime.regime_on(on).name == "inkassolov_1988"


def test_the_new_act_is_known_but_has_no_day_yet() -> None:
    new = regime.REGIMES[-1]

    assert new.name == "inkassolov_2026"
    assert new.in_force_on is None


def test_a_day_nobody_has_read_the_rules_for_is_refused() -> None:
    with pytest.raises(RefusedError, match="regime not reviewed") as refusal:
        regime.regime_on(date(2027, 1, 1))

    assert refusal.value.code == "regime_not_reviewed"
    assert refusal.value.facts["reviewed_through"] == date(2026, 12, 31)


def test_before_the_first_act_there_is_no_regime() -> None:
    with pytest.raises(RefusedError) as refusal:
        regime.regime_on(date(1989, 9, 30))

    assert refusal.value.code == "regime_unknown"
