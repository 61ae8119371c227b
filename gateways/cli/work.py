"""`kravspor work`: does what is due, again and again, until it is told to stop."""

import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Annotated

import typer
from structlog.typing import FilteringBoundLogger

from engine.journal.shards import in_use
from engine.ports import HaltedError
from gateways.cli.failures import OUT_OF_REACH, exit_code
from gateways.cli.log_lines import (
    log_begun,
    log_day,
    log_failure,
    log_halt,
    log_made_up,
    log_shards,
    log_to,
)
from gateways.cli.opening import begin, opened, settings_of
from gateways.cli.output import emit, norwegian_date
from gateways.cli.stopping import stopping
from gateways.cli.taking import Folder, Json, day_of
from gateways.office import Office
from gateways.settings import Settings
from gateways.webhooks.courier import Courier, delivering
from gateways.wiring import AtWork
from gateways.working import Awake, DayDone, Worker

REST_SECONDS = 1.0  # so soon is taken over what another worker has let go


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
    nothing is done twice. Workers share the shards: each shard has one at a time, and another
    takes it over within seconds when that one ends, stands still or is cut off. Where there is
    no house yet, one is begun. A store out of
    reach, or a full disk, is told and tried again in the next round; with --once or --day it
    ends with exit code 3. SIGTERM ends it after the round that is under way. On stderr there
    is a log, one JSON object a line, with ids and nobody's name.
    """
    settings = settings_of(data)
    outbox, log = settings.data / "outbox", log_to(level=settings.log_level)
    log_begun(log, begin(data))
    log_made_up(log, settings.agency)
    if once or day is not None:
        with opened(data, day, at_work(log)) as office, stopping():
            desk = _Desk(office, outbox, log)
            done = desk.round()
        log_day(log, done)
        _tell(done, json=json)
        if not (json or desk.shards):
            emit("  others are at work on every shard")
        return
    with stopping() as stop:
        if not json:
            emit(f"working, a round every {every} s; SIGTERM or Ctrl-C ends it")
            sys.stdout.flush()
        rounds = rounds_of(settings, data, log, every)
        for done in rounds.until(stop):
            if done.anything:
                _tell(done, json=json)
    if not json:
        emit("stopped")


def rounds_of(
    settings: Settings, data: Path | None, log: FilteringBoundLogger, every_seconds: float
) -> "Rounds":
    """Rounds of work in the house of the settings."""
    return Rounds(
        lambda: opened(data, None, at_work(log)),
        settings.data / "outbox",
        log,
        every_seconds,
        settings.local_webhooks,
    )


def at_work(log: FilteringBoundLogger) -> AtWork:
    """The process as a worker; what keeps it from following a log is told in `log`."""
    name = f"{socket.gethostname()}-{os.getpid()}"
    return AtWork(name, partial(log_failure, log, again_seconds=REST_SECONDS))


@dataclass(frozen=True, slots=True)
class Rounds:
    """Rounds of work, `every_seconds`; what is out of reach is logged, and opened anew."""

    open: Callable[[], AbstractContextManager[Office]]
    outbox: Path
    log: FilteringBoundLogger
    every_seconds: float
    local_webhooks: bool = False

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
        desk = _Desk(office, self.outbox, self.log)
        with delivering(Courier(office, local=self.local_webhooks), office):
            while not stop.is_set():
                before, done = desk.shards, _news(desk.round(), seen)
                if desk.shards != before:
                    log_shards(self.log, desk.shards)
                log_day(self.log, done)
                yield done
                desk.rest(stop, self.every_seconds)


class _Desk:
    """Where one worker sits: the shards it has, and which of them stand still."""

    def __init__(self, office: Office, outbox: Path, log: FilteringBoundLogger) -> None:
        self._office = office
        self._log = log
        self._awake = Awake(office.holds)
        self._worker = Worker(replace(office, holds=self._awake), outbox, socket.gethostname())
        self.shards: frozenset[int] = frozenset()

    def round(self) -> DayDone:
        """Come to the end of the log in the shards there are to work on, and do what is due.

        A shard that stands still is told once, and left alone until the log goes on.
        """
        self.shards = self._held()
        for shard in self.shards:
            try:
                self._office.runner.catch_up(shard)
                self._awake.halted.pop(shard, None)
            except HaltedError as error:
                if shard not in self._awake.halted:
                    log_halt(self._log, error)
                self._awake.halted[shard] = error
        done = self._worker.day(self._office.today)
        for shard in self.shards - self._awake.halted.keys():
            meta = self._office.runner.index.meta(shard)
            self._office.notary.made_if_due(meta, self._office.clock.now())
        return done

    def rest(self, stop: Event, seconds: float) -> None:
        """Wait for the next round, which comes at once when the shards are others."""
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0 and self._held() == self.shards:
            if stop.wait(min(left, REST_SECONDS)):
                return

    def _held(self) -> frozenset[int]:
        return frozenset(self._office.holds.held()) & frozenset(in_use(self._office.store.index))


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
    if done.pruned.anything:
        emit(
            f"  past their time and removed: {done.pruned.requests} requests, "
            f"{done.pruned.deliveries} deliveries to webhooks, "
            f"{done.pruned.access_lines} lines of the record of access"
        )
    for stuck in done.stuck:
        emit(f"  stuck: {stuck.step} of {stuck.subject}: {stuck.code}")
    sys.stdout.flush()
