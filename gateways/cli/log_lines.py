"""The worker's log: one JSON object a line on stderr, with ids and codes and nobody's name."""

import sys
from collections.abc import Callable, Collection
from dataclasses import asdict
from typing import TextIO

import structlog
from structlog.typing import FilteringBoundLogger

from engine.ports import HaltedError
from gateways.cli.output import as_json_text
from gateways.settings import Agency
from gateways.working import DayDone

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def log_to(stream: TextIO | None = None, level: str = "info") -> FilteringBoundLogger:
    """A log that writes lines of this level and above; to stderr when no stream is named."""
    log: FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(stream or sys.stderr),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(serializer=_line),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
    )
    return log


def log_day(log: FilteringBoundLogger, done: DayDone) -> None:
    """What a round came to: a line for each case, letter, payout and stuck step, and the sum.

    The sum of a round that did nothing is a line for debugging only.
    """
    for case in done.registered:
        log.info("case.registered", case=case.case_number, case_id=case.case_id)
    for letter in done.letters:
        tell = log.info if letter.became == "sent" else log.warning
        tell(
            f"letter.{letter.became}",
            letter_id=letter.letter_id,
            kind=letter.kind,
            code=letter.code,
        )
    for payout in done.payouts:
        tell = log.info if payout.became == "instructed" else log.warning
        tell(f"payout.{payout.became}", payout_id=payout.payout_id, code=payout.code)
    for stuck in done.stuck:
        log.warning("step.stuck", step=stuck.step, subject=stuck.subject, code=stuck.code)
    for person in done.forgotten:
        log.info("person.forgotten", debtor_id=person.debtor_id, basis=person.basis)
    for kept in done.not_forgotten:
        log.warning("person.not_forgotten", debtor_id=kept.debtor_id, code=kept.code)
    if done.pruned.anything:
        log.info("kept.pruned", **asdict(done.pruned))
    tell = log.info if done.anything else log.debug
    tell(
        "day.worked",
        today=done.today,
        registered=len(done.registered),
        letters=len(done.letters),
        payouts=len(done.payouts),
        stuck=len(done.stuck),
        forgotten=len(done.forgotten),
    )


def log_failure(log: FilteringBoundLogger, error: Exception, again_seconds: float) -> None:
    """A round that was given up; the next does what it left."""
    log.error(
        "round.failed",
        error=type(error).__name__,
        message=str(error),
        again_seconds=again_seconds,
    )


def log_begun(log: FilteringBoundLogger, place: str | None) -> None:
    """That there was no house, and now there is one in that place."""
    if place is not None:
        log.info("house.begun", place=place)


def log_made_up(log: FilteringBoundLogger, agency: Agency) -> None:
    """That letters would go out in the name of an agency that does not exist."""
    if agency == Agency():
        log.warning("agency.made_up", mend="set KRAVSPOR_AGENCY_NAME and the rest")


def log_shards(log: FilteringBoundLogger, held: Collection[int]) -> None:
    """Which shards this worker has from now on; none when others are at work on them all."""
    log.info("shards.held", shards=sorted(held))


def log_halt(log: FilteringBoundLogger, error: HaltedError) -> None:
    """A shard stands still; the others go on."""
    log.error("shard.halted", shard=error.shard, offset=error.offset, reason=error.reason)


def _line(value: object, **_: Callable[..., object]) -> str:
    return as_json_text(value, indent=False)
