"""Payments that a person tells of: seen on the client account, or made to the creditor."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID, uuid5

from engine.case.money import ReceivePayment
from engine.journal.shards import in_use, shard_of_id
from engine.payment import BookPayment, book_payment
from engine.refusal import RefusedError
from engine.streams import payment_id_of
from events.money import Ore
from gateways.desk.asking import By, Outcome, carry, carry_on_case, wish_id
from gateways.office import Office
from projections.case_list import CaseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A payment somebody tells of. `ordered_on` is the day the payer's bank had the order."""

    amount_ore: Ore
    ordered_on: date
    received_on: date
    reference: str = ""


def book_by_hand(office: Office, case: CaseRow, paid: Paid, by: By) -> Outcome:
    """Book money that a person has seen on the client account; its reference is booked once.

    Refuses: reference_missing, and as receiving a payment does.
    """
    if not paid.reference.strip():
        raise RefusedError("reference_missing")
    reference = f"by hand {paid.reference.strip()}"
    payment_id = payment_id_of(reference, shard_of_id(case.case_id))
    command = BookPayment(
        case_id=case.case_id,
        payment=received(payment_id, "bank", paid, by.today),
        payer_account=None,
        source_file=None,
        source_line=None,
    )
    ids = (by.command_id or uuid5(payment_id, "book"), case.case_id)
    ask = book_payment(command, elsewhere(office, reference))
    return carry(office, ask, command, by, ids=ids)


def report_direct(office: Office, case: CaseRow, paid: Paid, by: By) -> Outcome:
    """Take up what the debtor has paid to the creditor itself.

    Refuses: as receiving a payment does.
    """
    words = ("direct", paid.amount_ore, paid.ordered_on, paid.received_on, paid.reference)
    command_id = wish_id(office, case.case_id, by, *words)
    command = received(uuid5(command_id, "payment"), "direct", paid, by.today)
    return carry_on_case(office, case.case_id, command, by, command_id)


def elsewhere(office: Office, reference: str) -> list[UUID]:
    """The ids a transaction may have come in under, in whatever shard."""
    return [payment_id_of(reference, shard) for shard in in_use(office.store.index)]


def received(
    payment_id: UUID,
    source: Literal["bank", "direct"],
    paid: Paid,
    today: date,
    kid: str | None = None,
) -> ReceivePayment:
    """The payment as it is received on its case, booked today."""
    return ReceivePayment(
        payment_id=payment_id,
        source=source,
        amount_ore=paid.amount_ore,
        ordered_on=paid.ordered_on,
        received_on=paid.received_on,
        kid=kid,
        today=today,
    )
