"""Two records of one node at once: the second is sent while the first is being applied."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from engine.ports import Decided, OutcomeUnknownError, UnavailableError
from gateways.chaos.disk import SHARD
from gateways.chaos.node import Node
from gateways.chaos.wishes import Wish, Wishing
from projections.remembering import Sent


class Clients(Protocol):
    """Who wished for what is sent, and is told what became of it."""

    wishing: Wishing

    def complete(self, wish: Wish, decided: Decided) -> None:
        """Tell a client its verdict."""
        ...

    def unavailable(self, wish: Wish) -> None:
        """Tell a client that nothing was written."""
        ...

    def unanswered(self, wish: Wish) -> None:
        """Nobody can tell the client what became of it."""
        ...


class OneRecord:
    """Some wishes in one record, sent and applied in two steps; whatever fails, fails here."""

    def __init__(self, clients: Clients, node: Node, wishes: Sequence[Wish]) -> None:
        self._clients = clients
        self._runner = node.runner
        self._wishes = wishes
        self._new = [wish for wish in wishes if wish.op.outcome == "open"]
        self._lines = [clients.wishing.write(wish) for wish in wishes]
        self._sent: Sent | None = None

    def gather(self) -> None:
        """Judge its lines ahead."""
        for line in self._lines:
            self._runner.gather(line)

    def send(self) -> None:
        """Bring it into the log."""
        self._runner.cut(SHARD)
        with self._told():
            self._sent = self._runner.send(SHARD, self._lines)

    def settle(self) -> None:
        """Apply it, and give its clients their verdicts. What has been settled is not again."""
        sent, self._sent = self._sent, None
        if sent is not None:
            with self._told():
                verdicts = self._runner.settle(sent, SHARD) or ()
                for wish, decided in zip(self._wishes, verdicts, strict=True):
                    self._clients.complete(wish, decided)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Who was told before that its outcome is unknown is told no other misfortune."""
        try:
            yield
        except UnavailableError:
            for wish in self._new:
                self._clients.unavailable(wish)
        except OutcomeUnknownError:
            for wish in self._new:
                self._clients.unanswered(wish)


def overlap(node: Node, records: Sequence[OneRecord], *, early: bool) -> None:
    """Write the records, each sent before the one before it is applied.

    That one is applied before the next is in the log, if `early`.
    """
    for place, record in enumerate(records):
        record.gather()
        node.meanwhile = records[place - 1].settle if early and place else None
        record.send()
        node.meanwhile = None
    for record in records:
        record.settle()
