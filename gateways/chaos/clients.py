"""Clients that write to the log themselves, over a wire, and ask the index for the verdict."""

from typing import Final
from uuid import UUID

from typing_extensions import override

from engine.ports import Decided
from gateways.chaos.disk import SHARD
from gateways.chaos.mutants import SOUND, Mutant
from gateways.chaos.scheduling import Scheduler
from gateways.chaos.seeded import Draw
from gateways.chaos.wishes import Wish, Wishing

CLIENTS_MAX: Final = 14
RECENT: Final = 30
PATIENCE: Final = 5


class WithClients(Scheduler):
    """A log and an index with people who want something of them, and what they were told.

    `wire` is what is on its way, `pending` are wishes nobody knows the outcome of.
    """

    def __init__(self, seed: int, mutant: Mutant = SOUND) -> None:
        super().__init__(seed, mutant.index)
        self.mutant = mutant
        self.wishing = Wishing(seed, self.index)
        self.clients: list[Wish] = []
        self.pending: list[Wish] = []
        self.wire: list[tuple[bytes, Wish | None]] = []
        self.destroyed: set[str] = set()

    @override
    def drift(self, raw: bytes) -> None:
        """Leave a record on the wire, where nobody waits for it."""
        self.wire.append((raw, None))

    def complete(self, wish: Wish, decided: Decided) -> None:
        """Tell the client its verdict."""
        if decided.stands:
            self.told(wish, "ok")
        elif decided.reason == "already_done":
            self.told(wish, "repeated")
        else:
            self.told(wish, "conflict")

    def unavailable(self, wish: Wish) -> None:
        """Tell the client that nothing was written."""
        self.told(wish, "nothing")

    def unanswered(self, wish: Wish) -> None:
        """Nobody can tell the client what became of it."""
        self.give_up(wish)

    def begin(self, draw: Draw) -> None:
        """A client thinks of a wish, or asks again for one of its last."""
        if len(self.clients) < CLIENTS_MAX:
            wish = self.wish(draw)
            if wish is not None:
                self.clients.append(wish)

    def wish(self, draw: Draw) -> Wish | None:
        """Something somebody wants, or wants again; nothing when that cannot be asked now."""
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
            self.give_up(wish)

    def give_up(self, wish: Wish) -> None:
        """The client waits no longer, and does not know what became of it."""
        self.faults["timed out"] += 1
        if self.mutant.timeout_is_failure:
            self.told(wish, "conflict")
        else:
            self.told(wish, "unknown")

    def told(self, wish: Wish, outcome: str) -> None:
        """The client hears what became of its wish."""
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
            self.told(wish, "ok")

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

    def clock(self, draw: Draw) -> None:
        """Time passes, and now and then jumps back."""
        self.wishing.tick(draw.below(60) if not draw.one_in(20) else -draw.below(100_000))
