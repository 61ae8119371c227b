"""The agency's clients: who they are, what is agreed with them, and where their money goes."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from engine.journal.recorded import Recorded
from engine.vault import Vault
from events.case.lifecycle import AllocationOrder, LetterPolicy
from events.creditor import (
    AgreementSet,
    CreditorChanged,
    CreditorCreated,
    PayoutAccountApproved,
    PayoutAccountDeclined,
    PayoutAccountProposed,
    SettlementDay,
    TermsAccepted,
)
from events.money import ZERO, Ore
from projections.fold import Fold, known, subject_id
from projections.opening import ERASED, opened, opened_if
from projections.projection import Key, Projection, Row, Table
from projections.wording import masked, sort_name

CREDITOR_EVENTS: Final = (
    CreditorCreated,
    CreditorChanged,
    TermsAccepted,
    AgreementSet,
    PayoutAccountProposed,
    PayoutAccountApproved,
    PayoutAccountDeclined,
)


class Creditor(Row, frozen=True, kw_only=True):
    """One row a creditor. Accounts show their last four digits only.

    The agreement is the one set last; before the first, `agreed_from` is empty.
    `account_version` is the version of the stream at which the payout account was approved.
    """

    creditor_id: UUID
    number: int
    name: str
    sort_name: str
    orgnr: str | None
    address: str | None
    email: str | None
    created_on: date
    terms_version: str | None = None
    terms_accepted_by: str | None = None
    terms_accepted_on: date | None = None
    agreed_from: date | None = None
    deducts_vat: bool = True
    allocation: AllocationOrder = "practice"
    free_withdrawal_days: int = 14
    withdrawal_fee_ore: Ore = ZERO
    settlement: SettlementDay = "weekly"
    small_balance_ore: Ore = ZERO
    due_date_shift: bool = True
    claim_letter_fees: bool = True
    claim_compensation: bool = False
    letters: LetterPolicy = "earliest"
    payout_account: str | None = None
    account_approved_by: str | None = None
    account_version: int | None = None
    proposed_account: str | None = None
    proposed_by: str | None = None
    proposed_on: date | None = None
    version: int


TABLE: Final = Table(
    "creditor",
    key=("creditor_id",),
    row=Creditor,
    indexes=("sort_name", "number"),
    one_stream=True,
)


def projection(vault: Vault) -> Projection[Creditor]:
    """The creditors, read with the keys of `vault`."""
    return Fold(TABLE, keys, partial(evolve, vault))


def keys(recorded: Recorded) -> Sequence[Key]:
    """The creditor's row, when the event is about a creditor."""
    return [(subject_id(recorded),)] if isinstance(recorded.event, CREDITOR_EVENTS) else []


def evolve(vault: Vault, row: Creditor | None, recorded: Recorded) -> Creditor | None:
    """The creditor as it is after the event."""
    event = recorded.event
    if isinstance(event, CreditorCreated):
        return _created(vault, event, recorded)
    now = replace(known(row, recorded), version=recorded.version)
    match event:
        case CreditorChanged():
            return _changed(vault, now, event, recorded)
        case TermsAccepted():
            return replace(
                now,
                terms_version=event.version,
                terms_accepted_by=event.accepted_by,
                terms_accepted_on=event.accepted_on,
            )
        case AgreementSet():
            return _agreed(now, event)
        case PayoutAccountProposed():
            return _proposed(vault, now, event, recorded)
        case PayoutAccountApproved():
            approved = replace(
                now,
                payout_account=now.proposed_account,
                account_approved_by=event.approved_by,
                account_version=recorded.version,
            )
            return _nothing_proposed(approved)
        case PayoutAccountDeclined():
            return _nothing_proposed(now)
        case _:
            raise TypeError(f"{event.TYPE} is no event of a creditor")


def _created(vault: Vault, event: CreditorCreated, recorded: Recorded) -> Creditor:
    name = opened(vault, event.name, recorded, "name")
    return Creditor(
        creditor_id=subject_id(recorded),
        number=event.number,
        name=name,
        sort_name=sort_name(name),
        orgnr=event.orgnr,
        address=opened_if(vault, event.address, recorded, "address"),
        email=opened_if(vault, event.email, recorded, "email"),
        created_on=event.created_on,
        version=recorded.version,
    )


def _changed(vault: Vault, row: Creditor, event: CreditorChanged, recorded: Recorded) -> Creditor:
    name = opened(vault, event.name, recorded, "name")
    return replace(
        row,
        name=name,
        sort_name=sort_name(name),
        orgnr=event.orgnr,
        address=opened_if(vault, event.address, recorded, "address"),
        email=opened_if(vault, event.email, recorded, "email"),
    )


def _agreed(row: Creditor, event: AgreementSet) -> Creditor:
    return replace(
        row,
        agreed_from=event.valid_from,
        deducts_vat=event.deducts_vat,
        allocation=event.allocation,
        free_withdrawal_days=event.free_withdrawal_days,
        withdrawal_fee_ore=event.withdrawal_fee_ore,
        settlement=event.settlement,
        small_balance_ore=event.small_balance_ore,
        due_date_shift=event.due_date_shift,
        claim_letter_fees=event.claim_letter_fees,
        claim_compensation=event.claim_compensation,
        letters=event.letters,
    )


def _proposed(
    vault: Vault, row: Creditor, event: PayoutAccountProposed, recorded: Recorded
) -> Creditor:
    account = opened(vault, event.account, recorded, "account")
    return replace(
        row,
        proposed_account=ERASED if account == ERASED else masked(account),
        proposed_by=event.proposed_by,
        proposed_on=event.proposed_on,
    )


def _nothing_proposed(row: Creditor) -> Creditor:
    return replace(row, proposed_account=None, proposed_by=None, proposed_on=None)
