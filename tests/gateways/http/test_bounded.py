"""What a read of the API looks at does not grow with the house: counted in rows, by no clock."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection
from psycopg.sql import SQL
from pydantic import SecretStr

from gateways.benching import many_payouts
from gateways.benching.many_cases import Many
from gateways.postgres import reading
from gateways.postgres.database import Database
from gateways.settings import Settings
from gateways.wiring import on_postgres
from projections.views import cases, facets, parties
from tests.conftest import emptied
from tests.gateways.desk.world import World
from tests.gateways.http.world import ApiWorld, api_world, secret_of

pytestmark = pytest.mark.postgres

FEW, MANY = 2_000, 10_000
CREDITORS = 12
# Five times the cases may cost a little more: a page is filled from more that does not match,
# until the plan is the same. Whoever looked at all cases would look at 8 000 more.
TIMES, BESIDES = 2, 1_500
EXPLAIN = "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON) "

DAYS = {"from": "2025-09-01", "until": "2026-08-31"}
# How each read is asked, besides as it is; `None` where one answer has more to tell in a larger
# house: why, said in words.
ASKED: Mapping[str, tuple[dict[str, Any], ...] | str] = {
    "/v1/access": "of one person, told by another test",
    "/v1/activities": ({"from_on": "2026-08-01", "sort": "on"},),
    "/v1/approvals": (),
    "/v1/candidates": "invoices that wait are added up debtor by debtor",
    "/v1/candidates/invoices": (),
    "/v1/cases": (
        {"search": "e"},
        {"search": "Ragnhild", "sort": "debtor_name"},
        {"search": "nobody at all"},
        {"group": "på vent"},
        {"status": "INKASSOVARSEL FORFALT"},
        {"registered_from": "2026-08-01"},
        {"status": "BETALT", "sort": "principal_left_ore", "descending": "true"},
        {"follow_up": "true", "sort": "debtor_name"},
    ),
    "/v1/cases/facets": (
        {"search": "e"},
        {"registered_from": "2025-01-01"},
        {"group": "på vent"},
        {"status": "INKASSOVARSEL FORFALT"},
        {"follow_up": "true"},
    ),
    "/v1/cases/{case_id}": (),
    "/v1/cases/{case_id}/as-at": (),
    "/v1/cases/{case_id}/balance": (),
    "/v1/cases/{case_id}/contacts": (),
    "/v1/cases/{case_id}/diff": ({"from_effective": "2026-08-03"},),
    "/v1/cases/{case_id}/events": (),
    "/v1/cases/{case_id}/statement": (),
    "/v1/cases/{case_id}/timeline": (),
    "/v1/cases/{case_id}/why": (),
    "/v1/cash-flow": (DAYS, {**DAYS, "period": "week"}),
    "/v1/creditors": (),
    "/v1/creditors/{creditor_id}": (),
    "/v1/dashboard": ({"from": "2025-09-01"},),
    "/v1/debtors": ({"search": "Ragnhild"},),
    "/v1/debtors/{debtor_id}": (),
    "/v1/documents": (),
    "/v1/documents/{letter_id}/content": "one letter by its id, from the store of letters",
    "/v1/events/{event}/causes": "what led to one event, and what it led to",
    "/v1/follow-ups": (),
    "/v1/invoices": ({"outstanding": "false"}, {"number": "1000001"}),
    "/v1/me": (),
    "/v1/outcomes/{commit_id}": "one commit by its id",
    "/v1/payments": ({"booked_from": "2026-08-01"},),
    "/v1/payouts": ({"state": "confirmed"},),
    "/v1/payouts/{payout_id}": (),
    "/v1/payouts/{payout_id}/letter.pdf": "as its lines",
    "/v1/payouts/{payout_id}/lines": (),
    "/v1/stream": "what happens, as it happens",
    "/v1/suspense": (),
    "/v1/webhooks": "those of a key",
    "/v1/webhooks/{webhook_id}/deliveries": "those of a webhook",
}


class Meter:
    """Runs each statement of a read once more under EXPLAIN, and adds up the rows it looked at."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.rows = 0
        ask, typed = reading.PostgresRows.query, reading._typed  # noqa: SLF001 - to see what is sent

        def query(rows: Any, sql: Any, params: Any = None, row: Any = None) -> Any:
            rows._read(lambda c: self._explain(c, sql, params))  # noqa: SLF001 - as above
            return ask(rows, sql, params or {}, row)

        def find(table: Any, statement: bytes, params: Any, reach: Connection, **how: Any) -> Any:
            self._explain(reach, statement.decode(), params)
            return typed(table, statement, params, reach, **how)

        patch.setattr(reading.PostgresRows, "query", query)
        patch.setattr(reading, "_typed", find)

    def _explain(self, connection: Connection, sql: Any, params: Any) -> None:
        told = EXPLAIN + sql if isinstance(sql, str) else SQL(EXPLAIN) + sql
        (((plan,),),) = connection.execute(told, params, prepare=False).fetchall()
        self.rows += _passed(plan["Plan"])


@contextmanager
def house(dsns: tuple[str, str], folder: Path, cases: int) -> Iterator[tuple[ApiWorld, Many]]:
    """A house with two real cases, and so many others that have rows and no log."""
    settings = Settings(data=folder, database=SecretStr(dsns[0]), keys_database=SecretStr(dsns[1]))
    world = World(lambda clock: on_postgres(settings, clock))
    many = Many(cases, CREDITORS)
    try:
        api = api_world(world)
        with Database(dsns[0]) as filled:
            many.fill(filled)
        largest = [many.creditor_ids[0]]
        api.secrets["largest"] = secret_of(api.office, "creditor", largest)
        yield api, many
    finally:
        world.office.close()


def requests(api: ApiWorld, many: Many) -> Iterator[tuple[str, str, dict[str, Any], str]]:
    """Every read, each list in every order: its path, as it is asked, and by whom."""
    case = api.case()
    payout_id = many_payouts.payout_id(many.creditor_ids[0], 0)
    places = {
        "case_id": case.case_id,
        "creditor_id": case.creditor_id,
        "debtor_id": case.debtor_id,
        "payout_id": payout_id,
    }
    described = api.client.app.openapi()["paths"]  # type: ignore[attr-defined]  # an app of FastAPI
    for path, methods in described.items():
        if "get" not in methods or path.endswith((".csv", ".xlsx")) or "/v1" not in path:
            continue
        ways = ASKED[path]
        if isinstance(ways, str):
            continue
        needed = [] if path.endswith("/diff") else [{}, *_orders(methods["get"])]
        for way in (*needed, *ways):
            for role in ("case_handler", "largest"):
                if role == "largest" and ("{" in path or "sort" in way or path == "/v1/suspense"):
                    continue
                yield path, path.format(**places), way, role


def _orders(operation: dict[str, Any]) -> list[dict[str, Any]]:
    found = [each for each in operation.get("parameters", ()) if each["name"] == "sort"]
    told = [choice for each in found for choice in each["schema"]["anyOf"] if "enum" in choice]
    names = [name for choice in told for name in choice["enum"]]
    return [{"sort": n, "descending": str(at % 2 == 0).lower()} for at, n in enumerate(names)]


def _passed(node: dict[str, Any]) -> int:
    """How many rows a plan read, those that did not pass a filter among them."""
    own = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    reads = "Scan" in node["Node Type"] and "Bitmap Index" not in node["Node Type"]
    below = sum(_passed(each) for each in node.get("Plans", ()))
    return below + (round(own * node["Actual Loops"]) if reads else 0)


def touched(dsns: tuple[str, str], folder: Path, size: int) -> dict[tuple[str, ...], int]:
    """How many rows each read looks at in a house of so many cases."""
    rows: dict[tuple[str, ...], int] = {}
    with house(dsns, folder, size) as (api, many), pytest.MonkeyPatch.context() as patch:
        # Small limits, so that small houses show what large ones do.
        patch.setattr(cases, "COMMON_HITS", 50)
        patch.setattr(cases, "WALK_MOST", 500)
        patch.setattr(facets, "COUNTED_MOST", 100)
        patch.setattr(cases, "FEW_WANTED", 100)
        patch.setattr(parties, "FEW_CASES", 100)
        meter = Meter(patch)
        for path, address, way, role in requests(api, many):
            api.get(address, role, params=way)  # what is looked up once is looked up
            meter.rows = 0
            answer = api.get(address, role, params={**way, "at_least": "0:1"} if way else {})
            assert answer.status_code == 200, (address, way, answer.text)
            rows[path, str(way), role] = meter.rows
    return rows


def test_every_read_is_asked_or_said_why_not(sql_api: ApiWorld) -> None:
    described = sql_api.client.app.openapi()["paths"]  # type: ignore[attr-defined]  # as above
    reads = {path for path, methods in described.items() if "get" in methods}

    assert {path for path in reads if not path.endswith((".csv", ".xlsx"))} == ASKED.keys()


def test_no_read_looks_at_more_when_the_house_has_five_times_the_cases(
    database: str, keys_database: str, tmp_path: Path
) -> None:
    dsns = (database, keys_database)
    few = touched(dsns, tmp_path / "few", FEW)
    emptied(database)
    emptied(keys_database)
    many = touched(dsns, tmp_path / "many", MANY)
    grown = {
        read: (count, many[read])
        for read, count in few.items()
        if many[read] > TIMES * count + BESIDES
    }

    assert grown == {}, grown
    assert len(few) > 80
