"""`kravspor demo`: four months of an agency's life in a minute or so."""

import fcntl
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from gateways.cli.output import NotUnderstoodError, as_json_text, emit
from gateways.demo.calendar import CASES, DAYS, FIRST_DAY, day, morning
from gateways.demo.days import STATE, Progress, live
from gateways.demo.example import Example, example
from gateways.demo.on_kafka import begun_on_kafka, refuse_other_log, settings_on_kafka
from gateways.demo.on_kafka import stop as stop_broker
from gateways.demo.opening import hand_over, take_creditors
from gateways.demo.serving import PORT, serve
from gateways.demo.summary import summary
from gateways.demo.telling import Steps, bar, next_commands, tell, totals
from gateways.desk.invoices import write_refused
from gateways.office import Office
from gateways.settings import CHECKOUT, Settings
from gateways.wiring import SimulatedClock, on_postgres

FOLDER = CHECKOUT / ".kravspor" / "demo"
DAYS_MOST = 150  # the rates of 2027 are not known yet
LOCK, REFUSED = "demo.lock", "portfolio.refused.csv"


def demo(  # noqa: PLR0913 - each is an option of one command
    *,
    data: Annotated[Path, typer.Option("--data", help="The folder it lives in.")] = FOLDER,
    days: Annotated[int, typer.Option("--days", min=1, max=DAYS_MOST, help="How many.")] = DAYS,
    cases: Annotated[
        int, typer.Option("--cases", min=1, max=CASES, help="How many of the portfolio.")
    ] = CASES,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin again from nothing.")] = False,
    kafka: Annotated[bool, typer.Option("--kafka", help="Keep its log in a Kafka.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object, and end.")] = False,
    exit_: Annotated[bool, typer.Option("--exit", help="End after the summary.")] = False,
    port: Annotated[
        int, typer.Option(help="Where it answers; else a free one.", min=0, max=65535)
    ] = PORT,
) -> None:
    """Import a portfolio, live through the days with it, tell what became of it, and serve.

    Given again, it goes on where it was stopped, or tells of the finished one again. It uses
    a PostgreSQL of its own in the folder, and touches no other folder. With --kafka the log
    is in a broker there, which stays up for a look afterwards, until `kravspor kafka down`.
    It ends by answering over HTTP, with a key and five lines to try, until Ctrl-C; --exit
    ends it before.
    """
    steps = Steps.begin()
    if fresh:
        _forget(data)
    _refuse_strangers(data)
    refuse_other_log(data, kafka=kafka)
    data.mkdir(parents=True, exist_ok=True)
    with _alone(data):
        so_far = Progress.read(data) or Progress(days, cases)
        so_far = replace(so_far, days=max(days, so_far.done))
        so_far.write(data)
        clock = SimulatedClock(morning(FIRST_DAY))
        settings = Settings(data=data)
        if kafka or begun_on_kafka(data):
            with steps.step("Starting Kafka"):
                settings = settings_on_kafka(data)
        with steps.step("Starting PostgreSQL"):
            office = on_postgres(settings, clock)
        try:
            _live(office, clock, data, so_far, steps)
            best = _tell(office, data, so_far, steps, json=json)
            if not (exit_ or json):
                clock.at = morning(day(so_far.days))
                serve(office, best, port, data / "pg")
        finally:
            office.close()


def _live(
    office: Office, clock: SimulatedClock, data: Path, so_far: Progress, steps: Steps
) -> None:
    if so_far.done == so_far.days:
        sys.stderr.write("This demonstration is finished; --fresh begins another.\n")
        return
    if so_far.done:
        sys.stderr.write(f"Going on after {so_far.done} days.\n")
    if not so_far.opened:
        with steps.step("Taking the creditors in"):
            take_creditors(office)
        with steps.step("Importing the portfolio"):
            taken = hand_over(office, so_far.cases)
            write_refused(taken, data / REFUSED)
        sys.stderr.write(
            f"  {taken.rows} rows: {taken.offered + taken.known} invoices taken, "
            f"{len(taken.refused)} refused with reasons, {len(taken.cases)} cases at once, "
            f"{len(taken.waiting)} invoices wait to be ripe\n"
        )
    with bar(so_far.days, so_far.done) as told_of:
        for told in live(office, clock, data, so_far):
            told_of(told)


def _tell(
    office: Office, data: Path, so_far: Progress, steps: Steps, *, json: bool
) -> Example | None:
    refused = hand_over(office, so_far.cases, dry_run=True).refused
    told, best = summary(office, day(so_far.days), refused), example(office)
    if json:
        whole = {
            "summary": told,
            "example": best,
            "next": next_commands(best, data),
            "seconds": steps.seconds,
        }
        sys.stdout.write(as_json_text(whole) + "\n")
        return best
    tell(told, best, data)
    lived = so_far.days - so_far.done
    emit(f"\n{totals(told)}" + (f" {lived} days in {steps.seconds} s." if lived else ""))
    return best


def _refuse_strangers(data: Path) -> None:
    """Keep out of a folder that somebody else has filled."""
    known = {LOCK, STATE}
    if data.exists() and not (data / STATE).exists():
        others = [each.name for each in data.iterdir() if each.name not in known]
        if others or not data.is_dir():
            raise NotUnderstoodError(f"{data} holds {others[0]}, which no demonstration made")


def _forget(data: Path) -> None:
    """Delete the folder, if a demonstration made it; its server is stopped first."""
    from gateways.postgres.server import Server  # noqa: PLC0415 - only needed to begin again

    if not (data / STATE).exists():
        return
    with _alone(data):
        stop_broker(data)
        Server.start(data / "pg").stop()
        shutil.rmtree(data)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Two demonstrations in one folder would take each other's days."""
    with (data / LOCK).open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotUnderstoodError(
                f"a demonstration is at work in {data}: end it with Ctrl-C, or name another "
                "folder with --data"
            ) from error
        yield
