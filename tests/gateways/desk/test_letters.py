"""A letter that was released and never reported: a person tells what became of it."""

from uuid import UUID, uuid5

import pytest

from engine.case.sending import ReleaseLetter
from gateways.desk import letters
from gateways.desk.asking import carry_on_case
from gateways.desk.invoices import take_in
from projections import ordered_act
from projections.ordered_act import OrderedAct
from tests.gateways.desk.world import World, csv_of, refused, row


@pytest.fixture
def released(world: World) -> OrderedAct:
    """An inkassovarsel released today by a worker that is gone."""
    take_in(world.office, csv_of(row()), "f.csv", today=world.today, actor="user:kari")
    world.office.pump.day(world.today)
    (act,) = letters.under_way(world.office)
    assert act.case_id is not None
    command = ReleaseLetter(
        letter_id=act.act_id,
        worker="gone",
        today=world.today,
        debtor_version=1,
        creditor_version=5,
    )
    carry_on_case(world.office, act.case_id, command, world.by, uuid5(act.act_id, "release"))
    return letters.find_letter(world.office, str(act.act_id)[:8])


def state(world: World, act: OrderedAct) -> str:
    found = world.office.rows.get(ordered_act.TABLE, (act.act_id,))
    return "" if found is None else found.state


def test_a_letter_that_went_out_counts_from_the_day_of_its_release(
    world: World, released: OrderedAct
) -> None:
    letters.resolve(world.office, released, world.by, sent=True)
    assert state(world, released) == "done"
    end = world.end
    letters.resolve(world.office, released, world.by, sent=True)
    assert world.end == end


def test_a_letter_that_never_went_is_due_again(world: World, released: OrderedAct) -> None:
    world.clock.at = world.clock.at.replace(day=4)
    letters.resolve(world.office, released, world.by, sent=False)
    assert state(world, released) == "lapsed"
    world.day()
    assert len(world.post.letters) == 1


def test_a_release_of_today_still_holds(world: World, released: OrderedAct) -> None:
    with refused("release_holds"):
        letters.resolve(world.office, released, world.by, sent=False)


def test_a_letter_that_is_not_released_has_nothing_to_resolve(
    world: World, released: OrderedAct
) -> None:
    letters.resolve(world.office, released, world.by, sent=True)
    done = letters.find_letter(world.office, str(released.act_id))
    with refused("letter_not_released"):
        letters.resolve(world.office, done, world.by, sent=False)


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("words", ["", "fffffffe", str(UUID(int=3))])
def test_a_letter_that_is_not_there_is_told(world: World, words: str) -> None:
    with refused("letter_unknown"):
        letters.find_letter(world.office, words)


def test_a_beginning_that_two_letters_share_is_no_name(world: World) -> None:
    content = csv_of(*[row(str(number), name=f"Skyldner {number}") for number in range(17)])
    take_in(world.office, content, "f.csv", today=world.today, actor="user:kari")
    world.office.pump.day(world.today)
    found = sorted(str(act.act_id)[0] for act in letters.under_way(world.office))
    shared = next(each for each in found if found.count(each) > 1)
    with refused("id_ambiguous"):
        letters.find_letter(world.office, shared)
