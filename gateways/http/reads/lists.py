"""Lists over HTTP: a page in JSON, or all of it as CSV or XLSX, as narrowed and sorted."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Generic, TypeVar

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from gateways.durable.access import Role
from gateways.http.reads import twins
from gateways.http.reads.cursors import CURSOR_LENGTH_MOST, Cursors
from gateways.http.reads.reading import MEDIA, AsOf, Format, Reading, as_json, read_for
from projections.views.listing import Order, Query

R = TypeVar("R")
LIMIT_DEFAULT, LIMIT_MOST = 50, 500
ROWS_AT_ONCE: Final = 1000
FILES: Final[tuple[Format, ...]] = ("csv", "xlsx")


class Paged(AsOf):
    """How a list may be asked for; each list names the columns it is sorted by."""

    descending: bool | None = Field(default=None, description="The last first.")
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MOST)
    cursor: str | None = Field(
        default=None,
        max_length=CURSOR_LENGTH_MOST,
        description="`next` of the page before, with everything else asked alike.",
    )


class Page(BaseModel, Generic[R]):
    """A page of a list. `next` is the cursor of the page after it; null at the end.

    A page may hold fewer rows than `limit`, or none, and not be the last: go on while there
    is `next`.
    """

    items: list[R]
    next: str | None
    position: str = Field(description="The log is shown so far, as SHARD:NID.")


def _same(row: Any) -> Any:
    return row


@dataclass(frozen=True)
class Listed(Generic[R]):
    """A list narrowed to what was asked, and how its rows are shown: as they are, if not told."""

    query: Query[R]
    sort: str | None
    shown: Callable[[R], Any] = field(default=_same)
    kind: type[Any] | None = None


def answer(reading: Reading, asked: Paged, listed: Listed[Any]) -> Response:
    """The page, or the whole list as a file.

    Raises ProblemError when the cursor was not made for this question.
    """
    order = listed.query.order(listed.sort, descending=asked.descending)
    if reading.form == "json":
        return reading.answer(asked, lambda: _page(reading, asked, listed, order))
    return reading.answer(asked, lambda: _file(reading, listed, order))


def listing(
    routes: APIRouter, path: str, row: type[Any], *roles: Role
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a list: at its path, and at the same with .csv and .xlsx."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        told = _told(roles, ("json", *FILES))
        routes.get(path, response_model=_paged(row), **told)(function)
        for form in FILES:
            routes.get(
                f"{path}.{form}",
                name=f"{function.__name__}_{form}",
                response_class=Response,
                **_told(roles, (form,)),
            )(function)
        return function

    return declare


def _told(roles: Sequence[Role], forms: Sequence[Format]) -> dict[str, Any]:
    told = read_for(*roles)
    told["responses"][200]["content"] = {MEDIA[form]: {} for form in forms if form != "json"}
    return told


def _page(reading: Reading, asked: Paged, listed: Listed[Any], order: Order) -> Response:
    cursors = Cursors(reading.office.vault)
    question = _question(listed.query, order)
    after = cursors.open(asked.cursor, question) if asked.cursor else None
    turn = listed.query.turn(reading.sql, order, after, asked.limit)
    _seen(reading, turn.rows)
    kind = _paged(_kind(listed))
    page = kind.model_construct(
        items=[listed.shown(row) for row in turn.rows],
        next=cursors.seal(turn.next, question) if turn.next else None,
        position=reading.position,
    )
    return as_json(page, kind)


def _file(reading: Reading, listed: Listed[Any], order: Order) -> Response:
    form = reading.form
    write = twins.as_csv if form == "csv" else twins.as_xlsx
    pages = _pages(reading, listed, order)
    name = f"{listed.query.listing.statement}-{reading.office.today}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # The first page is read before anything is sent, so that what fails is told plainly.
    body = _begun(write(_kind(listed), pages))
    return StreamingResponse(body, media_type=MEDIA[form], headers=headers)


def _pages(reading: Reading, listed: Listed[Any], order: Order) -> Iterator[list[Any]]:
    for rows in listed.query.every(reading.sql, order, ROWS_AT_ONCE):
        _seen(reading, rows)
        yield [listed.shown(row) for row in rows]


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    first = next(pieces, b"")
    second = next(pieces, b"")
    return _chained(first + second, pieces)


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _seen(reading: Reading, rows: Sequence[Any]) -> None:
    """Record whose data one of the agency is given, before it is."""
    get = partial(_field_of, rows)
    reading.visit.saw(cases=get("case_id"), persons=get("debtor_id"))


def _field_of(rows: Sequence[Any], name: str) -> list[Any]:
    found = (getattr(row, name, None) for row in rows)
    return [each for each in found if each is not None]


def _kind(listed: Listed[Any]) -> type[Any]:
    return listed.kind or listed.query.listing.row


def _paged(row: type[Any]) -> Any:
    """The page of such rows, as a type that came by here is one."""
    return Page.__class_getitem__(row)


def _question(query: Query[Any], order: Order) -> bytes:
    """What a cursor is good for: the list, all that narrows it, whose it is, and its order."""
    params = sorted((name, value) for name, value in query.params.items() if name != "today")
    told = repr((query.listing.statement, params, sorted(query.parts.items()), order))
    return hashlib.sha256(told.encode()).digest()
