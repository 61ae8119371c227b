"""Commands on money: the bank's word on payouts, and payments nobody could place."""

from typing import Any
from uuid import UUID

from pydantic import Field

from engine.refusal import RefusedError
from engine.streams import case_stream, payment_stream, settlement_stream
from gateways.desk import payouts, suspense
from gateways.http.access import WORKERS, Visit, router
from gateways.http.bodies import Body, Id, Line
from gateways.http.commands.carrying import Asked, command_for
from projections import payment, payout
from projections.payment import Payment
from projections.payout import Payout

routes = router("money commands")


class Rejecting(Body):
    """Why the bank has not paid, as it says it."""

    reason: Line = Field(examples=["Konto avsluttet"])


class Matching(Body):
    """The case that a payment in suspense is for."""

    case_id: Id


@routes.post("/payouts/{payout_id}/confirm", **command_for(*WORKERS))
def confirm_payout(payout_id: UUID, asked: Asked) -> Any:
    """Say by hand that the bank has paid."""
    row = _payout(asked.visit, payout_id)
    return asked.carry(
        settlement_stream(row.creditor_id),
        lambda office, by: payouts.confirm_by_hand(office, row, by),
    )


@routes.post("/payouts/{payout_id}/reject", **command_for(*WORKERS))
def reject_payout(payout_id: UUID, said: Rejecting, asked: Asked) -> Any:
    """Say by hand that the bank has not paid."""
    row = _payout(asked.visit, payout_id)
    return asked.carry(
        settlement_stream(row.creditor_id),
        lambda office, by: payouts.reject_by_hand(office, row, said.reason, by),
        said,
    )


@routes.post("/suspense/{payment_id}/match", **command_for(*WORKERS))
def match_suspense(payment_id: UUID, said: Matching, asked: Asked) -> Any:
    """Book a payment in suspense on the case that was found for it."""
    row, case = _suspended(asked.visit, payment_id), asked.visit.case(said.case_id)
    return asked.carry(
        case_stream(case.case_id),
        lambda office, by: suspense.match(office, row, case, by),
        said,
    )


@routes.post("/suspense/{payment_id}/refund", **command_for(*WORKERS))
def refund_suspense(payment_id: UUID, asked: Asked) -> Any:
    """Record that a payment in suspense has been sent back to its payer."""
    row = _suspended(asked.visit, payment_id)
    return asked.carry(
        payment_stream(payment_id), lambda office, by: suspense.refund(office, row, by)
    )


def _payout(visit: Visit, payout_id: UUID) -> Payout:
    """The payout, if it is the caller's to see.

    Refuses: payout_unknown.
    """
    found = visit.office.rows.find(
        payout.TABLE, equals={"payout_id": payout_id}, among=visit.among, limit=1
    )
    if not found:
        raise RefusedError("payout_unknown")
    return found[0]


def _suspended(visit: Visit, payment_id: UUID) -> Payment:
    """The payment, whose state the decision judges.

    Refuses: payment_unknown.
    """
    row = visit.office.rows.get(payment.TABLE, (payment_id,))
    if row is None:
        raise RefusedError("payment_unknown")
    return row
