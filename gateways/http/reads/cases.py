"""The list of cases: searched, narrowed, sorted, counted; and what waits for somebody."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from engine.law.limitation import legal_step_needed_by, limitation_date
from gateways.http.access import ALL, router
from gateways.http.bodies import Day, Line
from gateways.http.reads.lists import Listed, Paged, answer, listing
from gateways.http.reads.reading import AsOf, Read, Reading, read_for
from projections.status import Group, Status
from projections.views import cases, facets
from projections.views.cases import CaseLine, SortBy, Wanted
from projections.views.facets import Facet

routes = router("cases")

LIMITATION = "foreldelsesloven 1979 § 2"
COMPLAINT = "inkassoloven 1988 § 8"
DEFAULTS = {
    "Innsigelse venter på svar": (
        "Det som er omtvistet, inndrives ikke før innsigelsen er besvart.",
        COMPLAINT,
    ),
    "Rettslig tiltak venter på godkjenning": (
        "Uten godkjenning settes ingen rettslige tiltak i verk, og kravet kan foreldes.",
        LIMITATION,
    ),
}
REGISTERED: Final[SortBy] = "registered_on"
RESTS = "Saken hviler til noen har sett på den, og kravet kan foreldes."


class CasesNarrowed(AsOf):
    """What narrows the list of cases."""

    search: Line | None = Field(
        default=None,
        description="A part of the debtor's name, or a case or invoice number, KID or amount.",
        examples=["Nordmann", "00101-3360549", "2 038,00"],
    )
    creditor: tuple[UUID, ...] | None = Field(default=None, description="May be repeated.")
    group: tuple[Group, ...] | None = None
    status: tuple[Status, ...] | None = None
    debtor: UUID | None = None
    follow_up: bool | None = Field(default=None, description="Whether a person has to look.")
    registered_from: Day | None = None
    registered_until: Day | None = None
    closed_from: Day | None = None
    closed_until: Day | None = None


class CasesAsked(CasesNarrowed, Paged):
    """What the list of cases may be asked with."""

    sort: SortBy | None = None


class WaitingAsked(Paged):
    """What a list of cases that wait may be asked with."""

    creditor: tuple[UUID, ...] | None = None
    sort: SortBy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What a person has to do on a case, by when, and what happens else.

    The deadline is the last day to interrupt the limitation of the oldest invoice, reckoned
    from its due date alone: an acknowledgement may have moved it on, never back.
    """

    case_id: UUID
    case_number: str
    creditor_id: UUID
    creditor_name: str
    debtor_id: UUID
    debtor_name: str
    status: Status
    to_do: str
    since_on: date
    deadline_on: date | None
    default_outcome: str
    law: str | None
    total_ore: int


@listing(routes, "/cases", CaseLine, *ALL)
def list_cases(reading: Read, asked: Annotated[CasesAsked, Query()]) -> Any:
    """The cases: the oldest due first, or by the day they were registered when that narrows."""
    query = cases.query(_wanted(reading, asked), reading.day(asked.as_of))
    # What is narrowed by one day and sorted by another is looked for in all the rest.
    narrowed = asked.registered_from is not None or asked.registered_until is not None
    return answer(reading, asked, Listed(query, asked.sort or (REGISTERED if narrowed else None)))


@routes.get("/cases/facets", response_model=list[Facet], **read_for(*ALL))
def count_cases(reading: Read, asked: Annotated[CasesNarrowed, Query()]) -> Response:
    """How many of the cases so narrowed stand in each group, status and creditor."""
    wanted, day = _wanted(reading, asked), reading.day(asked.as_of)
    return reading.plain(asked, lambda: facets.facets(reading.sql, wanted, day), list[Facet])


@listing(routes, "/approvals", CaseLine, *ALL)
def list_approvals(reading: Read, asked: Annotated[WaitingAsked, Query()]) -> Any:
    """The cases whose creditor has been asked about the legal course and has not answered."""
    wanted = Wanted(creditor_ids=reading.among(asked.creditor), approval="requested")
    query = cases.query(wanted, reading.day(asked.as_of))
    return answer(reading, asked, Listed(query, asked.sort))


@listing(routes, "/follow-ups", FollowUp, *ALL)
def list_follow_ups(reading: Read, asked: Annotated[WaitingAsked, Query()]) -> Any:
    """What waits for a person, with the day by which and what happens else."""
    wanted = Wanted(creditor_ids=reading.among(asked.creditor), needs_follow_up=True)
    query = cases.query(wanted, reading.day(asked.as_of))
    return answer(reading, asked, Listed(query, asked.sort, _follow_up, FollowUp))


def _wanted(reading: Reading, asked: CasesNarrowed) -> Wanted:
    return Wanted(
        creditor_ids=reading.among(asked.creditor),
        groups=asked.group,
        statuses=asked.status,
        needs_follow_up=asked.follow_up,
        debtor_id=asked.debtor,
        from_on=asked.registered_from,
        until_on=asked.registered_until,
        closed_from_on=asked.closed_from,
        closed_until_on=asked.closed_until,
        search=asked.search,
    )


def _follow_up(line: CaseLine) -> FollowUp:
    ended = line.closed_on is not None
    outcome, law = DEFAULTS.get(line.follow_up, (RESTS, LIMITATION))
    if line.held_ore > 0:
        outcome, law = "Beløpet blir stående på klientkontoen.", "inkassoloven 1988 § 16"
    asked = line.approval_asked_on if line.approval == "requested" else None
    return FollowUp(
        case_id=line.case_id,
        case_number=line.case_number,
        creditor_id=line.creditor_id,
        creditor_name=line.creditor_name,
        debtor_id=line.debtor_id,
        debtor_name=line.debtor_name,
        status=line.status,
        to_do=line.follow_up,
        since_on=asked or line.last_event_on,
        deadline_on=None if ended else legal_step_needed_by(limitation_date(line.oldest_due_on)),
        default_outcome=outcome,
        law=law,
        total_ore=line.total_ore,
    )
