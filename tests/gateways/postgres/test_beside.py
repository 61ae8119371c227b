"""Tables made beside the living, while others write."""

from collections.abc import Iterator

import pytest

from engine.journal.outcome import Committed
from gateways.postgres.beside import PostgresBeside
from projections.projection import AnyTable, Table
from tests.contracts.world import Counts, Total, Totals, World, postgres_world


class Sums(Totals):
    """The same rows under another name, so that two tables begin together."""

    table: Table[Total] = Table("sum", ("stream",), Total, one_stream=True)


class Ones(Totals):
    """And a third."""

    table: Table[Total] = Table("one", ("stream",), Total, one_stream=True)


@pytest.fixture
def world(database: str, keys_database: str) -> Iterator[World]:
    world = postgres_world(database, keys_database, together=True)
    world.restart([Sums(), Ones(), Counts()])
    yield world.start()
    world.close()


def test_what_is_written_while_tables_are_begun_is_counted_once_in_each(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add("counter-1", 1)
    make = PostgresBeside._make

    def made(self: PostgresBeside, table: AnyTable, made_by: str) -> None:
        make(self, table, made_by)
        assert isinstance(world.add("counter-1", 10), Committed)

    monkeypatch.setattr(PostgresBeside, "_make", made)
    world.runner.rebuild()

    rows = [world.rows.get(each.table, ("counter-1",)) for each in (Sums(), Ones())]
    assert [row and row.amount for row in rows] == [31, 31]
