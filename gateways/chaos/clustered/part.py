"""What every process of a run is told, and what the writers write down for the checker."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self, TextIO

from gateways.chaos.counting import Totals, decoder
from gateways.chaos.history import Operation
from gateways.chaos.mutants import MUTANTS, SOUND, Mutant
from gateways.kafka.access import Access
from gateways.kafka.log import KafkaLog
from gateways.postgres.database import Database, open_journal
from gateways.postgres.index import PostgresIndex
from projections.runner import Runner

SHARD: Final = 0
STREAMS: Final = tuple(f"stream-{n}" for n in range(6))


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
        return Access(servers=tuple(self.servers.split(",")), topic=self.topic)

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


def read(folder: Path) -> Iterator[Operation]:
    """Every operation of every writer, as it stood last; a line cut short is no line."""
    latest: dict[str, Operation] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                told = json.loads(line)
            except ValueError:
                continue
            raw = str(told.pop("raw")).encode()
            latest[told["commit_id"]] = Operation(**told, raw=raw)
    yield from latest.values()
