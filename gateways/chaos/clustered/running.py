"""A run on a real cluster, and its history held against the invariants by the same checker."""

import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.acts import Act, last_acts
from gateways.chaos.clustered.crew import WORKERS, WRITERS, Crew
from gateways.chaos.clustered.field import Field
from gateways.chaos.clustered.looking import found_after, gaps, longest, opened
from gateways.chaos.clustered.part import Part
from gateways.chaos.clustered.relaying import Network
from gateways.chaos.clustered.striking import Nemesis, Struck
from gateways.kafka.broker.cluster import Cluster
from gateways.kafka.topic import create
from gateways.postgres.database import Database
from gateways.postgres.server import Server

NODES: Final = 3
CALM_SECONDS: Final = 3.0

Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A run that is wanted.

    `acts` are the last ones, which the log does not outlive; they come when all was right.
    """

    minutes: float
    seed: int
    mutant: str = ""
    acts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRun:
    """What a run came to.

    `faults` count the strikes of each kind, `stalls` hold the longest time around one of them
    in which nobody was told ok in one of the shards, and `stall_seconds` the longest of all.
    All that was unknown had been resolved `resolved_seconds` after the last strike, but for
    `unresolved`. `doubted` are operations whose writer did not know at some moment. `did`
    counts what writers did on purpose; `twice` and `ghosts` are `looking.Found`'s.
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
    shutil.rmtree(folder, ignore_errors=True)
    with _cluster(folder / "kafka", jars) as (cluster, network), ExitStack() as stack:
        server = stack.enter_context(Server.start(folder / "pg"))
        part = Part(
            servers=network.bootstrap,
            topic=f"chaos-{uuid4()}",
            dsn=server.ensure_database("chaos"),
            name="run",
            seed=asked.seed,
            told="",
            mutant=asked.mutant,
        )
        create(part.access)
        crew = Crew(part, folder / "told")
        stack.callback(crew.kill_all)
        _, index, database = stack.enter_context(opened(part))
        field = Field(part, crew, cluster, network, server, index)
        return _struck(field, database, asked, tick)


@contextmanager
def _cluster(home: Path, jars: Path) -> Iterator[tuple[Cluster, Network]]:
    """Brokers that others reach by relays only."""
    cluster = Cluster.made(home, jars, nodes=NODES)
    network = Network(cluster.plan)
    try:
        for node in cluster.nodes:
            with node.settings.open("a", encoding="utf-8") as file:
                file.write(network.settings(node.number))
        cluster.begin()
        yield cluster, network
    finally:
        network.heal()
        for node in cluster.nodes:
            node.kill()
        network.close()


def _struck(field: Field, database: Database, asked: Asked, tick: Tick) -> ClusterRun:
    seconds = asked.minutes * 60
    field.crew.start_all("worker", WORKERS)
    field.crew.start_all("writer", WRITERS)
    nemesis = Nemesis(field, database)
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        nemesis.rest()
        nemesis.strike()
        tick(min(int(time.monotonic() - begun), int(seconds)))
    field.heal()
    healed = time.monotonic()
    time.sleep(CALM_SECONDS)
    unresolved = field.crew.end("writer")
    ended = time.monotonic()
    field.crew.end("worker")
    told = parts.read(field.crew.folder)
    again = field.server.ensure_database("chaos_again")
    found = found_after(field.part, told, again, unresolved)
    acted = list(last_acts(field)) if asked.acts and not found.violations else []
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
        unresolved=unresolved,
        resolved_seconds=round(ended - healed, 1),
        acts=acted,
        violations=found.violations + [wrong for act in acted for wrong in act.wrong],
    )


def _stalls(struck: Sequence[Struck], times: Sequence[tuple[int, int]]) -> dict[str, float]:
    """The longest time without a success that began in each kind of strike, or led into it."""
    found: dict[str, float] = defaultdict(float)
    for each in struck:
        around = [gap for gap in times if gap[1] > each.since and gap[0] < each.until]
        found[each.name] = max(found[each.name], longest(around))
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))
