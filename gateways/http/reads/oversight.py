"""For the agency: every event of a case as the log holds it. For auditors: who looked at whom."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, Field

from gateways.durable.access import AccessLine, Act
from gateways.http.access import WORKERS, router
from gateways.http.reads.reading import Asked, Read, as_json, read_for
from replay.history import Told, history

routes = router("oversight")
LINES_MOST = 1000


class AccessAsked(Asked):
    """Which lines of the record of access."""

    person: UUID | None = Field(default=None, description="Only about this person.")
    limit: int = Field(default=100, ge=1, le=LINES_MOST)


class AccessShown(BaseModel):
    """Who did what, about whom, when, by which request."""

    at: datetime
    act: Act
    actor: str
    role: str
    route: str
    request_id: UUID | None
    case_ids: list[UUID]
    person_ids: list[UUID]


@routes.get("/cases/{case_id}/events", response_model=list[Told], **read_for("auditor", *WORKERS))
def show_events(reading: Read, case_id: UUID, asked: Annotated[Asked, Query()]) -> Response:
    """Every event of a case: in plain Norwegian and raw, with who, why, and what led to it."""
    reading.visit.case(case_id)
    return reading.plain(asked, lambda: history(reading.office.store, case_id), list[Told])


@routes.get("/access", response_model=list[AccessShown], **read_for("auditor"))
def show_access(reading: Read, asked: Annotated[AccessAsked, Query()]) -> Response:
    """The record of access, the latest first; never from a cache, for it is in no log."""
    access = reading.office.durable.access
    lines = access.lines(asked.limit) if asked.person is None else access.about(asked.person)
    told = [_shown(line) for line in lines[: asked.limit]]
    return as_json(told, list[AccessShown])


def _shown(line: AccessLine) -> AccessShown:
    return AccessShown(
        at=line.at,
        act=line.act,
        actor=line.actor,
        role=line.role,
        route=line.route,
        request_id=line.request_id,
        case_ids=list(line.case_ids),
        person_ids=list(line.person_ids),
    )
