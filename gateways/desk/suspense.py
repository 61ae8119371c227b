"""Money that no case was known for: looked through, matched to its case, or sent back."""

from uuid import UUID, uuid5

from engine.journal.shards import shard_of_id
from engine.loop import fold
from engine.payment import (
    DECIDER,
    MatchPayment,
    RefundSuspense,
    match_payment,
    received_later,
    refund_suspense,
)
from engine.streams import payment_stream
from gateways.desk.asking import By, Outcome, carry, carry_on_case
from gateways.office import Office
from projections import payment
from projections.case_list import CaseRow
from projections.payment import Payment


def waiting(office: Office) -> list[Payment]:
    """The payments that wait for a person, the oldest first."""
    return office.rows.find(
        payment.TABLE, equals={"state": "suspense"}, order_by=("booked_on", "nid")
    )


def match(office: Office, row: Payment, case: CaseRow, by: By) -> Outcome:
    """Book a payment in suspense on the case that a person found for it.

    Refuses: as matching a payment does.
    """
    command = MatchPayment(payment_id=row.payment_id, case_id=case.case_id, today=by.today)
    ids = (by.command_id or uuid5(row.payment_id, f"match {case.case_id}"), case.case_id)
    outcome = carry(office, match_payment(command), command, by, ids=ids)
    if shard_of_id(row.payment_id) != shard_of_id(case.case_id):
        _take_up(office, row.payment_id, case.case_id, by)
    return outcome


def take_up(office: Office, by: By) -> int:
    """Have their cases take up the payments that have left suspense in another shard.

    Whoever matched them does that at once; this is for the one that was stopped in between.
    How many there were.
    """
    moving = [
        row
        for row in office.rows.find(payment.TABLE, equals={"state": "moving"})
        if office.mine(payment_stream(row.payment_id))
    ]
    for row in moving:
        if row.case_id is not None:
            _take_up(office, row.payment_id, row.case_id, by)
    return len(moving)


def refund(office: Office, row: Payment, by: By) -> Outcome:
    """Record that a payment in suspense has been sent back to its payer.

    Refuses: as refunding does.
    """
    command = RefundSuspense(payment_id=row.payment_id, today=by.today)
    ids = (by.command_id or uuid5(row.payment_id, "refund"), row.payment_id)
    return carry(office, refund_suspense(command), command, by, ids=ids)


def _take_up(office: Office, payment_id: UUID, case_id: UUID, by: By) -> None:
    suspended = fold(DECIDER, office.store.read(payment_stream(payment_id))).suspended
    if suspended is not None:
        command = received_later(payment_id, suspended, by.today)
        command_id = uuid5(payment_id, f"take up {case_id}")
        carry_on_case(office, case_id, command, by, command_id)
