"""A writer: a process whose clients share its way to the log, as those of `serve` do."""

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Final

from engine.journal.writer import Writer
from engine.ports import OutcomeUnknownError, UnavailableError
from gateways.appending import Appending
from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.jumping import jump_when_told
from gateways.chaos.clustered.wishing import AWAY_SECONDS, Wishing
from gateways.ids import pause
from gateways.kafka.log import KafkaLog
from gateways.postgres.database import Database
from gateways.postgres.index import PostgresIndex
from gateways.postgres.listening import Listening

CLIENTS: Final = 6
RESOLVING_SECONDS: Final = 60.0
UNRESOLVED_MOST: Final = 100  # an exit code holds no more


def main(words: str) -> int:
    """Wish until told to end; how many outcomes stay unknown is the exit code."""
    jump_when_told()
    part, stop = parts.Part.of(words), Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    log, index, database = _patiently(part, stop)
    writer = Writer(Appending(log, index, Listening(database).moves), pause)

    def live(number: int) -> int:
        path = Path(part.told).with_suffix(f".{number}.jsonl")
        with path.open("a", encoding="utf-8") as file:
            wishing = Wishing(part, (log, index, writer), file, number)
            while not stop.is_set():
                try:
                    wishing.wish()
                except (UnavailableError, OutcomeUnknownError):
                    stop.wait(AWAY_SECONDS)
            return wishing.resolve(RESOLVING_SECONDS)

    with ThreadPoolExecutor(CLIENTS) as threads:
        return min(sum(threads.map(live, range(CLIENTS))), UNRESOLVED_MOST)


def _patiently(part: parts.Part, stop: Event) -> tuple[KafkaLog, PostgresIndex, Database]:
    while True:
        try:
            return parts.opened(part)
        except (UnavailableError, OutcomeUnknownError):
            if stop.wait(AWAY_SECONDS):
                raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
