"""Small relays between the parts of a run, which let nothing through where they are told so."""

# What is cut stands still without a word: sockets stay open, new connections hang, and what
# was on its way when the cut began comes when it is over, though nobody waits for it then.

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Thread
from typing import Final

from gateways.kafka.broker.cluster import HOST

CHUNK: Final = 65_536

Cut = Callable[[str, str], bool]
Named = Callable[[bytes], str]
Reach = Callable[[], socket.socket]


class Relays:
    """Doors before the parts of a run, and what is cut between them.

    Both ways of a connection are cut each by itself.
    """

    def __init__(self) -> None:
        self._cut: Cut = nothing
        self._moved = Condition()
        self._listening: list[socket.socket] = []
        self._open: set[socket.socket] = set()

    def door(self, target: str, reach: Reach, named: Named) -> int:
        """A new door before `target`; its port.

        `named` tells from the first bytes of a connection whose it is.
        """
        listening = socket.create_server((HOST, 0))
        self._listening.append(listening)
        given = (listening, target, reach, named)
        Thread(target=self._accept, args=given, daemon=True).start()
        return int(listening.getsockname()[1])

    def cut(self, cut: Cut) -> None:
        """Let nothing through from one part to another where `cut` says so; once, instead."""
        with self._moved:
            self._cut = cut
            self._moved.notify_all()

    def heal(self) -> None:
        """Let everything through, what has waited first."""
        self.cut(nothing)

    def close(self) -> None:
        """End all connections."""
        self.heal()
        for each in (*self._listening, *self._open):
            _end(each)

    def _accept(self, listening: socket.socket, target: str, reach: Reach, named: Named) -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                given = (near, target, reach, named)
                Thread(target=self._serve, args=given, daemon=True).start()

    def _serve(self, near: socket.socket, target: str, reach: Reach, named: Named) -> None:
        """One connection, from its first bytes, which tell who it is, to its end."""
        self._open.add(near)
        try:
            first = near.recv(CHUNK)
            source = named(first)
            self._wait(source, target)
            far = reach()
        except OSError:
            self._ended(near)
            return
        self._open.add(far)
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


def nothing(source: str, target: str) -> bool:
    """Nothing is cut."""
    del source, target
    return False


def _end(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
