"""The loop: decide on what has happened, and again when more has."""

import pytest

from engine.decider import Ask, States
from engine.journal.outcome import Committed, Conflict
from engine.loop import ATTEMPTS, Nothing, VersionConflictError, fold, transact
from engine.refusal import RefusedError
from events.base import Event
from tests.contracts.world import COUNTER, Counted, World, memory_world


def a_world() -> World:
    return memory_world(together=True).start()


def counting(world: World, interruptions: int) -> tuple[Ask, list[int]]:
    """A decision during which somebody else writes, `interruptions` times."""
    seen: list[int] = []

    def decide(states: States) -> dict[str, list[Event]]:
        seen.append(states.of("counter-1", int))
        if len(seen) <= interruptions:
            world.add("counter-1", 100)
        return {"counter-1": [Counted(amount=1)]}

    return Ask({"counter-1": COUNTER}, decide), seen


def test_a_decision_is_taken_again_on_the_newer_history() -> None:
    world = a_world()
    ask, seen = counting(world, interruptions=2)
    outcome = transact(world.store, ask, world.envelope())

    assert isinstance(outcome, Committed)
    assert seen == [0, 100, 200]
    assert fold(COUNTER, world.store.read("counter-1")) == 201


def test_who_loses_every_race_is_told_so_and_has_written_nothing() -> None:
    world = a_world()
    ask, seen = counting(world, interruptions=99)

    with pytest.raises(VersionConflictError, match="counter-1"):
        transact(world.store, ask, world.envelope())
    assert len(seen) == ATTEMPTS
    assert fold(COUNTER, world.store.read("counter-1")) == 100 * ATTEMPTS


def test_a_refusal_writes_nothing() -> None:
    world = a_world()

    def decide(states: States) -> dict[str, list[Event]]:
        raise RefusedError("nothing_owed", owed_ore=states.of("counter-1", int))

    with pytest.raises(RefusedError, match="nothing owed"):
        transact(world.store, Ask({"counter-1": COUNTER}, decide), world.envelope())
    assert world.log.end(0) == 0


def test_no_events_in_any_stream_is_nothing() -> None:
    world = a_world()
    ask = Ask({"counter-1": COUNTER, "counter-2": COUNTER}, lambda _: {"counter-1": []})

    assert transact(world.store, ask, world.envelope()) == Nothing()


def test_a_decision_may_not_write_to_a_stream_it_did_not_ask_for() -> None:
    world = a_world()
    ask = Ask({"counter-1": COUNTER}, lambda _: {"counter-2": [Counted(amount=1)]})

    with pytest.raises(KeyError, match="counter-2"):
        transact(world.store, ask, world.envelope())


def test_a_state_is_asked_for_as_what_it_is() -> None:
    states = States({"counter-1": 5})

    assert (states["counter-1"], states.of("counter-1", int)) == (5, 5)
    with pytest.raises(TypeError, match="counter-1 is a int, not a str"):
        states.of("counter-1", str)


def test_a_command_carried_out_while_it_was_decided_stands_once() -> None:
    world = a_world()
    envelope = world.envelope("once")

    def decide(states: States) -> dict[str, list[Event]]:
        if states.of("counter-1", int) == 0:
            assert not isinstance(world.add("counter-1", 1, envelope=envelope), Conflict)
        return {"counter-1": [Counted(amount=1)]}

    outcome = transact(world.store, Ask({"counter-1": COUNTER}, decide), envelope)

    assert isinstance(outcome, Committed)
    assert outcome.repeated
    assert fold(COUNTER, world.store.read("counter-1")) == 1
