"""The form of a scenario file: what may stand in it."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from typing_extensions import override

from events.case.lifecycle import AllocationOrder, DebtorKind, LetterPolicy
from events.case.objections import Answer
from events.creditor import SettlementDay
from events.money import Ore
from events.registry import BY_TYPE

KRONER = re.compile(r"[0-9]+(\.[0-9]{1,2})?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _amount(value: object) -> Ore:
    if not isinstance(value, str):
        raise ValueError('an amount is kroner as text, such as "5000.00"')  # noqa: TRY004 - pydantic wants it
    if KRONER.fullmatch(value) is None:
        raise ValueError(f'"{value}" is not an amount in kroner with at most two decimals')
    return Ore(int(Decimal(value) * 100))


def _text(value: object) -> str:
    if isinstance(value, bool | float) or not isinstance(value, str | int):
        raise ValueError("should be text: put it in quotes")  # noqa: TRY004 - pydantic wants it
    return str(value)


def _day(value: object) -> date:
    if not isinstance(value, str) or ISO_DAY.fullmatch(value) is None:
        raise ValueError("should be a date, such as 2026-08-03")
    return date.fromisoformat(value)


Amount = Annotated[Ore, BeforeValidator(_amount)]
Word = Annotated[str, BeforeValidator(_text)]
Day = Annotated[date, BeforeValidator(_day)]
Figures = Annotated[dict[str, int], Field(min_length=1)]


class Form(BaseModel):
    """A part of the file: a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CreditorForm(Form):
    """The creditor and what is agreed with it."""

    name: Word
    deducts_vat: bool = True
    allocation: AllocationOrder = "practice"
    free_withdrawal_days: int = Field(default=14, ge=0)
    withdrawal_fee: Amount = Ore(0)
    settlement: SettlementDay = "weekly"


class DebtorForm(Form):
    """The debtor."""

    kind: DebtorKind
    consumer: bool | None = None
    name: Word


class VarselForm(Form):
    """The creditor's own inkassovarsel."""

    sent: Day
    pay_by: Day
    fee: Amount = Ore(0)


class ClaimForm(Form):
    """One invoice."""

    invoice: Word
    issued: Day
    due: Day
    amount: Amount
    inkassovarsel: VarselForm | None = None


class PolicyForm(Form):
    """How the engine is to go about it."""

    letters: LetterPolicy = "earliest"
    due_date_shift: bool = True
    claim_letter_fees: bool = True
    claim_compensation: bool = False


class StepForm(Form):
    """Something that happens from outside on a day."""

    on: Day

    @property
    def known_on(self) -> date:
        """The day on which we hear of it, and act on it."""
        return self.on


class RegisterStep(StepForm):
    """Register the claims named, or all that qualify."""

    do: Literal["register"]
    claims: tuple[Word, ...] | None = None


class PaymentStep(StepForm):
    """Money comes in on the client account; it is booked when it is there."""

    do: Literal["payment"]
    amount: Amount
    ordered: Day | None = None
    received: Day | None = None
    kid: Word | None = None

    @property
    @override
    def known_on(self) -> date:
        return max(self.on, self.received or self.on)


class DirectPaymentStep(StepForm):
    """The debtor has paid the creditor."""

    do: Literal["direct_payment"]
    amount: Amount
    paid: Day | None = None


class ObjectionStep(StepForm):
    """The debtor disputes claims."""

    do: Literal["objection"]
    reason: Word = ""
    groundless: bool = False
    claims: tuple[Word, ...] | None = Field(default=None, min_length=1)


class ObjectionAnswerStep(StepForm):
    """The creditor answers."""

    do: Literal["objection_answer"]
    answer: Answer
    amount: Amount | None = None
    groundless: bool = False

    @model_validator(mode="after")
    def _amount_only_where_it_is_heard(self) -> Self:
        if self.amount is not None and self.answer != "corrected":
            raise ValueError(f"an amount says nothing beside the answer {self.answer}")
        return self


class ApprovalStep(StepForm):
    """The creditor's word on the legal course."""

    do: Literal["approve", "decline"]
    step: Literal["rettslig"] = "rettslig"


class PauseStep(StepForm):
    """The case is to rest."""

    do: Literal["pause"]
    reason: Word = ""


class PlainStep(StepForm):
    """What needs no more than its day."""

    do: Literal["withdraw", "resume", "write_off", "reopen", "letter_returned"]


class ReversalStep(StepForm):
    """The bank takes the latest payment back."""

    do: Literal["payment_reversed"]


class PlanStep(StepForm):
    """An instalment plan."""

    do: Literal["plan"]
    instalments: int
    first: Day


class CourtStep(StepForm):
    """Something happens at forliksråd, namsmann or court."""

    do: Literal["court"]
    what: Word
    served: Day | None = None
    result: Word | None = None


Step = Annotated[
    RegisterStep
    | PaymentStep
    | DirectPaymentStep
    | ObjectionStep
    | ObjectionAnswerStep
    | ApprovalStep
    | PauseStep
    | PlainStep
    | ReversalStep
    | PlanStep
    | CourtStep,
    Field(discriminator="do"),
]


class Expectation(BaseModel):
    """What is to be seen on a day; of `event` and `refused`, any further field too."""

    model_config = ConfigDict(extra="allow", frozen=True)

    on: Day
    event: Word | None = None
    no_event: Word | None = None
    until: Day | None = None
    status: Word | None = None
    group: Word | None = None
    statement: Figures | None = None
    refused: Word | None = None
    payout: Figures | None = None

    @property
    def further(self) -> dict[str, str]:
        """The further fields, as text."""
        return {name: str(value) for name, value in (self.model_extra or {}).items()}


class Scenario(Form):
    """One case from outside: who, what, what happened when, and what is to be seen."""

    title: Word
    creditor: CreditorForm
    debtor: DebtorForm
    claims: tuple[ClaimForm, ...] = Field(min_length=1)
    policy: PolicyForm = PolicyForm()
    steps: tuple[Step, ...] = Field(min_length=1)
    ask: tuple[Day, ...] = ()
    expect: tuple[Expectation, ...] = ()

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that anything is said of."""
        told = [expected.until or expected.on for expected in self.expect]
        days = [*(step.known_on for step in self.steps), *self.ask, *told]
        return min(step.on for step in self.steps), max(days)


TELLING = ("case.", "payment.", "settlement.")
TOLD = frozenset(name for name in BY_TYPE if name.startswith(TELLING))
"""The events that a simulation tells."""
