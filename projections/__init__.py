"""What people look at, computed from the log, and the runner that keeps it."""

from engine.vault import Vault
from projections import (
    balance,
    candidate,
    case_list,
    creditor,
    debtor,
    document,
    due,
    invoice,
    kept,
    ordered_act,
    payable,
    payment,
    payout,
    posting,
    timeline,
)
from projections.projection import AnyProjection


def all_projections(vault: Vault) -> tuple[AnyProjection, ...]:
    """Every projection there is; those that show personal text open it with `vault`."""
    return (
        case_list.PROJECTION,
        balance.PROJECTION,
        due.PROJECTION,
        timeline.PROJECTION,
        invoice.PROJECTION,
        document.PROJECTION,
        ordered_act.PROJECTION,
        candidate.PROJECTION,
        debtor.projection(vault),
        creditor.projection(vault),
        payment.projection(vault),
        posting.PROJECTION,
        payable.PROJECTION,
        payout.PROJECTION,
        payout.PAYOUT_LINES,
        kept.PROJECTION,
    )
