"""What is watched from outside: what is to leave the house, and whether the money is all there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.ledger import Account
from events.money import Ore
from projections.ordered_act import ActKind, ActState
from projections.views.sql import SqlReader, statement


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many acts of a kind are ordered or released and not reported, and since when."""

    kind: ActKind
    state: ActState
    act_count: int
    since: date


@dataclass(frozen=True, slots=True)
class _Balance:
    account: Account
    amount_ore: Ore


def backlog(reader: SqlReader) -> list[Backlog]:
    """What is on its way out of the house, by kind and state."""
    return reader.query(statement("backlog"), {}, Backlog)


def account_totals(reader: SqlReader) -> Mapping[Account, Ore]:
    """What each account stands at, debits positive; together they are zero."""
    rows = reader.query(statement("account_totals"), {}, _Balance)
    return {row.account: row.amount_ore for row in rows}
