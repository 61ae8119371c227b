"""The invoices that are part of a case: what was claimed on each, and what is left of it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from msgspec.structs import replace
from typing_extensions import override

from engine.journal.recorded import Recorded
from events.base import Event
from events.case import (
    CaseRegistered,
    PaymentAllocated,
    PaymentFreed,
    PaymentReversed,
    PrincipalReduced,
)
from events.case.lifecycle import ClaimTaken
from events.case.money import ClaimShare, Split
from events.money import ZERO, Ore
from projections.fold import known, subject_id
from projections.projection import Key, Projection, Row, Table


class Invoice(Row, frozen=True, kw_only=True):
    """One row an invoice on a case.

    `left_ore` is principal neither paid nor reduced away; whether it is still claimed, the
    case tells: it may have ended, or what was left may have been waived.
    """

    case_id: UUID
    claim_id: UUID
    creditor_id: UUID
    debtor_id: UUID
    case_number: str
    invoice_number: str
    search_number: str
    issued_on: date
    due_on: date
    principal_ore: Ore
    compensation_ore: Ore
    reduced_ore: Ore = ZERO
    principal_paid_ore: Ore = ZERO
    interest_paid_ore: Ore = ZERO
    left_ore: Ore
    state: str = "claimed"


TABLE: Final = Table(
    "invoice",
    key=("case_id", "claim_id"),
    row=Invoice,
    indexes=(
        "search_number",
        "claim_id",
        "debtor_id",
        "due_on, case_id, claim_id",
        "issued_on",
        "case_number",
        "principal_ore",
        "left_ore",
        "creditor_id, due_on",
    ),
    one_stream=True,
)


class Invoices(Projection[Invoice]):
    """Folds what happens to each claim of a case; `state` is claimed, paid or reduced."""

    table = TABLE

    @override
    def touches(self, recorded: Recorded) -> Sequence[Key]:
        """Each invoice that the event names; none when it names none."""
        event = recorded.event
        if isinstance(event, CaseRegistered):
            return _keys(recorded, [claim.claim_id for claim in event.claims])
        reduced = [event.claim_id] if isinstance(event, PrincipalReduced) else []
        return _keys(recorded, [*reduced, *(share.claim_id for share in _shares(event))])

    @override
    def evolve(self, row: Invoice | None, recorded: Recorded, key: Key) -> Invoice:
        """The invoice under `key` as it is after the event."""
        event = recorded.event
        _, claim_id = key
        if isinstance(event, CaseRegistered):
            claims = {claim.claim_id: claim for claim in event.claims}
            return _taken(event, claims[UUID(str(claim_id))], recorded)
        now = known(row, recorded)
        if isinstance(event, PrincipalReduced) and event.claim_id == claim_id:
            now = replace(now, reduced_ore=Ore(now.reduced_ore + event.by_ore))
        for share in _shares(event):
            if share.claim_id == claim_id:
                now = _paid(now, share, 1 if isinstance(event, PaymentAllocated) else -1)
        return _left(now)


PROJECTION: Final = Invoices()


def _keys(recorded: Recorded, claim_ids: Iterable[UUID]) -> Sequence[Key]:
    return [(subject_id(recorded), claim_id) for claim_id in dict.fromkeys(claim_ids)]


def _shares(event: Event) -> tuple[ClaimShare, ...]:
    """What the event gave to, or took from, each claim."""
    split: Split | None = None
    match event:
        case PaymentAllocated() | PaymentFreed() | PaymentReversed():
            split = event.split
        case _:
            pass
    return split.claims if split else ()


def _taken(event: CaseRegistered, claim: ClaimTaken, recorded: Recorded) -> Invoice:
    return Invoice(
        case_id=subject_id(recorded),
        claim_id=claim.claim_id,
        creditor_id=event.creditor_id,
        debtor_id=event.debtor_id,
        case_number=event.case_number,
        invoice_number=claim.invoice_number,
        search_number=claim.invoice_number.casefold(),
        issued_on=claim.issued_on,
        due_on=claim.due_on,
        principal_ore=claim.principal_ore,
        compensation_ore=claim.compensation_ore,
        left_ore=claim.principal_ore,
    )


def _paid(row: Invoice, share: ClaimShare, sign: int) -> Invoice:
    return replace(
        row,
        principal_paid_ore=Ore(row.principal_paid_ore + sign * share.principal_ore),
        interest_paid_ore=Ore(row.interest_paid_ore + sign * share.interest_ore),
    )


def _left(row: Invoice) -> Invoice:
    left = Ore(row.principal_ore - row.reduced_ore - row.principal_paid_ore)
    if left > 0:
        return replace(row, left_ore=left, state="claimed")
    return replace(row, left_ore=left, state="paid" if row.principal_paid_ore > 0 else "reduced")
