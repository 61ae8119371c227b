"""What every read has: a position it may wait for, a tag to ask again by, and one scope."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from time import monotonic
from typing import Annotated, Any, Final, Literal, cast, get_type_hints
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model

from engine.journal.shards import in_use
from gateways.durable.access import Role
from gateways.http.access import Visit, Visiting, for_
from gateways.http.bodies import Day
from gateways.http.commands.carrying import POSITION
from gateways.http.problem import ProblemError
from gateways.office import Office
from projections.projection import Row
from projections.views.sql import SqlReader

WAIT_SECONDS_MOST: Final = 5.0
RETRY_SECONDS: Final = 1
KEPT_BY_THE_ASKER: Final = "private, no-cache"
AT_LEAST: Final = r"^[0-9]{1,3}:[0-9]{1,18}(,[0-9]{1,3}:[0-9]{1,18}){0,63}$"

Format = Literal["json", "csv", "xlsx"]
MEDIA: Final[dict[Format, str]] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Asked(BaseModel):
    """What any read may be asked with; a name that is not known is not understood."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_least: str | None = Field(
        default=None,
        pattern=AT_LEAST,
        description="Wait until the answer shows this position, as a command's answer named it.",
        examples=["0:1234"],
    )


class AsOf(Asked):
    """A read whose words depend on the day: today, unless another is asked for."""

    as_of: Day | None = Field(default=None, description="The day statuses are told for.")


@dataclass(frozen=True)
class Reading:
    """One read on its way: whose, of what, and in which form it is to be answered."""

    visit: Visit
    request: Request

    @property
    def office(self) -> Office:
        """The office that is read."""
        return self.visit.office

    @property
    def sql(self) -> SqlReader:
        """The read models, to be asked in SQL; an office in memory has none."""
        return cast("SqlReader", self.office.rows)

    @property
    def form(self) -> Format:
        """What is asked for: by the path's ending, else by the Accept header."""
        path, accept = self.request.url.path, self.request.headers.get("accept", "")
        if path.endswith(".csv") or accept.startswith("text/csv"):
            return "csv"
        return "xlsx" if path.endswith(".xlsx") or accept.startswith(MEDIA["xlsx"]) else "json"

    @cached_property
    def position(self) -> str:
        """How far the log is shown, SHARD:NID for each shard; what is answered is not older."""
        return ",".join(f"{shard}:{nid}" for shard, nid in self._places.items())

    @cached_property
    def _places(self) -> Mapping[int, int]:
        index = self.office.runner.index
        return {shard: index.meta(shard).nid for shard in in_use(self.office.store.index)}

    def day(self, as_of: date | None) -> date:
        """The day to tell for."""
        return as_of or self.office.today

    def among(self, wanted: Sequence[UUID] | None = None) -> tuple[UUID, ...] | None:
        """The creditors to tell of: those wanted, as far as the caller may see them."""
        scope = self.visit.caller.creditor_ids
        if wanted is None:
            return scope
        return tuple(each for each in dict.fromkeys(wanted) if scope is None or each in scope)

    def headers(self) -> dict[str, str]:
        """The headers of every answer that may be asked for again."""
        return {
            POSITION: self.position,
            "ETag": self._tag,
            "Cache-Control": KEPT_BY_THE_ASKER,
            "Vary": "Accept, Authorization",
        }

    def answer(self, asked: Asked, tell: Callable[[], Response]) -> Response:
        """What `tell` gives, with the position it shows; 304 when the asker has it already.

        Raises ProblemError when the position asked for is not reached in time.
        """
        self._wait(asked.at_least)
        if self._tag in _tags(self.request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=self.headers())
        told = tell()
        told.headers.update(self.headers())
        return told

    def plain(self, asked: Asked, tell: Callable[[], object], kind: Any) -> Response:
        """One thing as JSON, of the kind its description says."""
        return self.answer(asked, lambda: as_json(tell(), kind))

    @cached_property
    def _tag(self) -> str:
        caller = self.visit.caller
        scope = sorted(map(str, caller.creditor_ids or ())), caller.creditor_ids is None
        asked = (str(self.request.url.path), str(self.request.url.query), self.form)
        told = repr((self.position, self.office.today, caller.role, scope, asked))
        return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'

    def _wait(self, at_least: str | None) -> None:
        if at_least is None or self._has(at_least):
            return
        end = monotonic() + WAIT_SECONDS_MOST
        for place in at_least.split(","):
            shard, nid = map(int, place.split(":"))
            left = end - monotonic()
            if shard not in self._places or not self.office.moves.wait(shard, left, nid=nid):
                headers = {"Retry-After": str(RETRY_SECONDS)}
                raise ProblemError(412, "position_not_reached", headers=headers)
        del self.__dict__["_places"]

    def _has(self, at_least: str) -> bool:
        """Whether all of the position is shown already."""
        places = (map(int, place.split(":")) for place in at_least.split(","))
        return all(self._places.get(shard, -1) >= nid for shard, nid in places)


def reading(visit: Visiting, request: Request) -> Reading:
    """The read that this request is."""
    return Reading(visit, request)


Read = Annotated[Reading, Depends(reading)]


def read_for(*roles: Role, also: tuple[int, ...] = ()) -> dict[str, Any]:
    """The declaration of a read: who may, and that it may be asked again by its tag."""
    told = for_(*roles, also=(412, *also))
    headers = {
        POSITION: {"schema": {"type": "string"}, "description": "The log is shown so far."},
        "ETag": {"schema": {"type": "string"}, "description": "Ask again with If-None-Match."},
    }
    told["responses"][200] = {"headers": headers}
    told["responses"][304] = {"description": "Nothing has changed since.", "headers": headers}
    return told


def as_json(value: object, kind: Any) -> Response:
    """The value in JSON, as `kind` describes it."""
    return Response(_adapter(kind).dump_json(value), media_type="application/json")


def shown_as(row: type[Row]) -> type[BaseModel]:
    """A row of a projection as the description tells of it: the same fields, and its own words."""
    fields: dict[str, Any] = {name: (hint, ...) for name, hint in get_type_hints(row).items()}
    return create_model(row.__name__, __doc__=row.__doc__, **fields)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _tags(header: str) -> set[str]:
    tags = {tag.strip() for tag in header.split(",")}
    return tags | {f"W/{tag}" for tag in tags}
