"""Every event of a case: what happened in plain Norwegian, who did it, why, and what led to it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import orjson

from engine.journal.recorded import Recorded
from engine.journal.store import EventStore
from events.base import Event, canonical
from events.case import ApprovalRequested
from events.case.notices import Grounds
from projections.happening import happened_on
from projections.telling import sentence
from replay.counting import Fact, facts_of
from replay.laws import law_of
from replay.sentences import told, who
from replay.web import Web


@dataclass(frozen=True, slots=True)
class Why:
    """The rule a step was taken by, what the rule looked at, and the first lawful day."""

    rule: str
    inputs: tuple[tuple[str, str], ...]
    earliest_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """An event that led to another, and how; it may stand in another stream than the case's."""

    how: str
    what: str
    stream: str
    version: int
    event_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of a case. `on` is the day it happened, `at` the instant it was recorded.

    `counts_from` is the day since which it counts, `who` the actor in words, `law` what the
    step stands on. Events of one commit were decided together. `raw` is the event as the log
    holds it, with what is personal still sealed.
    """

    version: int
    on: date
    counts_from: date
    at: datetime
    what: str
    type: str
    actor: str
    who: str
    why: Why | None
    law: str
    because: tuple[Cause, ...]
    event_id: UUID
    commit_id: UUID
    command_id: UUID
    correlation: UUID
    nid: int
    raw: dict[str, object]


def history(store: EventStore, case_id: UUID) -> list[Told]:
    """All that has happened on the case, in the order of the log.

    Refuses: case_unknown.
    """
    web = Web(store)
    return [_told(fact, web) for fact in facts_of(store, case_id)]


def why(event: Event) -> Why | None:
    """The grounds of a step; None for what needs none."""
    if isinstance(event, ApprovalRequested):
        return Why(event.rule, (), event.earliest_on)
    grounds = getattr(event, "grounds", None)
    if not isinstance(grounds, Grounds):
        return None
    inputs = tuple((each.name, each.value) for each in grounds.inputs)
    return Why(grounds.rule, inputs, grounds.earliest_on)


def _told(fact: Fact, web: Web) -> Told:
    recorded, event = fact.recorded, fact.event
    grounds = why(event)
    return Told(
        version=recorded.version,
        on=happened_on(event),
        counts_from=fact.counts_from,
        at=recorded.recorded_at,
        what=sentence(event),
        type=event.TYPE,
        actor=recorded.actor,
        who=who(recorded.actor),
        why=grounds,
        law=law_of(event) if grounds is None else grounds.rule,
        because=tuple(_cause(how, each) for how, each in web.causes(recorded)),
        event_id=recorded.event_id,
        commit_id=recorded.commit_id,
        command_id=recorded.command_id,
        correlation=recorded.correlation,
        nid=recorded.nid,
        raw=orjson.loads(canonical(event)),
    )


def _cause(how: str, recorded: Recorded) -> Cause:
    return Cause(
        how=how,
        what=told(recorded.event),
        stream=recorded.stream,
        version=recorded.version,
        event_id=recorded.event_id,
    )
