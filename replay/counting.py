"""Two times in one history: what was known by the end of a day, and what counted on another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.journal.recorded import Recorded
from engine.journal.store import EventStore
from engine.refusal import refuse_if
from engine.streams import case_stream
from events.case import (
    CaseEvent,
    CaseRegistered,
    OverpaymentHeld,
    PaymentAllocated,
    PaymentReceived,
    PrincipalReduced,
)
from projections.fold import case_event
from projections.happening import happened_on

OSLO: Final = ZoneInfo("Europe/Oslo")


@dataclass(frozen=True, slots=True)
class Moment:
    """A place to look from: the case as effective on one day, as known when another had ended."""

    effective_on: date
    known_on: date


@dataclass(frozen=True, slots=True)
class Fact:
    """An event of the case with its two days: when it was recorded, and since when it counts."""

    recorded: Recorded
    event: CaseEvent
    known_on: date
    counts_from: date

    @property
    def told_late(self) -> bool:
        """Whether it counted before anybody here knew of it."""
        return self.counts_from < self.known_on

    def is_of(self, moment: Moment) -> bool:
        """Whether it was known then, and counted then."""
        return self.known_on <= moment.known_on and self.counts_from <= moment.effective_on


def facts_of(store: EventStore, case_id: UUID) -> list[Fact]:
    """All that has happened on the case, in the order of the log.

    Refuses: case_unknown.
    """
    events = store.read(case_stream(case_id)).events
    refuse_if(not events, "case_unknown", case=str(case_id))
    return facts(events)


def facts(events: Sequence[Recorded]) -> list[Fact]:
    """The events of one case, each with its two days."""
    told: list[Fact] = []
    ordered: dict[UUID, date] = {}
    begun: date | None = None
    for recorded in events:
        event = case_event(recorded)
        if isinstance(event, CaseRegistered):
            begun = event.registered_on
        if isinstance(event, PaymentReceived):
            ordered[event.payment_id] = event.ordered_on
        since = counts_from(event, ordered, begun)
        told.append(Fact(recorded, event, recorded_on(recorded), since))
    return told


def of(told: Sequence[Fact], moment: Moment) -> list[Fact]:
    """What was known and counted at the moment, in the order of the log.

    Refuses: case_not_begun.
    """
    found = [fact for fact in told if fact.is_of(moment)]
    begun = any(isinstance(fact.event, CaseRegistered) for fact in found)
    first = told[0]
    refuse_if(not begun, "case_not_begun", begins=first.counts_from, known=first.known_on)
    return found


def recorded_on(recorded: Recorded) -> date:
    """The day in Oslo on which it was recorded."""
    return recorded.recorded_at.astimezone(OSLO).date()


def counts_from(event: CaseEvent, ordered: Mapping[UUID, date], begun: date | None) -> date:
    """The day since which the event counts.

    What is done (a letter, a pause, an objection, a closing, a reversal) counts from the day
    it was done. A payment counts from the day the bank had the order, and so does all of it
    that covered too much. A claim that was too high was so from the case's first day.
    """
    match event:
        case PaymentReceived():
            return event.ordered_on
        case PaymentAllocated():
            return event.effective_on
        case OverpaymentHeld(reason="overpaid" | "case_closed"):
            return ordered.get(event.payment_id, event.held_on)
        case PrincipalReduced():
            return begun or event.reduced_on
        case _:
            return happened_on(event)
