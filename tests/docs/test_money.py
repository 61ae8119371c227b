"""The worked example of docs/money.md, played, and held against its table."""

import json
import re
from pathlib import Path

from engine.ledger import CLIENT_MONEY, entries
from events.base import Event
from events.registry import BY_TYPE
from gateways.settings import CHECKOUT
from gateways.simulating.comparing import unmet
from gateways.simulating.playing import Play, plain
from gateways.simulating.reading import read

PAGE = CHECKOUT / "docs" / "money.md"
EXAMPLE = CHECKOUT / "docs" / "examples" / "a-payment-and-its-payout.yaml"
ROW = re.compile(r"\| (\S+) \| `(\S+)` \| `(\S+)` \| (-?\d+) \|")
ACCOUNT = re.compile(r"^\| `([a-z_]+)` \| ", re.MULTILINE)

Posting = tuple[str, str, str, int]


def told(page: Path) -> list[Posting]:
    """The postings that the page's table tells: day, event, account and øre."""
    rows = ROW.findall(page.read_text(encoding="utf-8"))
    return [(day, event, account, int(amount)) for day, event, account, amount in rows]


def played(scenario: Path) -> list[Posting]:
    """The postings of the scenario's events, as the engine makes them."""
    play = Play(read(scenario))
    play.run()
    return [
        (str(record["on"]), event.TYPE, entry.account, entry.amount_ore)
        for record in play.told.events
        for event in [_event(record)]
        for entry in entries(event)
    ]


def _event(record: dict[str, object]) -> Event:
    return BY_TYPE[str(record["type"])].model_validate_json(json.dumps(record["data"]))


def test_the_table_of_the_page_is_what_the_engine_posts() -> None:
    assert told(PAGE) == played(EXAMPLE)


def test_the_example_holds_all_that_it_expects() -> None:
    scenario = read(EXAMPLE)
    play = Play(scenario)
    done = play.run()

    assert unmet(scenario, done, play.standings) == []
    assert plain(done.events[-1])["on"] == "2026-09-07"


def test_no_client_money_is_left_when_the_creditor_has_been_paid() -> None:
    left = [amount for _, _, account, amount in told(PAGE) if account in CLIENT_MONEY]

    assert sum(left) == 0
    assert sum(amount for *_, amount in told(PAGE)) == 0


def test_the_page_names_every_account_of_the_ledger() -> None:
    source = (CHECKOUT / "engine" / "ledger.py").read_text(encoding="utf-8")
    accounts = re.findall(r'^    "([a-z_]+)",$', source, re.MULTILINE)

    assert sorted(ACCOUNT.findall(PAGE.read_text(encoding="utf-8"))) == sorted(accounts)
