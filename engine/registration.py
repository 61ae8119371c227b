"""Handing invoices over and registering a case: one case for all that is ripe that day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from engine import creditor
from engine.case.parts import INITIAL, Case
from engine.case.state import evolve as evolve_case
from engine.creditor import Creditor, terms_from
from engine.decider import AnyDecider, Ask, Decider, States
from engine.law import compensation, deadlines, fees, interest
from engine.law.calendar import shifted_due
from engine.law.retention import REQUEST_LAW
from engine.refusal import RefusedError, refuse_if
from engine.streams import (
    case_number_of,
    case_number_stream,
    case_stream,
    claim_stream,
    creditor_stream,
    kid_candidates,
    person_stream,
)
from events.base import Event
from events.case import CaseRegistered, CaseReopened
from events.case.lifecycle import ClaimTaken, CreditorsVarsel, DebtorKind, Terms
from events.claim import CaseNumberTaken, ClaimOffered, ClaimRegistered
from events.money import ZERO, Ore
from events.person import CaseAttached, ErasureOrdered, KeyDestroyed, PersonRecorded

MERGING = "inkassoloven 1988 § 17"
RIPE = "inkassoforskriften 1989 § 1-2"


@dataclass(frozen=True, slots=True)
class ClaimState:
    """What is known of an invoice: what was offered, the case it is in, a number's owner."""

    offered: ClaimOffered | None = None
    case_id: UUID | None = None


def evolve_claim(
    claim: ClaimState, event: ClaimOffered | ClaimRegistered | CaseNumberTaken
) -> ClaimState:
    """The invoice as it is after `event`."""
    match event:
        case ClaimOffered():
            return replace(claim, offered=event)
        case ClaimRegistered() | CaseNumberTaken():
            return replace(claim, case_id=event.case_id)
        case _:
            assert_never(event)


AnyPersonEvent = PersonRecorded | CaseAttached | ErasureOrdered | KeyDestroyed


@dataclass(frozen=True, slots=True)
class PersonState:
    """What decisions need to know of a debtor: what was recorded last, and its cases.

    `last_attached_on` is the day its latest case was registered. `erasure` is the order to
    forget it, and `forgotten` whether that has been done.
    """

    recorded: PersonRecorded | None = None
    case_ids: tuple[UUID, ...] = ()
    last_attached_on: date = date.min
    erasure: ErasureOrdered | None = None
    forgotten: bool = False


def evolve_person(person: PersonState, event: AnyPersonEvent) -> PersonState:
    """The debtor as it is after `event`."""
    match event:
        case PersonRecorded():
            return replace(person, recorded=event)
        case CaseAttached():
            if event.case_id in person.case_ids:  # it goes on
                return person
            case_ids = (*person.case_ids, event.case_id)
            return replace(person, case_ids=case_ids, last_attached_on=event.attached_on)
        case ErasureOrdered():
            return replace(person, erasure=event)
        case KeyDestroyed():
            return replace(person, forgotten=True)
        case _:
            assert_never(event)


CLAIM = Decider(ClaimState(), evolve_claim)
PERSON = Decider(PersonState(), evolve_person)
CASE = Decider(INITIAL, evolve_case)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferClaims:
    """Hand over invoices on one debtor; they wait as candidates until they are ripe.

    `details_are_new` when `debtor` tells something of a known debtor that was not known; that
    is seen where what is sealed can be read.
    """

    creditor_id: UUID
    debtor_id: UUID
    debtor: PersonRecorded
    claims: Mapping[UUID, ClaimOffered]
    today: date
    details_are_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCase:
    """Make one case of those of the offered claims that are ripe.

    `named` when the caller chose the claims: each of them must then be ripe.
    """

    case_id: UUID
    creditor_id: UUID
    debtor_id: UUID
    claim_ids: tuple[UUID, ...]
    named: bool
    today: date


def offer_claims(command: OfferClaims) -> Ask:
    """Take the invoices in, each once; the debtor's details come with the first, or when new.

    Refuses: creditor_unknown, terms_not_accepted, debtor_erased, dates_in_wrong_order,
    amount_not_positive, already_offered, debtor_differs.
    """
    debtor, owner = person_stream(command.debtor_id), creditor_stream(command.creditor_id)
    claims = {claim_stream(claim_id): claim for claim_id, claim in command.claims.items()}

    def decide(states: States) -> Mapping[str, Sequence[Event]]:
        _refuse_without_terms(states.of(owner, Creditor))
        refuse_if_erased(states.of(debtor, PersonState))
        changes: dict[str, list[Event]] = {}
        for stream, claim in claims.items():
            refuse_if(claim.principal_ore <= 0, "amount_not_positive")
            refuse_if(claim.due_on < claim.issued_on, "dates_in_wrong_order")
            if (known := states.of(stream, ClaimState).offered) is None:
                changes[stream] = [claim]
            else:
                refuse_if(known.debtor_id != claim.debtor_id, "debtor_differs")
                refuse_if(not _same_invoice(known, claim), "already_offered")
        unknown = states.of(debtor, PersonState).recorded is None
        if changes and (unknown or command.details_are_new):
            changes[debtor] = [command.debtor]
        return changes

    streams: dict[str, AnyDecider] = {
        owner: creditor.DECIDER,
        debtor: PERSON,
        **dict.fromkeys(claims, CLAIM),
    }
    return Ask(streams, decide)


def _same_invoice(known: ClaimOffered, claim: ClaimOffered) -> bool:
    return (known.due_on, known.principal_ore) == (claim.due_on, claim.principal_ore)


def register_case(command: RegisterCase, creditor_number: int) -> Ask:
    """Register what is ripe as one case; an invoice is claimed once, whoever races.

    Refuses: creditor_unknown, terms_not_accepted, debtor_erased, agreement_missing,
    claims_missing, claim_unknown, mixed_creditors, mixed_debtors, already_registered, too_old,
    too_early, one_case_a_day, case_number_taken.
    Law: inkassoloven 1988 § 17
    """
    case, debtor = case_stream(command.case_id), person_stream(command.debtor_id)
    owner = creditor_stream(command.creditor_id)
    claims = {claim_id: claim_stream(claim_id) for claim_id in command.claim_ids}
    kids = kid_candidates(creditor_number, command.case_id)
    numbers = {kid: case_number_stream(kid) for kid in kids}

    def decide(states: States) -> Mapping[str, Sequence[Event]]:
        if states.of(case, Case).registered:
            return {}
        _refuse_without_terms(states.of(owner, Creditor))
        refuse_if_erased(states.of(debtor, PersonState))
        terms = terms_from(states.of(owner, Creditor).agreement(command.today))
        offered = {
            claim_id: _offered(command, states.of(stream, ClaimState))
            for claim_id, stream in claims.items()
        }
        ripe = ripe_claims(command, offered, states, terms)
        person = states.of(debtor, PersonState)
        refuse_if(person.last_attached_on == command.today, "one_case_a_day", law=MERGING)
        free = [kid for kid in kids if states.of(numbers[kid], ClaimState).case_id is None]
        refuse_if(not free, "case_number_taken")
        registered = ClaimRegistered(case_id=command.case_id, registered_on=command.today)
        return {
            case: [_registered(command, ripe, terms, person, free[0])],
            numbers[free[0]]: [CaseNumberTaken(case_id=command.case_id)],
            debtor: [CaseAttached(case_id=command.case_id, attached_on=command.today)],
            **{claims[claim_id]: [registered] for claim_id in ripe},
        }

    streams: dict[str, AnyDecider] = {
        case: CASE,
        debtor: PERSON,
        owner: creditor.DECIDER,
        **dict.fromkeys(claims.values(), CLAIM),
        **dict.fromkeys(numbers.values(), CLAIM),
    }
    return Ask(streams, decide)


def going_on(ask: Ask, case_id: UUID, debtor_id: UUID) -> Ask:
    """A decision that may take a closed case up again: then the debtor's stream says so too.

    So none can slip between an erasure's check and the key's end.
    Refuses: debtor_erased.
    """
    case, debtor = case_stream(case_id), person_stream(debtor_id)

    def decide(states: States) -> Mapping[str, Sequence[Event]]:
        changes = ask.decide(states)
        reopened = [each for each in changes.get(case, ()) if isinstance(each, CaseReopened)]
        if not reopened:
            return changes
        refuse_if_erased(states.of(debtor, PersonState))
        attached = CaseAttached(case_id=case_id, attached_on=reopened[0].reopened_on)
        return {**changes, debtor: [attached]}

    return Ask({**ask.streams, debtor: PERSON}, decide)


def refuse_if_erased(person: PersonState) -> None:
    """Refuse what is about a person who is to be forgotten, or has been.

    Refuses: debtor_erased.
    """
    refuse_if(person.erasure is not None, "debtor_erased", law=REQUEST_LAW)


def _refuse_without_terms(owner: Creditor) -> None:
    refuse_if(owner.number is None, "creditor_unknown")
    refuse_if(owner.terms_version is None, "terms_not_accepted")


def _offered(command: RegisterCase, claim: ClaimState) -> ClaimOffered:
    if claim.offered is None:
        raise RefusedError("claim_unknown")
    refuse_if(claim.offered.creditor_id != command.creditor_id, "mixed_creditors", law=MERGING)
    refuse_if(claim.offered.debtor_id != command.debtor_id, "mixed_debtors")
    return claim.offered


def ripe_claims(
    command: RegisterCase,
    offered: Mapping[UUID, ClaimOffered],
    states: States,
    terms: Terms,
) -> dict[UUID, ClaimOffered]:
    """The claims that become the case: all that are named, or all that qualify.

    Refuses: claims_missing, already_registered, too_old, too_early.
    """
    refuse_if(not offered, "claims_missing")
    ripe: dict[UUID, ClaimOffered] = {}
    refusals: list[RefusedError] = []
    for claim_id, claim in offered.items():
        taken = states.of(claim_stream(claim_id), ClaimState).case_id is not None
        try:
            refuse_unless_ripe(claim, command.today, shift=terms.due_date_shift, taken=taken)
        except RefusedError as refusal:
            refusals.append(refusal)
        else:
            ripe[claim_id] = claim
    if refusals and (command.named or not ripe):
        raise min(refusals, key=_precedence)
    return ripe


def _precedence(refusal: RefusedError) -> tuple[int, str]:
    # Of several claims that are too early, the one that is ripe first tells when to come back.
    return (
        ("too_early", "too_old", "already_registered").index(refusal.code),
        str(refusal.facts.get("earliest", "")),
    )


def refuse_unless_ripe(claim: ClaimOffered, today: date, *, shift: bool, taken: bool) -> None:
    """Refuse a claim that is claimed already, is too old, or fell due less than 14 days ago.

    Refuses: already_registered, too_old, too_early.
    Law: inkassoforskriften 1989 § 1-2
    Law: foreldelsesloven 1979 § 2
    """
    refuse_if(taken, "already_registered", invoice=claim.invoice_number)
    latest_on = deadlines.latest_registration(claim.due_on)
    refuse_if(
        today > latest_on,
        "too_old",
        law="foreldelsesloven 1979 § 2",
        invoice=claim.invoice_number,
        latest=latest_on,
    )
    earliest_on = deadlines.earliest_registration(claim.due_on, shift=shift)
    refuse_if(
        today < earliest_on,
        "too_early",
        law=RIPE,
        invoice=claim.invoice_number,
        earliest=earliest_on,
    )


def _registered(
    command: RegisterCase,
    ripe: Mapping[UUID, ClaimOffered],
    terms: Terms,
    person: PersonState,
    kid: str,
) -> CaseRegistered:
    kind: DebtorKind = "person" if person.recorded is None else person.recorded.kind
    # One business purchase among private ones does not take the consumer's protection away.
    consumer = kind != "company" and any(claim.consumer for claim in ripe.values())
    by_due = sorted(ripe.items(), key=lambda item: (item[1].due_on, item[1].invoice_number))
    return CaseRegistered(
        creditor_id=command.creditor_id,
        debtor_id=command.debtor_id,
        debtor_kind=kind,
        consumer=consumer,
        case_number=case_number_of(kid),
        kid=kid,
        registered_on=command.today,
        claims=tuple(
            _taken(claim_id, claim, terms, command.today, consumer=consumer)
            for claim_id, claim in by_due
        ),
        terms=terms,
    )


def _taken(
    claim_id: UUID, claim: ClaimOffered, terms: Terms, today: date, *, consumer: bool
) -> ClaimTaken:
    compensated = terms.claim_compensation and not consumer
    return ClaimTaken(
        claim_id=claim_id,
        invoice_number=claim.invoice_number,
        issued_on=claim.issued_on,
        due_on=claim.due_on,
        interest_from_on=interest.first_interest_day(claim.due_on, shift=terms.due_date_shift),
        principal_ore=claim.principal_ore,
        compensation_ore=(
            compensation.compensation_ore(claim.due_on, consumer=False) if compensated else ZERO
        ),
        varsel=_varsel(claim, terms, today),
    )


def _varsel(claim: ClaimOffered, terms: Terms, today: date) -> CreditorsVarsel | None:
    """The creditor's own warning, as good as ours when it was sent and dated as the law asks.

    One dated later than today has not been sent.

    Law: inkassoloven 1988 § 9
    """
    if claim.varsel_sent_on is None or claim.varsel_pay_by is None:
        return None
    due_on = shifted_due(claim.due_on, shift=terms.due_date_shift)
    counts = claim.varsel_sent_on <= today and deadlines.creditors_own_varsel_counts(
        due_on, claim.varsel_sent_on, claim.varsel_pay_by
    )
    return CreditorsVarsel(
        sent_on=claim.varsel_sent_on,
        pay_by=claim.varsel_pay_by,
        fee_ore=_varsel_fee(claim, due_on, terms) if counts else ZERO,
        counts=counts,
    )


def _varsel_fee(claim: ClaimOffered, due_on: date, terms: Terms) -> Ore:
    sent_on = claim.varsel_sent_on
    if sent_on is None or not terms.claim_letter_fees:
        return ZERO
    if not fees.letter_fee_allowed(sent_on, due_on):
        return ZERO
    return Ore(min(claim.varsel_fee_ore, fees.letter_fee_ore(sent_on, due_on=claim.due_on)))
