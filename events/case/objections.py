"""What the debtor says against a claim, the creditor's answer, and what both do to the costs."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from events.base import Event
from events.money import Ore
from events.personal import Personal

Answer = Literal["accepted", "corrected", "upheld"]


class ObjectionEvent(Event):
    """An objection has been raised or answered, or has changed what is owed."""


class ObjectionRaised(ObjectionEvent):
    """The debtor disputes one or more claims; a groundless objection stops nothing.

    Law: inkassoloven 1988 § 8
    """

    TYPE: ClassVar[str] = "case.objection_raised"

    objection_id: UUID
    raised_on: date
    claim_ids: tuple[UUID, ...]
    groundless: bool
    reason: Personal


class ObjectionAnswered(ObjectionEvent):
    """The creditor has accepted the objection, corrected the claim, or upheld it."""

    TYPE: ClassVar[str] = "case.objection_answered"

    objection_id: UUID
    answered_on: date
    answer: Answer
    groundless: bool


class PrincipalReduced(ObjectionEvent):
    """A claim was too high from the start, by `by_ore`; its interest and the salær fall too."""

    TYPE: ClassVar[str] = "case.principal_reduced"

    claim_id: UUID
    by_ore: Ore
    reduced_on: date
    reason: Literal["accepted", "corrected"]


class CostsBarred(ObjectionEvent):
    """No costs may be claimed on these claims; what had been asked falls away.

    The amounts are what had been asked of each, before payments, and is not any more.
    Law: inkassoloven 1988 § 17
    """

    TYPE: ClassVar[str] = "case.costs_barred"

    claim_ids: tuple[UUID, ...]
    reason: Literal["objection"]
    barred_on: date
    letter_fees_ore: Ore
    salaer_ore: Ore
    compensation_ore: Ore


class CostsReinstated(ObjectionEvent):
    """The objection was groundless: the costs on these claims may be claimed after all.

    The amounts are what is asked of each again, before payments.
    Law: inkassoloven 1988 § 17
    """

    TYPE: ClassVar[str] = "case.costs_reinstated"

    claim_ids: tuple[UUID, ...]
    reinstated_on: date
    letter_fees_ore: Ore
    salaer_ore: Ore
    compensation_ore: Ore
