"""A creditor's decisions: created, changed, terms accepted, agreement dated, account approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from engine.decider import Ask, Decider, States
from engine.journal.shards import NUMBERS_END
from engine.refusal import RefusedError, refuse_if
from engine.streams import creditor_number_stream, creditor_stream
from events.base import Event
from events.case.lifecycle import Terms
from events.creditor import (
    AgreementSet,
    CreditorChanged,
    CreditorCreated,
    CreditorNumberTaken,
    PayoutAccountApproved,
    PayoutAccountDeclined,
    PayoutAccountProposed,
    TermsAccepted,
)
from events.personal import Personal

CreditorEvent = (
    CreditorCreated
    | CreditorNumberTaken
    | CreditorChanged
    | TermsAccepted
    | AgreementSet
    | PayoutAccountProposed
    | PayoutAccountApproved
    | PayoutAccountDeclined
)

NUMBER_MAX = NUMBERS_END - 1


@dataclass(frozen=True, slots=True)
class Creditor:
    """What decisions need to know of a creditor; `account_version` is where the account stands."""

    number: int | None = None
    terms_version: str | None = None
    agreements: tuple[AgreementSet, ...] = ()
    proposed_by: str | None = None
    proposed_version: int | None = None
    account_version: int | None = None
    version: int = 0

    def agreement(self, on: date) -> AgreementSet:
        """The agreement in force on a day.

        Refuses: agreement_missing.
        """
        valid = [agreement for agreement in self.agreements if agreement.valid_from <= on]
        if not valid:
            raise RefusedError("agreement_missing", on=on)
        return max(valid, key=lambda agreement: agreement.valid_from)


def evolve(creditor: Creditor, event: CreditorEvent) -> Creditor:
    """The creditor as it is after `event`."""
    after = replace(creditor, version=creditor.version + 1)
    match event:
        case CreditorCreated():
            return replace(after, number=event.number)
        case CreditorNumberTaken():
            return replace(after, number=event.number)
        case CreditorChanged():
            return after
        case TermsAccepted():
            return replace(after, terms_version=event.version)
        case AgreementSet():
            return replace(after, agreements=(*creditor.agreements, event))
        case PayoutAccountProposed():
            return replace(
                after, proposed_by=event.proposed_by, proposed_version=creditor.version + 1
            )
        case PayoutAccountApproved():
            return replace(
                after,
                account_version=creditor.proposed_version,
                proposed_by=None,
                proposed_version=None,
            )
        case PayoutAccountDeclined():
            return replace(after, proposed_by=None, proposed_version=None)
        case _:
            assert_never(event)


DECIDER = Decider(Creditor(), evolve)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCreditor:
    """Take a client in; `number` is 1 to 99 999 and stands in its KIDs."""

    creditor_id: UUID
    number: int
    name: Personal
    orgnr: str | None
    address: Personal | None
    email: Personal | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCreditor:
    """Correct name, address or contact point."""

    name: Personal
    orgnr: str | None
    address: Personal | None
    email: Personal | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptTerms:
    """Accept the agency's terms, by version."""

    version: str
    accepted_by: str
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAgreement:
    """Agree on prices, shares, days and orders from a day on."""

    agreement: AgreementSet


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposePayoutAccount:
    """Ask for payouts to go to an account."""

    account: Personal
    proposed_by: str
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPayoutAccount:
    """A second person's word on the proposed account."""

    answered_by: str
    approved: bool
    today: date


CreditorCommand = (
    ChangeCreditor | AcceptTerms | SetAgreement | ProposePayoutAccount | AnswerPayoutAccount
)


def create_creditor(command: CreateCreditor) -> Ask:
    """Take a client in under a number nobody else has.

    Refuses: number_out_of_range, creditor_number_taken.
    """
    own = creditor_stream(command.creditor_id)
    number = creditor_number_stream(command.number)

    def decide(states: States) -> Mapping[str, Sequence[Event]]:
        refuse_if(not 0 < command.number <= NUMBER_MAX, "number_out_of_range", most=NUMBER_MAX)
        if states.of(own, Creditor).number is not None:
            return {}
        refuse_if(states.of(number, Creditor).number is not None, "creditor_number_taken")
        created = CreditorCreated(
            number=command.number,
            name=command.name,
            orgnr=command.orgnr,
            address=command.address,
            email=command.email,
            created_on=command.today,
        )
        return {own: [created], number: [CreditorNumberTaken(number=command.number)]}

    return Ask({own: DECIDER, number: DECIDER}, decide)


def on_creditor(creditor_id: UUID, command: CreditorCommand) -> Ask:
    """A command on a creditor that exists."""
    own = creditor_stream(creditor_id)
    return Ask({own: DECIDER}, lambda states: {own: decide(command, states.of(own, Creditor))})


def decide(command: CreditorCommand, creditor: Creditor) -> list[CreditorEvent]:
    """What follows from `command` on the creditor as it is.

    Refuses: creditor_unknown, no_account_proposed, second_person_needed.
    """
    refuse_if(creditor.number is None, "creditor_unknown")
    match command:
        case ChangeCreditor():
            return [
                CreditorChanged(
                    name=command.name,
                    orgnr=command.orgnr,
                    address=command.address,
                    email=command.email,
                    changed_on=command.today,
                )
            ]
        case AcceptTerms():
            if creditor.terms_version == command.version:
                return []
            return [
                TermsAccepted(
                    version=command.version,
                    accepted_by=command.accepted_by,
                    accepted_on=command.today,
                )
            ]
        case SetAgreement():
            same = creditor.agreements and creditor.agreements[-1] == command.agreement
            return [] if same else [command.agreement]
        case ProposePayoutAccount():
            return [
                PayoutAccountProposed(
                    account=command.account,
                    proposed_by=command.proposed_by,
                    proposed_on=command.today,
                )
            ]
        case AnswerPayoutAccount():
            return _answer_account(command, creditor)
        case _:
            assert_never(command)


def _answer_account(command: AnswerPayoutAccount, creditor: Creditor) -> list[CreditorEvent]:
    refuse_if(creditor.proposed_by is None, "no_account_proposed")
    if not command.approved:
        return [PayoutAccountDeclined(declined_by=command.answered_by, declined_on=command.today)]
    refuse_if(command.answered_by == creditor.proposed_by, "second_person_needed")
    return [PayoutAccountApproved(approved_by=command.answered_by, approved_on=command.today)]


def terms_from(agreement: AgreementSet) -> Terms:
    """The part of an agreement that a case keeps for its life."""
    return Terms(
        allocation=agreement.allocation,
        deducts_vat=agreement.deducts_vat,
        free_withdrawal_days=agreement.free_withdrawal_days,
        withdrawal_fee_ore=agreement.withdrawal_fee_ore,
        small_balance_ore=agreement.small_balance_ore,
        due_date_shift=agreement.due_date_shift,
        claim_letter_fees=agreement.claim_letter_fees,
        claim_compensation=agreement.claim_compensation,
        letters=agreement.letters,
    )
