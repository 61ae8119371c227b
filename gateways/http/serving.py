"""A server for the application: its sockets, its limits, and how it ends."""

import socket
from asyncio import TimerHandle, Transport
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

from gateways.http.limits import HEADER_SECONDS_MAX

KEEP_ALIVE_SECONDS: Final = 5
GRACE_SECONDS: Final = 20
CONNECTIONS_MAX: Final = 500
BACKLOG: Final = 256
HEADER_BYTES_MAX: Final = 32 << 10


class Punctual(H11Protocol):
    """A connection whose every request has its head in time, or it is hung up.

    The server's own patience ends only between requests, never in the middle of a head.
    """

    _late: TimerHandle | None = None

    @override
    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as its base has it
        super().connection_made(transport)
        self._watch()

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._forgive()
        super().connection_lost(exc)

    def _watch(self) -> None:
        cycle = getattr(self, "cycle", None)  # which the server types as always there
        if cycle is not None and not cycle.response_complete:
            self._forgive()
        elif self._late is None:
            self._late = self.loop.call_later(HEADER_SECONDS_MAX, self.transport.close)

    def _forgive(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises OSError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def server_of(app: FastAPI) -> uvicorn.Server:
    """A server that ends gracefully at SIGTERM: what it has begun it answers first.

    The log of access is the application's own, which names routes and nobody.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        http=Punctual,
        h11_max_incomplete_event_size=HEADER_BYTES_MAX,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=CONNECTIONS_MAX,
    )
    return _Server(config, app)


class _Server(uvicorn.Server):
    """Ends the open streams too: they would wait for whatever happens next."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The process is told to end."""
        self._app.state.streams.ending.set()
        self._app.state.office.moves.wake()
        super().handle_exit(sig, frame)
