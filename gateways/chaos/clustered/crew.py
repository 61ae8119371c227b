"""The processes of a run: workers and writers, started, killed, paused and ended."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from gateways.chaos.clustered.part import Part

WRITERS: Final = 4
WORKERS: Final = 2
END_SECONDS: Final = 90.0
SEEDS_APART: Final = 1000
# A rogue is a worker that holds every shard without asking anybody.
MODULES: Final = {"writer": "writing", "worker": "working", "rogue": "working"}


class Crew:
    """The processes of a run; whoever was killed is started again under the same name."""

    def __init__(self, part: Part, folder: Path, dsn: Callable[[str], str]) -> None:
        self._part = part
        self.folder = folder
        self.dsn = dsn  # of the index, by a door that only the process of that name has
        self._count = 0
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def start_all(self, kind: str, count: int) -> None:
        """Start so many of a kind."""
        for place in range(count):
            self.start(kind, place)

    def start(self, kind: str, place: int) -> None:
        """Start the one of that kind and place."""
        self._count += 1
        name = f"{kind}-{place}"
        part = replace(
            self._part,
            name=name,
            dsn=self.dsn(name),
            seed=self._part.seed * SEEDS_APART + self._count,
            told=str(self.folder / f"{name}-{self._count}"),
        )
        module = f"gateways.chaos.clustered.{MODULES[kind]}"
        with (self.folder / f"{name}.err").open("ab") as errors:
            self.processes[name] = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", module, part.words()], stderr=errors
            )

    def kill(self, name: str) -> None:
        """End it at once, and start it anew."""
        self.remove(name)
        kind, place = name.split("-")
        self.start(kind, int(place))

    def kill_each(self, kind: str) -> None:
        """End all of a kind at once, and start them anew."""
        for name in [name for name in self.processes if name.startswith(kind)]:
            self.kill(name)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send it a signal."""
        self.processes[name].send_signal(number)

    def said(self) -> str:
        """All that its processes complained of."""
        return "".join(path.read_text("utf-8") for path in sorted(self.folder.glob("*.err")))

    def remove(self, name: str) -> None:
        """End it at once, for good."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def stand_still(self, name: str) -> None:
        """Let it stand as it is, until `go_on`."""
        self.signal(name, signal.SIGSTOP)

    def go_on(self, name: str) -> None:
        """Let it go on."""
        self.signal(name, signal.SIGCONT)

    def pause(self, name: str, seconds: float) -> None:
        """Let it stand still for so long."""
        self.stand_still(name)
        time.sleep(seconds)
        self.go_on(name)

    def end(self, kind: str) -> int:
        """Have all of a kind end in good order; how many outcomes stayed unknown."""
        ending = [p for name, p in self.processes.items() if name.startswith(kind)]
        for process in ending:
            process.send_signal(signal.SIGTERM)
        return sum(_ended(process) for process in ending)

    def kill_all(self) -> None:
        """End everything that still runs."""
        for name in list(self.processes):
            self.remove(name)


def _ended(process: subprocess.Popen[bytes]) -> int:
    try:
        return abs(process.wait(END_SECONDS))
    except subprocess.TimeoutExpired:
        process.kill()
        return 1
