"""Who asks, and what that one may see: each request is a visit, held to a role and a scope."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from typing_extensions import override

from engine.refusal import RefusedError
from gateways.desk.asking import By
from gateways.durable.access import AGENCY, ROLES, AccessLine, ApiKey, Role, digest_of
from gateways.http.edge import route_of
from gateways.http.limits import Buckets, Lanes
from gateways.http.problem import ProblemError, documented
from gateways.office import Office
from projections import case_list, creditor
from projections.case_list import CaseRow
from projections.creditor import Creditor

ROLES_KEY: Final = "x-roles"
AT_ONCE: Final = 1000
USED_EVERY: Final = timedelta(minutes=1)
ALL: Final = ROLES
CREDITORS: Final[tuple[Role, ...]] = ("creditor", "adviser")
WORKERS: Final[tuple[Role, ...]] = ("case_handler", "operator")
WRITERS: Final[tuple[Role, ...]] = (*CREDITORS, *WORKERS)

_scheme = HTTPBearer(
    auto_error=False,
    scheme_name="ApiKey",
    bearerFormat="kvs_…",
    description="An API key, made by `kravspor key add`.",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks: how the log names it, its role, and the creditors it may see.

    `creditor_ids` None is every creditor.
    """

    key_id: UUID
    actor: str
    role: Role
    creditor_ids: tuple[UUID, ...] | None

    @property
    def of_agency(self) -> bool:
        """Whether it works for the agency, so that what it looks at is recorded."""
        return self.role in AGENCY


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: who asks, of which office, under which ids."""

    office: Office
    caller: Caller
    request_id: UUID
    correlation: UUID | None
    method: str
    path: str
    route: str
    allow_synthetic: bool
    lanes: Lanes
    local_webhooks: bool

    def by(self, command_id: UUID | None = None) -> By:
        """Who asks, as commands are told; the request is what causes them."""
        return By(
            self.caller.actor,
            self.office.today,
            command_id,
            correlation=self.correlation,
            causation=self.request_id,
        )

    @property
    def among(self) -> dict[str, tuple[UUID, ...]]:
        """The caller's scope as a clause of a question about rows with a `creditor_id`."""
        scope = self.caller.creditor_ids
        return {} if scope is None else {"creditor_id": scope}

    def case(self, case_id: UUID) -> CaseRow:
        """The case, if it is the caller's to see; that it was seen is recorded.

        Refuses: case_unknown.
        """
        equals = {"case_id": case_id}
        found = self.office.rows.find(case_list.TABLE, equals=equals, among=self.among, limit=1)
        if not found:
            raise RefusedError("case_unknown")
        self.saw(cases=[case_id], persons=[found[0].debtor_id])
        return found[0]

    def creditor(self, creditor_id: UUID) -> Creditor:
        """The creditor, if it is the caller's to see.

        Refuses: creditor_unknown.
        """
        equals = {"creditor_id": creditor_id}
        found = self.office.rows.find(creditor.TABLE, equals=equals, among=self.among, limit=1)
        if not found:
            raise RefusedError("creditor_unknown")
        return found[0]

    def saw_cases(self, case_ids: Sequence[UUID], persons: Iterable[UUID] = ()) -> None:
        """Record that one of the agency looks at cases, and so at those whose they are."""
        if not self.caller.of_agency:
            return
        slices = (case_ids[i : i + AT_ONCE] for i in range(0, len(case_ids), AT_ONCE))
        found = [
            row.debtor_id
            for each in slices
            for row in self.office.rows.find(case_list.TABLE, among={"case_id": each})
        ]
        self.saw(cases=case_ids, persons=[*found, *persons])

    def saw(self, *, cases: Iterable[UUID] = (), persons: Iterable[UUID] = ()) -> None:
        """Record that one of the agency looks at these, before the answer is given.

        What a creditor looks at is its own, and is not recorded.
        """
        case_ids, person_ids = tuple(dict.fromkeys(cases)), tuple(dict.fromkeys(persons))
        if not self.caller.of_agency or not (case_ids or person_ids):
            return
        self.office.durable.access.note(
            AccessLine(
                at=self.office.clock.now(),
                act="read" if self.method == "GET" else "command",
                actor=self.caller.actor,
                role=self.caller.role,
                route=self.route,
                request_id=self.request_id,
                case_ids=case_ids,
                person_ids=person_ids,
            )
        )


async def visit(
    request: Request,
    _: Annotated[HTTPAuthorizationCredentials | None, Security(_scheme)],
) -> Visit:
    """The visit that `Guarded` let in."""
    let_in: Visit = request.state.visit
    return let_in


Visiting = Annotated[Visit, Depends(visit)]


class Guarded(APIRoute):
    """A route that lets in whoever holds a key of one of its roles, before anything is read."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()
        roles = (self.openapi_extra or {}).get(ROLES_KEY)
        if not roles:
            raise ValueError(f"{self.path} names no roles: declare it with `for_`")

        async def guarded(request: Request) -> Response:
            key = await run_in_threadpool(_key, request, request.app.state.office)
            structlog.contextvars.bind_contextvars(actor=key.actor)  # for all lines of the request
            request.state.visit = _let_in(request, key, frozenset(roles))
            return await inner(request)

        return guarded


def router(tag: str) -> APIRouter:
    """A router whose every route is guarded; declare each with `**for_(roles)`."""
    return APIRouter(prefix="/v1", tags=[tag], route_class=Guarded)


def for_(*roles: Role, also: tuple[int, ...] = ()) -> dict[str, Any]:
    """What the declaration of a route says of who may use it and how it may say no.

    `also` are statuses beyond those every route may answer with.
    """
    statuses = sorted({400, 401, 403, 404, 413, 415, 429, 500, 503, *also})
    return {"openapi_extra": {ROLES_KEY: list(roles)}, "responses": documented(statuses)}


def _let_in(request: Request, key: ApiKey, roles: frozenset[Role]) -> Visit:
    office: Office = request.app.state.office
    buckets: Buckets = request.app.state.buckets
    wait = buckets.take(key.key_id)
    if wait:
        headers = {"Retry-After": str(int(wait) + 1)}
        raise ProblemError(429, "too_many_requests", headers=headers)
    if key.role not in roles:
        raise ProblemError(403, "role_not_allowed", allowed=", ".join(sorted(roles)))
    return Visit(
        office,
        Caller(key.key_id, key.actor, key.role, key.creditor_ids),
        request.state.request_id,
        request.state.correlation,
        request.method,
        request.url.path,
        f"{request.method} {route_of(request.scope)}",
        request.app.state.allow_synthetic,
        request.app.state.lanes,
        request.app.state.local_webhooks,
    )


def _key(request: Request, office: Office) -> ApiKey:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    access = office.durable.access
    key = access.opened_by(digest_of(secret.strip())) if scheme.lower() == "bearer" else None
    if key is None:
        raise ProblemError(401, "unauthenticated", headers={"WWW-Authenticate": "Bearer"})
    now = office.clock.now()
    if _long_ago(key.last_used_at, now):
        access.used(key.key_id, now)
    return replace(key, last_used_at=now)


def _long_ago(at: datetime | None, now: datetime) -> bool:
    return at is None or now - at > USED_EVERY
