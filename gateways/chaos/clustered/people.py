"""What happens to workers, writers and the database, and what people do meanwhile."""

import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from engine.ports import UnavailableError
from gateways.chaos.clustered.crew import WORKERS, WRITERS
from gateways.chaos.clustered.field import LONG_SECONDS, Field, Strike, until
from gateways.chaos.clustered.part import SHARDS
from gateways.chaos.clustered.poison import poison
from gateways.chaos.seeded import Draw
from gateways.postgres.database import Database
from gateways.postgres.holding import LEASE_SECONDS, holders
from gateways.postgres.server import Server

OVERTAKEN_SECONDS: Final = LEASE_SECONDS * 3
TOGETHER_SECONDS: Final = 2.0
ROGUE_SECONDS: Final = 7.0  # some of which it takes to start


def strikes(field: Field, database: Database) -> Mapping[str, Strike]:
    """The strikes there are, by what is told of them."""
    crew = field.crew
    return {
        "a worker killed": lambda draw: crew.kill(f"worker-{draw.below(WORKERS)}"),
        "all workers killed": lambda _: _all_killed(field),
        "a worker paused until another has its shard, then let go on": lambda draw: _overtaken(
            field, database, draw.below(SHARDS)
        ),
        "a second runner at every shard, without asking for the lock": lambda _: _doubled(field),
        "a writer killed": lambda draw: crew.kill(f"writer-{draw.below(WRITERS)}"),
        "a writer paused": lambda draw: crew.pause(f"writer-{draw.below(WRITERS)}", LONG_SECONDS),
        "PostgreSQL killed": lambda draw: _database_killed(field, draw),
        "a record that cannot be read, and its quarantine": lambda draw: poison(
            field.part, draw.below(SHARDS), draw
        ),
    }


def _all_killed(field: Field) -> None:
    for number in range(WORKERS):
        field.crew.kill(f"worker-{number}")


def _overtaken(field: Field, database: Database, shard: int) -> None:
    """The worker of the shard stands still, loses it, and wakes up beside its new worker."""

    def worker() -> str | None:
        with suppress(UnavailableError):
            return holders(database).get(shard)
        return None

    if not until(lambda: worker() in field.crew.processes, LEASE_SECONDS):
        return
    first = worker()
    if first is None or first not in field.crew.processes:
        return
    field.crew.stand_still(first)
    until(lambda: worker() not in (first, None), OVERTAKEN_SECONDS)
    time.sleep(TOGETHER_SECONDS)
    field.crew.go_on(first)


def _doubled(field: Field) -> None:
    field.crew.start("rogue", 0)
    time.sleep(ROGUE_SECONDS)
    field.crew.remove("rogue-0")


def _database_killed(field: Field, draw: Draw) -> None:
    home = field.server.cluster.home
    pid = int((home / "cluster" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.5 + draw.below(2))
    Server.start(home)
