"""Strikes one after another, by a seed, with some service in between."""

import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from engine.journal.controlling import open_shard
from engine.journal.shards import OneShard
from engine.journal.store import EventStore
from engine.journal.writer import Writer
from engine.ports import OutcomeUnknownError, UnavailableError
from engine.vault import Vault
from gateways.appending import Appending
from gateways.chaos.clustered import brokers, people
from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.field import Field, until
from gateways.chaos.clustered.part import SHARDS, Part
from gateways.chaos.counting import decoder
from gateways.chaos.seeded import Draw
from gateways.ids import SystemIds, pause
from gateways.memory.keys import MemoryKeys
from gateways.moves import Moves
from gateways.postgres.database import Database

OPENED_AT: Final = 2  # when the second shard is brought into use
OPENED_SECONDS: Final = 60.0
SERVED_SECONDS: Final = 30.0
REST_SECONDS: Final = 3.0
ROUNDS_APART: Final = 1 << 20  # the seeds of the order, away from those of the strikes


@dataclass(frozen=True, slots=True)
class Struck:
    """A strike, and when it began and ended, in nanoseconds."""

    name: str
    since: int
    until: int


class Nemesis:
    """Strikes by turns: everything once, in an order of the seed, and then all over again.

    With `only`, these come first, and one upon another.
    """

    def __init__(self, field: Field, database: Database, only: Sequence[str] = ()) -> None:
        self._field = field
        self._seed = field.part.seed
        self._strikes = {**brokers.strikes(field), **people.strikes(field, database)}
        self._left = list(reversed(only))
        self._rest_seconds = REST_SECONDS if not only else 0.0
        self._number = 0
        self._rounds = 0
        self.struck: list[Struck] = []

    def strike(self) -> None:
        """One misfortune, from its beginning to its end."""
        self._number += 1
        begun = time.monotonic_ns()
        name = "the next shard brought into use" if self._number == OPENED_AT else self._next()
        with suppress(UnavailableError, OutcomeUnknownError):  # it may meet what is struck, too
            if self._number == OPENED_AT:
                until(partial(_in_use, self._field.part), OPENED_SECONDS)
            else:
                self._strikes[name](Draw(self._seed, self._number))
        self.struck.append(Struck(name, begun, time.monotonic_ns()))

    def rest(self) -> None:
        """Wait until people are served again in every shard, and a little longer."""
        for shard in range(SHARDS if self._number >= OPENED_AT else 1):
            self._field.wait_for_service(range(shard, shard + 1), SERVED_SECONDS)
        time.sleep(self._rest_seconds)

    def _next(self) -> str:
        if not self._left:
            self._rounds += 1
            draw = Draw(self._seed, ROUNDS_APART + self._rounds)
            self._left = _shuffled(list(self._strikes), draw)
        return self._left.pop()


def _shuffled(names: Sequence[str], draw: Draw) -> list[str]:
    left, order = list(names), []
    while left:
        order.append(left.pop(draw.below(len(left))))
    return order


def _in_use(part: Part) -> bool:
    """Send the control record that opens the shard, unless it stands already; whether it did."""
    log, index, database = parts.opened(part)
    with closing(database), closing(log), closing(index):
        writer = Writer(Appending(log, index, Moves()), pause)
        keys = Vault(MemoryKeys())
        store = EventStore(index, writer, keys, SystemIds(), decoder(new=True), OneShard())
        return open_shard(store, SHARDS - 1, parts.envelope(b"the next shard")) is None
