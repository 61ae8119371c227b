"""A worker's day: what is due is ordered, what is ordered leaves the house, creditors are paid."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.pump import Stuck
from gateways.dispatch.letters import Dispatched, LetterDispatch
from gateways.dispatch.outbox import Outbox
from gateways.dispatch.payouts import Instructed, PayoutDispatch
from gateways.dispatch.printing import OutboxPrinter
from gateways.office import Office


@dataclass(frozen=True, slots=True)
class DayDone:
    """What a day's work came to; what is stuck stays due and needs a person."""

    today: date
    stuck: list[Stuck]
    letters: list[Dispatched]
    payouts: list[Instructed]


class Worker:
    """Does what is due. A day may be worked again and again: nothing is done twice."""

    def __init__(self, office: Office, outbox: Path, name: str) -> None:
        self._office = office
        self._letters = LetterDispatch(office, OutboxPrinter(outbox), name)
        self._payouts = PayoutDispatch(office, Outbox(outbox))

    def day(self, today: date) -> DayDone:
        """Everything that is due today."""
        stuck = self._office.pump.day(today)
        letters = self._letters.day(today)
        return DayDone(today, stuck, letters, self._payouts.day(today))
