"""Looking back, over HTTP: a case as it was, what differs, why it is so, and what led to what."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from engine.refusal import refuse_if
from gateways.desk.events import find_event
from gateways.durable.access import Role
from gateways.http.access import ALL, WORKERS, router
from gateways.http.bodies import Day
from gateways.http.reads.reading import Asked, Read, Reading, read_for
from replay.as_at import as_at
from replay.causes import Causes, cases_of, causes
from replay.counting import Moment
from replay.diff import Diff, diff
from replay.view import View
from replay.web import Web
from replay.why import Why, why

routes = router("looking back")

# Whoever answers for the house, or audits it. A creditor is told why, and sees its statement of
# any day; how the house came to know what when is not its own business.
AGENCY: Final[tuple[Role, ...]] = ("auditor", *WORKERS)
EVENT_LENGTH_MOST = 100


class MomentAsked(Asked):
    """From where a case is looked at."""

    effective: Day | None = Field(default=None, description="The day it is looked at; today.")
    known: Day | None = Field(default=None, description="What was known by its end; today.")


class DiffAsked(Asked):
    """The two places a case is looked at from."""

    from_effective: Day = Field(description="The day of the first view.")
    from_known: Day | None = Field(default=None, description="Known by its end; the same day.")
    to_effective: Day | None = Field(default=None, description="The day of the second; today.")
    to_known: Day | None = Field(default=None, description="Known by its end; the same day.")


@routes.get("/cases/{case_id}/as-at", response_model=View, **read_for(*AGENCY, also=(422,)))
def show_as_at(reading: Read, case_id: UUID, asked: Annotated[MomentAsked, Query()]) -> Response:
    """A case as effective on one day, as known when another had ended: to the øre."""
    reading.visit.case(case_id)
    office, moment = reading.office, _moment(reading, asked)
    return reading.plain(asked, lambda: as_at(office.store, office.vault, case_id, moment), View)


@routes.get("/cases/{case_id}/diff", response_model=Diff, **read_for(*AGENCY, also=(422,)))
def show_diff(reading: Read, case_id: UUID, asked: Annotated[DiffAsked, Query()]) -> Response:
    """What differs between two views of a case, and what each event and the days move."""
    reading.visit.case(case_id)
    office, today = reading.office, reading.office.today
    to = asked.to_effective or today
    first = Moment(asked.from_effective, asked.from_known or asked.from_effective)
    pair = (first, Moment(to, asked.to_known or to))
    return reading.plain(asked, lambda: diff(office.store, office.vault, case_id, pair), Diff)


@routes.get("/cases/{case_id}/why", response_model=Why, **read_for(*ALL, also=(422,)))
def show_why(reading: Read, case_id: UUID, asked: Annotated[MomentAsked, Query()]) -> Response:
    """Why this amount and status, what comes next and why not before; it names nobody."""
    reading.visit.case(case_id)
    moment = _moment(reading, asked)
    return reading.plain(asked, lambda: why(reading.office.store, case_id, moment), Why)


@routes.get("/events/{event}/causes", response_model=Causes, **read_for(*AGENCY))
def show_causes(reading: Read, event: str, asked: Annotated[Asked, Query()]) -> Response:
    """What led to an event and what it led to, over every stream.

    `event` is an event's id, STREAM:VERSION, CASE:VERSION, a payout's id, or PAYOUT:LINE.
    """
    refuse_if(len(event) > EVENT_LENGTH_MOST, "event_unknown")
    web = Web(reading.office.store, reading.office.rows)
    found, line = find_event(reading.office, web, event)
    tree = causes(web, found, line)
    reading.visit.saw_cases(cases_of(tree))
    return reading.plain(asked, lambda: tree, Causes)


def _moment(reading: Reading, asked: MomentAsked) -> Moment:
    today = reading.office.today
    return Moment(asked.effective or today, asked.known or today)
