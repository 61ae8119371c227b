"""The application: routes, the edge around them, and the description of it all."""

from typing import Any, Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from structlog.typing import FilteringBoundLogger

from gateways.http import (
    commands,
    exports,
    me,
    outcomes,
    problem,
    reads,
    replay,
    stream,
    watch,
    webhooks,
)
from gateways.http.edge import Edge
from gateways.http.limits import Buckets, Lanes, Limits
from gateways.http.metrics import Meter
from gateways.http.problem import Problem
from gateways.http.stream import Streams
from gateways.office import Office

VERSION: Final = "1"
ROUTERS: Final = (
    *(watch.routes, watch.figures, me.routes, outcomes.routes, exports.routes, stream.routes),
    *(webhooks.routes, *commands.ROUTERS, *reads.ROUTERS, replay.routes),
)
DESCRIPTION: Final = """Cases, money and history of a Norwegian debt collection agency.

Money is whole øre, days are Oslo's, instants are UTC. Everything that is refused is a problem
document (RFC 9457) with a stable `code`. Every command needs an `Idempotency-Key`.
"""


def create_app(
    office: Office,
    *,
    limits: Limits | None = None,
    log: FilteringBoundLogger | None = None,
    allow_synthetic: bool = False,
    local_webhooks: bool = False,
) -> FastAPI:
    """The API of an office. Without a log it says nothing of what it serves.

    `allow_synthetic` lets the official test persons be debtors, `local_webhooks` lets webhooks
    go to this machine and without TLS.
    """
    # The pages FastAPI can show of an API load their scripts from elsewhere: none here.
    app = FastAPI(
        title="Kravspor",
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        generate_unique_id_function=operation_id,
    )
    app.state.office = office
    app.state.allow_synthetic = allow_synthetic
    app.state.local_webhooks = local_webhooks
    app.state.lanes = Lanes()
    app.state.buckets = Buckets(limits or Limits())
    app.state.meter, app.state.streams = Meter(office), Streams()
    for routes in ROUTERS:
        app.include_router(routes)
    app.add_exception_handler(HTTPException, _problem)
    app.add_exception_handler(RequestValidationError, _problem)
    app.add_middleware(
        Edge,
        limits=limits or Limits(),
        log=log or silent(),
        meter=app.state.meter,
        tracing=office.tracing,
    )
    app.openapi = lambda: described(app)  # type: ignore[method-assign]  # as its own page shows it
    return app


def silent() -> FilteringBoundLogger:
    """A log that nobody reads."""
    log: FilteringBoundLogger = structlog.wrap_logger(structlog.ReturnLogger())
    return log


def operation_id(route: APIRoute) -> str:
    """What a generated client calls the operation: the function's own name."""
    return route.name


def described(app: FastAPI) -> dict[str, Any]:
    """The description of the API, where every way to say no is a problem document."""
    if app.openapi_schema is None:
        told = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
        )
        schemas = told.setdefault("components", {}).setdefault("schemas", {})
        schemas |= _schemas()
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        for operations in told["paths"].values():
            for operation in operations.values():
                _without_default_refusal(operation["responses"])
        app.openapi_schema = told
    return app.openapi_schema


async def _problem(request: Request, error: Exception) -> Response:
    return problem.answer(error, str(request.state.request_id))


def _schemas() -> dict[str, Any]:
    told = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**told.pop("$defs"), "Problem": told}


def _without_default_refusal(responses: dict[str, Any]) -> None:
    """What is not understood is 400 here, not the 422 that FastAPI tells of by itself."""
    content = responses.get("422", {}).get("content", {})
    if "application/json" in content:
        del responses["422"]
