"""What decisions on a case need to know of its history, folded from its events."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import assert_never
from uuid import UUID

from engine.case.claim import Claim, change_principal
from engine.case.splits import negated, part_of
from events.case import (
    ApprovalDeclined,
    ApprovalGiven,
    ApprovalRequested,
    BetalingsoppfordringOrdered,
    BetalingsoppfordringSent,
    CaseClosed,
    CaseEvent,
    CasePaused,
    CaseRegistered,
    CaseReopened,
    CaseResumed,
    CaseWithdrawn,
    CostsBarred,
    CostsReinstated,
    InkassovarselOrdered,
    InkassovarselSent,
    LetterLapsed,
    LetterReleased,
    LetterReturned,
    LetterStopped,
    ObjectionAnswered,
    ObjectionRaised,
    OverpaymentHeld,
    PaymentAllocated,
    PaymentReceived,
    PaymentReversed,
    PrincipalReduced,
    RefundMade,
    RemainderReinstated,
    RemainderWaived,
    SalaerClaimed,
    WithdrawalNoticeOrdered,
    WithdrawalNoticeSent,
)
from events.case.lifecycle import DebtorKind, Terms
from events.case.money import PaymentSource, Split
from events.case.notices import Channel, LetterKind, StopReason
from events.money import ZERO, Ore

NEXT_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Costs:
    """Sums of each kind of cost, in øre; the creditor's own letters' fees are within the fees.

    `vat_ore` is the VAT booked for the salær.
    """

    letter_fees_ore: Ore = ZERO
    creditors_letter_fees_ore: Ore = ZERO
    salaer_ore: Ore = ZERO
    compensation_ore: Ore = ZERO
    vat_ore: Ore = ZERO


@dataclass(frozen=True, slots=True)
class Fee:
    """A letter fee that was asked: from which day, how much, and whose letter it was."""

    sent_on: date
    fee_ore: Ore
    creditors: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the case. `state`: ordered, released, sent, stopped, lapsed or returned.

    `crossed` is what ended the case while the letter was on its way out of the house.
    """

    letter_id: UUID
    kind: LetterKind
    state: str
    released_on: date | None = None
    worker: str | None = None
    fee_ore: Ore = ZERO
    pay_by: date | None = None
    channel: Channel = "letter"
    crossed: StopReason | None = None


@dataclass(frozen=True, slots=True)
class Covering:
    """What a payment covers, and the day from which it bears no interest any more."""

    from_on: date
    split: Split


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment on the case and what is left of it: what it covers, what is held of it.

    `held_ore` is held by us, `held_by_creditor_ore` by the creditor. A direct payment was
    `given_back` when we have made good for the payer some of what the creditor had of it.
    """

    payment_id: UUID
    source: PaymentSource
    amount_ore: Ore
    ordered_on: date
    coverings: tuple[Covering, ...] = ()
    held_ore: Ore = ZERO
    held_by_creditor_ore: Ore = ZERO
    given_back: bool = False
    reversed: bool = False

    @property
    def splits(self) -> tuple[Split, ...]:
        """All that it covers and, negative, what it covers no more."""
        return tuple(covering.split for covering in self.coverings)


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection on some claims; `open` until it is answered."""

    objection_id: UUID
    claim_ids: tuple[UUID, ...]
    groundless: bool
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case as its decisions see it. Closed, withdrawn or paused are facts, not states."""

    registered: bool = False
    creditor_id: UUID | None = None
    debtor_id: UUID | None = None
    debtor_kind: DebtorKind = "person"
    consumer: bool = True
    case_number: str = ""
    kid: str = ""
    registered_on: date = date.min
    terms: Terms | None = None
    claims: tuple[Claim, ...] = ()
    fees: tuple[Fee, ...] = ()
    letters: tuple[Letter, ...] = ()
    payments: tuple[Payment, ...] = ()
    objections: tuple[Objection, ...] = ()
    varsel_pay_by: date | None = None
    bo_sent_on: date | None = None
    bo_pay_by: date | None = None
    heavy_from: date | None = None
    paid: Costs = field(default_factory=Costs)
    waived: Costs = field(default_factory=Costs)
    paused: bool = False
    approval: str = "none"
    closed: str | None = None
    closed_on: date | None = None

    def claim(self, claim_id: UUID) -> Claim | None:
        """The claim of that id, if the case has it."""
        return next((claim for claim in self.claims if claim.claim_id == claim_id), None)

    def letter(self, letter_id: UUID) -> Letter | None:
        """The letter of that id, if the case has it."""
        return next((letter for letter in self.letters if letter.letter_id == letter_id), None)

    def payment(self, payment_id: UUID) -> Payment | None:
        """The payment of that id, if the case has it."""
        return next((paid for paid in self.payments if paid.payment_id == payment_id), None)

    @property
    def disputed(self) -> frozenset[UUID]:
        """The claims under an open objection that is not groundless."""
        return frozenset(
            claim_id
            for objection in self.objections
            if objection.open and not objection.groundless
            for claim_id in objection.claim_ids
        )

    @property
    def frozen(self) -> bool:
        """Whether nothing may be pursued: every claim that is owed is disputed."""
        owing = [claim for claim in self.claims if claim.principal_left_ore > 0] or self.claims
        disputed = self.disputed
        return bool(disputed) and all(claim.claim_id in disputed for claim in owing)

    @property
    def principal_left_ore(self) -> Ore:
        """The principal that is still owed, whatever the day."""
        return Ore(sum(claim.principal_left_ore for claim in self.claims))

    @property
    def principal_covered_on(self) -> date | None:
        """The day on which the last of the principal was paid; None while some is owed."""
        covered = [claim.covered_from for claim in self.claims if claim.principal_ore > 0]
        days = [day for day in covered if day is not None]
        return max(days) - NEXT_DAY if days and len(days) == len(covered) else None

    @property
    def paid_out_of_house(self) -> bool:
        """Whether some payment went straight to the creditor."""
        return any(paid.source == "direct" and not paid.reversed for paid in self.payments)


INITIAL = Case()


def evolve(case: Case, event: CaseEvent) -> Case:
    """The case as it is after `event`."""
    match event:
        case CaseRegistered():
            return _registered(event)
        case CasePaused():
            return replace(case, paused=True)
        case CaseResumed():
            return replace(case, paused=False)
        case CaseWithdrawn():
            return _closed(case, "withdrawn", event.withdrawn_on)
        case CaseClosed():
            return _closed(case, event.reason, event.closed_on)
        case CaseReopened():
            return _reopened(case)
        case ApprovalRequested():
            return replace(case, approval="requested")
        case ApprovalGiven():
            return replace(case, approval="given")
        case ApprovalDeclined():
            return replace(case, approval="declined")
        case InkassovarselOrdered():
            return _ordered(case, Letter(event.letter_id, "inkassovarsel", "ordered"))
        case BetalingsoppfordringOrdered():
            return _ordered(case, Letter(event.letter_id, "betalingsoppfordring", "ordered"))
        case WithdrawalNoticeOrdered():
            told = Letter(event.letter_id, "withdrawal_notice", "ordered", channel=event.channel)
            return _ordered(case, told)
        case LetterReleased():
            return _released(case, event)
        case LetterStopped():
            return _letter(case, event.letter_id, "stopped")
        case LetterLapsed():
            return _letter(case, event.letter_id, "lapsed")
        case LetterReturned():
            # Whoever has not been reached is not pursued until a person has looked at it.
            return replace(_letter(case, event.letter_id, "returned"), paused=True)
        case InkassovarselSent():
            return _varsel_sent(case, event)
        case BetalingsoppfordringSent():
            return _demand_sent(case, event)
        case WithdrawalNoticeSent():
            return _letter(case, event.letter_id, "sent")
        case ObjectionRaised():
            objection = Objection(event.objection_id, event.claim_ids, event.groundless)
            return replace(case, objections=(*case.objections, objection))
        case ObjectionAnswered():
            return _answered(case, event)
        case PrincipalReduced():
            return _reduced(case, event)
        case CostsBarred():
            return _barred(case, event.claim_ids, barred=True)
        case CostsReinstated():
            return _barred(case, event.claim_ids, barred=False)
        case PaymentReceived():
            paid = Payment(event.payment_id, event.source, event.amount_ore, event.ordered_on)
            return replace(case, payments=(*case.payments, paid))
        case PaymentAllocated():
            return _allocated(case, event)
        case OverpaymentHeld():
            return _held(case, event)
        case RefundMade():
            return _refunded(case, event)
        case PaymentReversed():
            return _reversed(case, event)
        case SalaerClaimed():
            return (
                replace(case, heavy_from=event.claimed_on) if _starts_heavy(case, event) else case
            )
        case RemainderWaived():
            return _waived(case, event)
        case RemainderReinstated():
            return _reinstated(case)
        case _:
            assert_never(event)


def _registered(event: CaseRegistered) -> Case:
    claims = tuple(Claim.taken(taken) for taken in event.claims)
    varsler = [
        claim.varsel for claim in claims if claim.varsel is not None and claim.varsel.counts
    ]
    return Case(
        registered=True,
        creditor_id=event.creditor_id,
        debtor_id=event.debtor_id,
        debtor_kind=event.debtor_kind,
        consumer=event.consumer,
        case_number=event.case_number,
        kid=event.kid,
        registered_on=event.registered_on,
        terms=event.terms,
        claims=claims,
        fees=tuple(Fee(varsel.sent_on, varsel.fee_ore, creditors=True) for varsel in varsler),
        varsel_pay_by=(
            max(varsel.pay_by for varsel in varsler) if len(varsler) == len(claims) else None
        ),
    )


def _closed(case: Case, reason: str, on: date) -> Case:
    crossed: StopReason = (
        "withdrawal" if reason == "withdrawn" else "payment" if reason == "paid" else "closed"
    )
    letters = tuple(
        replace(letter, crossed=crossed) if letter.state == "released" else letter
        for letter in case.letters
    )
    return replace(case, closed=reason, closed_on=on, letters=letters)


def _reopened(case: Case) -> Case:
    if case.closed != "withdrawn":
        return replace(case, closed=None, closed_on=None)
    # A notice that the case has ended would now be untrue.
    letters = tuple(
        replace(letter, state="stopped")
        if letter.kind == "withdrawal_notice" and letter.state == "ordered"
        else letter
        for letter in case.letters
    )
    # The debtor was told that the case had ended: whatever was sent before counts no more.
    return replace(
        case,
        closed=None,
        closed_on=None,
        letters=letters,
        varsel_pay_by=None,
        bo_sent_on=None,
        bo_pay_by=None,
        heavy_from=None,
        approval="none",
    )


def _ordered(case: Case, letter: Letter) -> Case:
    return replace(case, letters=(*case.letters, letter))


def _letter(case: Case, letter_id: UUID, state: str) -> Case:
    letters = tuple(
        replace(letter, state=state) if letter.letter_id == letter_id else letter
        for letter in case.letters
    )
    return replace(case, letters=letters)


def _released(case: Case, event: LetterReleased) -> Case:
    letters = tuple(
        replace(
            letter,
            state="released",
            released_on=event.released_on,
            worker=event.worker,
            fee_ore=event.fee_ore,
            pay_by=event.pay_by,
        )
        if letter.letter_id == event.letter_id
        else letter
        for letter in case.letters
    )
    return replace(case, letters=letters)


def _varsel_sent(case: Case, event: InkassovarselSent) -> Case:
    fee = Fee(event.sent_on, event.fee_ore, creditors=False)
    fees = (*case.fees, fee) if event.fee_ore else case.fees
    sent = replace(_letter(case, event.letter_id, "sent"), fees=fees)
    return sent if event.crossed == "withdrawal" else replace(sent, varsel_pay_by=event.pay_by)


def _demand_sent(case: Case, event: BetalingsoppfordringSent) -> Case:
    sent = _letter(case, event.letter_id, "sent")
    if event.crossed in ("payment", "withdrawal", "closed"):
        # It left after the case had ended: no cost and no deadline may hang from it.
        return sent
    return replace(sent, bo_sent_on=event.sent_on, bo_pay_by=event.pay_by)


def _answered(case: Case, event: ObjectionAnswered) -> Case:
    objections = tuple(
        replace(objection, open=False, groundless=objection.groundless or event.groundless)
        if objection.objection_id == event.objection_id
        else objection
        for objection in case.objections
    )
    return replace(case, objections=objections)


def _reduced(case: Case, event: PrincipalReduced) -> Case:
    claims = tuple(
        change_principal(claim, claim.interest_from_on, -event.by_ore, reduces=True)
        if claim.claim_id == event.claim_id
        else claim
        for claim in case.claims
    )
    reduced = replace(case, claims=claims)
    if event.excess is None:
        return reduced
    from_on = event.reduced_on + NEXT_DAY
    payments = _freed(case.payments, event.excess, from_on)
    return _undo(replace(reduced, payments=payments), event.excess, from_on)


def freed_parts(payments: tuple[Payment, ...], excess: Split) -> list[tuple[Payment, Split]]:
    """Which payments the excess was part of, and what of each: the newest gives first."""
    parts: list[tuple[Payment, Split]] = []
    rest: Split | None = excess
    for paid in reversed(payments):
        part, rest = part_of(rest, paid.splits)
        if part is not None:
            parts.append((paid, part))
    return parts


def _freed(payments: tuple[Payment, ...], excess: Split, from_on: date) -> tuple[Payment, ...]:
    parts = {paid.payment_id: part for paid, part in freed_parts(payments, excess)}
    return tuple(
        replace(
            paid,
            coverings=(*paid.coverings, Covering(from_on, negated(parts[paid.payment_id]))),
            given_back=paid.given_back or paid.source == "direct",
        )
        if paid.payment_id in parts
        else paid
        for paid in payments
    )


def _barred(case: Case, claim_ids: tuple[UUID, ...], *, barred: bool) -> Case:
    claims = tuple(
        replace(claim, costs_barred=barred) if claim.claim_id in claim_ids else claim
        for claim in case.claims
    )
    return replace(case, claims=claims)


def _allocated(case: Case, event: PaymentAllocated) -> Case:
    shares = {share.claim_id: share for share in event.split.claims}
    claims = tuple(
        claim.covered(shares[claim.claim_id], event.effective_on + NEXT_DAY)
        if claim.claim_id in shares
        else claim
        for claim in case.claims
    )
    covering = Covering(event.effective_on + NEXT_DAY, event.split)
    payments = tuple(
        replace(paid, coverings=(*paid.coverings, covering))
        if paid.payment_id == event.payment_id
        else paid
        for paid in case.payments
    )
    return replace(case, claims=claims, payments=payments, paid=_sum(case.paid, event.split, 1))


def _undo(case: Case, split: Split, from_on: date) -> Case:
    shares = {share.claim_id: share for share in split.claims}
    claims = tuple(
        claim.uncovered(shares[claim.claim_id], from_on) if claim.claim_id in shares else claim
        for claim in case.claims
    )
    return replace(case, claims=claims, paid=_sum(case.paid, split, -1))


def _sum(costs: Costs, split: Split, sign: int) -> Costs:
    return Costs(
        letter_fees_ore=Ore(costs.letter_fees_ore + sign * split.letter_fees_ore),
        creditors_letter_fees_ore=Ore(
            costs.creditors_letter_fees_ore + sign * split.creditors_letter_fees_ore
        ),
        salaer_ore=Ore(costs.salaer_ore + sign * split.salaer_ore),
        compensation_ore=Ore(costs.compensation_ore + sign * split.compensation_ore),
        vat_ore=Ore(costs.vat_ore + sign * split.vat_ore),
    )


def _held(case: Case, event: OverpaymentHeld) -> Case:
    ours = event.amount_ore if event.source == "bank" else ZERO
    theirs = ZERO if event.source == "bank" else event.amount_ore
    payments = tuple(
        replace(
            paid,
            held_ore=Ore(paid.held_ore + ours),
            held_by_creditor_ore=Ore(paid.held_by_creditor_ore + theirs),
        )
        if paid.payment_id == event.payment_id
        else paid
        for paid in case.payments
    )
    return replace(case, payments=payments)


def _refunded(case: Case, event: RefundMade) -> Case:
    payments = tuple(
        replace(paid, held_ore=Ore(paid.held_ore - event.amount_ore))
        if paid.payment_id == event.payment_id
        else paid
        for paid in case.payments
    )
    return replace(case, payments=payments)


def _reversed(case: Case, event: PaymentReversed) -> Case:
    payments = tuple(
        replace(paid, reversed=True, coverings=(), held_ore=ZERO, held_by_creditor_ore=ZERO)
        if paid.payment_id == event.payment_id
        else paid
        for paid in case.payments
    )
    after = replace(case, payments=payments)
    paid = case.payment(event.payment_id)
    # Each part from the day it counted from, so that nothing remains of it on any day.
    for covering in paid.coverings if paid else ():
        after = _undo(after, covering.split, covering.from_on)
    return after


def _starts_heavy(case: Case, event: SalaerClaimed) -> bool:
    return event.level == "heavy" and case.heavy_from is None


def _waived(case: Case, event: RemainderWaived) -> Case:
    waived = Costs(
        letter_fees_ore=Ore(case.waived.letter_fees_ore + event.letter_fees_ore),
        salaer_ore=Ore(case.waived.salaer_ore + event.salaer_ore),
        compensation_ore=Ore(case.waived.compensation_ore + event.compensation_ore),
    )
    return replace(case, waived=waived, claims=tuple(claim.given_up() for claim in case.claims))


def _reinstated(case: Case) -> Case:
    return replace(case, waived=Costs(), claims=tuple(claim.taken_up() for claim in case.claims))
