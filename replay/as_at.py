"""A case as it was on one day, as known on another: bitemporal, to the øre."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from uuid import UUID

from engine.case.claim import Claim
from engine.case.parts import INITIAL, Case, Letter, Objection, Payment
from engine.case.splits import amount_of
from engine.case.state import evolve
from engine.case.statement import Statement, statement
from engine.journal.store import EventStore
from engine.refusal import RefusedError
from engine.vault import Vault
from events.case import (
    BetalingsoppfordringOrdered,
    BetalingsoppfordringSent,
    InkassovarselOrdered,
    InkassovarselSent,
    ObjectionRaised,
    PaymentReceived,
    WithdrawalNoticeOrdered,
    WithdrawalNoticeSent,
)
from events.money import ZERO, Ore
from projections import case_list
from projections.case_list import CaseRow
from projections.telling import sentence
from replay.ahead import ahead, steps_after
from replay.counting import Fact, Moment, facts_of, of
from replay.parties import parties
from replay.view import ClaimThen, FactThen, LetterThen, ObjectionThen, PaymentThen, View

ORDERED = (InkassovarselOrdered, BetalingsoppfordringOrdered, WithdrawalNoticeOrdered)
SENT = (InkassovarselSent, BetalingsoppfordringSent, WithdrawalNoticeSent)


@dataclass(frozen=True, slots=True)
class Then:
    """A case folded from what was known and counted, and the facts it was folded from."""

    case: Case
    facts: list[Fact]
    told: list[Fact]
    moment: Moment

    @property
    def on(self) -> date:
        """The day it is looked at."""
        return self.moment.effective_on

    @property
    def row(self) -> CaseRow:
        """Its line in the list of cases."""
        row: CaseRow | None = None
        for fact in self.facts:
            row = case_list.evolve(row, fact.recorded)
        if row is None:
            raise ValueError("a case that has begun has a line")
        return row


def then(told: list[Fact], moment: Moment) -> Then:
    """The case at the moment.

    Refuses: case_not_begun.
    """
    found = of(told, moment)
    return Then(folded(found), found, told, moment)


def folded(facts: Sequence[Fact]) -> Case:
    """The case these facts make."""
    return reduce(evolve, (fact.event for fact in facts), INITIAL)


def owed_on(case: Case, on: date) -> Statement:
    """The statement of the day; what payments cover beyond a claim lowers no other claim.

    That happens only in looking back: between the payment and the day the claim was found to
    be too high, which is the day the rest was given back or used otherwise.
    Refuses: rate_unknown.
    """
    told = statement(case, on)
    owing = Ore(sum(max(0, claim.principal_left_ore) for claim in case.claims))
    total = Ore(told.total_ore + owing - told.principal_ore)
    return replace(told, principal_ore=owing, total_ore=total)


def as_at(store: EventStore, vault: Vault, case_id: UUID, moment: Moment) -> View:
    """The case as effective on one day, as known when the other had ended.

    Refuses: case_unknown, case_not_begun.
    """
    return viewed(store, vault, case_id, then(facts_of(store, case_id), moment))


def viewed(store: EventStore, vault: Vault, case_id: UUID, seen: Then) -> View:
    """The case at the moment, with its parties as they were."""
    case, on, row = seen.case, seen.on, seen.row
    creditor, debtor = parties(store, vault, (row.creditor_id, row.debtor_id), seen.moment)
    owed, unknown = _owed(case, on)
    saga = steps_after(case_id, [fact.event for fact in seen.facts])
    return View(
        case_id=case_id,
        case_number=row.case_number,
        kid=row.kid,
        effective_on=on,
        known_on=seen.moment.known_on,
        creditor=creditor,
        debtor=debtor,
        status=row.status(on),
        group=row.group(on),
        paused=case.paused,
        disputed=case.frozen,
        approval=case.approval,
        closed=case.closed,
        closed_on=case.closed_on,
        follow_up=row.follow_up,
        owed=owed,
        owed_unknown=unknown,
        pursued_ore=None
        if owed is None
        else ZERO
        if case.closed == "withdrawn"
        else owed.total_ore,
        held_ore=row.held_ore,
        claims=tuple(_claim(claim, case, on) for claim in case.claims),
        payments=tuple(_payment(paid, seen) for paid in case.payments),
        letters=tuple(_letter(letter, seen) for letter in case.letters),
        objections=tuple(_objection(each, seen) for each in case.objections if each.open),
        ahead=ahead(case, saga, on),
        counted=len(seen.facts),
        told_late=tuple(_told(fact) for fact in seen.facts if fact.known_on > on),
        not_yet=tuple(_told(fact) for fact in _not_yet(seen)),
    )


def _owed(case: Case, on: date) -> tuple[Statement | None, str | None]:
    try:
        return owed_on(case, on), None
    except RefusedError as refusal:
        return None, refusal.code


def _not_yet(seen: Then) -> list[Fact]:
    moment = seen.moment
    return [
        fact
        for fact in seen.told
        if fact.known_on <= moment.known_on and fact.counts_from > moment.effective_on
    ]


def _told(fact: Fact) -> FactThen:
    return FactThen(
        version=fact.recorded.version,
        what=sentence(fact.event),
        counts_from=fact.counts_from,
        known_on=fact.known_on,
    )


def _claim(claim: Claim, case: Case, on: date) -> ClaimThen:
    try:
        interest: Ore | None = claim.interest_left(on)
    except RefusedError:
        interest = None
    return ClaimThen(
        claim_id=claim.claim_id,
        invoice_number=claim.invoice_number,
        issued_on=claim.issued_on,
        due_on=claim.due_on,
        principal_ore=claim.principal_ore,
        principal_covered_ore=claim.principal_covered_ore,
        principal_left_ore=Ore(max(0, claim.principal_left_ore)),
        interest_left_ore=interest,
        over_ore=Ore(max(0, claim.principal_covered_ore - claim.principal_ore)),
        costs_barred=claim.costs_barred,
        disputed=claim.claim_id in case.disputed,
        waived=claim.waived,
    )


def _payment(paid: Payment, seen: Then) -> PaymentThen:
    received = next(
        fact
        for fact in seen.facts
        if isinstance(fact.event, PaymentReceived) and fact.event.payment_id == paid.payment_id
    )
    return PaymentThen(
        payment_id=paid.payment_id,
        source=paid.source,
        ordered_on=paid.ordered_on,
        known_on=received.known_on,
        amount_ore=paid.amount_ore,
        covered_ore=Ore(sum(amount_of(split) for split in paid.splits)),
        held_ore=Ore(paid.held_ore + paid.held_by_creditor_ore),
        reversed=paid.reversed,
    )


def _letter(letter: Letter, seen: Then) -> LetterThen:
    of_it = [fact.event for fact in seen.facts]
    ordered = (e for e in of_it if isinstance(e, ORDERED) and e.letter_id == letter.letter_id)
    sent = (e for e in of_it if isinstance(e, SENT) and e.letter_id == letter.letter_id)
    return LetterThen(
        letter_id=letter.letter_id,
        kind=letter.kind,
        state=letter.state,
        ordered_on=next(ordered).ordered_on,
        sent_on=next((event.sent_on for event in sent), None),
        pay_by=letter.pay_by,
        fee_ore=letter.fee_ore,
    )


def _objection(objection: Objection, seen: Then) -> ObjectionThen:
    raised = next(
        fact.event
        for fact in seen.facts
        if isinstance(fact.event, ObjectionRaised)
        and fact.event.objection_id == objection.objection_id
    )
    claims = (seen.case.claim(claim_id) for claim_id in objection.claim_ids)
    return ObjectionThen(
        objection_id=objection.objection_id,
        raised_on=raised.raised_on,
        invoice_numbers=tuple(claim.invoice_number for claim in claims if claim),
        groundless=objection.groundless,
    )
