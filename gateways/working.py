"""A worker's day: what is due is ordered, what is ordered leaves the house, creditors are paid."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from uuid import UUID

from engine.asking import Asked
from engine.journal.outcome import Committed
from engine.ports import HaltedError
from engine.pump import Pump, Stuck
from engine.registration import RegisterCase
from gateways.desk import suspense
from gateways.desk.asking import By
from gateways.desk.forgetting import Forgotten, NotForgotten, retention_day
from gateways.desk.pruning import Past, prune
from gateways.dispatch.letters import Dispatched, LetterDispatch
from gateways.dispatch.outbox import Outbox
from gateways.dispatch.payouts import Instructed, PayoutDispatch
from gateways.dispatch.printing import OutboxPrinter
from gateways.office import Holds, Office
from projections import case_list

CLERK = "saga:suspense"


@dataclass(frozen=True, slots=True)
class NewlyRegistered:
    """A case that what was ripe became."""

    case_id: UUID
    case_number: str


@dataclass(frozen=True, slots=True)
class DayDone:
    """What a day's work came to; what is stuck stays due and needs a person."""

    today: date
    registered: list[NewlyRegistered]
    stuck: list[Stuck]
    letters: list[Dispatched]
    payouts: list[Instructed]
    forgotten: list[Forgotten] = field(default_factory=list)
    not_forgotten: list[NotForgotten] = field(default_factory=list)
    pruned: Past = field(default_factory=Past)

    @property
    def anything(self) -> bool:
        """Whether there was anything to do."""
        done = (self.registered, self.stuck, self.letters, self.payouts, self.forgotten)
        return any(done) or bool(self.not_forgotten) or self.pruned.anything


@dataclass(frozen=True, slots=True)
class Awake:
    """The shards of `holds` that do not stand still."""

    holds: Holds
    halted: dict[int, HaltedError] = field(default_factory=dict)

    def held(self) -> Collection[int]:
        """The shards there is work to do on at this moment."""
        return set(self.holds.held()) - self.halted.keys()


class Worker:
    """Does what is due. A day may be worked again and again: nothing is done twice."""

    def __init__(self, office: Office, outbox: Path, name: str) -> None:
        self._office = office
        self._outbox = Outbox(outbox)
        self._name = name
        self._pruned_on: date | None = None

    def day(self, today: date) -> DayDone:
        """Everything that is due today."""
        registered: list[UUID] = []

        def carry(asked: Asked) -> object:
            outcome = self._office.carry(asked)
            new = isinstance(outcome, Committed) and not outcome.repeated
            if new and isinstance(asked.command, RegisterCase):
                registered.append(asked.command.case_id)
            return outcome

        stuck = Pump(self._office.agenda, carry).day(today)
        letters = self._letters.day(today)
        payouts = self._payouts.day(today)
        suspense.take_up(self._office, By(CLERK, today))
        forgotten, not_forgotten = retention_day(self._office, self._outbox.folder, today)
        return DayDone(
            today,
            self._numbered(registered),
            stuck,
            letters,
            payouts,
            forgotten,
            not_forgotten,
            self._tidied(today),
        )

    def _tidied(self, today: date) -> Past:
        """What went for it was past its time: once a day, by whoever has the first shard."""
        if self._pruned_on == today or 0 not in self._office.holds.held():
            return Past()
        self._pruned_on = today
        self._office.sweep()
        return prune(self._office, today)

    @cached_property
    def _worker(self) -> str:
        return f"{self._name}:{self._outbox.name()}"

    @cached_property
    def _letters(self) -> LetterDispatch:
        return LetterDispatch(self._office, OutboxPrinter(self._outbox.folder), self._worker)

    @cached_property
    def _payouts(self) -> PayoutDispatch:
        return PayoutDispatch(self._office, self._outbox, self._worker)

    def _numbered(self, case_ids: list[UUID]) -> list[NewlyRegistered]:
        rows = (self._office.rows.get(case_list.TABLE, (case_id,)) for case_id in case_ids)
        return [NewlyRegistered(row.case_id, row.case_number) for row in rows if row is not None]
