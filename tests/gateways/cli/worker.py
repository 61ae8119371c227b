"""A worker in a process of its own, on a day that stands still: `python -m … DAY`."""

import os
import sys
from datetime import date
from pathlib import Path

from gateways.cli.log_lines import log_to
from gateways.cli.opening import opened, settings_of
from gateways.cli.stopping import stopping
from gateways.cli.work import Rounds
from gateways.wiring import AtWork


def main(day: str) -> None:
    """Work until told to stop, or killed; the log goes to stdout."""
    today = date.fromisoformat(day)
    outbox, log = Path(settings_of(None).data) / "outbox", log_to(sys.stdout)
    at_work = AtWork(
        f"test-{os.getpid()}", lambda error: log.error("tailing.failed", message=str(error))
    )
    rounds = Rounds(lambda: opened(None, today, at_work), outbox, log, 0.2)
    with stopping() as stop:
        for _ in rounds.until(stop):
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
