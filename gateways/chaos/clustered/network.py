"""The network of a run: doors before every broker, and to the database one for each process."""

import re
import socket
from collections.abc import Mapping
from typing import Final

from psycopg.conninfo import make_conninfo

from gateways.chaos.clustered.cutting import CLIENT, DATABASE
from gateways.chaos.clustered.relaying import Cut, Relays
from gateways.kafka.broker.cluster import HOST, Plan, free_ports
from gateways.postgres.cluster import SOCKET
from gateways.postgres.server import Server

DOORS: Final = ("CLIENT", "BROKER", "CONTROLLER")
# A request of Kafka's tells who sends it, behind its size, kind, version and number.
NAME_LENGTH_AT: Final = slice(12, 14)
NAME_AT: Final = 14
OF_A_BROKER: Final = re.compile(r"(?:broker-)?(\d+)(?:-fetcher-\d+)?")
OF_A_CONTROLLER: Final = re.compile(r"raft-client-(\d+)")
SETTINGS: Final = """\
listeners=CLIENT://{host}:{port},BROKER://{host}:{inner},CONTROLLER://{host}:{controller}
advertised.listeners=CLIENT://{host}:{doors[CLIENT]},BROKER://{host}:{doors[BROKER]},\
CONTROLLER://{host}:{doors[CONTROLLER]}
listener.security.protocol.map=CLIENT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.quorum.voters={voters}
"""


class Network:
    """The relays of a run. A part is `client worker-0`, `broker 1`, `controller 1`, `database`.

    Whose a connection to a broker is its first request tells; to the database each process
    has a door of its own.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._inner = free_ports(plan.size)
        self._relays = Relays()
        self._database: dict[str, int] = {}
        self._doors = {
            (door, number): self._before(door, number)
            for number in range(1, plan.size + 1)
            for door in DOORS
        }

    @property
    def bootstrap(self) -> str:
        """The addresses a client begins with: the relays."""
        return ",".join(
            f"{HOST}:{self._doors['CLIENT', n]}" for n in range(1, self._plan.size + 1)
        )

    def settings(self, number: int) -> str:
        """What a broker is told, so that all others come to it by its relays."""
        numbers = range(1, self._plan.size + 1)
        return SETTINGS.format(
            host=HOST,
            port=self._plan.ports[number - 1],
            inner=self._inner[number - 1],
            controller=self._plan.controller_ports[number - 1],
            doors={door: self._doors[door, number] for door in DOORS},
            voters=",".join(f"{n}@{HOST}:{self._doors['CONTROLLER', n]}" for n in numbers),
        )

    def dsn(self, server: Server, database: str, name: str) -> str:
        """The address of the database for the process of that name: its own door."""

        def reach() -> socket.socket:
            far = socket.socket(socket.AF_UNIX)
            far.connect(str((server.cluster.socket_dir() or server.cluster.home) / SOCKET))
            return far

        if name not in self._database:
            whose = f"{CLIENT}{name}"
            self._database[name] = self._relays.door(DATABASE, reach, lambda _: whose)
        return make_conninfo(server.dsn(database), host=HOST, port=self._database[name])

    def cut(self, cut: Cut) -> None:
        """Let nothing through from one part to another where `cut` says so; once, instead."""
        self._relays.cut(cut)

    def heal(self) -> None:
        """Let everything through, what has waited first."""
        self._relays.heal()

    def close(self) -> None:
        """End all connections."""
        self._relays.close()

    def _before(self, door: str, number: int) -> int:
        ports: Mapping[str, int] = {
            "CLIENT": self._plan.ports[number - 1],
            "BROKER": self._inner[number - 1],
            "CONTROLLER": self._plan.controller_ports[number - 1],
        }

        def reach() -> socket.socket:
            far = socket.create_connection((HOST, ports[door]))
            far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return far

        target = f"{'controller' if door == 'CONTROLLER' else 'broker'} {number}"
        return self._relays.door(target, reach, _sender)


def _sender(first: bytes) -> str:
    """Which broker, controller or client a connection is of, by its first request."""
    length = int.from_bytes(first[NAME_LENGTH_AT], "big")
    name = first[NAME_AT : NAME_AT + length].decode(errors="replace")
    if found := OF_A_CONTROLLER.fullmatch(name):
        return f"controller {found[1]}"
    if found := OF_A_BROKER.fullmatch(name):
        return f"broker {found[1]}"
    return f"{CLIENT}{name}"
