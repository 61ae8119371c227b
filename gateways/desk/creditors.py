"""Creditors: taken in, changed, their terms, their agreement, and two persons for an account."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from engine.creditor import (
    AcceptTerms,
    AnswerPayoutAccount,
    ChangeCreditor,
    CreateCreditor,
    CreditorCommand,
    ProposePayoutAccount,
    SetAgreement,
    create_creditor,
    on_creditor,
)
from engine.journal.shards import in_use, numbers_of, placed, shard_of_id, shard_of_number
from engine.loop import Nothing
from engine.refusal import RefusedError, refuse_if
from engine.streams import creditor_stream
from events.creditor import AgreementSet, PayoutAccountApproved, PayoutAccountDeclined
from events.personal import Clear
from gateways.bank.accounts import normal_account
from gateways.desk.asking import DESK, By, Outcome, carry, version_id, wish_id
from gateways.identity_numbers import normal_orgnr
from gateways.office import Office
from projections import creditor
from projections.creditor import Creditor

ANSWERS = (PayoutAccountApproved, PayoutAccountDeclined)


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Who the creditor is and where it is reached; `address` is one line, commas between."""

    name: str
    orgnr: str | None = None
    address: str | None = None
    email: str | None = None


def create(office: Office, number: int, details: Details, by: By) -> UUID:
    """Take a creditor in under a number nobody else has; its id. The same again is the same.

    Refuses: as `create_as` does.
    """
    named = office.vault.hmac("creditor", f"{details.name} {_orgnr(details.orgnr)}".encode())
    creditor_id = id_in_shard(office, uuid5(DESK, f"creditor {number} {named}"), number)
    create_as(office, creditor_id, number, details, by)
    return creditor_id


def id_in_shard(office: Office, made: UUID, number: int | None) -> UUID:
    """The id of a creditor to be taken in, in the shard of its number.

    Without a number that is the shard that was opened last; but if it has been taken in
    already, it is the id it was taken in under.
    """
    if number is not None:
        return placed(made, shard_of_number(number))
    ids = [placed(made, shard) for shard in in_use(office.store.index)]
    found = office.store.read_many([creditor_stream(each) for each in ids])
    return next((each for each in ids if found[creditor_stream(each)].head), ids[-1])


def create_as(office: Office, creditor_id: UUID, number: int, details: Details, by: By) -> Outcome:
    """Take a creditor in under an id that is made beforehand, by `id_in_shard`.

    Refuses: orgnr_invalid, shard_not_in_use, and as creating one does.
    """
    orgnr = _orgnr(details.orgnr)
    shard = shard_of_id(creditor_id)
    refuse_if(shard not in in_use(office.store.index), "shard_not_in_use", shard=shard)
    command = CreateCreditor(
        creditor_id=creditor_id,
        number=number,
        name=Clear(person_id=creditor_id, text=details.name),
        orgnr=orgnr,
        address=_clear(creditor_id, details.address),
        email=_clear(creditor_id, details.email),
        today=by.today,
    )
    ids = (wish_id(office, creditor_id, by, "create", details), creditor_id)
    return carry(office, create_creditor(command), command, by, ids=ids)


def next_number(office: Office, shard: int | None = None) -> int:
    """The number after the highest of the shard, or of the one that was opened last.

    The first of all is 1.
    Refuses: shard_full.
    """
    shard = in_use(office.store.index)[-1] if shard is None else shard
    numbers = numbers_of(shard)
    taken = (row.number for row in office.rows.find(creditor.TABLE) if row.number in numbers)
    number = max(taken, default=numbers.start - 1) + 1
    refuse_if(number not in numbers, "shard_full", shard=shard)
    return number


def change(office: Office, row: Creditor, details: Details, by: By) -> Outcome:
    """Correct name, number, address or contact point; what is the same changes nothing.

    Refuses: orgnr_invalid, and as changing one does.
    """
    orgnr = _orgnr(details.orgnr)
    told = (details.name, orgnr, details.address, details.email)
    if told == (row.name, row.orgnr, row.address, row.email):
        return Nothing()
    command = ChangeCreditor(
        name=Clear(person_id=row.creditor_id, text=details.name),
        orgnr=orgnr,
        address=_clear(row.creditor_id, details.address),
        email=_clear(row.creditor_id, details.email),
        today=by.today,
    )
    return _carry(office, row.creditor_id, command, by)


def accept_terms(
    office: Office, creditor_id: UUID, version: str, accepted_by: str, by: By
) -> Outcome:
    """Record that the creditor has accepted the agency's terms.

    Refuses: as accepting does.
    """
    command = AcceptTerms(version=version, accepted_by=accepted_by, today=by.today)
    return _carry(office, creditor_id, command, by)


def agree(office: Office, creditor_id: UUID, agreement: AgreementSet, by: By) -> Outcome:
    """Record what is agreed from a day on.

    Refuses: as agreeing does.
    """
    return _carry(office, creditor_id, SetAgreement(agreement=agreement), by)


def propose_account(office: Office, creditor_id: UUID, account: str, by: By) -> Outcome:
    """Ask for payouts to go to an account; a second person has to agree.

    Refuses: account_invalid, and as proposing does.
    """
    digits = normal_account(account)
    if digits is None:
        raise RefusedError("account_invalid")
    command = ProposePayoutAccount(
        account=Clear(person_id=creditor_id, text=digits), proposed_by=by.actor, today=by.today
    )
    history = office.store.read(creditor_stream(creditor_id))
    answers = sum(isinstance(recorded.event, ANSWERS) for recorded in history.events)
    # Once it has had its answer, the same account may be proposed again.
    command_id = wish_id(office, creditor_id, by, "account", digits, answers)
    ids = (command_id, creditor_id)
    return carry(office, on_creditor(creditor_id, command), command, by, ids=ids)


def answer_account(office: Office, creditor_id: UUID, by: By, *, approved: bool) -> Outcome:
    """A second person's word on the proposed account.

    Refuses: as answering does.
    """
    command = AnswerPayoutAccount(answered_by=by.actor, approved=approved, today=by.today)
    return _carry(office, creditor_id, command, by)


def _carry(office: Office, creditor_id: UUID, command: CreditorCommand, by: By) -> Outcome:
    stream = creditor_stream(creditor_id)
    command_id = version_id(office, stream, by, type(command).__name__, command)
    ids = (command_id, creditor_id)
    return carry(office, on_creditor(creditor_id, command), command, by, ids=ids)


def _orgnr(told: str | None) -> str | None:
    if not told:
        return None
    orgnr = normal_orgnr(told)
    refuse_if(orgnr is None, "orgnr_invalid", found=told)
    return orgnr


def _clear(person_id: UUID, text: str | None) -> Clear | None:
    return Clear(person_id=person_id, text=text) if text else None
