"""Facets beside the list of cases: how many stand where, and what is owed on them."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from events.money import Ore
from projections.tally import EVERYBODY
from projections.views import cases
from projections.views.cases import CaseLine, Wanted, is_common, is_tallied
from projections.views.listing import Query
from projections.views.sql import SqlReader, owners, statement

# What cannot be told by the tally is counted one by one, of so many cases.
COUNTED_MOST: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """How many of the cases asked for have one value of a facet, and what is owed on them.

    Unless `complete`, not all cases were looked at, and there may be more.
    """

    facet: str
    value: str
    case_count: int
    total_ore: Ore
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    facet: str
    value: str
    case_count: int
    total_ore: Ore
    row_count: int


def facets(reader: SqlReader, wanted: Wanted, today: date) -> list[Facet]:
    """The cases that are wanted, counted by group, status, creditor and follow-up.

    By the tally, and so exactly, when only creditors, groups, statuses and follow-up narrow;
    else one by one, and not beyond COUNTED_MOST of them.
    """
    query, tallied = cases.query(wanted, today), is_tallied(wanted)
    found = _by_tally(reader, wanted, query) if tallied else _one_by_one(reader, query)
    (looked_at,) = [each.row_count for each in found if each.facet == "all"]
    complete = tallied or looked_at < COUNTED_MOST
    return [
        Facet(
            facet=each.facet,
            value=each.value,
            case_count=each.case_count,
            total_ore=each.total_ore,
            complete=complete,
        )
        for each in sorted(found, key=lambda each: (each.facet, each.value))
    ]


def _by_tally(reader: SqlReader, wanted: Wanted, query: Query[CaseLine]) -> list[_Counted]:
    counted = statement("counted_by_tally", stages=query.parts["stages"])
    told = {
        **query.params,
        "owners": owners(wanted.creditor_ids),
        "everybody": EVERYBODY,
        "by_stage": wanted.statuses is not None,
    }
    found = reader.query(statement("facets", counted=counted), told, _Counted)
    if wanted.creditor_ids is not None:
        return found
    each = statement("facet_by_creditor", stages=query.parts["stages"])
    return [
        *(one for one in found if one.facet != "creditor"),
        *reader.query(each, told, _Counted),
    ]


def _one_by_one(reader: SqlReader, query: Query[CaseLine]) -> list[_Counted]:
    common = "word" in query.params and is_common(reader, query.params)
    kind = "counted_on_the_way" if common else "counted_one_by_one"
    narrowed = {**query.parts, "searched": ""} if common else query.parts
    sql = statement("facets", counted=statement(kind, **narrowed))
    return reader.query(sql, {**query.params, "bound": COUNTED_MOST}, _Counted)
