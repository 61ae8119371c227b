"""One small world: nodes, clients, a wire and a log, moved step by step as its seed has it."""

from collections.abc import Callable, Sequence
from typing import Final

from typing_extensions import override

from engine.journal.commit import Line
from engine.journal.outcome import Committed, Conflict, Outcome
from engine.journal.recorded import Decode, Envelope
from engine.ports import OutcomeUnknownError, UnavailableError
from gateways.chaos.clients import WithClients
from gateways.chaos.counting import Totals, decoder
from gateways.chaos.disk import SHARD, Tree
from gateways.chaos.history import Checkpoint, Seen
from gateways.chaos.mutants import SOUND, Mutant
from gateways.chaos.node import Node
from gateways.chaos.overlapping import OneRecord, overlap
from gateways.chaos.scheduling import NODES
from gateways.chaos.seeded import Draw
from gateways.chaos.wishes import Wish
from projections.projection import AnyProjection
from projections.quarantine import quarantine

STEPS: Final = 4_000


class World(WithClients):
    """A world of its own seed. `together` is a log and index in one, as the embedded ones are."""

    def __init__(self, seed: int, mutant: Mutant = SOUND) -> None:
        super().__init__(seed, mutant)
        self.loses_its_end = seed % 4 == 2  # noqa: PLR2004 - a quarter of the worlds
        self.tree = Tree()
        self.subscribers: list[list[tuple[int, str]]] = [[], []]
        self.checkpoints: list[Checkpoint] = []
        self.nodes = [Node(self, f"node-{n}", mutant.runner) for n in range(NODES)]
        for number, node in enumerate(self.nodes):
            node.restart(new=number > 0, together=self.together)

    @override
    def take(self, draw: Draw) -> None:
        """Take one step."""
        action = ACTIONS[draw.below(len(ACTIONS))]
        self.note(f"  {action.__name__}")
        action(self, draw)

    @override
    def release(self, *, new: bool) -> tuple[Sequence[AnyProjection], Decode]:
        """One projection; the new release knows an event type more."""
        return [Totals()], decoder(new=new)

    # Nodes.

    def write(self, draw: Draw) -> None:
        """A node writes for one client through its writer, or for several in a record or two."""
        node = self.idle(draw)
        if node is None:
            return
        if not self.together and draw.one_in(4):
            self._one_behind_another(node, draw)
            return
        wishes = [wish for _ in range(1 + draw.below(3)) if (wish := self.wish(draw)) is not None]
        if not wishes:
            return
        lines = [self.wishing.write(wish) for wish in wishes]
        self.note(f"    {node.name} for {', '.join(wish.told for wish in wishes)}")
        with self.at_work(node, draw):
            if len(wishes) == 1:
                self._through_writer(node, wishes[0], lines[0])
            else:
                self._through_runner(node, wishes, lines)
        for wish in wishes:
            if wish.op.outcome == "open":  # the node is gone, and its client was told nothing
                wish.op.outcome = "unknown"

    def _one_behind_another(self, node: Node, draw: Draw) -> None:
        """A node sends a record, and before it is applied one that is built on it.

        The first may ask again for what was done a moment ago: then it is void, which nobody
        knows who judges ahead, and so is the second.
        """
        before = self.wishing.plain(draw, self.step, new=False)
        self.wishing.write(before)
        wishes = [before]
        with self.at_work(node, draw):
            records = [OneRecord(self, node, wishes)]
            overlap(node, records, early=False)
            first = self.wishing.behind(before, self.step)
            if before.repeatable and draw.one_in(2):
                first = self.wishing.again(before, self.step, new_command=False)
            more = (first, first and self._built_on(first), self.wish(draw))
            wishes += [wish for wish in more if wish is not None]
            self.faults["record sent before another was applied"] += 1
            self.note(f"    {node.name} for {', '.join(wish.told for wish in wishes)}")
            records = [OneRecord(self, node, part) for part in (wishes[1:2], wishes[2:]) if part]
            overlap(node, records, early=draw.one_in(2))
        for wish in wishes:
            if wish.op.outcome == "open":
                wish.op.outcome = "unknown"

    def _built_on(self, wish: Wish) -> Wish | None:
        self.wishing.write(wish)
        return self.wishing.behind(wish, self.step)

    def _through_writer(self, node: Node, wish: Wish, line: Line) -> None:
        try:
            self._outcome(wish, node.writer.append(line))
        except UnavailableError:
            self.told(wish, "nothing")

    def _outcome(self, wish: Wish, outcome: Outcome) -> None:
        match outcome:
            case Committed():
                self.told(wish, "ok")
            case Conflict(reason="already_done"):
                self.told(wish, "repeated")
            case Conflict():
                self.told(wish, "conflict")
            case _:
                self.give_up(wish)

    def _through_runner(self, node: Node, wishes: list[Wish], lines: list[Line]) -> None:
        try:
            for wish, decided in zip(wishes, node.runner.submit(SHARD, lines), strict=True):
                self.complete(wish, decided)
        except UnavailableError:
            for wish in wishes:
                self.told(wish, "nothing")
        except OutcomeUnknownError:
            for wish in wishes:
                self.give_up(wish)

    def subscribe(self, draw: Draw) -> None:
        """A subscriber reads on from where it stands."""
        seen = self.subscribers[draw.below(len(self.subscribers))]
        after = seen[-1][0] if seen else 0
        for entry in self.index.entries(SHARD, after, 50):
            seen.append((entry.nid, str(entry.event_id)))

    # Misfortunes.

    def misfortune(self, draw: Draw) -> None:
        """Something rare."""
        action = MISFORTUNES[draw.below(len(MISFORTUNES))]
        self.note(f"    {action.__name__}")
        action(self, draw)

    def spoil(self, draw: Draw) -> None:
        """A record nobody may read: nonsense, or a format the log has not admitted."""
        if not draw.one_in(4):
            return
        raw = b"nonsense %d" % self.step
        if draw.one_in(2):
            wish = self.wishing.plain(draw, self.step, new=True)
            raw = self.wishing.write(wish).raw.replace(b'{"fmt":1,', b'{"fmt":2,', 1)
            wish.op.outcome = "unknown"
            self.faults["record of a format not admitted"] += 1
        else:
            self.faults["unreadable record"] += 1
        self.log.append(SHARD, raw)

    def operate(self, draw: Draw) -> None:
        """Somebody looks at the alarm, and quarantines what the shard halts at."""
        del draw
        if self.index.meta(SHARD).halt is not None:
            self.quarantine()

    def quarantine(self) -> None:
        """Pass over the unreadable record at the halt, if there is one."""
        envelope = Envelope(
            command_id=self.wishing.new_id(),
            content=b"nobody can read it",
            actor="operator",
            correlation=self.wishing.new_id(),
            causation=None,
            now=self.wishing.now,
        )
        try:
            commit_id = self.wishing.new_id()
            quarantine(self.log, self.index, SHARD, commit_id=commit_id, envelope=envelope)
        except ValueError:
            return
        self.faults["quarantined"] += 1

    def lose(self, draw: Draw) -> None:
        """The log loses its end, once in a world, in some worlds."""
        if self.loses_its_end and self.log.before_loss is None and draw.one_in(3):
            self.faults["log lost its end"] += 1
            self.log.lose(1 + draw.below(4))

    def publish(self, draw: Draw) -> None:
        """A checkpoint is published."""
        if draw.one_in(3) and self.log.before_loss is None:
            self.checkpoints.append(self.tree.checkpoint(self.log.records))

    def rebuild(self, draw: Draw) -> None:
        """A node makes the whole index again in the middle of it all."""
        node = self.idle(draw)
        if node is None or not draw.one_in(12):
            return
        self.faults["index rebuilt"] += 1
        with self.at_work(node, draw):
            node.runner.rebuild_index()

    def take_up(self, draw: Draw) -> None:
        """A node of the new release takes up a stream that an old one parked."""
        node = self.idle(draw)
        parked = self.index.parked()
        if node is not None and node.new and parked:
            with self.at_work(node, draw):
                node.runner.retry("total", parked[draw.below(len(parked))].stream)

    @property
    def seen(self) -> list[Seen]:
        """What the subscribers were given."""
        return [Seen(events) for events in self.subscribers]


Action = Callable[[World, Draw], None]

ACTIONS: Final[tuple[Action, ...]] = (
    *(World.begin,) * 12,
    *(World.go_on,) * 44,
    *(World.deliver,) * 18,
    *(World.catch_up,) * 10,
    *(World.write,) * 9,
    *(World.resolve,) * 6,
    *(World.subscribe,) * 3,
    *(World.clock,) * 3,
    *(World.operate,) * 2,
    *(World.misfortune,) * 3,
)
MISFORTUNES: Final[tuple[Action, ...]] = (
    World.kill,
    World.kill,
    World.abandon,
    World.sleep,
    World.sleep,
    World.spoil,
    World.lose,
    World.change_leader,
    World.publish,
    World.rebuild,
    World.take_up,
    World.take_up,
)
