"""A server for the application: its sockets, its limits, and how it ends."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

KEEP_ALIVE_SECONDS: Final = 5
GRACE_SECONDS: Final = 20
CONNECTIONS_MAX: Final = 500
BACKLOG: Final = 256
HEADER_BYTES_MAX: Final = 32 << 10


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens there. Raises OSError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=BACKLOG) as listener:
        yield listener


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
        http="h11",
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
