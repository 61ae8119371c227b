"""What every process of a run is told, and what the writers write down for the checker."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self, TextIO
from uuid import NAMESPACE_OID, uuid5

from engine.journal.recorded import Envelope
from engine.journal.shards import placed
from gateways.chaos.counting import Totals, decoder
from gateways.chaos.history import Operation
from gateways.chaos.mutants import MUTANTS, SOUND, Mutant
from gateways.ids import SystemClock, SystemIds
from gateways.kafka.access import Access
from gateways.kafka.log import KafkaLog
from gateways.postgres.database import Database, open_journal
from gateways.postgres.index import PostgresIndex
from projections.runner import Runner

# The mistakes that can be built into processes on a cluster; the others are of the simulated
# index, or show only where log and index move in one.
MISTAKES: Final = (
    "no-hash-check",
    "timeout-is-failure",
    "acknowledgement-is-success",
    "new-command-on-retry",
    "no-command-check",
    "no-duplicate-check",
    "no-tracking-check",
    "first-part-only",
    "void-commands-count",
    "no-look-back-at-start",
    "skips-what-it-cannot-read",
    "reads-a-format-ahead",
)
FAILOVER_SECONDS: Final = 5.0  # for brokers that are missed after three
SHARDS: Final = 2  # the second is brought into use on the way
STREAMS_EACH: Final = 12
# A few creditors in each shard, which all writers want.
STREAMS: Final[Mapping[int, tuple[str, ...]]] = {
    shard: tuple(
        f"creditor-{placed(uuid5(NAMESPACE_OID, str(number)), shard)}"
        for number in range(STREAMS_EACH)
    )
    for shard in range(SHARDS)
}


@dataclass(frozen=True, slots=True)
class Part:
    """Where the cluster and the index are, and what one process is in the run."""

    servers: str
    topic: str
    dsn: str
    name: str
    seed: int
    told: str
    mutant: str = ""

    @property
    def access(self) -> Access:
        """The way to the topic."""
        servers = tuple(self.servers.split(","))
        return Access(
            servers=servers,
            topic=self.topic,
            partitions=SHARDS,
            client_id=self.name,
            failover_seconds=FAILOVER_SECONDS,
        )

    @property
    def broken(self) -> Mutant:
        """The mistake that is built in, if any."""
        return MUTANTS.get(self.mutant, SOUND)

    def words(self) -> str:
        """The part as it is handed to a process."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, words: str) -> Self:
        """The part that was handed over."""
        return cls(**json.loads(words))


def envelope(content: bytes) -> Envelope:
    """How who strikes signs what it writes by the engine's own way."""
    command_id = SystemIds().commit_id()
    return Envelope(
        command_id=command_id,
        content=content,
        actor="nemesis",
        correlation=command_id,
        causation=None,
        now=SystemClock().now(),
    )


def opened(part: Part) -> tuple[KafkaLog, PostgresIndex, Database]:
    """The log in the cluster, and the index of it, with the one projection of the run.

    Raises UnavailableError when one of them is out of reach.
    """
    log, database = KafkaLog.open(part.access), open_journal(part.dsn, ())
    index = PostgresIndex(database, log.identity())
    index.prepare([Totals.table])
    return log, index, database


def runner_of(part: Part, log: KafkaLog, index: PostgresIndex) -> Runner:
    """The runner of the release, or the broken one of the mutant."""
    return part.broken.runner(log, index, [Totals()], decoder(new=True))


def write(file: TextIO, op: Operation) -> None:
    """Write an operation down as it stands; what stands later is read instead of it.

    It is with the system on return, so that a process may be killed at any moment.
    """
    told = asdict(op) | {"raw": op.raw.decode()}
    file.write(json.dumps(told) + "\n")
    file.flush()


def note(file: TextIO, what: str) -> None:
    """Write down that a writer did something on purpose that is out of the way."""
    file.write(json.dumps({"did": what}) + "\n")


@dataclass(frozen=True, slots=True)
class Told:
    """All that the writers wrote down: each operation as it stood last, and what they did.

    `doubted` are the commits whose writer did not know at some moment what became of them.
    """

    operations: list[Operation]
    did: Counter[str]
    doubted: set[str]


def read(folder: Path) -> Told:
    """What the writers wrote down; a line cut short is no line."""
    latest: dict[str, Operation] = {}
    did: Counter[str] = Counter()
    doubted: set[str] = set()
    for told in _lines(folder):
        if "did" in told:
            did[str(told["did"])] += 1
            continue
        op = Operation(**told | {"raw": str(told["raw"]).encode()})  # type: ignore[arg-type]  # as written
        latest[op.commit_id] = op
        if op.outcome == "unknown":
            doubted.add(op.commit_id)
    return Told(list(latest.values()), did, doubted)


def _lines(folder: Path) -> Iterator[dict[str, object]]:
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as file:
            for line in file:
                try:
                    yield json.loads(line)
                except ValueError:
                    continue
