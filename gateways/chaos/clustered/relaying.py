"""A small TCP relay before every door of every broker, so that the network between can be cut."""

# What is cut stands still without a word: sockets stay open, new connections hang, and what
# was on its way when the cut began comes when it is over, though nobody waits for it then.

import re
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Condition, Thread
from typing import Final

from gateways.kafka.broker.cluster import HOST, Plan, free_ports

CLIENT: Final = "client"
DOORS: Final = ("CLIENT", "BROKER", "CONTROLLER")
CHUNK: Final = 65_536
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

Cut = Callable[[str, str], bool]


class Network:
    """The relays of a cluster, and what is cut between its parts.

    A part is `client`, `broker 1` or `controller 1`, and so on. Both ways of a connection are
    cut each by itself.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._inner = free_ports(plan.size)
        self._cut: Cut = _nothing
        self._moved = Condition()
        self._listening: list[socket.socket] = []
        self._open: set[socket.socket] = set()
        self._doors = {
            (door, number): self._opened(door, number)
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

    def cut(self, cut: Cut) -> None:
        """Let nothing through from one part to another where `cut` says so; once, instead."""
        with self._moved:
            self._cut = cut
            self._moved.notify_all()

    def heal(self) -> None:
        """Let everything through, what has waited first."""
        self.cut(_nothing)

    def close(self) -> None:
        """End all connections."""
        self.heal()
        for each in (*self._listening, *self._open):
            _end(each)

    def _opened(self, door: str, number: int) -> int:
        listening = socket.create_server((HOST, 0))
        self._listening.append(listening)
        Thread(target=self._accept, args=(listening, door, number), daemon=True).start()
        return int(listening.getsockname()[1])

    def _accept(self, listening: socket.socket, door: str, number: int) -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                Thread(target=self._serve, args=(near, door, number), daemon=True).start()

    def _serve(self, near: socket.socket, door: str, number: int) -> None:
        """One connection, from its first bytes, which tell who it is, to its end."""
        self._open.add(near)
        target = f"{'controller' if door == 'CONTROLLER' else 'broker'} {number}"
        ports: Mapping[str, int] = {
            "CLIENT": self._plan.ports[number - 1],
            "BROKER": self._inner[number - 1],
            "CONTROLLER": self._plan.controller_ports[number - 1],
        }
        try:
            first = near.recv(CHUNK)
            source = CLIENT if door == "CLIENT" else _sender(first)
            self._wait(source, target)
            far = socket.create_connection((HOST, ports[door]))
        except OSError:
            self._ended(near)
            return
        self._open.add(far)
        for each in (near, far):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = Thread(target=self._pump, args=(far, near, target, source), daemon=True)
        with suppress(OSError):
            far.sendall(first)
        answers.start()
        self._pump(near, far, source, target)
        answers.join()
        self._ended(near)
        self._ended(far)

    def _pump(self, one: socket.socket, other: socket.socket, source: str, target: str) -> None:
        """Carry what comes from the one to the other, its end too, as soon as it is let."""
        with suppress(OSError):
            while found := one.recv(CHUNK):
                self._wait(source, target)
                other.sendall(found)
        self._wait(source, target)
        for each in (one, other):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _wait(self, source: str, target: str) -> None:
        with self._moved:
            self._moved.wait_for(lambda: not self._cut(source, target))

    def _ended(self, each: socket.socket) -> None:
        self._open.discard(each)
        each.close()


def apart(number: int) -> Cut:
    """Nothing goes between that node and the other nodes; clients reach all of them."""
    return lambda source, target: (
        CLIENT not in (source, target) and _is(number, source) != _is(number, target)
    )


def unheard(number: int) -> Cut:
    """What the node says reaches no other node, and it hears them all."""
    return lambda source, target: (
        target != CLIENT and _is(number, source) and not _is(number, target)
    )


def clients_from(number: int) -> Cut:
    """No client reaches the node, nor hears of it; the nodes reach each other."""
    return lambda source, target: (
        CLIENT in (source, target) and (_is(number, source) or _is(number, target))
    )


def clients_unanswered(number: int) -> Cut:
    """The node takes what clients send, and its answers are lost on the way."""
    return lambda source, target: target == CLIENT and _is(number, source)


def retired(numbers: set[int]) -> Cut:
    """Brokers that show no sign of life and copy nothing, while their controllers go on."""
    parts = {f"broker {number}" for number in numbers}
    return lambda source, target: source in parts and target != CLIENT


def _nothing(source: str, target: str) -> bool:
    del source, target
    return False


def _is(number: int, part: str) -> bool:
    return part.endswith(f" {number}")


def _sender(first: bytes) -> str:
    """Which broker or controller a connection is of, by its first request."""
    length = int.from_bytes(first[NAME_LENGTH_AT], "big")
    name = first[NAME_AT : NAME_AT + length].decode(errors="replace")
    if found := OF_A_CONTROLLER.fullmatch(name):
        return f"controller {found[1]}"
    if found := OF_A_BROKER.fullmatch(name):
        return f"broker {found[1]}"
    return CLIENT


def _end(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
