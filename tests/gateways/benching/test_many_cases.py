"""Read models of many cases: rows as the projections would have left them, and no log."""

from datetime import date

import pytest

from engine.vault import Vault
from gateways.benching.many_cases import Many
from gateways.memory.keys import MemoryKeys
from gateways.postgres.database import open_journal
from gateways.postgres.index import PostgresIndex
from gateways.postgres.reading import PostgresRows
from projections import all_projections, balance, case_list
from projections.status import group_on, stage_of
from projections.views import cases, dashboard
from projections.views.cases import Wanted

pytestmark = pytest.mark.postgres

TODAY = date(2026, 9, 1)
MANY = Many(120)


@pytest.fixture
def rows(database: str) -> PostgresRows:
    opened = open_journal(database)
    index = PostgresIndex(opened)
    index.prepare([each.table for each in all_projections(Vault(MemoryKeys()))])
    MANY.fill(opened)
    index.close()
    return PostgresRows(opened)


def test_every_case_stands_where_its_facts_put_it(rows: PostgresRows) -> None:
    found = rows.find(case_list.TABLE)

    assert len(found) == len(rows.find(balance.TABLE)) == MANY.cases
    assert len({row.case_number for row in found}) == MANY.cases
    assert {row.status_group for row in found} >= {"pågående", "på vent", "avsluttet"}
    for row in found:
        assert row.stage == stage_of(row.standing)
        assert row.status_group == group_on(row.standing, TODAY)


def test_lists_sums_and_searches_find_them_all(rows: PostgresRows) -> None:
    lines = cases.cases(rows, Wanted(limit=None), TODAY)
    first = cases.cases(rows, Wanted(search=lines[0].debtor_name), TODAY)

    assert len(lines) == MANY.cases
    assert [line.case_id for line in first] == [lines[0].case_id]
    assert sum(each.case_count for each in dashboard.totals(rows, None)) == MANY.cases
    assert {line.creditor_id for line in lines} <= set(MANY.creditor_ids)
