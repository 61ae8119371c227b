"""For whoever watches the process: is it alive, can it serve, and all its figures."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from engine.ports import UnavailableError
from gateways.http.access import Guarded, for_
from gateways.http.metrics import Meter
from gateways.office import Office
from projections.index import Halt

# Whoever starts and stops processes asks these two without a key; they tell nothing else.
routes = APIRouter(include_in_schema=False)
figures = APIRouter(include_in_schema=False, route_class=Guarded)

TEXT = "text/plain; version=0.0.4; charset=utf-8"


@routes.get("/livez")
def livez() -> PlainTextResponse:
    """Whether the process answers at all; a restart helps when it does not."""
    return PlainTextResponse("alive\n")


@routes.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """Whether the process can serve: 503 with what stands in the way, and no restart helps."""
    why = _in_the_way(request.app.state.office)
    return JSONResponse({"ready": not why, "why": why}, status_code=503 if why else 200)


@figures.get("/metrics", **for_("operator", "auditor"))
def metrics(request: Request) -> Any:
    """The figures for Prometheus, which comes with a key of its own."""
    meter: Meter = request.app.state.meter
    return Response(meter.told(), media_type=TEXT)


def _in_the_way(office: Office) -> list[str]:
    if office.figures is None:
        return []
    try:
        told = office.figures(office.today)
    except UnavailableError:
        return ["a store is out of reach"]
    return [
        f"shard {shard.shard} is halted at offset {shard.halt.offset}"
        for shard in told.shards
        if isinstance(shard.halt, Halt)
    ]
