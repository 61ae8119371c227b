"""The far ends, the post and the bank: each takes a thing once by its id, and remembers all."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from typing_extensions import override

from engine.ports import OutcomeUnknownError
from gateways.chaos.node import Node
from gateways.dispatch.letters import LetterDispatch
from gateways.dispatch.outbox import ElsewhereError
from gateways.letters.content import DemandLetter, Letter, SettlementLetter
from gateways.office import Office

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Taken:
    """A thing the far end took, and how long the log was when it did."""

    id: str
    what: str
    amount_ore: int
    log_end: int


@dataclass(slots=True)
class FarEnds:
    """What the post and the bank have taken; `asked` counts every time they were asked."""

    letters: dict[str, Taken] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    payouts: dict[str, Taken] = field(default_factory=dict)
    asked: int = 0


class Post:
    """The post as one node reaches it: the way there may break on either side of the door.

    When it `forgets`, it takes what was withdrawn.
    """

    def __init__(self, ends: FarEnds, node: Node, *, forgets: bool) -> None:
        self._ends = ends
        self._node = node
        self._forgets = forgets

    def send(self, letter: Letter, channel: str) -> None:
        """Take the letter, once."""
        del channel
        fate = self._node.strike("post")
        if fate == "lost":
            raise OutcomeUnknownError("lost on the way to the post")
        if isinstance(letter, SettlementLetter):
            raise TypeError("the agency's worker sends no settlements here")
        letter_id = letter.letter_id
        if str(letter_id) in self._ends.withdrawn and not self._forgets:
            raise ElsewhereError("it was withdrawn")
        what = letter.kind if isinstance(letter, DemandLetter) else "other"
        log_end = len(self._node.world.log.records)
        self._ends.asked += 1
        self._ends.letters.setdefault(str(letter_id), Taken(str(letter_id), what, 0, log_end))
        if fate == "after":
            raise OutcomeUnknownError("the post's answer was lost")

    def withdraw(self, letter_id: UUID) -> bool:
        """Never take it from now on; False when it was taken. The answer may be lost."""
        fate = self._node.strike("post")
        if fate == "lost":
            raise OutcomeUnknownError("lost on the way to the post")
        if str(letter_id) in self._ends.letters:
            return False
        self._ends.withdrawn.add(str(letter_id))
        if fate == "after":
            raise OutcomeUnknownError("the post's answer was lost")
        return True


class Bank:
    """The bank as one node reaches it."""

    def __init__(self, ends: FarEnds, node: Node) -> None:
        self._ends = ends
        self._node = node

    def pay(self, payout_id: UUID, amount_ore: int) -> None:
        """Pay, once for each id."""
        fate = self._node.strike("bank")
        if fate == "lost":
            raise OutcomeUnknownError("lost on the way to the bank")
        log_end = len(self._node.world.log.records)
        self._ends.asked += 1
        taken = Taken(str(payout_id), "payout", amount_ore, log_end)
        self._ends.payouts.setdefault(str(payout_id), taken)
        if fate == "after":
            raise OutcomeUnknownError("the bank's answer was lost")


class InTurn(ThreadPoolExecutor):
    """A pool that does one thing after the other, in the thread that asks."""

    @override
    def map(  # what a day of letters asks of its pool
        self, fn: Callable[..., T], *iterables: Iterable[Any], **_options: Any
    ) -> Iterator[T]:
        return iter([fn(*each) for each in zip(*iterables, strict=True)])


class LettersInTurn(LetterDispatch):
    """The worker's letters, without threads: the seed says who goes on, and nobody else."""

    def __init__(self, office: Office, post: Post, worker: str) -> None:
        super().__init__(office, post, worker)
        self._pool = InTurn(1)
