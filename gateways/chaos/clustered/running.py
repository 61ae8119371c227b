"""A run on a real cluster, and its history held against the invariants by the same checker."""

import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from uuid import uuid4

from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.acts import LOST, Act, last_acts
from gateways.chaos.clustered.crew import WORKERS, WRITERS, Crew
from gateways.chaos.clustered.disks import Disks, disks_under, forget_disks
from gateways.chaos.clustered.field import Field
from gateways.chaos.clustered.looking import found_after, gaps, longest, opened
from gateways.chaos.clustered.network import Network
from gateways.chaos.clustered.part import Part
from gateways.chaos.clustered.striking import Nemesis, Struck
from gateways.kafka.broker.cluster import Cluster
from gateways.kafka.topic import create
from gateways.postgres.database import Database
from gateways.postgres.server import Server

NODES: Final = 3
CALM_SECONDS: Final = 3.0
DATABASE: Final = "chaos"
NO_DISKS: Final = "full disks: small ones to fill can only be made by root, on Linux"

Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A run that is wanted.

    `acts` are the last ones, which the log does not outlive; they come when all was right.
    With `only`, these strikes come once each, in this order, however long they take.
    """

    minutes: float
    seed: int
    mutant: str = ""
    acts: bool = True
    only: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRun:
    """What a run came to.

    `faults` count the strikes of each kind, `stalls` hold the longest time around one of them
    in which nobody was told ok in one of the shards, and `stall_seconds` the longest of all.
    All that was unknown had been resolved `resolved_seconds` after the last strike, but for
    `unresolved`. `doubted` are operations whose writer did not know at some moment. `did`
    counts what writers did on purpose; `twice` and `ghosts` are `looking.Found`'s. `left_out`
    are the strikes that this machine does not allow.
    """

    seed: int
    mutant: str
    seconds: float
    operations: int
    operations_per_second: float
    outcomes: dict[str, int]
    doubted: int
    did: dict[str, int]
    records: int
    events: int
    twice: int
    ghosts: int
    faults: dict[str, int]
    stalls: dict[str, float]
    stall_seconds: float
    left_out: list[str]
    unresolved: int
    resolved_seconds: float
    acts: list[Act]
    violations: list[str]


def run(folders: tuple[Path, Path], asked: Asked, tick: Tick) -> ClusterRun:
    """Three brokers, two workers and four writers, struck for so long, and then looked at.

    `folders` are the run's own, which is emptied first, and that of Kafka's jars.
    Raises BrokerError, or NotInstalledError when Java or Maven is missing.
    """
    folder, jars = folders
    forget_disks(folder)
    shutil.rmtree(folder, ignore_errors=True)
    with ExitStack() as stack:
        cluster, network, disks = stack.enter_context(_cluster(folder, jars))
        server = stack.enter_context(Server.start(folder / "pg"))
        part = Part(
            servers=network.bootstrap,
            topic=f"chaos-{uuid4()}",
            dsn=server.ensure_database(DATABASE),
            name="run",
            seed=asked.seed,
            told="",
            mutant=asked.mutant,
        )
        create(part.access)
        crew = Crew(part, folder / "told", partial(network.dsn, server, DATABASE))
        stack.callback(crew.kill_all)
        _, index, database = stack.enter_context(opened(part))
        field = Field(part, crew, cluster, network, server, index, disks)
        return _struck(field, database, asked, tick)


@contextmanager
def _cluster(folder: Path, jars: Path) -> Iterator[tuple[Cluster, Network, Disks]]:
    """Brokers that others reach by relays only, on disks of their own, where that can be."""
    home = folder / "kafka"
    places = [home / f"n{number}" / "data" for number in range(1, NODES + 1)]
    with disks_under([*places, folder / "pg"]) as disks:
        cluster = Cluster.made(home, jars, nodes=NODES)
        with _begun(cluster) as network:
            yield cluster, network, disks


@contextmanager
def _begun(cluster: Cluster) -> Iterator[Network]:
    network = Network(cluster.plan)
    try:
        for node in cluster.nodes:
            with node.settings.open("a", encoding="utf-8") as file:
                file.write(network.settings(node.number))
        cluster.begin()
        yield network
    finally:
        network.heal()
        for node in cluster.nodes:
            node.kill()
        network.close()


def _struck(field: Field, database: Database, asked: Asked, tick: Tick) -> ClusterRun:
    seconds = asked.minutes * 60
    field.crew.start_all("worker", WORKERS)
    field.crew.start_all("writer", WRITERS)
    nemesis = Nemesis(field, database, asked.only)
    begun = time.monotonic()
    # One more than those asked for, for the next shard is opened in between.
    while len(nemesis.struck) <= len(asked.only) if asked.only else _since(begun) < seconds:
        nemesis.rest()
        nemesis.strike()
        tick(min(int(_since(begun)), int(seconds)))
    field.heal()
    healed = time.monotonic()
    time.sleep(CALM_SECONDS)
    unresolved = field.crew.end("writer")
    ended = time.monotonic()
    field.crew.end("worker")
    told = parts.read(field.crew.folder)
    again = field.server.ensure_database("chaos_again")
    found = found_after(field.part, told, again, unresolved)
    violations = found.violations + _halted(field.crew.said())
    acted = list(last_acts(field)) if asked.acts and not violations else []
    return ClusterRun(
        seed=field.part.seed,
        mutant=field.part.mutant,
        seconds=round(ended - begun, 1),
        operations=len(told.operations),
        operations_per_second=round(len(told.operations) / (ended - begun), 1),
        outcomes=dict(Counter(op.outcome for op in told.operations).most_common()),
        doubted=len(told.doubted),
        did=dict(told.did.most_common()),
        records=found.records,
        events=found.events,
        twice=found.twice,
        ghosts=found.ghosts,
        faults=dict(Counter(each.name for each in nemesis.struck).most_common()),
        stalls=_stalls(nemesis.struck, gaps(told.operations)),
        stall_seconds=longest(gaps(told.operations)),
        left_out=[] if field.disks else [NO_DISKS],
        unresolved=unresolved,
        resolved_seconds=round(ended - healed, 1),
        acts=acted,
        violations=violations + [wrong for act in acted for wrong in act.wrong],
    )


def _since(begun: float) -> float:
    return time.monotonic() - begun


def _halted(said: str) -> list[str]:
    """That a worker took the word of a broker that knew less for a loss."""
    lines = [line for line in said.splitlines() if LOST in line]
    return [f"11: halted though the log has lost nothing: {line}" for line in lines[:1]]


def _stalls(struck: Sequence[Struck], times: Sequence[tuple[int, int]]) -> dict[str, float]:
    """The longest time without a success that began in each kind of strike, or led into it."""
    found: dict[str, float] = defaultdict(float)
    for each in struck:
        around = [gap for gap in times if gap[1] > each.since and gap[0] < each.until]
        found[each.name] = max(found[each.name], longest(around))
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))
