"""The first page, and the money period by period: received, distributed, expected."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, Field

from engine.sagas.settlement import latest_settlement_day
from events.creditor import SettlementDay
from events.money import Ore
from gateways.http.access import ALL, router
from gateways.http.bodies import Day
from gateways.http.problem import ProblemError
from gateways.http.reads import twins
from gateways.http.reads.reading import MEDIA, AsOf, Read, Reading, read_for
from projections.status import Group
from projections.views import dashboard
from projections.views.dashboard import Figures, Head, Month, unsettled

routes = router("overview")
YEAR = timedelta(days=365)
PERIOD_MOST = timedelta(days=3660)
ONE_DAY = timedelta(days=1)
READ = read_for(*ALL, also=(422,))


class OverviewAsked(AsOf):
    """What the first page may be asked with."""

    creditor: tuple[UUID, ...] | None = None
    from_: Day | None = Field(
        default=None,
        alias="from",
        description="Counts and money since; this month's, if not told.",
    )


class CashFlowAsked(AsOf):
    """What the cash flow may be asked with."""

    creditor: tuple[UUID, ...] | None = None
    period: Literal["month", "week"] = "month"
    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShown:
    """A category: how many cases, what is owed on them, and up to five of them."""

    status_group: Group
    case_count: int
    total_ore: Ore
    cases: list[Head]


class Dashboard(BaseModel):
    """The house on a day, as far as the key may see it."""

    on: date
    from_on: date
    figures: Figures
    groups: list[GroupShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The next transfer to a creditor, as it would be of what has come in and is not settled."""

    creditor_id: UUID
    creditor_name: str
    on: date
    line_count: int
    amount_ore: Ore


class CashFlow(BaseModel):
    """What debtors paid, whose it was, what was paid out, and what is to be."""

    from_on: date
    until_on: date
    periods: list[Month]
    expected: list[Expected]


@routes.get("/dashboard", response_model=Dashboard, **read_for(*ALL))
def show_dashboard(reading: Read, asked: Annotated[OverviewAsked, Query()]) -> Response:
    """How many cases stand where, up to five of each category, and the period in figures."""
    return reading.plain(asked, lambda: _dashboard(reading, asked), Dashboard)


@routes.get("/cash-flow", response_model=CashFlow, **READ)
@routes.get("/cash-flow.csv", name="show_cash_flow_csv", response_class=Response, **READ)
@routes.get("/cash-flow.xlsx", name="show_cash_flow_xlsx", response_class=Response, **READ)
def show_cash_flow(reading: Read, asked: Annotated[CashFlowAsked, Query()]) -> Response:
    """Kontantstrøm: received, distributed and expected, by month or week; a year, if not told."""
    from_on, until_on = _period(reading, asked)
    if reading.form == "json":
        return reading.plain(
            asked, lambda: _cash_flow(reading, asked, from_on, until_on), CashFlow
        )
    return reading.answer(asked, lambda: _cash_flow_file(reading, asked, from_on, until_on))


def _dashboard(reading: Reading, asked: OverviewAsked) -> Dashboard:
    today, ids = reading.day(asked.as_of), reading.among(asked.creditor)
    from_on = asked.from_ or today.replace(day=1)
    heads = dashboard.heads(reading.sql, ids, today)
    totals = dashboard.totals(reading.sql, ids)
    shown = [head for each in heads.values() for head in each]
    reading.visit.saw(
        cases=[head.case_id for head in shown], persons=[head.debtor_id for head in shown]
    )
    return Dashboard(
        on=today,
        from_on=from_on,
        figures=dashboard.figures(reading.sql, totals, ids, from_on, today),
        groups=[
            GroupShown(
                status_group=total.status_group,
                case_count=total.case_count,
                total_ore=total.total_ore,
                cases=heads[total.status_group],
            )
            for total in dashboard.groups(totals)
        ],
    )


def _period(reading: Reading, asked: CashFlowAsked) -> tuple[date, date]:
    until_on = asked.until or reading.day(asked.as_of)
    from_on = asked.from_ or (until_on - YEAR if until_on - date.min > YEAR else date.min)
    if not from_on <= until_on or until_on - from_on > PERIOD_MOST:
        raise ProblemError(422, "period_impossible", most_days=PERIOD_MOST.days)
    return from_on, until_on


def _periods(reading: Reading, asked: CashFlowAsked, from_on: date, until_on: date) -> list[Month]:
    ids = reading.among(asked.creditor)
    return dashboard.cash_flow(reading.sql, ids, from_on, until_on, asked.period)


def _cash_flow(reading: Reading, asked: CashFlowAsked, from_on: date, until_on: date) -> CashFlow:
    today = reading.day(asked.as_of)
    waiting = unsettled(reading.sql, reading.among(asked.creditor))
    return CashFlow(
        from_on=from_on,
        until_on=until_on,
        periods=_periods(reading, asked, from_on, until_on),
        expected=[
            Expected(
                creditor_id=each.creditor_id,
                creditor_name=each.creditor_name,
                on=_next_settlement(today, each.settlement),
                line_count=each.line_count,
                amount_ore=each.expected_ore,
            )
            for each in waiting
            if each.expected_ore > 0
        ],
    )


def _cash_flow_file(
    reading: Reading, asked: CashFlowAsked, from_on: date, until_on: date
) -> Response:
    write = twins.as_csv if reading.form == "csv" else twins.as_xlsx
    body = b"".join(write(Month, [_periods(reading, asked, from_on, until_on)]))
    headers = {"Content-Disposition": f'attachment; filename="cash-flow.{reading.form}"'}
    return Response(body, media_type=MEDIA[reading.form], headers=headers)


def _next_settlement(today: date, settlement: SettlementDay) -> date:
    """The first day after today on which the agreement settles."""
    day = today + ONE_DAY
    while latest_settlement_day(day, settlement) != day:
        day += ONE_DAY
    return day
