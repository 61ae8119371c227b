"""The letters of cases and all that has touched them, and each letter itself."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Response

from engine.refusal import RefusedError
from gateways.dispatch import composing
from gateways.dispatch.printing import sms_of
from gateways.dispatch.reading import Files
from gateways.http.access import ALL, router
from gateways.http.bodies import Day
from gateways.http.problem import ProblemError
from gateways.http.reads.lists import Listed, Paged, answer, listing
from gateways.http.reads.reading import Asked, Read, Reading, read_for
from gateways.letters.content import WithdrawalLetter, canonical_json
from gateways.letters.render import render
from projections import document
from projections.document import Document
from projections.views import activities
from projections.views.activities import Activity, DocumentLine

routes = router("documents")
PDF, TEXT = "application/pdf", "text/plain; charset=utf-8"


class ActivitiesAsked(Paged):
    """What the list of activities may be asked with."""

    creditor: tuple[UUID, ...] | None = None
    case: UUID | None = None
    kind: tuple[Literal["sak", "brev", "innsigelse", "penger", "kontakt"], ...] | None = None
    from_on: Day | None = None
    until_on: Day | None = None
    sort: Literal["nid", "on"] | None = None


class DocumentsAsked(Paged):
    """What the list of documents may be asked with."""

    creditor: tuple[UUID, ...] | None = None
    case: UUID | None = None
    sort: Literal["sent_on", "case_number"] | None = None


@listing(routes, "/activities", Activity, *ALL)
def list_activities(reading: Read, asked: Annotated[ActivitiesAsked, Query()]) -> Any:
    """All that has touched the cases, the latest first: letters, talks, payments, objections."""
    query = activities.activities(
        reading.among(asked.creditor),
        case_id=asked.case,
        kinds=asked.kind,
        from_on=asked.from_on,
        until_on=asked.until_on,
    )
    return answer(reading, asked, Listed(query, asked.sort))


@listing(routes, "/documents", DocumentLine, *ALL)
def list_documents(reading: Read, asked: Annotated[DocumentsAsked, Query()]) -> Any:
    """The letters and messages that have left the house, the latest first."""
    query = activities.documents(reading.among(asked.creditor), case_id=asked.case)
    return answer(reading, asked, Listed(query, asked.sort))


@routes.get(
    "/documents/{letter_id}/content",
    response_class=Response,
    **read_for(*ALL, also=(409,)),
)
def show_document(reading: Read, letter_id: UUID, asked: Annotated[Asked, Query()]) -> Response:
    """The letter as it was sent (PDF, or the words of an SMS), made again from the log.

    It is held against the fingerprint in the log: what differs is not given out as the letter.
    """
    row = _document(reading, letter_id)
    return reading.answer(asked, lambda: _content(reading, row))


def _document(reading: Reading, letter_id: UUID) -> Document:
    """The letter, if its case is the caller's to see.

    Refuses: letter_unknown.
    """
    found = reading.office.rows.find(document.TABLE, equals={"letter_id": letter_id}, limit=1)
    if not found:
        raise RefusedError("letter_unknown")
    try:
        reading.visit.case(found[0].case_id)
    except RefusedError:
        raise RefusedError("letter_unknown") from None
    return found[0]


def _content(reading: Reading, row: Document) -> Response:
    office = reading.office
    files = Files(office.store, office.vault)
    letter = composing.letter(files, office.agency, row.case_id, row.letter_id)
    if office.vault.hmac("letter", canonical_json(letter)) != row.content_hmac:
        raise ProblemError(409, "document_differs")
    if row.channel == "sms" and isinstance(letter, WithdrawalLetter):
        return Response(sms_of(letter), media_type=TEXT)
    return Response(render(letter), media_type=PDF)
