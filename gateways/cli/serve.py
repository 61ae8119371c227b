"""`kravspor serve`: the API over HTTP, until it is told to stop."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from socket import socket
from threading import Event, Thread
from typing import Annotated, Final

import typer

from gateways.cli.log_lines import log_begun, log_made_up, log_to
from gateways.cli.opening import begin, opened, settings_of
from gateways.cli.output import NotUnderstoodError, emit
from gateways.cli.stopping import stopping
from gateways.cli.taking import Folder
from gateways.cli.work import Rounds, rounds_of
from gateways.one_core import on_one_core

LOOK_SECONDS: Final = 1.0
WORK, DATABASE = "work", "database"  # threads that start programs, which are to have every core


def serve(
    *,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)
    ] = 8080,
    works: Annotated[
        bool, typer.Option("--work", help="Do what is due meanwhile, as `work` does.")
    ] = False,
    every: Annotated[int, typer.Option(help="Seconds between rounds of work.", min=1)] = 60,
    data: Folder = None,
) -> None:
    """Answer over HTTP; SIGTERM or Ctrl-C ends it when what it has begun is answered.

    Keys are made by `kravspor key add`. Put a proxy before it that speaks TLS. On stderr
    there is a log, one JSON object a line, with ids and nobody's name. With --work one
    process is the whole house: a round of work that is under way is ended first. Where there
    is no house yet, one is begun.
    """
    from gateways.http.app import create_app  # noqa: PLC0415 - FastAPI takes its time
    from gateways.http.limits import Limits  # noqa: PLC0415 - as above
    from gateways.http.serving import server_of  # noqa: PLC0415 - as above

    settings = settings_of(data)
    log = log_to(level=settings.log_level)
    log_begun(log, begin(data))
    with ExitStack() as stack:
        stack.enter_context(stopping())
        office = stack.enter_context(opened(data))
        listener = stack.enter_context(_listening(host, port))
        if settings.database is None:
            stack.enter_context(kept_up(settings.data / "pg"))
        if works:
            log_made_up(log, settings.agency)
            stack.enter_context(working(rounds_of(settings, data, log, every)))
        address, chosen = listener.getsockname()[:2]
        emit(f"serving at http://{address}:{chosen}/v1; SIGTERM or Ctrl-C ends it")
        sys.stdout.flush()
        app = create_app(
            office,
            limits=Limits(
                per_second=settings.requests_per_second, burst=settings.requests_at_once
            ),
            log=log,
            allow_synthetic=settings.allow_synthetic_ids,
            local_webhooks=settings.local_webhooks,
        )
        if settings.one_core:
            stack.enter_context(on_one_core({WORK, DATABASE}))
        server_of(app).run(sockets=[listener])
    emit("stopped")


def _listening(host: str, port: int) -> socket:
    """A socket that listens there. Raises NotUnderstoodError when the address cannot be had."""
    from gateways.http.serving import listening  # noqa: PLC0415 - as above

    try:
        return listening(host, port)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise NotUnderstoodError(
            f"{host}:{port} cannot be had ({why}): another --port, or 0 for one that is free"
        ) from error


@contextmanager
def working(rounds: Rounds) -> Iterator[None]:
    """Rounds of work in a thread until the block is left; the one under way is ended first."""
    stop = Event()

    def work() -> None:
        for _ in rounds.until(stop):
            pass

    thread = Thread(target=work, name=WORK)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def kept_up(home: Path) -> Iterator[None]:
    """Start the embedded server again whenever it has died, until the block is left."""
    from gateways.postgres.server import Server, ServerError  # noqa: PLC0415 - only where it is ours

    stop = Event()

    def watch(server: Server) -> None:
        while not stop.wait(LOOK_SECONDS):
            if server.cluster.running():
                continue
            with suppress(ServerError):  # a full disk, say: it is tried again
                again.append(Server.start(home))

    again = [Server.start(home)]
    thread = Thread(target=watch, args=(again[0],), name=DATABASE)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        for server in again:
            server.close()
