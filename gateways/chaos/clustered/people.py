"""What happens to workers, writers and the database, and what people do meanwhile."""

import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from engine.ports import UnavailableError
from gateways.chaos.clustered.crew import WORKERS, WRITERS
from gateways.chaos.clustered.cutting import DATABASE, one_from
from gateways.chaos.clustered.field import (
    FULL_SECONDS,
    LONG_SECONDS,
    SHORT_SECONDS,
    Field,
    Strike,
    until,
)
from gateways.chaos.clustered.jumping import BACKWARDS, FORWARDS
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
        "all workers killed": lambda _: crew.kill_each("worker"),
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
        "a worker alone cut off from the leader's broker": lambda draw: _alone(
            field, f"worker-{draw.below(WORKERS)}", f"broker {field.leader(draw.below(SHARDS))}"
        ),
        "a writer alone cut off from the leader's broker": lambda draw: _alone(
            field, f"writer-{draw.below(WRITERS)}", f"broker {field.leader(draw.below(SHARDS))}"
        ),
        "a worker alone cut off from PostgreSQL": lambda draw: _alone(
            field, f"worker-{draw.below(WORKERS)}", DATABASE
        ),
        "a writer alone cut off from PostgreSQL": lambda draw: _alone(
            field, f"writer-{draw.below(WRITERS)}", DATABASE
        ),
        "clocks jump an hour, forwards and backwards": lambda draw: _jumped(field, draw),
        **({"PostgreSQL's disk full": lambda _: _database_full(field)} if field.disks else {}),
    }


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


def _alone(field: Field, name: str, other: str) -> None:
    """One process is cut off from one part, which all others reach, and it all others."""
    field.network.cut(one_from(name, other))
    time.sleep(LONG_SECONDS)
    field.network.heal()


def _jumped(field: Field, draw: Draw) -> None:
    """Each process that has a clock of its own may be an hour off, or two, from now on."""
    for name in list(field.crew.processes):
        field.crew.signal(name, (FORWARDS, BACKWARDS)[draw.below(2)])
    time.sleep(SHORT_SECONDS)


def _database_full(field: Field) -> None:
    """The index cannot grow, and perhaps the server ends; the log goes on."""
    field.disks.fill(field.server.cluster.home)
    time.sleep(FULL_SECONDS)
    field.disks.drain()
    Server.start(field.server.cluster.home).close()


def _doubled(field: Field) -> None:
    field.crew.start("rogue", 0)
    time.sleep(ROGUE_SECONDS)
    field.crew.remove("rogue-0")


def _database_killed(field: Field, draw: Draw) -> None:
    home = field.server.cluster.home
    pid = int((home / "cluster" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.5 + draw.below(2))
    Server.start(home).close()  # the run itself has it in use
