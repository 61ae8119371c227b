"""The scenarios that the pages show do what they say."""

from pathlib import Path

import pytest

from gateways.settings import CHECKOUT
from gateways.simulating.comparing import unmet
from gateways.simulating.playing import Play
from gateways.simulating.reading import read

EXAMPLES = sorted((CHECKOUT / "docs" / "examples").glob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_expectation_of_an_example_holds(path: Path) -> None:
    scenario = read(path)
    play = Play(scenario)

    assert unmet(scenario, play.run(), play.standings) == []
