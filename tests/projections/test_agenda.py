"""The agenda: what is due today, but for the cases a projection could not take."""

from uuid import UUID

import pytest

from engine.pump import Pump
from engine.streams import case_stream
from gateways.desk.invoices import take_in
from projections import case_list, due, ordered_act
from projections.agenda import ProjectedAgenda
from projections.parked import Parked
from tests.gateways.desk.world import World, csv_of, row
from tests.projections.unheard import happen_on


@pytest.fixture
def world() -> World:
    """Two debtors' cases, both with an inkassovarsel due today."""
    world = World()
    world.creditor()
    file = csv_of(row("1001"), row("1002", name="Kari Nordmann"))
    take_in(world.office, file, "f.csv", today=world.today, actor="user:kari")
    return world


def cases(world: World) -> list[UUID]:
    return [row.case_id for row in world.office.rows.find(case_list.TABLE)]


@pytest.mark.parametrize("projection", ["due", "balance", "timeline"])
def test_a_case_that_is_parked_in_any_projection_waits(world: World, projection: str) -> None:
    first, second = cases(world)
    parked = Parked(projection, case_stream(first), first, 0, 1, "ValueError: too much")
    agenda = ProjectedAgenda(world.office.rows, lambda: [parked])

    assert [case.steps.case_id for case in agenda.cases(world.today, 10)] == [second]
    assert [case.steps.case_id for case in agenda.cases(world.today, 1)] == [second]


def test_a_parked_stream_that_is_no_case_holds_nobody_back(world: World) -> None:
    parked = Parked("creditor", f"creditor-{cases(world)[0]}", cases(world)[0], 0, 1, "")
    agenda = ProjectedAgenda(world.office.rows, lambda: [parked])

    assert {case.steps.case_id for case in agenda.cases(world.today, 10)} == set(cases(world))


def test_an_event_nobody_knows_stops_the_clock_of_its_case_alone(world: World) -> None:
    first, second = cases(world)
    happen_on(world.office, first)
    before = world.office.rows.get(due.TABLE, (first,))
    agenda = ProjectedAgenda(world.office.rows, world.office.runner.parked)
    stuck = Pump(agenda, world.office.carry).day(world.today)

    assert stuck == []
    assert [act.case_id for act in world.office.rows.find(ordered_act.TABLE)] == [second]
    assert world.office.rows.get(due.TABLE, (first,)) == before
    assert {parked.stream for parked in world.office.runner.parked()} == {case_stream(first)}
