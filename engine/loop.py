"""The one loop: read, fold, decide, append; and decide again on the newer history."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final, TypeVar, cast

from engine.decider import Ask, Decider, States
from engine.journal.outcome import Committed, Conflict, Unknown
from engine.journal.recorded import Envelope, History
from engine.journal.store import Changes, EventStore
from events.base import Event

ATTEMPTS: Final = 5

S = TypeVar("S")
E = TypeVar("E", bound=Event)


class VersionConflictError(Exception):
    """Others kept writing to the same streams; nothing has happened, try again."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """It was already so; nothing has been written."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the command would lead to, by stream; nothing has been written."""

    changes: Changes


def transact(store: EventStore, ask: Ask, envelope: Envelope) -> Committed | Unknown | Nothing:
    """Decide, append what it led to, and tell what became of it.

    A conflicting write is not an error: the decision is taken again on the newer history.
    A command already carried out gives its first answer, marked repeated.
    Refuses: key_reused.
    Raises RefusedError as `decide` does; VersionConflictError after ATTEMPTS lost races.
    """
    for _ in range(ATTEMPTS):
        histories = store.read_many(list(ask.streams))
        if _carried_out(histories, envelope):
            earlier = store.answer(envelope.command_id, list(histories), envelope.content)
            if earlier is not None:
                return earlier
        changes = decide(ask, histories)
        if not changes:
            return Nothing()
        expected = {name: histories[name].head for name in changes}
        outcome = store.append(changes, expected=expected, envelope=envelope)
        if not isinstance(outcome, Conflict):
            return outcome
    raise VersionConflictError(f"lost {ATTEMPTS} races for {', '.join(ask.streams)}")


def decide(ask: Ask, histories: Mapping[str, History]) -> Changes:
    """What the command leads to after all that has happened; nothing is written.

    Raises RefusedError as the decision does.
    """
    states = States({name: fold(ask.streams[name], histories[name]) for name in histories})
    return {name: events for name, events in ask.decide(states).items() if events}


def fold(decider: Decider[S, E], history: History) -> S:
    """The state of a stream after all that has happened in it.

    Which events a stream holds is told by its name, so the decider's own are taken as read.
    """
    events = (cast("E", recorded.event) for recorded in history.events)
    return reduce(decider.evolve, events, decider.initial)


def _carried_out(histories: Mapping[str, History], envelope: Envelope) -> bool:
    return any(
        recorded.command_id == envelope.command_id
        for history in histories.values()
        for recorded in history.events
    )
