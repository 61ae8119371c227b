"""The outermost edge: a request's ids, its body as a whole, safe headers, and how failures end."""

import asyncio
import traceback
from collections.abc import Iterator
from time import perf_counter
from uuid import UUID, uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from gateways.http import problem
from gateways.http.limits import Limits
from gateways.http.metrics import Meter
from gateways.http.problem import ProblemError
from gateways.tracing import Tracing

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CORRELATION = "kravspor-correlation-id"
REQUEST = "Kravspor-Request-Id"

SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
JSON, MULTIPART = "application/json", "multipart/form-data"
CACHED_NOWHERE = "no-store"


class LeftError(Exception):
    """Whoever asked is gone before all of the request had come; nothing is done."""


class Edge:
    """Gives each request an id, reads its body within limits, and tells every failure plainly."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        limits: Limits,
        log: FilteringBoundLogger,
        meter: Meter,
        tracing: Tracing,
    ) -> None:
        self._app = app
        self._limits = limits
        self._log = log
        self._meter = meter
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid4()
        scope.setdefault("state", {})["request_id"] = request_id
        headers = Headers(scope=scope)
        scope["state"]["correlation"] = correlation_of(headers)
        told = _Told(send, request_id)
        began = perf_counter()
        with (
            structlog.contextvars.bound_contextvars(request_id=str(request_id)),
            self._tracing.span("http", headers) as span,
        ):
            try:
                body = await _body(scope, receive, self._limits)
                await self._app(scope, _again(body, receive), told)
            except LeftError:
                self._log.info("http.left")
                return
            except Exception as error:
                if told.status is not None:
                    self._log.error("http.broken", error=type(error).__name__)
                    raise
                response = problem.answer(error, str(request_id))
                if response.status_code == problem.FAULT:
                    self._log.error("http.fault", **where(error))
                await response(scope, receive, told)
            finally:
                took = perf_counter() - began
                method, route, status = method_of(scope), route_of(scope), told.status or 0
                self._meter.served(method, route, status, took)
                span.tell(f"{method} {route}".strip(), request_id=str(request_id), status=status)
                self._log.info(
                    "http.served",
                    method=scope["method"],
                    route=route,
                    status=told.status,
                    took_ms=round(took * 1000, 1),
                )


def correlation_of(headers: Headers) -> UUID | None:
    """The id that the caller's own work goes by, where it is one."""
    try:
        return UUID(headers.get(CORRELATION, ""))
    except ValueError:
        return None


def where(error: BaseException) -> dict[str, str]:
    """The kind of a fault and where in the code it was; not its words, which may name somebody."""
    frames = traceback.extract_tb(error.__traceback__)
    placed = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "at": " < ".join(reversed(placed))}


def method_of(scope: Scope) -> str:
    """The method, where it is one: what a stranger says instead is not repeated."""
    return scope["method"] if scope["method"] in METHODS else "other"


def route_of(scope: Scope) -> str:
    """The route's pattern, which names nobody; a path that is no route's is not told."""
    return getattr(scope.get("route"), "path", "")


class _Told:
    """Sends on, with the headers every answer has, and remembers the status."""

    def __init__(self, send: Send, request_id: UUID) -> None:
        self._send = send
        self._request_id = request_id
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            headers[REQUEST] = str(self._request_id)
            for name, value in SAFE_HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", CACHED_NOWHERE)
        await self._send(message)


async def _body(scope: Scope, receive: Receive, limits: Limits) -> bytes:
    """The whole body, if it is not too large and comes in time.

    Raises ProblemError or LeftError when it is not so.
    """
    headers = Headers(scope=scope)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    upload = kind == MULTIPART
    most = limits.upload_bytes if upload else limits.body_bytes
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > most:
        raise ProblemError(413, "too_large", most_bytes=most)
    try:
        async with asyncio.timeout(limits.body_seconds):
            body = await _gathered(receive, most)
    except TimeoutError:
        raise ProblemError(408, "too_slow", headers={"Connection": "close"}) from None
    if body and not (upload or kind == JSON or kind.endswith("+json")):
        raise ProblemError(415, "media_type_unsupported", allowed=f"{JSON}, {MULTIPART}")
    return body


async def _gathered(receive: Receive, most: int) -> bytes:
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise LeftError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise ProblemError(413, "too_large", most_bytes=most)
        more = message.get("more_body", False)
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """What the application receives: the body at once, and then whatever comes."""
    first: Iterator[Message] = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def received() -> Message:
        message = next(first, None)
        return await receive() if message is None else message

    return received
