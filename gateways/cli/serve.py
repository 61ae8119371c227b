"""`kravspor serve`: the API over HTTP, until it is told to stop."""

import sys
from typing import Annotated

import typer

from gateways.cli.log_lines import log_to
from gateways.cli.opening import opened, settings_of
from gateways.cli.output import emit
from gateways.cli.stopping import stopping
from gateways.cli.taking import Folder


def serve(
    *,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0)] = 8080,
    data: Folder = None,
) -> None:
    """Answer over HTTP; SIGTERM or Ctrl-C ends it when what it has begun is answered.

    Keys are made by `kravspor key add`. Put a proxy before it that speaks TLS. On stderr
    there is a log, one JSON object a line, with ids and nobody's name.
    """
    from gateways.http.app import create_app  # noqa: PLC0415 - FastAPI takes its time
    from gateways.http.serving import listening, server_of  # noqa: PLC0415 - as above

    log = log_to(level=settings_of(data).log_level)
    with stopping(), opened(data) as office, listening(host, port) as socket:
        address, chosen = socket.getsockname()[:2]
        emit(f"serving at http://{address}:{chosen}/v1; SIGTERM or Ctrl-C ends it")
        sys.stdout.flush()
        server_of(create_app(office, log=log)).run(sockets=[socket])
    emit("stopped")
