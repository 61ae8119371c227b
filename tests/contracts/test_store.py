"""What every journal promises its writers and readers."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.decider import Ask, States
from engine.journal.outcome import Committed, Conflict, Unknown
from engine.loop import Nothing, transact
from engine.ports import KeyDestroyedError
from engine.refusal import RefusedError
from events.base import Event
from events.personal import Clear, Sealed
from tests.contracts.world import COUNTER, NAMESPACE, NOW, Counted, Named, Total, Totals, World

TOTALS = Totals.table


def counting(stream: str, amount: int) -> Ask:
    def decide(states: States) -> dict[str, list[Event]]:
        states.of(stream, int)
        return {stream: [Counted(amount=amount)]}

    return Ask({stream: COUNTER}, decide)


def amounts(world: World, stream: str) -> list[int]:
    events = [recorded.event for recorded in world.store.read(stream).events]
    return [event.amount for event in events if isinstance(event, Counted)]


def test_a_stream_nobody_wrote_to_has_no_head_and_no_events(world: World) -> None:
    history = world.store.read("counter-1")

    assert (history.head, history.events) == (None, ())


def test_what_was_appended_is_read_back_with_its_place_and_its_cause(world: World) -> None:
    envelope = world.envelope()
    outcome = world.add("counter-1", 5, 7, envelope=envelope)

    first, second = world.store.read("counter-1").events
    assert isinstance(outcome, Committed)
    assert (first.event, second.event) == (Counted(amount=5), Counted(amount=7))
    assert (first.version, second.version, first.nid, second.nid) == (1, 2, 1, 2)
    assert (outcome.first_nid, outcome.last_nid, outcome.offset) == (1, 2, 0)
    assert first.commit_id == second.commit_id == outcome.commit_id
    assert (first.command_id, first.actor) == (envelope.command_id, "test")
    assert (first.correlation, first.causation, first.recorded_at) == (NAMESPACE, None, NOW)


def test_an_event_is_found_by_its_id_and_one_that_never_stood_is_not(world: World) -> None:
    world.add("counter-1", 5, 7)
    _, second = world.store.read("counter-1").events
    found = world.store.index.by_id([NAMESPACE, second.event_id])

    assert list(found) == [second.event_id]
    entry = found[second.event_id]
    assert (entry.stream, entry.version, entry.nid) == ("counter-1", 2, second.nid)


def test_a_decision_on_an_old_head_is_void_as_a_whole(world: World) -> None:
    world.add("counter-1", 1)
    stale = world.store.read("counter-1").head
    world.add("counter-1", 2)
    outcome = world.store.append(
        {"counter-2": [Counted(amount=9)], "counter-1": [Counted(amount=9)]},
        expected={"counter-2": None, "counter-1": stale},
        envelope=world.envelope(),
    )

    assert isinstance(outcome, Conflict)
    assert outcome.reason == "version_conflict"
    assert (amounts(world, "counter-1"), amounts(world, "counter-2")) == ([1, 2], [])


def test_a_commit_over_several_streams_stands_whole(world: World) -> None:
    outcome = world.store.append(
        {"counter-1": [Counted(amount=1)], "counter-2": [Counted(amount=2), Counted(amount=3)]},
        expected={"counter-1": None, "counter-2": None},
        envelope=world.envelope(),
    )

    assert isinstance(outcome, Committed)
    assert (outcome.first_nid, outcome.last_nid) == (1, 3)
    assert (amounts(world, "counter-1"), amounts(world, "counter-2")) == ([1], [2, 3])


def test_who_is_told_done_reads_it_in_every_projection(world: World) -> None:
    for amount in (4, 6):
        world.add("counter-1", amount)
        row = world.rows.get(TOTALS, ("counter-1",))
        assert row is not None
        assert row.amount == sum(amounts(world, "counter-1"))


def test_a_row_that_a_projection_takes_away_is_gone(world: World) -> None:
    world.add("counter-1", 4)
    world.add("counter-1", 0)

    assert world.rows.get(TOTALS, ("counter-1",)) is None


def test_many_threads_on_one_stream_lose_no_update(world: World) -> None:
    def work(n: int) -> object:
        while True:
            outcome = world.add("counter-1", n, envelope=world.envelope(f"add {n}"))
            if not isinstance(outcome, Conflict):
                return outcome

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(work, range(1, 25)))

    history = world.store.read("counter-1")
    assert all(isinstance(outcome, Committed) for outcome in outcomes)
    assert sorted(amounts(world, "counter-1")) == list(range(1, 25))
    assert [recorded.version for recorded in history.events] == list(range(1, 25))


def test_positions_are_dense_from_one_whatever_is_void(world: World) -> None:
    def work(n: int) -> object:
        return world.add(f"counter-{n % 5}", n)

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(work, range(1, 41)))

    standing = sum(isinstance(outcome, Committed) for outcome in outcomes)
    nids = [entry.nid for entry in world.index.entries(0, 0, 1000)]
    assert nids == list(range(1, standing + 1))
    assert [e.nid for e in world.index.entries(0, 3, 2)] == nids[3:5]


def test_the_same_command_again_gives_its_first_answer(world: World) -> None:
    envelope = world.envelope("once")
    first = transact(world.store, counting("counter-1", 5), envelope)
    world.add("counter-1", 1)
    again = transact(world.store, counting("counter-1", 5), envelope)

    assert isinstance(first, Committed)
    assert isinstance(again, Committed)
    assert (again.commit_id, again.first_nid, again.repeated) == (first.commit_id, 1, True)
    assert (first.repeated, amounts(world, "counter-1")) == (False, [5, 1])


def test_the_same_command_appended_twice_stands_once(world: World) -> None:
    envelope = world.envelope("once")
    first = world.add("counter-1", 5, envelope=envelope)
    again = world.add("counter-1", 5, envelope=envelope)

    assert isinstance(first, Committed)
    assert isinstance(again, Committed)
    assert (again.commit_id, again.repeated) == (first.commit_id, True)
    assert amounts(world, "counter-1") == [5]


def test_a_command_id_with_other_content_is_refused(world: World) -> None:
    transact(world.store, counting("counter-1", 5), world.envelope("once", b'{"amount":5}'))

    with pytest.raises(RefusedError, match="key reused"):
        transact(world.store, counting("counter-1", 6), world.envelope("once", b'{"amount":6}'))
    assert amounts(world, "counter-1") == [5]


def test_a_command_that_was_void_may_be_tried_again(world: World) -> None:
    world.add("counter-1", 1)
    envelope = world.envelope("again")
    void = world.store.append(
        {"counter-1": [Counted(amount=2)]}, expected={"counter-1": None}, envelope=envelope
    )
    retried = world.add("counter-1", 2, envelope=envelope)

    assert isinstance(void, Conflict)
    assert isinstance(retried, Committed)
    assert not retried.repeated


def test_nothing_decided_writes_nothing(world: World) -> None:
    ask = Ask({"counter-1": COUNTER}, lambda _: {"counter-1": []})

    assert transact(world.store, ask, world.envelope()) == Nothing()
    assert world.log.end(0) == 0


def test_a_new_process_goes_on_where_the_old_one_stood(world: World) -> None:
    world.add("counter-1", 1, 2)
    world.restart()
    world.start()
    outcome = world.add("counter-1", 3)

    assert isinstance(outcome, Committed)
    assert (outcome.first_nid, amounts(world, "counter-1")) == (3, [1, 2, 3])
    row = world.rows.get(TOTALS, ("counter-1",))
    assert row is not None
    assert row.amount == 6


def test_two_runners_side_by_side_do_no_harm(world: World) -> None:
    first = world.store
    world.restart()
    stores = [first, world.store]

    def work(n: int) -> object:
        store = stores[n % 2]
        return transact(store, counting(f"counter-{n % 3}", n), world.envelope(f"add {n}"))

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(work, range(1, 31)))

    assert all(isinstance(outcome, Committed) for outcome in outcomes)
    rows = world.rows.where(TOTALS)
    assert sum(row.amount for row in rows) == sum(range(1, 31))
    assert [e.nid for e in world.index.entries(0, 0, 100)] == list(range(1, 31))


def test_personal_text_never_reaches_the_log_in_clear(world: World) -> None:
    clear = Clear(person_id=NAMESPACE, text="Kari Nordmann")
    world.store.append(
        {"counter-1": [Named(name=clear)]},
        expected={"counter-1": None},
        envelope=world.envelope(),
    )

    (recorded,) = world.store.read("counter-1").events
    assert b"Kari" not in b"".join(record for _, record in world.log.read(0, 0, 10))
    assert isinstance(recorded.event, Named)
    assert isinstance(recorded.event.name, Sealed)
    vault = world.store.vault
    place = (recorded.stream, recorded.event_id, "name")
    assert vault.open(recorded.event.name, *place) == "Kari Nordmann"
    world.keys.destroy(NAMESPACE)
    assert vault.open(recorded.event.name, *place) is None


def test_nothing_more_is_written_about_an_erased_person(world: World) -> None:
    world.keys.destroy(NAMESPACE)

    with pytest.raises(KeyDestroyedError):
        world.store.append(
            {"counter-1": [Named(name=Clear(person_id=NAMESPACE, text="Kari"))]},
            expected={"counter-1": None},
            envelope=world.envelope(),
        )
    assert world.log.end(0) == 0


def test_rows_are_found_by_equality_bounds_and_order(world: World) -> None:
    for n in range(1, 6):
        world.add(f"counter-{n}", n * 10)

    def names(found: list[Total]) -> list[str]:
        return [row.stream.removeprefix("counter-") for row in found]

    find = world.rows.find
    assert names(find(TOTALS, at_most={"amount": 30})) == ["1", "2", "3"]
    assert names(find(TOTALS, more_than={"amount": 30}, order_by=["-amount"])) == ["5", "4"]
    assert names(find(TOTALS, equals={"count": 1}, order_by=["count", "-amount"], limit=2)) == [
        "5",
        "4",
    ]
    assert names(find(TOTALS, equals={"last_on": None})) == []
    assert names(world.rows.where(TOTALS, amount=20)) == ["2"]
    assert names(find(TOTALS, among={"amount": [10, 50, 60]})) == ["1", "5"]
    assert names(find(TOTALS, among={"amount": (10, 50), "stream": ["counter-5"]})) == ["5"]
    assert names(find(TOTALS, equals={"count": 1}, among={"amount": []})) == []
    assert names(find(TOTALS, equals={"stream": "counter-3", "amount": 30})) == ["3"]
    assert names(find(TOTALS, equals={"stream": "counter-3"}, more_than={"amount": 30})) == []
    assert world.rows.get(TOTALS, ("counter-3",)) == find(TOTALS, equals={"amount": 30})[0]
    assert world.rows.get(TOTALS, ("counter-9",)) is None


def test_an_unknown_outcome_names_a_commit_that_nobody_here_waits_for(world: World) -> None:
    assert world.store.writer.resolve(NAMESPACE) is None
    assert Unknown(NAMESPACE).commit_id == NAMESPACE
