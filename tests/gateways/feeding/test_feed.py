"""The feed tells every standing event once at least, in order for each case."""

import json
from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.journal.shards import in_use
from engine.ports import UnavailableError
from events import registry
from gateways.desk.invoices import take_in
from gateways.feeding.feed import Feed, waves
from gateways.feeding.telling import Told, telling
from projections import case_list
from tests.gateways.desk.world import World, csv_of, row


class Shelf:
    """A sink in memory, which fails when it is told to."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.fails_after: int | None = None

    def identity(self) -> str:
        return "shelf"

    def publish(self, wave: Sequence[Told]) -> None:
        assert len({each.key for each in wave}) == len(wave)
        for each in wave:
            if self.fails_after == 0:
                raise UnavailableError("the shelf is full")
            if self.fails_after is not None:
                self.fails_after -= 1
            self.told.append(each)


class Positions:
    """Positions in memory."""

    def __init__(self) -> None:
        self.reached_by: dict[tuple[str, int], int] = {}

    def position(self, feed: str, shard: int) -> int:
        return self.reached_by.get((feed, shard), 0)

    def reached(self, feed: str, shard: int, nid: int) -> None:
        self.reached_by[feed, shard] = nid


def ids(told: Sequence[Told]) -> list[str]:
    return [dict(each.headers)["ce_id"] for each in told]


@pytest.fixture
def world() -> World:
    """A creditor and two cases."""
    world = World()
    world.creditor()
    rows = csv_of(row("1001"), row("1002", name="Kari Hansen"))
    take_in(world.office, rows, "f.csv", today=world.today, actor="user:kari")
    world.day()
    return world


def feed_of(world: World, shelf: Shelf, positions: Positions, *, personal: bool = False) -> Feed:
    tell = telling("log/1", world.office.vault if personal else None)
    return Feed(world.office.store.index, registry.decode, positions, shelf, tell)


def standing(world: World) -> list[str]:
    entries = world.office.store.index.entries(0, 0, 10_000)
    return [f"{e.shard}-{e.nid}" for e in entries if not e.stream.startswith("control-")]


def test_every_standing_event_is_told_as_a_cloudevent(world: World) -> None:
    shelf = Shelf()
    count = feed_of(world, shelf, Positions()).round(0)

    assert count == len(standing(world)) > 10
    assert sorted(ids(shelf.told)) == sorted(standing(world))
    kind = ("ce_type", "kravspor.case.registered")
    registered, _ = (told for told in shelf.told if kind in told.headers)
    headers = dict(registered.headers)
    assert headers["ce_specversion"] == "1.0"
    assert headers["ce_source"] == "kravspor/log%2F1"
    assert headers["ce_subject"] == headers["ce_partitionkey"] == registered.key
    assert UUID(registered.key.removeprefix("case-"))
    assert headers["ce_time"].endswith("Z")
    assert headers["content-type"] == "application/json"
    assert json.loads(registered.value)["debtor_kind"] == "person"


def test_what_is_personal_is_left_out_unless_it_is_asked_for(world: World) -> None:
    closed, opened = Shelf(), Shelf()
    feed_of(world, closed, Positions()).round(0)
    feed_of(world, opened, Positions(), personal=True).round(0)

    assert not any(b"Nordmann" in told.value or b'"box"' in told.value for told in closed.told)
    persons = [json.loads(told.value) for told in opened.told if told.key.startswith("person-")]
    assert "Ola Nordmann" in {person.get("name") for person in persons}
    assert not any(b'"box"' in told.value for told in opened.told)


def test_who_has_been_erased_is_left_out_too(world: World) -> None:
    erased, other = (case.debtor_id for case in world.office.rows.find(case_list.TABLE))
    world.office.vault.forget(erased)
    shelf = Shelf()
    feed_of(world, shelf, Positions(), personal=True).round(0)
    kind = ("ce_type", "kravspor.person.recorded")
    known = {told.key: json.loads(told.value) for told in shelf.told if kind in told.headers}

    assert "name" not in known[f"person-{erased}"]
    assert known[f"person-{other}"]["name"]


@pytest.mark.parametrize("taken", [0, 1, 7])
def test_what_was_stopped_half_way_is_told_again_and_nothing_is_left_out(
    world: World, taken: int
) -> None:
    shelf, positions = Shelf(), Positions()
    shelf.fails_after = taken
    with pytest.raises(UnavailableError):
        feed_of(world, shelf, positions).round(0)
    shelf.fails_after = None
    feed_of(world, shelf, positions).round(0)

    assert set(ids(shelf.told)) == set(standing(world))
    assert len(shelf.told) == len(standing(world)) + taken
    for key in {told.key for told in shelf.told}:
        nids = [int(each.split("-")[1]) for each in ids([t for t in shelf.told if t.key == key])]
        firsts = list(dict.fromkeys(nids))
        assert firsts == sorted(firsts)


def test_another_process_goes_on_where_the_first_left_off(world: World) -> None:
    shelf, positions = Shelf(), Positions()
    feed_of(world, shelf, positions).round(0)
    before = len(shelf.told)
    assert feed_of(world, shelf, positions).round(0) == 0
    world.creditor(2, "Fjord AS")
    feed_of(world, shelf, positions).round(0)

    assert ids(shelf.told[before:]) == standing(world)[before:]
    assert in_use(world.office.store.index) == (0,)


@given(st.lists(st.sampled_from("abc"), max_size=30))
def test_waves_hold_each_key_once_and_keep_its_order(keys: list[str]) -> None:
    told = [Told(key, (), str(place).encode()) for place, key in enumerate(keys)]
    found = [list(wave) for wave in waves(told)]

    assert all(len({each.key for each in wave}) == len(wave) for wave in found)
    for key in set(keys):
        in_order = [each for wave in found for each in wave if each.key == key]
        assert in_order == [each for each in told if each.key == key]
