"""One case: as it stands, what is owed on any day, what has happened, and what was said."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar, get_type_hints
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, Field

from engine.case.statement import Statement, statement
from engine.refusal import RefusedError
from engine.streams import case_stream
from events.case import ContactRecorded
from events.case.contacts import ContactKind, Direction, Party
from events.case.lifecycle import DebtorKind
from events.money import Ore
from gateways.http.access import ALL, router
from gateways.http.bodies import Day
from gateways.http.reads.reading import Asked, AsOf, Read, Reading, read_for, shown_as
from projections import balance, creditor, debtor, invoice, timeline
from projections.case_list import CaseRow
from projections.opening import opened
from projections.status import Group, Status
from replay.ahead import Ahead, Step, ahead, steps_after
from replay.counting import facts_of
from replay.further import further

routes = router("case")
T = TypeVar("T")
BalanceShown: Any = shown_as(balance.Balance)


class StatementAsked(Asked):
    """Which day a statement is for."""

    on: Day | None = Field(default=None, description="Any day; today if not told.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown:
    """A case as it stands, without what only its fold needs."""

    case_id: UUID
    case_number: str
    kid: str
    creditor_id: UUID
    debtor_id: UUID
    debtor_kind: DebtorKind
    consumer: bool
    registered_on: date
    invoice_numbers: tuple[str, ...]
    oldest_due_on: date
    principal_ore: Ore
    principal_left_ore: Ore
    varsel_pay_by: date | None
    bo_sent_on: date | None
    bo_pay_by: date | None
    paused: bool
    disputed: bool
    waived: bool
    approval: str
    approval_asked_on: date | None
    closed: str | None
    closed_on: date | None
    letter_returned: bool
    letter_failed: bool
    held_ore: Ore
    needs_follow_up: bool
    follow_up: str
    last_event_on: date


class InvoiceShown(BaseModel):
    """An invoice of the case, and what is left of it."""

    claim_id: UUID
    invoice_number: str
    issued_on: date
    due_on: date
    principal_ore: Ore
    compensation_ore: Ore
    reduced_ore: Ore
    principal_paid_ore: Ore
    interest_paid_ore: Ore
    left_ore: Ore
    state: str


class DebtorShown(BaseModel):
    """Who owes, as last recorded."""

    debtor_id: UUID
    name: str
    address: str
    postcode: str
    city: str
    country: str
    email: str | None
    mobile: str | None
    erased: bool


class CreditorShown(BaseModel):
    """Whose case it is."""

    creditor_id: UUID
    number: int
    name: str


class CaseFile(BaseModel):
    """A case, its parties and invoices, and what is owed on it on the day.

    `statement` is null, and `owed_unknown` says why, where no rate is known for the day.
    """

    on: date
    status: Status
    group: Group
    case: CaseShown
    debtor: DebtorShown | None
    creditor: CreditorShown | None
    statement: Statement | None
    owed_unknown: str | None
    invoices: list[InvoiceShown]


class ClaimOwed(BaseModel):
    """What is left of one invoice on the day."""

    claim_id: UUID
    invoice_number: str
    due_on: date
    principal_left_ore: int
    interest_left_ore: int


class StatementShown(BaseModel):
    """What is still owed at the end of a day, whole and by invoice, as is known now."""

    statement: Statement
    claims: list[ClaimOwed]


class LineShown(BaseModel):
    """One thing that has happened: `on` is its day, `at` the instant it was recorded."""

    version: int
    event_id: UUID
    nid: int
    on: date
    at: datetime
    kind: str
    what: str
    type: str
    actor: str


class Timeline(BaseModel):
    """What has happened, and what is to come.

    `ahead` are the steps that are next, each with its first lawful day, its rule and why not
    before; none is taken while anything in `held_by` stands. `further` are those after them,
    were each taken on its first day: planned, and nothing that has been decided.
    """

    lines: list[LineShown]
    ahead: Ahead
    further: tuple[Step, ...]


class ContactShown(BaseModel):
    """Somebody has been in touch, and what was said; "slettet" once the debtor is erased."""

    contact_id: UUID
    contacted_on: date
    kind: ContactKind
    direction: Direction
    who: Party
    note: str
    actor: str


@routes.get("/cases/{case_id}", response_model=CaseFile, **read_for(*ALL))
def show_case(reading: Read, case_id: UUID, asked: Annotated[AsOf, Query()]) -> Response:
    """A case: parties, status, invoices, and what is owed."""
    row = reading.visit.case(case_id)
    return reading.plain(asked, lambda: _file(reading, row, reading.day(asked.as_of)), CaseFile)


@routes.get("/cases/{case_id}/balance", response_model=BalanceShown, **read_for(*ALL))
def show_balance(reading: Read, case_id: UUID, asked: Annotated[Asked, Query()]) -> Response:
    """What was asked, paid and given up on a case, part by part, at the last money event."""
    reading.visit.case(case_id)
    return reading.plain(asked, lambda: _balance(reading, case_id), BalanceShown)


@routes.get(
    "/cases/{case_id}/statement",
    response_model=StatementShown,
    **read_for(*ALL, also=(422,)),
)
def show_statement(
    reading: Read, case_id: UUID, asked: Annotated[StatementAsked, Query()]
) -> Response:
    """What would settle the case at the end of any day, past or to come.

    Refused (`rate_unknown`) for a day whose rates are not known yet.
    """
    reading.visit.case(case_id)
    return reading.plain(
        asked, lambda: _statement(reading, case_id, reading.day(asked.on)), StatementShown
    )


@routes.get("/cases/{case_id}/timeline", response_model=Timeline, **read_for(*ALL))
def show_timeline(reading: Read, case_id: UUID, asked: Annotated[AsOf, Query()]) -> Response:
    """The course of a case: what has happened, and the first lawful days of what is to come."""
    reading.visit.case(case_id)
    return reading.plain(
        asked, lambda: _timeline(reading, case_id, reading.day(asked.as_of)), Timeline
    )


@routes.get("/cases/{case_id}/contacts", response_model=list[ContactShown], **read_for(*ALL))
def show_contacts(reading: Read, case_id: UUID, asked: Annotated[Asked, Query()]) -> Response:
    """Calls, e-mails, letters and SMS with the parties, and what was said; the latest first."""
    reading.visit.case(case_id)
    return reading.plain(asked, lambda: _contacts(reading, case_id), list[ContactShown])


def _file(reading: Reading, row: CaseRow, today: date) -> CaseFile:
    rows = reading.office.rows
    owes = rows.get(debtor.TABLE, (row.debtor_id,))
    owner = rows.get(creditor.TABLE, (row.creditor_id,))
    owed, unknown = _owed(reading, row.case_id, today)
    invoices = rows.find(
        invoice.TABLE, equals={"case_id": row.case_id}, order_by=("due_on", "invoice_number")
    )
    return CaseFile(
        on=today,
        status=row.status(today),
        group=row.status_group,
        case=_of(CaseShown, row),
        debtor=None if owes is None else _of(DebtorShown, owes),
        creditor=None if owner is None else _of(CreditorShown, owner),
        statement=owed,
        owed_unknown=unknown,
        invoices=[_of(InvoiceShown, each) for each in invoices],
    )


def _of(kind: type[T], row: object) -> T:
    """The fields that are shown, of a row that has more."""
    return kind(**{name: getattr(row, name) for name in get_type_hints(kind)})


def _owed(reading: Reading, case_id: UUID, on: date) -> tuple[Statement | None, str | None]:
    try:
        return statement(reading.office.case(case_id), on), None
    except RefusedError as refusal:
        return None, refusal.code


def _statement(reading: Reading, case_id: UUID, on: date) -> StatementShown:
    case = reading.office.case(case_id)
    owed = statement(case, on)
    claims = [
        ClaimOwed(
            claim_id=claim.claim_id,
            invoice_number=claim.invoice_number,
            due_on=claim.due_on,
            principal_left_ore=claim.principal_left_ore,
            interest_left_ore=claim.interest_left(on),
        )
        for claim in case.claims
    ]
    return StatementShown(statement=owed, claims=claims)


def _balance(reading: Reading, case_id: UUID) -> Any:
    """The row of the case.

    Refuses: case_unknown.
    """
    row = reading.office.rows.get(balance.TABLE, (case_id,))
    if row is None:  # its stream is parked in this projection
        raise RefusedError("case_unknown")
    return _of(BalanceShown, row)


def _timeline(reading: Reading, case_id: UUID, today: date) -> Timeline:
    office = reading.office
    rows = office.rows.find(timeline.TABLE, equals={"case_id": case_id}, order_by=("version",))
    facts = facts_of(office.store, case_id)
    saga = steps_after(case_id, [fact.event for fact in facts])
    coming = ahead(office.case(case_id), saga, today)
    going = not coming.held_by
    return Timeline(
        lines=[_of(LineShown, row) for row in rows],
        ahead=coming,
        further=further(coming.steps) if going else (),
    )


def _contacts(reading: Reading, case_id: UUID) -> list[ContactShown]:
    office = reading.office
    found = [
        ContactShown(
            contact_id=recorded.event.contact_id,
            contacted_on=recorded.event.contacted_on,
            kind=recorded.event.kind,
            direction=recorded.event.direction,
            who=recorded.event.who,
            note=opened(office.vault, recorded.event.note, recorded, "note"),
            actor=recorded.actor,
        )
        for recorded in office.store.read(case_stream(case_id)).events
        if isinstance(recorded.event, ContactRecorded)
    ]
    return found[::-1]
