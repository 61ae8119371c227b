"""Every event of a case: what happened in plain Norwegian, who did it, why, and what led to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import orjson

from engine.journal.recorded import Recorded
from engine.journal.store import EventStore
from engine.refusal import refuse_if
from engine.streams import case_stream
from events.base import Event, canonical
from events.case import ApprovalRequested
from events.case.notices import Grounds
from projections.fold import case_event
from projections.timeline import happened_on, sentence


@dataclass(frozen=True, slots=True)
class Why:
    """The rule a step was taken by, what the rule looked at, and the first lawful day."""

    rule: str
    inputs: tuple[tuple[str, str], ...]
    earliest_on: date


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that led to another; `version` and `what` where it is one of the case's own."""

    event_id: UUID
    version: int | None
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of a case. `on` is the day it happened, `at` the instant it was recorded.

    Events of one commit were decided together. `raw` is the event as the log holds it, with
    what is personal still sealed.
    """

    version: int
    on: date
    at: datetime
    what: str
    type: str
    actor: str
    why: Why | None
    cause: Cause | None
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
    events = store.read(case_stream(case_id)).events
    refuse_if(not events, "case_unknown", case=str(case_id))
    return [_told(recorded, events) for recorded in events]


def why(event: Event) -> Why | None:
    """The grounds of a step; None for what needs none."""
    if isinstance(event, ApprovalRequested):
        return Why(event.rule, (), event.earliest_on)
    grounds = getattr(event, "grounds", None)
    if not isinstance(grounds, Grounds):
        return None
    inputs = tuple((each.name, each.value) for each in grounds.inputs)
    return Why(grounds.rule, inputs, grounds.earliest_on)


def _told(recorded: Recorded, events: Sequence[Recorded]) -> Told:
    event = case_event(recorded)
    return Told(
        version=recorded.version,
        on=happened_on(event),
        at=recorded.recorded_at,
        what=sentence(event),
        type=event.TYPE,
        actor=recorded.actor,
        why=why(event),
        cause=_cause(recorded.causation, events),
        event_id=recorded.event_id,
        commit_id=recorded.commit_id,
        command_id=recorded.command_id,
        correlation=recorded.correlation,
        nid=recorded.nid,
        raw=orjson.loads(canonical(event)),
    )


def _cause(causation: UUID | None, events: Sequence[Recorded]) -> Cause | None:
    if causation is None:
        return None
    for recorded in events:
        if recorded.event_id == causation:
            return Cause(causation, recorded.version, sentence(case_event(recorded)))
    return Cause(causation, None, "")
