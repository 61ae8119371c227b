"""One thread, one seed: who takes the next step, who is struck, and who goes on in between."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from engine.journal.recorded import Decode
from engine.loop import VersionConflictError
from engine.ports import HaltedError, OutcomeUnknownError, UnavailableError
from engine.vault import Vault
from gateways.chaos.disk import SHARD, FragileLog
from gateways.chaos.node import CrashedError, Fate, Node
from gateways.chaos.seeded import Draw
from gateways.memory.checkpoints import MemoryCheckpoints
from gateways.memory.index import MemoryIndex
from gateways.memory.keys import MemoryKeys
from projections.projection import AnyProjection
from replay.checkpoints import Notary

NODES: Final = 3
DEPTH_MAX: Final = 4
HUNDRED: Final = 100
STRUCK: Final = 7
INTERRUPTED: Final = 13
LONG: Final = 200
LOST: Final = "the log has lost or changed a record"
FATES: Final[tuple[Fate, ...]] = ("crash", "before", "before", "lost", "after", "after", "lost")
EARLY: Final = ("crash", "before")
CHANGING: Final = ("append", "apply", "append and apply", "post", "bank")
FAULTS: Final[dict[Fate, str]] = {
    "crash": "crash before {}",
    "before": "{} not possible",
    "lost": "{} lost before it was done",
    "after": "answer lost after {}",
}


class Scheduler(ABC):
    """Nodes on one log and one index, struck and interrupted as the seed has it.

    A step draws from its own number, so a run with steps left out is the same run but for them.
    """

    def __init__(self, seed: int, index: type[MemoryIndex] = MemoryIndex) -> None:
        self.seed = seed
        self.together = seed % 4 == 1
        self.log = FragileLog()
        self.index = index(self.log)
        self.keys = MemoryKeys()
        self.vault = Vault(self.keys)
        self.notary = Notary(self.keys, MemoryCheckpoints())
        self.faults: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.broken: list[str] = []
        self.step = 0
        self.calm = False
        self.trace: list[str] | None = None
        self._depth = 0
        self._schedule: Iterator[int] = iter(())
        self.nodes: list[Node] = []

    @abstractmethod
    def take(self, draw: Draw) -> None:
        """Take one step."""

    @abstractmethod
    def drift(self, raw: bytes) -> None:
        """The record is on its way, and its sender has stopped waiting for it."""

    @abstractmethod
    def release(self, *, new: bool) -> tuple[Sequence[AnyProjection], Decode]:
        """What a release knows: its projections, and how it reads events."""

    def run(self, schedule: Sequence[int]) -> None:
        """Take the steps of those numbers; the first thing that must not happen ends it."""
        self._schedule = iter(schedule)
        while self._take_step():
            pass

    def fate(self, node: Node, moment: str) -> Fate:
        """Draw what happens to a node at this moment; others may go on before it does."""
        if self.calm:
            return ""
        drawn = node.draw.below(HUNDRED)
        if drawn < STRUCK:
            return self._struck(drawn, moment)
        if drawn < INTERRUPTED and self._depth < DEPTH_MAX and not node.alone:
            self._others_go_on(LONG if node.draw.one_in(60) else 1 + node.draw.below(6))
        return ""

    def note(self, text: str) -> None:
        """Keep a line of the history, if it is to be told."""
        if self.trace is not None:
            self.trace.append("  " * self._depth + text)

    @contextmanager
    def at_work(self, node: Node, draw: Draw) -> Iterator[None]:
        """The node works; what it may be struck by is expected, and everything else is not."""
        node.busy, node.draw = True, draw
        depth = self._depth
        try:
            yield
        except CrashedError:
            self._depth = depth
            node.restart(new=node.new or draw.one_in(2), together=self.together)
        except (UnavailableError, OutcomeUnknownError, VersionConflictError):
            pass
        except HaltedError as halted:
            self.faults["halted"] += 1
            if halted.reason == LOST and self.log.before_loss is None:
                self.broken.append(f"11: halted though the log has lost nothing: {halted}")
        finally:
            node.busy = False

    def catch_up(self, draw: Draw) -> None:
        """A node reads what is new, or comes up after a crash."""
        node = self.nodes[draw.below(NODES)]
        if not node.busy:
            self.note(f"    {node.name}")
            with self.at_work(node, draw):
                if node.started:
                    node.runner.catch_up(SHARD)
                else:
                    node.start()

    def idle(self, draw: Draw) -> Node | None:
        """A node that has nothing else to do, if the one drawn is such a one."""
        node = self.nodes[draw.below(NODES)]
        return None if node.busy or not node.started else node

    def kill(self, draw: Draw) -> None:
        """A node is killed, and comes back with the old release or the new."""
        node = self.nodes[draw.below(NODES)]
        if not node.busy:
            self.faults["killed"] += 1
            node.restart(new=draw.one_in(2), together=self.together)

    def change_leader(self, draw: Draw) -> None:
        """Every node loses its connection; one may still take the old leader for the new."""
        self.faults["leader changed"] += 1
        self.log.change_leader()
        node = self.nodes[draw.below(NODES)]
        if draw.one_in(3) and not self.together:
            self.faults["a leader that was deposed tells too short a log"] += 1
            node.told_end = max(0, len(self.log.records) - 1 - draw.below(4))

    def _struck(self, drawn: int, moment: str) -> Fate:
        fate = FATES[drawn]
        if fate not in EARLY and moment not in CHANGING:
            return ""
        told = FAULTS[fate].format(moment)
        self.faults[told] += 1
        self.note(f"    {told}")
        return fate

    def _others_go_on(self, steps: int) -> None:
        self._depth += 1
        self.faults["interrupted for long" if steps == LONG else "interrupted"] += 1
        for _ in range(steps):
            if not self._take_step():
                break
        self._depth -= 1

    def _take_step(self) -> bool:
        if self.broken:
            return False
        number = next(self._schedule, None)
        if number is None:
            return False
        self.step += 1
        try:
            if self.trace is not None:
                self.note(f"step {number}")
            self.take(Draw(self.seed, number))
        except Exception as error:  # noqa: BLE001 - whatever it is, the engine may not do it
            self.broken.append(f"step {number} broke: {type(error).__name__}: {error}")
        return True
