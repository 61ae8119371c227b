"""A worker: a process that judges what is in the log, if no other does."""

import signal
import sys
from threading import Event

from engine.ports import HaltedError, OutcomeUnknownError, UnavailableError
from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.part import SHARD
from gateways.chaos.mutants import ruled_by
from gateways.postgres.holding import Holding
from gateways.tailing import Tailing


def main(words: str) -> int:
    """Work until told to end."""
    part, stop = parts.Part.of(words), Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with ruled_by(part.broken.rule):
        while not stop.is_set():
            try:
                _work(part, stop)
            except (UnavailableError, OutcomeUnknownError, HaltedError):
                stop.wait(0.5)
    return 0


def _work(part: parts.Part, stop: Event) -> None:
    log, index, database = parts.opened(part)
    runner = parts.runner_of(part, log, index)
    holding = Holding(database, lambda: (SHARD,), part.name)
    tailing = Tailing(log, runner, holding, lambda _: None)
    try:
        holding.begin()
        tailing.begin()
        stop.wait()
    finally:
        tailing.close()
        holding.close()
        index.close()
        log.close()
        database.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
