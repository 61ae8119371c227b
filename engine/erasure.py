"""Forgetting a person: what still has to be kept is told first; then the key is destroyed."""

# Three facts, in this order: the erasure is ordered in the person's stream, the keys are
# destroyed, and that is told. Whoever stops in between goes on where the stream says.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal
from uuid import UUID

from engine.case.parts import INITIAL, Case
from engine.case.state import evolve as evolve_case
from engine.case_file import OPEN_ENDED, CaseFile
from engine.case_file import evolve as evolve_file
from engine.decider import AnyDecider, Ask, Decider, States
from engine.law import deadlines, retention
from engine.refusal import RefusedError, refuse_if
from engine.registration import CLAIM, PERSON, ClaimState, PersonState
from engine.streams import case_stream, claim_stream, person_stream
from events.base import Event
from events.case import CaseEvent
from events.person import ErasureOrdered, KeyDestroyed

Basis = Literal["request", "retention"]
Why = Literal["case_open", "money_held", "accounting", "claims_against_us", "claim_waiting"]
LAWS: Mapping[Basis, str] = {"request": retention.REQUEST_LAW, "retention": retention.ENDED_LAW}


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that must be kept: until the day it names, or as long as it lasts (None)."""

    why: Why
    subject: str
    until: date | None
    law: str


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A case as an erasure sees it."""

    case: Case
    file: CaseFile


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderErasure:
    """Forget a person, on its own request or because the time has come.

    The ids are what is known of the person; the decision holds them against the stream.
    """

    debtor_id: UUID
    case_ids: tuple[UUID, ...]
    claim_ids: tuple[UUID, ...]
    payment_ids: tuple[UUID, ...]
    basis: Basis
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportKeyDestroyed:
    """The keys of a person whose erasure was ordered are gone."""

    debtor_id: UUID
    today: date


def _evolve(kept: KeptCase, event: CaseEvent) -> KeptCase:
    return KeptCase(evolve_case(kept.case, event), evolve_file(kept.file, event))


KEPT_CASE = Decider(KeptCase(INITIAL, CaseFile()), _evolve)


def order_erasure(command: OrderErasure) -> Ask:
    """Order that a person be forgotten, unless something has to be kept on it.

    Refuses: debtor_unknown, debtor_has_changed, legal_hold.
    Law: personvernforordningen 2016 art. 17
    Law: bokføringsloven 2004 § 13
    """
    person = person_stream(command.debtor_id)

    def decide(states: States) -> Mapping[str, Sequence[Event]]:
        state = states.of(person, PersonState)
        refuse_if(state.recorded is None, "debtor_unknown")
        if state.erasure is not None:
            return {}
        refuse_if(set(state.case_ids) != set(command.case_ids), "debtor_has_changed")
        found = holds(command, states)
        if lasting := [hold for hold in found if _lasts(hold, command.today)]:
            raise _held(lasting)
        days = [hold.until for hold in found if hold.until is not None]
        return {person: [_ordered(command, max(days, default=None))]}

    return Ask({person: PERSON, **looked_at(command)}, decide)


def report_key_destroyed(command: ReportKeyDestroyed) -> Ask:
    """Record that the keys are gone.

    Refuses: erasure_not_ordered.
    """
    person = person_stream(command.debtor_id)

    def decide(states: States) -> Mapping[str, Sequence[Event]]:
        state = states.of(person, PersonState)
        refuse_if(state.erasure is None, "erasure_not_ordered")
        return {} if state.forgotten else {person: [KeyDestroyed(destroyed_on=command.today)]}

    return Ask({person: PERSON}, decide)


def holds(command: OrderErasure, states: States) -> list[Hold]:
    """All that has to be kept on the person, or had to be: also what has run out by now."""
    cases = [states.of(case_stream(case_id), KeptCase) for case_id in command.case_ids]
    claims = [states.of(claim_stream(claim_id), ClaimState) for claim_id in command.claim_ids]
    return [
        *(hold for kept in cases for hold in _of_case(kept)),
        *(hold for claim in claims for hold in _of_claim(claim)),
    ]


def _lasts(hold: Hold, today: date) -> bool:
    return hold.until is None or today <= hold.until


def _held(lasting: Sequence[Hold]) -> RefusedError:
    """The refusal tells the hold that lasts longest; the others are shown before one asks."""
    last = max(lasting, key=lambda hold: hold.until or OPEN_ENDED)
    until = {} if last.until is None else {"until": last.until}
    return RefusedError(
        "legal_hold", law=last.law, why=last.why, subject=last.subject, holds=len(lasting), **until
    )


def _of_case(kept: KeptCase) -> list[Hold]:
    hold = partial(Hold, subject=kept.case.case_number)
    if kept.file.closed_on is None:
        return [hold("case_open", until=None, law=retention.CLAIMS_LAW)]
    case_file = retention.case_file_kept_until(kept.file.closed_on)
    found = [hold("claims_against_us", until=case_file, law=retention.CLAIMS_LAW)]
    if kept.file.booked_on is not None:
        books = retention.accounting_kept_until(kept.file.booked_on)
        found.append(hold("accounting", until=books, law=retention.ACCOUNTING_LAW))
    if any(payment.held_ore > 0 for payment in kept.case.payments):
        found.append(hold("money_held", until=None, law=retention.ACCOUNTING_LAW))
    return found


def _of_claim(claim: ClaimState) -> list[Hold]:
    offered = claim.offered
    if offered is None or claim.case_id is not None:
        return []
    until = deadlines.latest_registration(offered.due_on)
    return [Hold("claim_waiting", offered.invoice_number, until, retention.CLAIMS_LAW)]


def looked_at(command: OrderErasure) -> Mapping[str, AnyDecider]:
    """The streams that tell what must be kept, each with what folds it."""
    return {
        **{case_stream(case_id): KEPT_CASE for case_id in command.case_ids},
        **{claim_stream(claim_id): CLAIM for claim_id in command.claim_ids},
    }


def _ordered(command: OrderErasure, kept_until: date | None) -> ErasureOrdered:
    return ErasureOrdered(
        ordered_on=command.today,
        basis=command.basis,
        rule=LAWS[command.basis],
        kept_until=kept_until,
        case_ids=command.case_ids,
        claim_ids=command.claim_ids,
        payment_ids=command.payment_ids,
    )
