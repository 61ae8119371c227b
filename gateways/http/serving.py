"""A server for the application: its sockets, its limits, and how it ends."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from fastapi import FastAPI

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
    return uvicorn.Server(config)
