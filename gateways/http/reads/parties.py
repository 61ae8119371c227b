"""Creditors with their agreements, and debtors."""

from dataclasses import fields
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from engine.refusal import refuse_if
from gateways.http.access import ALL, router
from gateways.http.bodies import Line
from gateways.http.reads.lists import Listed, Paged, answer, listing
from gateways.http.reads.reading import Asked, Read, read_for
from projections.views import parties
from projections.views.parties import CreditorLine, DebtorLine

routes = router("parties")


class CreditorsAsked(Paged):
    """What the list of creditors may be asked with."""

    sort: Literal["name", "number", "created_on"] | None = None


class DebtorsAsked(Paged):
    """What the list of debtors may be asked with."""

    search: Line | None = Field(default=None, description="A part of the name.")
    creditor: tuple[UUID, ...] | None = None
    sort: Literal["name", "recorded_on"] | None = None


@listing(routes, "/creditors", CreditorLine, *ALL)
def list_creditors(reading: Read, asked: Annotated[CreditorsAsked, Query()]) -> Any:
    """The creditors the key may see, with what is agreed with each."""
    return answer(reading, asked, Listed(parties.creditors(reading.among()), asked.sort))


@routes.get("/creditors/{creditor_id}", response_model=CreditorLine, **read_for(*ALL))
def show_creditor(reading: Read, creditor_id: UUID, asked: Annotated[Asked, Query()]) -> Response:
    """One creditor: details, terms, agreement, and where its money goes."""
    row = reading.visit.creditor(creditor_id)
    told = CreditorLine(**{each.name: getattr(row, each.name) for each in fields(CreditorLine)})
    return reading.plain(asked, lambda: told, CreditorLine)


@listing(routes, "/debtors", DebtorLine, *ALL)
def list_debtors(reading: Read, asked: Annotated[DebtorsAsked, Query()]) -> Any:
    """Those who owe the creditors the key may see, or owed them once, by name."""
    query = parties.debtors(reading.among(asked.creditor), search=asked.search)
    return answer(reading, asked, Listed(query, asked.sort))


@routes.get("/debtors/{debtor_id}", response_model=DebtorLine, **read_for(*ALL))
def show_debtor(reading: Read, debtor_id: UUID, asked: Annotated[Asked, Query()]) -> Response:
    """One debtor, as last recorded; "slettet" where the person has been erased.

    Refuses: debtor_unknown.
    """
    query = parties.debtors(reading.among(), debtor_id=debtor_id)
    found = query.page(reading.sql, query.order(), limit=1)
    refuse_if(not found, "debtor_unknown")
    reading.visit.saw(persons=[debtor_id])
    return reading.plain(asked, lambda: found[0], DebtorLine)
