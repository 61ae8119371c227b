"""A table is told by its row: each field a column, of the type SQL has for it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import pytest

from events.money import Ore
from projections.projection import Row, Table


class Case(Row, frozen=True, kw_only=True):
    case_id: UUID
    name: str
    step: Literal["sent", "paid"]
    owed_ore: Ore
    days_count: int
    rate_percent: Decimal
    open: bool
    due_on: date | None
    seen_at: datetime
    tags: tuple[str, ...]


class Unfit(Row, frozen=True, kw_only=True):
    key: str
    value: list[str]


def test_every_field_is_a_column_of_its_sql_type() -> None:
    table = Table("case", ("case_id",), Case, version=2)
    columns = [(column.name, column.bare_type, column.nullable) for column in table.columns]

    assert table.sql_name == "case_v2"
    assert columns == [
        ("case_id", "uuid", False),
        ("name", "text", False),
        ("step", "text", False),
        ("owed_ore", "bigint", False),
        ("days_count", "bigint", False),
        ("rate_percent", "numeric", False),
        ("open", "boolean", False),
        ("due_on", "date", True),
        ("seen_at", "timestamptz", False),
        ("tags", "text[]", False),
    ]


def test_a_field_that_no_column_can_hold_is_an_error() -> None:
    with pytest.raises(TypeError, match="column value cannot hold"):
        _ = Table("unfit", ("key",), Unfit).columns
