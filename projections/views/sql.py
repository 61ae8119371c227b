"""The named statements of `queries.sql`, and the reader that runs them."""

from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from re import MULTILINE, Match, split, sub
from typing import Protocol, TypeVar
from uuid import UUID

from projections import (
    balance,
    candidate,
    case_list,
    creditor,
    debtor,
    document,
    due,
    invoice,
    ordered_act,
    payable,
    payment,
    payout,
    posting,
    tally,
    timeline,
)
from projections.projection import AnyTable

R = TypeVar("R")
T = TypeVar("T")

# Where PostgreSQL keeps the read models.
SCHEMA = "kravspor_index"

NAME = r"^-- name: (\w+)$"
PLACE = r"\{(\w+)\}"
REMARK = r"^--.*\n?"


class SqlReader(Protocol):
    """Runs a statement on the read models."""

    def query(self, sql: str, params: Mapping[str, object], row: type[R]) -> list[R]:
        """What `sql` gives for `params`, as rows of the dataclass `row`, by column name."""
        ...


def statement(name: str, **fragments: str) -> str:
    """The statement of that name, its tables by the names of their present versions.

    A place is filled by one of `fragments`, by a table, or by the statement of its name.
    Fragments are this package's own words, never a user's. Raises KeyError when there is
    no such statement or place.
    """
    return _filled(name, tuple(sorted(fragments.items())))


@cache
def _filled(name: str, fragments: tuple[tuple[str, str], ...]) -> str:
    given = dict(fragments)

    def word(place: Match[str]) -> str:
        name = place[1]
        if name in given:
            return given[name]
        return _tables().get(name) or _filled(name, fragments)

    return sub(PLACE, word, _statements()[name])


@cache
def _statements() -> dict[str, str]:
    text = files("projections.views").joinpath("queries.sql").read_text("utf-8")
    _, *parts = split(NAME, text, flags=MULTILINE)
    return {name: _bare(body) for name, body in zip(parts[::2], parts[1::2], strict=True)}


def _bare(body: str) -> str:
    """The statement without what is told of it, since it may become a part of another."""
    return sub(REMARK, "", body, flags=MULTILINE).strip()


@cache
def _tables() -> dict[str, str]:
    tables: tuple[AnyTable, ...] = (
        balance.TABLE,
        candidate.TABLE,
        case_list.TABLE,
        creditor.TABLE,
        debtor.TABLE,
        document.TABLE,
        due.TABLE,
        invoice.TABLE,
        ordered_act.TABLE,
        posting.TABLE,
        payable.TABLE,
        payment.TABLE,
        payout.TABLE,
        payout.LINES,
        timeline.TABLE,
        *(each.table for each in tally.TALLIES),
    )
    return {table.name: f"{SCHEMA}.{table.sql_name}" for table in tables}


def owners(creditor_ids: Collection[UUID] | None) -> list[UUID]:
    """Under whom the tallies have what these creditors may see; all, when None."""
    return [tally.EVERYBODY] if creditor_ids is None else list(creditor_ids)


def listed(values: Collection[T] | None) -> list[T] | None:
    """A choice as a parameter of SQL; None is no choice, and so everything."""
    return None if values is None else list(values)
