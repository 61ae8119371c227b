"""`kravspor work`: does what is due, again and again, until it is told to stop."""

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Event
from typing import Annotated

import typer

from engine.ports import HaltedError, OutcomeUnknownError, UnavailableError
from gateways.cli.opening import opened, settings_of
from gateways.cli.output import emit, norwegian_date
from gateways.cli.taking import Folder, Json, day_of
from gateways.office import Office
from gateways.working import DayDone, Worker

# What passes: the work stays due, and the next round does it.
PASSING = (UnavailableError, OutcomeUnknownError, OSError)


def work(
    *,
    once: Annotated[bool, typer.Option("--once", help="One round, and stop.")] = False,
    every: Annotated[int, typer.Option(help="Seconds between rounds.", min=1)] = 60,
    day: Annotated[
        date | None,
        typer.Option(parser=day_of, metavar="DAY", help="Work that day, on a simulated clock."),
    ] = None,
    data: Folder = None,
    json: Json = False,
) -> None:
    """Register what is ripe, take the legal steps that are due, send letters, pay creditors.

    What is due is reckoned from the log, so a round may be given up or repeated at any point:
    nothing is done twice. A store out of reach, or a full disk, is told and tried again in
    the next round; with --once or --day it ends with exit code 3. SIGTERM ends it after the
    round that is under way.
    """
    with opened(data, day) as office, _stopping() as stop:
        worker = Worker(office, settings_of(data).data / "outbox", socket.gethostname())
        if once or day is not None:
            _tell(_round(office, worker), json=json)
            return
        if not json:
            emit(f"working, a round every {every} s; SIGTERM or Ctrl-C ends it")
            sys.stdout.flush()
        while not stop.is_set():
            try:
                _tell(_round(office, worker), json=json, quiet=True)
            except PASSING as error:
                typer.echo(f"{error}; tried again in {every} s", err=True)
            except HaltedError as error:
                typer.echo(f"{error}; see `kravspor doctor`", err=True)
            stop.wait(every)
        if not json:
            emit("stopped")


def _round(office: Office, worker: Worker) -> DayDone:
    office.runner.catch_up(0)
    return worker.day(office.today)


@contextmanager
def _stopping() -> Iterator[Event]:
    """Set when the process is told to end, by SIGTERM or from the keyboard."""
    stop = Event()
    told = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in told:
        signal.signal(number, lambda *_: stop.set())
    try:
        yield stop
    finally:
        for number, before in told.items():
            signal.signal(number, before)


def _tell(done: DayDone, *, json: bool, quiet: bool = False) -> None:
    nothing = not (done.stuck or done.letters or done.payouts)
    if quiet and nothing:
        return
    if json:
        emit(done, json=True)
        sys.stdout.flush()
        return
    sent = sum(letter.became == "sent" for letter in done.letters)
    instructed = sum(payout.became == "instructed" for payout in done.payouts)
    emit(f"{norwegian_date(done.today)}: letters sent {sent}, payouts instructed {instructed}")
    for letter in done.letters:
        if letter.became != "sent":
            emit(f"  {letter.kind} {letter.letter_id}: {letter.became} {letter.code}")
    for payout in done.payouts:
        if payout.became != "instructed":
            emit(f"  payout {payout.payout_id}: {payout.became} {payout.code}")
    for stuck in done.stuck:
        emit(f"  stuck: {stuck.step} of {stuck.subject}: {stuck.code}")
    sys.stdout.flush()
