"""Given, when, then for a decision over several streams."""

from collections.abc import Mapping, Sequence
from functools import reduce

from engine.decider import Ask, States
from events.base import Event


def decided(ask: Ask, given: Mapping[str, Sequence[Event]] = {}) -> dict[str, list[Event]]:
    """What the decision adds to each stream, after what has happened in them."""
    folded = {
        stream: reduce(decider.evolve, given.get(stream, ()), decider.initial)
        for stream, decider in ask.streams.items()
    }
    return {stream: list(events) for stream, events in ask.decide(States(folded)).items()}
