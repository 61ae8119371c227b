"""One small world: nodes, clients, a wire and a log, moved step by step as its seed has it."""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from typing_extensions import override

from engine.journal.commit import Line
from engine.journal.outcome import Committed, Conflict, Outcome
from engine.journal.recorded import Decode, Envelope
from engine.ports import Decided, OutcomeUnknownError, UnavailableError
from gateways.chaos.counting import Totals, decoder
from gateways.chaos.disk import SHARD, Tree
from gateways.chaos.history import Checkpoint, Seen
from gateways.chaos.mutants import SOUND, Mutant
from gateways.chaos.node import Node
from gateways.chaos.overlapping import OneRecord, overlap
from gateways.chaos.scheduling import NODES, Scheduler
from gateways.chaos.seeded import Draw
from gateways.chaos.wishes import Wish, Wishing
from projections.projection import AnyProjection
from projections.quarantine import quarantine

STEPS: Final = 4_000
CLIENTS_MAX: Final = 14
RECENT: Final = 30
PATIENCE: Final = 5


class World(Scheduler):
    """A world of its own seed. `together` is a log and index in one, as the embedded ones are."""

    def __init__(self, seed: int, mutant: Mutant = SOUND) -> None:
        super().__init__(seed, mutant.index)
        self.mutant = mutant
        self.loses_its_end = seed % 4 == 2  # noqa: PLR2004 - a quarter of the worlds
        self.tree = Tree()
        self.wishing = Wishing(seed, self.index)
        self.clients: list[Wish] = []
        self.pending: list[Wish] = []
        self.wire: list[tuple[bytes, Wish | None]] = []
        self.subscribers: list[list[tuple[int, str]]] = [[], []]
        self.checkpoints: list[Checkpoint] = []
        self.destroyed: set[str] = set()
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

    @override
    def drift(self, raw: bytes) -> None:
        """Leave a record on the wire, where nobody waits for it."""
        self.wire.append((raw, None))

    def complete(self, wish: Wish, decided: Decided) -> None:
        """Tell the client its verdict."""
        if decided.stands:
            self._told(wish, "ok")
        elif decided.reason == "already_done":
            self._told(wish, "repeated")
        else:
            self._told(wish, "conflict")

    # Clients that write to the log themselves and ask the index for the verdict.

    def begin(self, draw: Draw) -> None:
        """A client thinks of a wish, or asks again for one of its last."""
        if len(self.clients) < CLIENTS_MAX:
            wish = self._wish(draw)
            if wish is not None:
                self.clients.append(wish)

    def _wish(self, draw: Draw) -> Wish | None:
        past = self.wishing.past
        if draw.one_in(6) and past:
            earlier = past[-1 - draw.below(min(RECENT, len(past)))]
            if not earlier.repeatable:
                return None
            self.faults["wish asked again"] += 1
            new_command = self.mutant.new_command_on_retry
            return self.wishing.again(earlier, self.step, new_command=new_command)
        if draw.one_in(12) and self.clients:
            self.faults["built on what has no verdict"] += 1
            return self.wishing.behind(self.clients[draw.below(len(self.clients))], self.step)
        if draw.one_in(10):
            return self._on_person(draw)
        return self.wishing.plain(draw, self.step, new=draw.one_in(2))

    def _on_person(self, draw: Draw) -> Wish | None:
        left_out = self.mutant.reopens_without_person
        wish = self.wishing.on_person(draw, self.step, person_left_out=left_out)
        if wish is not None and wish.erases and self.mutant.key_goes_first:
            self._destroy(wish.erases)
        return wish

    def go_on(self, draw: Draw) -> None:
        """One client takes its next step."""
        if not self.clients:
            self.begin(draw)
            return
        wish = self.clients[draw.below(len(self.clients))]
        if wish.wakes_at > self.step:
            return
        if wish.line is None:
            self.wishing.write(wish)
        elif not wish.sent:
            self._send(wish)
        else:
            self._ask(wish, draw)

    def _send(self, wish: Wish) -> None:
        wish.sent = True
        self.wire.append((self.wishing.write(wish).raw, wish))

    def _ask(self, wish: Wish, draw: Draw) -> None:
        """Look for the verdict; without one send the same bytes again, or give up."""
        commit_id = wish.commit_id
        decided = self.index.decided([commit_id]).get(commit_id)
        if decided is not None:
            self.complete(wish, decided)
            return
        wish.tries += 1
        if draw.one_in(16 if wish.acknowledged else 4):
            self.faults["same bytes sent again"] += 1
            self._send(wish)
        elif wish.tries > PATIENCE and draw.one_in(6):
            self._give_up(wish)

    def _give_up(self, wish: Wish) -> None:
        self.faults["timed out"] += 1
        if self.mutant.timeout_is_failure:
            self._told(wish, "conflict")
        else:
            self._told(wish, "unknown")

    def _told(self, wish: Wish, outcome: str) -> None:
        op = wish.op
        self.note(f"    {wish.told} was told {outcome}")
        self.outcomes[outcome] += 1
        op.outcome = outcome  # type: ignore[assignment]  # one of the outcomes, by every caller
        if wish in self.clients:
            self.clients.remove(wish)
        if outcome == "unknown":
            self.pending.append(wish)
            return
        if wish in self.pending:
            self.pending.remove(wish)
        if op.done_at is None:
            op.done_at = self.step
        if outcome == "ok" and wish.erases:
            self._destroy(wish.erases)

    def _destroy(self, person: str) -> None:
        self.faults["key destroyed"] += 1
        self.keys.destroy(UUID(int=int(person.removeprefix("person-"))))
        self.destroyed.add(person)

    def deliver(self, draw: Draw) -> None:
        """A record arrives: once, again, or never; its acknowledgement may be lost."""
        if not self.wire:
            return
        raw, wish = self.wire.pop(draw.below(len(self.wire)))
        if draw.one_in(16):
            self.faults["record lost on the wire"] += 1
            return
        offset = self.log.append(SHARD, raw)
        self.note(f"    {'a ghost' if wish is None else wish.told} is in the log at {offset}")
        if wish is None:
            self.faults["ghost"] += 1
        elif wish.op.done_at is not None or wish.op.outcome == "unknown":
            self.faults["record came late"] += 1
        if draw.one_in(8):
            self.faults["record delivered again"] += 1
            self.wire.append((raw, wish))
        if wish is None or draw.one_in(6):
            self.faults["acknowledgement lost"] += wish is not None
            return
        wish.acknowledged = True
        if self.mutant.acknowledgement_is_success and wish in self.clients:
            self._told(wish, "ok")

    def resolve(self, draw: Draw) -> None:
        """What is unknown is asked for once more, by the same bytes."""
        if not self.pending:
            return
        wish = self.pending[draw.below(len(self.pending))]
        node = self.idle(draw)
        if node is None or draw.one_in(2):
            commit_id = wish.commit_id
            decided = self.index.decided([commit_id]).get(commit_id)
            if decided is not None:
                self.complete(wish, decided)
            else:
                self._send(wish)
            return
        with self.at_work(node, draw):
            line = self.wishing.write(wish)
            for decided in node.runner.submit(SHARD, [line]):
                self.complete(wish, decided)

    # Nodes.

    def write(self, draw: Draw) -> None:
        """A node writes for one client through its writer, or for several in a record or two."""
        node = self.idle(draw)
        if node is None:
            return
        if not self.together and draw.one_in(4):
            self._one_behind_another(node, draw)
            return
        wishes = [wish for _ in range(1 + draw.below(3)) if (wish := self._wish(draw)) is not None]
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
            more = (first, first and self._built_on(first), self._wish(draw))
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

    def unavailable(self, wish: Wish) -> None:
        """Tell the client that nothing was written."""
        self._told(wish, "nothing")

    def unanswered(self, wish: Wish) -> None:
        """Nobody can tell the client what became of it."""
        self._give_up(wish)

    def _through_writer(self, node: Node, wish: Wish, line: Line) -> None:
        try:
            self._outcome(wish, node.writer.append(line))
        except UnavailableError:
            self._told(wish, "nothing")

    def _outcome(self, wish: Wish, outcome: Outcome) -> None:
        match outcome:
            case Committed():
                self._told(wish, "ok")
            case Conflict(reason="already_done"):
                self._told(wish, "repeated")
            case Conflict():
                self._told(wish, "conflict")
            case _:
                self._give_up(wish)

    def _through_runner(self, node: Node, wishes: list[Wish], lines: list[Line]) -> None:
        try:
            for wish, decided in zip(wishes, node.runner.submit(SHARD, lines), strict=True):
                self.complete(wish, decided)
        except UnavailableError:
            for wish in wishes:
                self._told(wish, "nothing")
        except OutcomeUnknownError:
            for wish in wishes:
                self._give_up(wish)

    def subscribe(self, draw: Draw) -> None:
        """A subscriber reads on from where it stands."""
        seen = self.subscribers[draw.below(len(self.subscribers))]
        after = seen[-1][0] if seen else 0
        for entry in self.index.entries(SHARD, after, 50):
            seen.append((entry.nid, str(entry.event_id)))

    def clock(self, draw: Draw) -> None:
        """Time passes, and now and then jumps back."""
        self.wishing.tick(draw.below(60) if not draw.one_in(20) else -draw.below(100_000))

    # Misfortunes.

    def misfortune(self, draw: Draw) -> None:
        """Something rare."""
        action = MISFORTUNES[draw.below(len(MISFORTUNES))]
        self.note(f"    {action.__name__}")
        action(self, draw)

    def abandon(self, draw: Draw) -> None:
        """A client is gone; what it sent is still on its way."""
        if self.clients:
            wish = self.clients.pop(draw.below(len(self.clients)))
            wish.op.outcome = "unknown"
            self.faults["writer abandoned"] += 1

    def sleep(self, draw: Draw) -> None:
        """A client is paused, and wakes with what it knew."""
        if self.clients:
            wish = self.clients[draw.below(len(self.clients))]
            wish.wakes_at = self.step + 50 + draw.below(400)
            self.faults["writer paused"] += 1

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
