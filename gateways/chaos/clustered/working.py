"""A worker: a process that judges what is in the log, in the shards that no other has."""

import signal
import sys
from collections.abc import Collection
from threading import Event
from typing import Final

from engine.journal.shards import in_use
from engine.ports import HaltedError, OutcomeUnknownError, UnavailableError
from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.jumping import jump_when_told
from gateways.chaos.mutants import ruled_by
from gateways.postgres.holding import Holding
from gateways.postgres.index import PostgresIndex
from gateways.tailing import Tailing

AWAY_SECONDS: Final = 0.5


class EveryShard:
    """Holds all that is in use and asks nobody, as a worker does that lost its lock unawares."""

    def __init__(self, index: PostgresIndex) -> None:
        self._shards = in_use(index)

    def begin(self) -> None:
        """Nothing is taken."""

    def held(self) -> Collection[int]:
        """Every shard."""
        return self._shards

    def close(self) -> None:
        """Nothing is given back."""


def main(words: str) -> int:
    """Work until told to end."""
    jump_when_told()
    part, stop = parts.Part.of(words), Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with ruled_by(part.broken.rule):
        while not stop.is_set():
            try:
                _work(part, stop)
            except (UnavailableError, OutcomeUnknownError, HaltedError):
                stop.wait(AWAY_SECONDS)
    return 0


def _work(part: parts.Part, stop: Event) -> None:
    log, index, database = parts.opened(part)
    runner = parts.runner_of(part, log, index)
    holding: Holding | EveryShard = (
        EveryShard(index)
        if part.name.startswith("rogue")
        else Holding(database, lambda: in_use(index), part.name)
    )
    tailing = Tailing(log, runner, holding, _told)
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


def _told(error: Exception) -> None:
    sys.stderr.write(f"{type(error).__name__}: {error}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
