"""Invoices, payments, payouts and what is in suspense, as lists."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from engine.refusal import refuse_if
from gateways.dispatch import composing
from gateways.dispatch.reading import Files
from gateways.durable.access import AGENCY
from gateways.http.access import ALL, router
from gateways.http.bodies import Day, Line
from gateways.http.problem import ProblemError
from gateways.http.reads.lists import Listed, Paged, answer, listing
from gateways.http.reads.reading import Asked, Read, Reading, read_for
from gateways.letters.render import render
from projections.payout import PayoutState
from projections.views import claims, money
from projections.views.claims import CandidateGroup, CandidateInvoice, InvoiceLine
from projections.views.money import PaymentLine, PayoutHead, PayoutPart, SuspenseLine

routes = router("money")
PDF = "application/pdf"


class InvoicesAsked(Paged):
    """What the list of invoices may be asked with."""

    creditor: tuple[UUID, ...] | None = None
    case: UUID | None = None
    debtor: UUID | None = None
    number: Line | None = Field(default=None, description="The whole invoice number.")
    outstanding: bool = Field(default=True, description="Only what is still pursued.")
    sort: (
        Literal[
            "due_on",
            "issued_on",
            "invoice_number",
            "case_number",
            "principal_ore",
            "left_ore",
            "debtor_name",
        ]
        | None
    ) = None


class CandidatesAsked(Paged):
    """What the list of candidates may be asked with."""

    creditor: tuple[UUID, ...] | None = None
    ripe: bool = Field(default=False, description="Only debtors with something ripe today.")
    sort: (
        Literal["first_ripe_on", "last_day_on", "debtor_name", "principal_ore", "ripe_ore"] | None
    ) = None


class CandidateInvoicesAsked(Paged):
    """What the invoices in no case yet may be asked with."""

    creditor: tuple[UUID, ...] | None = None
    debtor: UUID | None = None
    sort: Literal["due_on", "ripe_on", "invoice_number", "principal_ore"] | None = None


class PaymentsAsked(Paged):
    """What the list of payments may be asked with."""

    creditor: tuple[UUID, ...] | None = None
    case: UUID | None = None
    booked_from: Day | None = None
    booked_until: Day | None = None
    sort: Literal["booked_on", "received_on", "amount_ore", "case_number"] | None = None


class PayoutsAsked(Paged):
    """What the list of payouts may be asked with."""

    creditor: tuple[UUID, ...] | None = None
    state: tuple[PayoutState, ...] | None = None
    prepared_from: Day | None = None
    prepared_until: Day | None = None
    sort: Literal["prepared_on", "amount_ore", "state"] | None = None


class LinesAsked(Paged):
    """What the lines of a payout may be asked with."""

    sort: Literal["line"] | None = None


class SuspenseAsked(Paged):
    """What the list of unplaced payments may be asked with."""

    sort: Literal["booked_on", "amount_ore"] | None = None


@listing(routes, "/invoices", InvoiceLine, *ALL)
def list_invoices(reading: Read, asked: Annotated[InvoicesAsked, Query()]) -> Any:
    """The invoices, each with its case; the oldest due first."""
    query = claims.invoices(
        reading.among(asked.creditor),
        reading.day(asked.as_of),
        only_outstanding=asked.outstanding,
        case_id=asked.case,
        debtor_id=asked.debtor,
        number=asked.number,
    )
    return answer(reading, asked, Listed(query, asked.sort))


@listing(routes, "/candidates", CandidateGroup, *ALL)
def list_candidates(reading: Read, asked: Annotated[CandidatesAsked, Query()]) -> Any:
    """What may become cases, debtor by debtor: all that one owes goes together."""
    query = claims.candidates(
        reading.among(asked.creditor), reading.day(asked.as_of), only_ripe=asked.ripe
    )
    return answer(reading, asked, Listed(query, asked.sort))


@listing(routes, "/candidates/invoices", CandidateInvoice, *ALL)
def list_candidate_invoices(
    reading: Read, asked: Annotated[CandidateInvoicesAsked, Query()]
) -> Any:
    """The invoices that are in no case yet, one by one."""
    query = claims.candidate_invoices(
        reading.among(asked.creditor), reading.day(asked.as_of), debtor_id=asked.debtor
    )
    return answer(reading, asked, Listed(query, asked.sort))


@listing(routes, "/payments", PaymentLine, *ALL)
def list_payments(reading: Read, asked: Annotated[PaymentsAsked, Query()]) -> Any:
    """The payments on cases and what each covered, the latest first."""
    query = money.payments(
        reading.among(asked.creditor),
        case_id=asked.case,
        from_on=asked.booked_from,
        until_on=asked.booked_until,
    )
    return answer(reading, asked, Listed(query, asked.sort))


@listing(routes, "/suspense", SuspenseLine, *AGENCY)
def list_suspense(reading: Read, asked: Annotated[SuspenseAsked, Query()]) -> Any:
    """The payments that wait for a person to find their case, the oldest first."""
    return answer(reading, asked, Listed(money.suspense(), asked.sort))


@listing(routes, "/payouts", PayoutHead, *ALL)
def list_payouts(reading: Read, asked: Annotated[PayoutsAsked, Query()]) -> Any:
    """The transfers to creditors, the latest first."""
    query = money.payouts(
        reading.among(asked.creditor),
        states=asked.state,
        from_on=asked.prepared_from,
        until_on=asked.prepared_until,
    )
    return answer(reading, asked, Listed(query, asked.sort))


@routes.get("/payouts/{payout_id}", response_model=PayoutHead, **read_for(*ALL))
def show_payout(reading: Read, payout_id: UUID, asked: Annotated[Asked, Query()]) -> Response:
    """One transfer: its dates, and the sums it is made of."""
    return reading.plain(asked, lambda: _payout(reading, payout_id), PayoutHead)


@listing(routes, "/payouts/{payout_id}/lines", PayoutPart, *ALL)
def list_payout_lines(
    reading: Read, payout_id: UUID, asked: Annotated[LinesAsked, Query()]
) -> Any:
    """What a transfer was made of: creditor, debtor, invoice and how each line was booked."""
    _payout(reading, payout_id)
    query = money.payout_parts(reading.among(), payout_id=payout_id)
    return answer(reading, asked, Listed(query, asked.sort))


@routes.get(
    "/payouts/{payout_id}/letter.pdf",
    response_class=Response,
    **read_for(*ALL, also=(422,)),
)
def show_settlement_letter(
    reading: Read, payout_id: UUID, asked: Annotated[Asked, Query()]
) -> Response:
    """The settlement letter (oppgjørsbrev) of a transfer, made from the log."""
    payout = _payout(reading, payout_id)
    return reading.answer(asked, lambda: _letter(reading, payout))


def _payout(reading: Reading, payout_id: UUID) -> PayoutHead:
    """The transfer, if it is to a creditor the caller may see.

    Refuses: payout_unknown.
    """
    query = money.payouts(reading.among(), payout_id=payout_id)
    found = query.page(reading.sql, query.order(), limit=1)
    refuse_if(not found, "payout_unknown")
    return found[0]


def _letter(reading: Reading, payout: PayoutHead) -> Response:
    office = reading.office
    files = Files(office.store, office.vault)
    prepared, account_version = files.payout(payout.creditor_id, payout.payout_id)
    if account_version is None:
        raise ProblemError(422, "letter_not_made")
    query = money.payout_parts(reading.among(), payout_id=payout.payout_id)
    parts = query.page(reading.sql, query.order())
    reading.visit.saw(
        cases=[part.case_id for part in parts if part.case_id],
        persons=[part.debtor_id for part in parts if part.debtor_id],
    )
    letter = composing.settlement_letter(files, office.agency, prepared, account_version)
    return Response(render(letter), media_type=PDF)
