"""The worked example of docs/looking-back.md, played, and held against its tables."""

import re

import pytest

from events.money import Ore
from gateways.cli.output import kroner
from gateways.settings import CHECKOUT
from replay.diff import Diff, Moved
from tests.replay.cases import EXAMPLE, Played, played

PAGE = CHECKOUT / "docs" / "looking-back.md"
VIEW = re.compile(r"^\| (\d{4}-\d\d-\d\d) \| (\d{4}-\d\d-\d\d) \| (.+) \|$", re.MULTILINE)
MOVED = re.compile(r"^\| (by itself|event \d+|in all) \| (.+) \|$", re.MULTILINE)
COMMAND = re.compile(r"replay diff CASE --from (2\S+)/(\S+) --to (\S+)/(\S+)`")
COLUMNS = (
    "principal_ore", "interest_ore", "letter_fees_ore", "salaer_ore", "total_ore", "paid_ore",
)  # fmt: skip


@pytest.fixture(scope="module")
def case() -> Played:
    return played(EXAMPLE)


def figures(of: object) -> str:
    """The columns of the tables, as the page writes them."""
    return " | ".join(kroner(getattr(of, name)) for name in COLUMNS)


def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_every_view_of_the_page_is_what_the_engine_tells(case: Played) -> None:
    rows = VIEW.findall(page())
    assert len(rows) == 6
    for effective, known, told in rows:
        assert figures(case.as_at(effective, known).owed) == told, (effective, known)


def test_the_difference_of_the_page_is_laid_to_its_causes(case: Played) -> None:
    match = COMMAND.search(page())
    assert match is not None
    one, other = match.groups()[:2], match.groups()[2:]
    diff = case.diff((one[0], one[1]), (other[0], other[1]))
    moving = {
        f"event {effect.version}": figures(effect.moved)
        for effect in diff.effects
        if effect.moved != Moved()
    }
    told = dict(MOVED.findall(page()))
    assert told == {"by itself": figures(diff.by_time), **moving, "in all": figures(whole(diff))}


def whole(diff: Diff) -> Moved:
    before, after = diff.before.owed, diff.after.owed
    return Moved(**{name: Ore(getattr(after, name) - getattr(before, name)) for name in COLUMNS})
