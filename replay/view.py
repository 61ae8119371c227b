"""A case as it was: who, what was owed and sent, what stood open and what would come next."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.case.statement import Statement
from events.case.lifecycle import DebtorKind
from events.case.money import PaymentSource
from events.case.notices import LetterKind
from events.money import Ore
from projections.status import Group, Status
from replay.ahead import Ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditorThen:
    """The creditor as it was called."""

    creditor_id: UUID
    number: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorThen:
    """The debtor as it was known; text is "slettet" once its key is gone."""

    debtor_id: UUID
    kind: DebtorKind
    name: str
    address: str
    postcode: str
    city: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimThen:
    """An invoice of the case. `principal_ore` is what was rightly claimed, as then known.

    `over_ore` is what payments covered of it beyond that.
    """

    claim_id: UUID
    invoice_number: str
    issued_on: date
    due_on: date
    principal_ore: Ore
    principal_covered_ore: Ore
    principal_left_ore: Ore
    interest_left_ore: Ore | None
    over_ore: Ore
    costs_barred: bool
    disputed: bool
    waived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentThen:
    """A payment that counted. `covered_ore` is what it covered, `held_ore` what is the payer's."""

    payment_id: UUID
    source: PaymentSource
    ordered_on: date
    known_on: date
    amount_ore: Ore
    covered_ore: Ore
    held_ore: Ore
    reversed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterThen:
    """A letter of the case, and how far it had come."""

    letter_id: UUID
    kind: LetterKind
    state: str
    ordered_on: date
    sent_on: date | None
    pay_by: date | None
    fee_ore: Ore


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionThen:
    """An objection that had no answer yet, and the invoices it was against."""

    objection_id: UUID
    raised_on: date
    invoice_numbers: tuple[str, ...]
    groundless: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FactThen:
    """An event, in a sentence, with its two days."""

    version: int
    what: str
    counts_from: date
    known_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A case as effective on a day, as known when another had ended.

    `owed` is empty, and `owed_unknown` the code, where the figures of the day are not known.
    `pursued_ore` is what was asked for: of a withdrawn case nothing. `told_late` are facts
    that counted on the day and were recorded after it; `not_yet` were known, and count later.
    """

    case_id: UUID
    case_number: str
    kid: str
    effective_on: date
    known_on: date
    creditor: CreditorThen
    debtor: DebtorThen
    status: Status
    group: Group
    paused: bool
    disputed: bool
    approval: str
    closed: str | None
    closed_on: date | None
    follow_up: str
    owed: Statement | None
    owed_unknown: str | None
    pursued_ore: Ore | None
    held_ore: Ore
    claims: tuple[ClaimThen, ...]
    payments: tuple[PaymentThen, ...]
    letters: tuple[LetterThen, ...]
    objections: tuple[ObjectionThen, ...]
    ahead: Ahead
    counted: int
    told_late: tuple[FactThen, ...]
    not_yet: tuple[FactThen, ...]
