"""`kravspor work`: does what is due, again and again, until it is told to stop."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import Annotated

import typer
from structlog.typing import FilteringBoundLogger

from gateways.cli.failures import OUT_OF_REACH, exit_code
from gateways.cli.log_lines import log_day, log_failure, log_to
from gateways.cli.opening import opened, settings_of
from gateways.cli.output import emit, norwegian_date
from gateways.cli.stopping import stopping
from gateways.cli.taking import Folder, Json, day_of
from gateways.office import Office
from gateways.working import DayDone, Worker


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
    round that is under way. On stderr there is a log, one JSON object a line, with ids and
    nobody's name.
    """
    settings = settings_of(data)
    outbox, log = settings.data / "outbox", log_to(level=settings.log_level)
    if once or day is not None:
        with opened(data, day) as office, stopping():
            done = _round(office, _worker(office, outbox))
        log_day(log, done)
        _tell(done, json=json)
        return
    with stopping() as stop:
        if not json:
            emit(f"working, a round every {every} s; SIGTERM or Ctrl-C ends it")
            sys.stdout.flush()
        rounds = Rounds(lambda: opened(data), outbox, log, every)
        for done in rounds.until(stop):
            if done.anything:
                _tell(done, json=json)
    if not json:
        emit("stopped")


@dataclass(frozen=True, slots=True)
class Rounds:
    """Rounds of work, `every_seconds`; what is out of reach is logged, and opened anew."""

    open: Callable[[], AbstractContextManager[Office]]
    outbox: Path
    log: FilteringBoundLogger
    every_seconds: float

    def until(self, stop: Event) -> Iterator[DayDone]:
        """Work until `stop` is set; what each round came to, without what was told before.

        An embedded server that was killed is started again by opening the office anew.
        Raises what opening it raises the first time: nobody waits for a wrong address.
        """
        seen: set[object] = set()
        begun = False
        while not stop.is_set():
            try:
                with self.open() as office:
                    begun = True
                    yield from self._in(office, stop, seen)
            except Exception as error:
                if not begun or exit_code(error) != OUT_OF_REACH:
                    raise
                log_failure(self.log, error, self.every_seconds)
                stop.wait(self.every_seconds)

    def _in(self, office: Office, stop: Event, seen: set[object]) -> Iterator[DayDone]:
        worker = _worker(office, self.outbox)
        while not stop.is_set():
            done = _news(_round(office, worker), seen)
            log_day(self.log, done)
            yield done
            stop.wait(self.every_seconds)


def _worker(office: Office, outbox: Path) -> Worker:
    return Worker(office, outbox, socket.gethostname())


def _round(office: Office, worker: Worker) -> DayDone:
    office.runner.catch_up(0)
    done = worker.day(office.today)
    office.notary.made_if_due(office.runner.index.meta(0), office.clock.now())
    return done


def _news(done: DayDone, seen: set[object]) -> DayDone:
    """The round without what was refused in an earlier one of the same day: once is enough."""
    stuck = [each for each in done.stuck if (done.today, each) not in seen]
    letters = [
        each for each in done.letters if each.became == "sent" or (done.today, each) not in seen
    ]
    seen.update((done.today, each) for each in (*stuck, *letters))
    return replace(done, stuck=stuck, letters=letters)


def _tell(done: DayDone, *, json: bool) -> None:
    if json:
        emit(done, json=True)
        sys.stdout.flush()
        return
    sent = sum(letter.became == "sent" for letter in done.letters)
    instructed = sum(payout.became == "instructed" for payout in done.payouts)
    emit(
        f"{norwegian_date(done.today)}: cases registered {len(done.registered)}, "
        f"letters sent {sent}, payouts instructed {instructed}"
    )
    for letter in done.letters:
        if letter.became != "sent":
            emit(f"  {letter.kind} {letter.letter_id}: {letter.became} {letter.code}")
    for payout in done.payouts:
        if payout.became != "instructed":
            emit(f"  payout {payout.payout_id}: {payout.became} {payout.code}")
    for stuck in done.stuck:
        emit(f"  stuck: {stuck.step} of {stuck.subject}: {stuck.code}")
    sys.stdout.flush()
