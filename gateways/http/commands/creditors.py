"""Commands on creditors: who they are, what is agreed, and where they are paid."""

from typing import Any, TypeVar
from uuid import UUID, uuid5

from pydantic import Field

from engine.journal.shards import shard_of_id
from engine.streams import creditor_stream
from events.case.lifecycle import AllocationOrder, LetterPolicy
from events.creditor import AgreementSet, SettlementDay
from events.money import Ore
from gateways.desk import creditors
from gateways.desk.asking import DESK, By, Outcome
from gateways.desk.creditors import Details
from gateways.http.access import WORKERS, WRITERS, router
from gateways.http.bodies import Body, Day, Flag, Line, NotNegativeOre, Number
from gateways.http.commands.carrying import Asked, command_for
from gateways.office import Office

routes = router("creditor commands")
T = TypeVar("T")


class CreditorTold(Body):
    """Who a creditor is. The next free number is taken when none is told."""

    name: Line = Field(examples=["Lys og Varme AS"])
    number: Number | None = Field(default=None, description="Its number in KIDs.")
    orgnr: Line | None = Field(default=None, examples=["987654325"])
    address: Line | None = Field(default=None, examples=["Storgata 1, 0155 Oslo"])
    email: Line | None = Field(default=None, examples=["post@lysogvarme.example"])


class CreditorChange(Body):
    """What is new of a creditor; what is not told stays as it was."""

    name: Line | None = None
    orgnr: Line | None = None
    address: Line | None = None
    email: Line | None = None


class Accepting(Body):
    """Which version of the agency's terms is accepted, and by whom."""

    version: Line = Field(examples=["2026-1"])
    accepted_by: Line = Field(examples=["daglig leder"])


class Agreeing(Body):
    """What is agreed from a day on; what is not told stays as it was."""

    valid_from: Day
    deducts_vat: Flag | None = None
    allocation: AllocationOrder | None = None
    free_withdrawal_days: Number | None = None
    withdrawal_fee_ore: NotNegativeOre | None = None
    settlement: SettlementDay | None = None
    small_balance_ore: NotNegativeOre | None = None
    due_date_shift: Flag | None = None
    claim_letter_fees: Flag | None = None
    claim_compensation: Flag | None = None
    letters: LetterPolicy | None = None


class Proposing(Body):
    """Where the creditor wants to be paid."""

    account: Line = Field(examples=["1234.56.78911"])


class AccountAnswer(Body):
    """A second person's word on the proposed account."""

    approved: Flag


@routes.post("/creditors", **command_for(*WORKERS))
def create_creditor(said: CreditorTold, asked: Asked) -> Any:
    """Take a creditor in. Before it hands invoices over it accepts the terms and agrees."""
    made = uuid5(DESK, f"creditor {asked.command_id}")
    creditor_id = creditors.id_in_shard(asked.visit.office, made, said.number)
    details = Details(name=said.name, orgnr=said.orgnr, address=said.address, email=said.email)

    def wish(office: Office, by: By) -> Outcome:
        number = said.number or creditors.next_number(office, shard_of_id(creditor_id))
        return creditors.create_as(office, creditor_id, number, details, by)

    return asked.carry(creditor_stream(creditor_id), wish, said)


@routes.post("/creditors/{creditor_id}/details", **command_for(*WRITERS))
def change_creditor(creditor_id: UUID, said: CreditorChange, asked: Asked) -> Any:
    """Correct name, organisasjonsnummer, address or e-mail."""
    row = asked.visit.creditor(creditor_id)
    details = Details(
        name=said.name or row.name,
        orgnr=said.orgnr or row.orgnr,
        address=said.address or row.address,
        email=said.email or row.email,
    )
    return asked.carry(
        creditor_stream(creditor_id),
        lambda office, by: creditors.change(office, row, details, by),
        said,
    )


@routes.post("/creditors/{creditor_id}/terms", **command_for(*WRITERS))
def accept_terms(creditor_id: UUID, said: Accepting, asked: Asked) -> Any:
    """Record that the creditor has accepted the agency's terms."""
    asked.visit.creditor(creditor_id)
    return asked.carry(
        creditor_stream(creditor_id),
        lambda office, by: creditors.accept_terms(
            office, creditor_id, said.version, said.accepted_by, by
        ),
        said,
    )


@routes.post("/creditors/{creditor_id}/agreements", **command_for(*WORKERS))
def set_agreement(creditor_id: UUID, said: Agreeing, asked: Asked) -> Any:
    """Set what is agreed from a day on."""
    row = asked.visit.creditor(creditor_id)
    agreement = AgreementSet(
        valid_from=said.valid_from,
        deducts_vat=either(said.deducts_vat, row.deducts_vat),
        allocation=either(said.allocation, row.allocation),
        free_withdrawal_days=either(said.free_withdrawal_days, row.free_withdrawal_days),
        withdrawal_fee_ore=Ore(either(said.withdrawal_fee_ore, row.withdrawal_fee_ore)),
        settlement=either(said.settlement, row.settlement),
        small_balance_ore=Ore(either(said.small_balance_ore, row.small_balance_ore)),
        due_date_shift=either(said.due_date_shift, row.due_date_shift),
        claim_letter_fees=either(said.claim_letter_fees, row.claim_letter_fees),
        claim_compensation=either(said.claim_compensation, row.claim_compensation),
        letters=either(said.letters, row.letters),
    )
    return asked.carry(
        creditor_stream(creditor_id),
        lambda office, by: creditors.agree(office, creditor_id, agreement, by),
        said,
    )


@routes.post("/creditors/{creditor_id}/payout-account", **command_for(*WRITERS))
def propose_payout_account(creditor_id: UUID, said: Proposing, asked: Asked) -> Any:
    """Propose where the creditor is paid; a second person has to approve it."""
    asked.visit.creditor(creditor_id)
    return asked.carry(
        creditor_stream(creditor_id),
        lambda office, by: creditors.propose_account(office, creditor_id, said.account, by),
        said,
    )


@routes.post("/creditors/{creditor_id}/payout-account/answer", **command_for(*WORKERS))
def answer_payout_account(creditor_id: UUID, said: AccountAnswer, asked: Asked) -> Any:
    """Approve or decline the proposed account, as another person than who proposed it."""
    asked.visit.creditor(creditor_id)
    return asked.carry(
        creditor_stream(creditor_id),
        lambda office, by: creditors.answer_account(
            office, creditor_id, by, approved=said.approved
        ),
        said,
    )


def either(told: T | None, known: T) -> T:
    """What is told, or else what was known."""
    return known if told is None else told
