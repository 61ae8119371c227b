"""The course of a case as people read it: one sentence for each thing that happened."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from engine.journal.recorded import Recorded
from projections.fold import Fold, case_event, is_of_case, subject_id
from projections.happening import happened_on, kind
from projections.projection import Key, Row, Table
from projections.telling import sentence


class Line(Row, frozen=True, kw_only=True):
    """One event of a case. `on` is the day it happened, `at` the instant it was recorded.

    `kind` is the phase it belongs to: sak, brev, innsigelse, penger or kontakt.
    """

    case_id: UUID
    version: int
    event_id: UUID
    nid: int
    on: date
    at: datetime
    kind: str
    what: str
    type: str
    actor: str


TABLE: Final = Table(
    "timeline", key=("case_id", "version"), row=Line, indexes=("nid", "on"), one_stream=True
)


def keys(recorded: Recorded) -> list[Key]:
    """The event's own line; none when it is about no case."""
    if not is_of_case(recorded.event):
        return []
    return [(subject_id(recorded), recorded.version)]


def evolve(_row: Line | None, recorded: Recorded) -> Line:
    """The line of the event."""
    event = case_event(recorded)
    return Line(
        case_id=subject_id(recorded),
        version=recorded.version,
        event_id=recorded.event_id,
        nid=recorded.nid,
        on=happened_on(event),
        at=recorded.recorded_at,
        kind=kind(event),
        what=sentence(event),
        type=event.TYPE,
        actor=recorded.actor,
    )


PROJECTION: Final = Fold(TABLE, keys, evolve)
