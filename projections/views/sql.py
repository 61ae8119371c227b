"""The named statements of `queries.sql`, and the reader that runs them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from re import MULTILINE, split, sub
from typing import Protocol, TypeVar

from projections import (
    balance,
    candidate,
    case_list,
    creditor,
    debtor,
    due,
    invoice,
    payable,
    payment,
    payout,
)
from projections.projection import AnyTable

R = TypeVar("R")

# Where PostgreSQL keeps the read models.
SCHEMA = "kravspor_index"

NAME = r"^-- name: (\w+)$"
PLACE = r"\{(\w+)\}"


class SqlReader(Protocol):
    """Runs a statement on the read models."""

    def query(self, sql: str, params: Mapping[str, object], row: type[R]) -> list[R]:
        """What `sql` gives for `params`, as rows of the dataclass `row`, by column name."""
        ...


def statement(name: str, **fragments: str) -> str:
    """The statement of that name, its tables by the names of their present versions.

    `fragments` fill what else it leaves open; they are this package's own words, never a
    user's. Raises KeyError when there is no such statement or place.
    """
    return _filled(_statements()[name], {**_tables(), **_parts(), **fragments})


def _filled(text: str, words: Mapping[str, str]) -> str:
    return sub(PLACE, lambda place: words[place[1]], text)


@cache
def _statements() -> dict[str, str]:
    text = files("projections.views").joinpath("queries.sql").read_text("utf-8")
    _, *parts = split(NAME, text, flags=MULTILINE)
    return {name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}


@cache
def _parts() -> dict[str, str]:
    """The statements that others begin with."""
    return {"case_now": _filled(_statements()["case_now"], _tables())}


@cache
def _tables() -> dict[str, str]:
    tables: tuple[AnyTable, ...] = (
        balance.TABLE,
        candidate.TABLE,
        case_list.TABLE,
        creditor.TABLE,
        debtor.TABLE,
        due.TABLE,
        invoice.TABLE,
        payable.TABLE,
        payment.TABLE,
        payout.TABLE,
        payout.LINES,
    )
    return {table.name: f"{SCHEMA}.{table.sql_name}" for table in tables}
