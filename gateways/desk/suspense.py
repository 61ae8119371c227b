"""Money that no case was known for: looked through, matched to its case, or sent back."""

from uuid import uuid5

from engine.payment import MatchPayment, RefundSuspense, match_payment, refund_suspense
from gateways.desk.asking import By, Outcome, carry
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
    return carry(office, match_payment(command), command, by, ids=ids)


def refund(office: Office, row: Payment, by: By) -> Outcome:
    """Record that a payment in suspense has been sent back to its payer.

    Refuses: as refunding does.
    """
    command = RefundSuspense(payment_id=row.payment_id, today=by.today)
    ids = (by.command_id or uuid5(row.payment_id, "refund"), row.payment_id)
    return carry(office, refund_suspense(command), command, by, ids=ids)
