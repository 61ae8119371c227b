"""What a case is made of, as its decisions see it: claims, letters, payments, objections."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from engine.case.claim import Claim
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
    """One case as its decisions see it. Closed, withdrawn or paused are facts, not states.

    `paid_before_demand` is how many of the payments were known when the demand left, and
    `not_demanded` the claims it was not for, since they were disputed.
    """

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
    contacts: tuple[UUID, ...] = ()
    varsel_pay_by: date | None = None
    bo_sent_on: date | None = None
    bo_pay_by: date | None = None
    paid_before_demand: int = 0
    not_demanded: frozenset[UUID] = frozenset()
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
