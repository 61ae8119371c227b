"""Why a case is as it is: its amount and status, what comes next, and what was stopped by what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from engine.journal.store import EventStore
from engine.refusal import RefusedError
from events.base import Event
from events.case import (
    ApprovalRequested,
    BetalingsoppfordringSent,
    CaseClosed,
    CasePaused,
    CaseRegistered,
    CaseWithdrawn,
    CostsBarred,
    InkassovarselSent,
    LetterFailed,
    LetterLapsed,
    LetterReturned,
    LetterStopped,
    ObjectionRaised,
)
from events.money import Ore
from projections.status import Group, Status
from projections.telling import sentence
from projections.wording import day
from replay.ahead import Ahead, ahead, steps_after
from replay.amounts import components
from replay.as_at import Then, owed_on, then
from replay.counting import Fact, Moment, facts_of
from replay.reason import Component, Reason

ENDINGS: Final = (CaseClosed, CaseWithdrawn)
RESTS: Final = (CasePaused, LetterReturned, LetterFailed)
HELD_UP: Final = (LetterStopped, LetterLapsed, LetterFailed, LetterReturned, CostsBarred)
SENT: Final = (InkassovarselSent, BetalingsoppfordringSent)
OBJECTION_LAW: Final = "inkassoloven 1988 § 8"
COSTS_LAW: Final = "inkassoloven 1988 § 17"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Something that was stopped, failed, or crossed; `by` is the event it was stopped by."""

    what: str
    on: date
    version: int
    by: str
    by_version: int | None
    law: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A case explained as of a moment.

    `total_ore` is the sum of the components; it is empty, and `owed_unknown` the code, where
    the figures of the day are not known.
    """

    case_id: UUID
    case_number: str
    effective_on: date
    known_on: date
    total_ore: Ore | None
    owed_unknown: str | None
    amounts: tuple[Component, ...]
    status: Status
    group: Group
    status_because: tuple[Reason, ...]
    ahead: Ahead
    stopped: tuple[Stopped, ...]


def why(store: EventStore, case_id: UUID, moment: Moment) -> Why:
    """Why the case is as it is at the moment.

    Refuses: case_unknown, case_not_begun.
    """
    seen = then(facts_of(store, case_id), moment)
    row, on = seen.row, seen.on
    total_ore, unknown, amounts = _amounts(seen)
    saga = steps_after(case_id, [fact.event for fact in seen.facts])
    return Why(
        case_id=case_id,
        case_number=row.case_number,
        effective_on=on,
        known_on=moment.known_on,
        total_ore=total_ore,
        owed_unknown=unknown,
        amounts=amounts,
        status=row.status(on),
        group=row.group(on),
        status_because=tuple(_status(seen)),
        ahead=ahead(seen.case, saga, on),
        stopped=tuple(_stopped(seen)),
    )


def _amounts(seen: Then) -> tuple[Ore | None, str | None, tuple[Component, ...]]:
    try:
        owed = owed_on(seen.case, seen.on)
        return owed.total_ore, None, components(seen, owed)
    except RefusedError as refusal:
        return None, refusal.code, ()


def _status(seen: Then) -> Iterator[Reason]:
    """The facts that the status, and then the group, follow from."""
    case = seen.case
    if case.closed is not None:
        yield from _last(seen, ENDINGS)
        return
    if case.bo_sent_on is not None:
        yield from _last(seen, (BetalingsoppfordringSent,))
    elif case.varsel_pay_by is not None:
        yield from _last(seen, (InkassovarselSent, CaseRegistered))
        gone = seen.on > case.varsel_pay_by
        ran_out = "gikk ut" if gone else "går ut"
        yield Reason(
            what=f"Fristen i inkassovarselet {ran_out} {day(case.varsel_pay_by)}.",
            on=case.varsel_pay_by,
            law="inkassoloven 1988 § 9",
        )
    else:
        yield from _last(seen, (CaseRegistered,))
        yield Reason(what="Inkassovarsel som teller, er ikke sendt.", law="inkassoloven 1988 § 9")
    if case.paused:
        yield from _last(seen, RESTS)
    if case.frozen:
        yield from _last(seen, (ObjectionRaised,), OBJECTION_LAW)
    if case.approval == "requested":
        yield from _last(seen, (ApprovalRequested,))


def _last(seen: Then, kinds: tuple[type[Event], ...], law: str = "") -> Iterator[Reason]:
    found = [fact for fact in seen.facts if isinstance(fact.event, kinds)]
    if found:
        fact = found[-1]
        yield Reason(
            what=sentence(fact.event), on=fact.counts_from, version=fact.recorded.version, law=law
        )


def _stopped(seen: Then) -> Iterator[Stopped]:
    for fact in seen.facts:
        event = fact.event
        if isinstance(event, HELD_UP) or (isinstance(event, SENT) and event.crossed is not None):
            by = _by(fact, seen)
            yield Stopped(
                what=sentence(event),
                on=fact.counts_from,
                version=fact.recorded.version,
                by=sentence(by.event) if by else "",
                by_version=by.recorded.version if by else None,
                law=_law(event),
            )


def _by(fact: Fact, seen: Then) -> Fact | None:
    """What came first in the decision that stopped it."""
    decided = [each for each in seen.facts if each.recorded.commit_id == fact.recorded.commit_id]
    first = decided[0]
    return None if first is fact else first


def _law(event: Event) -> str:
    if isinstance(event, CostsBarred):
        return COSTS_LAW
    stopped = isinstance(event, LetterStopped) and event.reason == "objection"
    crossed = isinstance(event, SENT) and event.crossed == "objection"
    return OBJECTION_LAW if stopped or crossed else ""
