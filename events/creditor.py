"""A creditor: who it is, what it has agreed to, and where its money goes."""

from datetime import date
from typing import ClassVar, Literal

from events.base import Event
from events.case.lifecycle import AllocationOrder, LetterPolicy
from events.money import Ore
from events.personal import Personal

SettlementDay = Literal["daily", "weekly", "monthly"]


class CreditorEvent(Event):
    """Something has been settled with a creditor."""


class CreditorCreated(CreditorEvent):
    """The agency has a new client; `number` stands in every KID of its cases."""

    TYPE: ClassVar[str] = "creditor.created"

    number: int
    name: Personal
    orgnr: str | None
    address: Personal | None
    email: Personal | None
    created_on: date


class CreditorNumberTaken(CreditorEvent):
    """A creditor number has been given out; its stream makes sure that it is given once."""

    TYPE: ClassVar[str] = "creditor_number.taken"

    number: int


class CreditorChanged(CreditorEvent):
    """Name, address or contact point have changed."""

    TYPE: ClassVar[str] = "creditor.changed"

    name: Personal
    orgnr: str | None
    address: Personal | None
    email: Personal | None
    changed_on: date


class TermsAccepted(CreditorEvent):
    """The creditor has accepted the agency's terms, by version."""

    TYPE: ClassVar[str] = "creditor.terms_accepted"

    version: str
    accepted_by: str
    accepted_on: date


class AgreementSet(CreditorEvent):
    """What is agreed from a day on: prices, shares, days and orders.

    The agency keeps salær and the fees of letters it sent; the creditor gets the rest.
    """

    TYPE: ClassVar[str] = "creditor.agreement_set"

    valid_from: date
    deducts_vat: bool
    allocation: AllocationOrder
    free_withdrawal_days: int
    withdrawal_fee_ore: Ore
    settlement: SettlementDay
    small_balance_ore: Ore
    due_date_shift: bool
    claim_letter_fees: bool
    claim_compensation: bool
    letters: LetterPolicy


class PayoutAccountProposed(CreditorEvent):
    """Somebody wants payouts to go to this account; a second person has to agree."""

    TYPE: ClassVar[str] = "creditor.payout_account_proposed"

    account: Personal
    proposed_by: str
    proposed_on: date


class PayoutAccountApproved(CreditorEvent):
    """A second person has agreed: payouts go to the proposed account from now on."""

    TYPE: ClassVar[str] = "creditor.payout_account_approved"

    approved_by: str
    approved_on: date


class PayoutAccountDeclined(CreditorEvent):
    """The proposed account is not to be used."""

    TYPE: ClassVar[str] = "creditor.payout_account_declined"

    declined_by: str
    declined_on: date
