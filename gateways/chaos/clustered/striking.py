"""What happens to the processes: killed and paused, one or all, by a seed."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from engine.journal.recorded import Envelope
from engine.ports import OutcomeUnknownError, UnavailableError
from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.part import SHARD, Part
from gateways.chaos.seeded import Draw
from gateways.ids import SystemClock, SystemIds
from gateways.kafka.broker.cluster import Cluster
from gateways.kafka.broker.errors import BrokerError
from gateways.kafka.log import KafkaLog
from gateways.kafka.topic import inspect
from gateways.postgres.index import PostgresIndex
from gateways.postgres.server import Server
from projections.quarantine import quarantine

WRITERS: Final = 4
WORKERS: Final = 2
SHORT_SECONDS: Final = 1.5  # less than the brokers' session timeout of three seconds
LONG_SECONDS: Final = 6.0
END_SECONDS: Final = 90.0
MODULES: Final = {"writer": "writing", "worker": "working"}


class Crew:
    """The processes of a run; whoever was killed is started again under another name."""

    def __init__(self, part: Part, folder: Path) -> None:
        self._part = part
        self.folder = folder
        self._count = 0
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, kind: str, place: int) -> None:
        """Start the writer or the worker of that place."""
        self._count += 1
        name = f"{kind}-{place}"
        told = str(self.folder / f"{name}-{self._count}.jsonl")
        part = replace(self._part, name=name, seed=self._part.seed * 1000 + self._count, told=told)
        module = f"gateways.chaos.clustered.{MODULES[kind]}"
        with (self.folder / f"{name}.err").open("ab") as errors:
            self.processes[name] = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", module, part.words()], stderr=errors
            )

    def kill(self, name: str) -> None:
        """End it at once, and start it anew."""
        process = self.processes[name]
        process.kill()
        process.wait()
        kind, place = name.split("-")
        self.start(kind, int(place))

    def pause(self, name: str, seconds: float) -> None:
        """Let it stand still for so long."""
        process = self.processes[name]
        process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        process.send_signal(signal.SIGCONT)

    def end(self, kind: str) -> int:
        """Have all of a kind end in good order; how many outcomes stayed unknown."""
        ending = [p for name, p in self.processes.items() if name.startswith(kind)]
        for process in ending:
            process.send_signal(signal.SIGTERM)
        return sum(self._ended(process) for process in ending)

    def kill_all(self) -> None:
        """End everything that still runs."""
        for process in self.processes.values():
            process.kill()
            process.wait()

    def _ended(self, process: subprocess.Popen[bytes]) -> int:
        try:
            return abs(process.wait(END_SECONDS))
        except subprocess.TimeoutExpired:
            process.kill()
            return 1


class Nemesis:
    """Strikes one after another; what was struck is well again when the strike is over."""

    def __init__(self, part: Part, crew: Crew, cluster: Cluster, server: Server) -> None:
        self._part = part
        self._crew = crew
        self._cluster = cluster
        self._server = server
        self.struck: Counter[str] = Counter()
        self._strikes: dict[str, Callable[[Draw], None]] = {
            "the leader's broker killed": self._leader_killed,
            "a broker killed": self._broker_killed,
            "a broker paused, shorter than its session": self._paused_shortly,
            "the leader's broker paused, longer than its session": self._paused_long,
            "all brokers killed": self._all_killed,
            "a worker killed": lambda draw: crew.kill(f"worker-{draw.below(WORKERS)}"),
            "a worker paused": lambda draw: crew.pause(
                f"worker-{draw.below(WORKERS)}", LONG_SECONDS
            ),
            "a writer killed": lambda draw: crew.kill(f"writer-{draw.below(WRITERS)}"),
            "a writer paused": lambda draw: crew.pause(
                f"writer-{draw.below(WRITERS)}", LONG_SECONDS
            ),
            "PostgreSQL killed": self._database_killed,
            "a record that cannot be read, and its quarantine": self._poisoned,
        }

    def strike(self, draw: Draw) -> None:
        """One misfortune, from its beginning to its end."""
        name = list(self._strikes)[draw.below(len(self._strikes))]
        self.struck[name] += 1
        self._strikes[name](draw)

    def heal(self) -> None:
        """Everything is up again."""
        for node in self._cluster.nodes:
            node.resume()
            node.start()
        with suppress(BrokerError):
            self._cluster.wait()

    def _leader(self) -> int:
        with suppress(Exception):
            leader = inspect(self._part.access).partitions[SHARD].leader
            if leader > 0:
                return leader
        return 1

    def _leader_killed(self, draw: Draw) -> None:
        self._killed([self._leader()], 1 + draw.below(4))

    def _broker_killed(self, draw: Draw) -> None:
        self._killed([1 + draw.below(len(self._cluster.nodes))], 1 + draw.below(4))

    def _all_killed(self, draw: Draw) -> None:
        self._killed([node.number for node in self._cluster.nodes], 1 + draw.below(3))

    def _killed(self, numbers: list[int], seconds: float) -> None:
        for number in numbers:
            self._cluster.node(number).kill()
        time.sleep(seconds)
        self.heal()

    def _paused_shortly(self, draw: Draw) -> None:
        self._paused(1 + draw.below(len(self._cluster.nodes)), SHORT_SECONDS)

    def _paused_long(self, draw: Draw) -> None:
        del draw
        self._paused(self._leader(), LONG_SECONDS)

    def _paused(self, number: int, seconds: float) -> None:
        node = self._cluster.node(number)
        node.pause()
        time.sleep(seconds)
        node.resume()

    def _database_killed(self, draw: Draw) -> None:
        home = self._server.cluster.home
        pid = int((home / "cluster" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.5 + draw.below(2))
        Server.start(home)

    def _poisoned(self, draw: Draw) -> None:
        """Somebody writes nonsense past the engine, and a person has it passed over."""
        log, index, database = parts.opened(self._part)
        try:
            log.append(SHARD, b"nonsense %d" % draw.below(1 << 30))
            self._passed_over(log, index)
        except (UnavailableError, OutcomeUnknownError):
            return  # it may come all the same: whoever reads halts, and the end looks again
        finally:
            index.close()
            log.close()
            database.close()

    def _passed_over(self, log: KafkaLog, index: PostgresIndex) -> None:
        end = time.monotonic() + LONG_SECONDS * 3
        while time.monotonic() < end:
            if index.meta(SHARD).halt is not None:
                with suppress(ValueError):
                    pass_over(log, index)
                    return
            time.sleep(0.2)


def pass_over(log: KafkaLog, index: PostgresIndex) -> None:
    """Write the quarantine of the record that the shard halts at.

    Raises ValueError when it can be read.
    """
    commit_id = SystemIds().commit_id()
    envelope = Envelope(
        command_id=commit_id,
        content=b"nonsense of the run",
        actor="nemesis",
        correlation=commit_id,
        causation=None,
        now=SystemClock().now(),
    )
    quarantine(log, index, SHARD, commit_id=commit_id, envelope=envelope)
