"""The demonstration goes on: its house answers over HTTP, with a key and five lines to try."""

import shlex
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gateways.cli.log_lines import log_to
from gateways.cli.output import emit
from gateways.cli.serve import kept_up
from gateways.cli.stopping import stopping
from gateways.demo.example import Example
from gateways.durable import access
from gateways.http.serving import listening, server_of
from gateways.office import Office
from projections import case_list

HOST: Final = "127.0.0.1"
PORT: Final = 8080
LABEL: Final = "demonstration"


def serve(office: Office, best: Example | None, port: int, database: Path) -> None:
    """Answer over HTTP until SIGTERM or Ctrl-C, under a key that is made anew each time.

    The server in the folder `database` is started again whenever it dies.
    """
    from gateways.http.app import create_app  # noqa: PLC0415 - FastAPI takes its time

    secret = _key(office)
    with stopping(), _listening(port) as listener, kept_up(database):
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        emit(f"\nNow it answers at {address}/v1, to whoever has the key {secret}")
        emit("Ctrl-C ends it. Meanwhile, in another window:\n")
        for line in lines(office, best, address, secret):
            emit(line)
        sys.stdout.flush()
        app = create_app(office, log=log_to(level="error"), allow_synthetic=True)
        server_of(app).run(sockets=[listener])
    emit("stopped; the same command goes on from here")


def lines(office: Office, best: Example | None, address: str, secret: str) -> Sequence[str]:
    """Five commands for a shell that work on the very data the demonstration left."""
    equals = {"case_number": best.case_number} if best else {}
    case = office.rows.find(case_list.TABLE, equals=equals, limit=1)[0]
    going_on = {"closed": None, "paused": False}  # the best story has ended, and rests no more
    awake = office.rows.find(case_list.TABLE, equals=going_on, limit=1) or [case]
    told = f"curl -s -H {shlex.quote(f'Authorization: Bearer {secret}')}"
    json = "-H 'Content-Type: application/json' -H 'Idempotency-Key: demo-0001'"
    reason = """-d '{"reason": "Avventer svar"}'"""
    return (
        f"{told} {address}/v1/dashboard",
        f"{told} '{address}/v1/cases?limit=3'",
        f"{told} {address}/v1/cases/{case.case_id}",
        f"{told} {address}/v1/cases/{case.case_id}/timeline",
        f"{told} {json} {reason} '{address}/v1/cases/{awake[0].case_id}/pause?dry_run=true'",
    )


def _key(office: Office) -> str:
    """The secret of a key that may do all the work; the one shown last time opens no more."""
    now = office.clock.now()
    for key in office.durable.access.all_keys():
        if key.label == LABEL and key.revoked_at is None:
            office.durable.access.revoke(key.key_id, now)
    _, secret = access.make(
        office.durable.access, label=LABEL, role="case_handler", creditor_ids=(), at=now
    )
    return secret


def _listening(port: int) -> socket.socket:
    """A socket at that port, or at a free one when somebody else has it."""
    try:
        return listening(HOST, port)
    except OSError:
        return listening(HOST, 0)
