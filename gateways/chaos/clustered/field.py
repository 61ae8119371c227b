"""What may be struck: the cluster, its network, the database, and the processes of the run."""

import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from engine.ports import UnavailableError
from gateways.chaos.clustered.crew import Crew
from gateways.chaos.clustered.disks import Disks
from gateways.chaos.clustered.network import Network
from gateways.chaos.clustered.part import Part
from gateways.chaos.seeded import Draw
from gateways.kafka.asking import Asking
from gateways.kafka.broker.cluster import Cluster
from gateways.kafka.broker.errors import BrokerError
from gateways.kafka.topic import described_by
from gateways.postgres.index import PostgresIndex
from gateways.postgres.server import Server

SHORT_SECONDS: Final = 1.5  # less than the brokers' session timeout of three seconds
LONG_SECONDS: Final = 6.0
FULL_SECONDS: Final = 4.0  # of a disk
LOOK_SECONDS: Final = 0.2
PATIENCE_SECONDS: Final = 60.0

T = TypeVar("T")
Strike = Callable[[Draw], None]


@dataclass(frozen=True, slots=True)
class Led:
    """The leader of a shard, 0 or less for none that is told of, and how many are in sync."""

    leader: int
    in_sync: int


@dataclass(frozen=True, slots=True)
class Field:
    """All that a strike may be aimed at; `index` is the run's own look at the index."""

    part: Part
    crew: Crew
    cluster: Cluster
    network: Network
    server: Server
    index: PostgresIndex
    disks: Disks

    def heal(self) -> None:
        """Everything is up again."""
        self.disks.drain()
        self.network.heal()
        for node in self.cluster.nodes:
            node.resume()
            node.start()
        with suppress(BrokerError):
            self.cluster.wait()

    def led(self, shard: int) -> Led:
        """Who leads the shard, as the cluster tells it now, if it does."""
        access = self.part.access
        with suppress(UnavailableError), closing(Asking(access)) as asking:
            described = asking.ask(lambda admin: described_by(access, admin))
            partitions = described["partitions"]
            (told,) = (each for each in partitions if each["partition_index"] == shard)
            return Led(told["leader_id"], len(told["isr_nodes"]))
        return Led(0, len(self.cluster.nodes))

    def leader(self, shard: int) -> int:
        """The broker that leads the shard; one of them when nobody tells."""
        return max(1, self.led(shard).leader)

    def counted(self, shards: range) -> int:
        """How many events stand in these shards; 0 when the index cannot be asked."""
        with suppress(UnavailableError):
            return sum(self.index.meta(shard).nid for shard in shards)
        return 0

    def wait_for_service(self, shards: range, seconds: float, events: int = 1) -> None:
        """Wait until so many events more stand in these shards, so long at the most."""
        before = self.counted(shards)
        until(lambda: self.counted(shards) >= before + events, seconds)


def patiently(ask: Callable[[], T]) -> T:
    """The answer of a store that has just been struck, and may be away for a moment yet.

    Raises UnavailableError when it stays away.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return ask()
        except UnavailableError:
            if time.monotonic() > end:
                raise
            time.sleep(LOOK_SECONDS)


def until(what: Callable[[], bool], seconds: float) -> bool:
    """Wait until it is so, so long at the most; whether it is."""
    end = time.monotonic() + seconds
    while not (so := what()) and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
    return so
