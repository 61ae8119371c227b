"""What is ripe becomes cases, a debtor at a time; what cannot today is tried every day."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from engine.pump import RipeClaims, registration
from engine.refusal import RefusedError
from gateways.office import Office
from projections import candidate, case_list
from projections.creditor import Creditor

AT_ONCE = 8  # so that their commits share a flush


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case that the file led to."""

    case_id: UUID
    case_number: str
    kid: str


@dataclass(frozen=True, slots=True)
class StuckDebtor:
    """Ripe invoices that could not be registered today; they stay, and are tried every day."""

    debtor_id: UUID
    invoice_numbers: tuple[str, ...]
    code: str


def register_ripe(
    office: Office, debtors: Sequence[tuple[Creditor, UUID]], today: date
) -> tuple[tuple[NewCase, ...], tuple[StuckDebtor, ...]]:
    """Register what is ripe on these debtors, each of its creditor."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(partial(_register, office, today), debtors))
    cases = tuple(each for each in done if isinstance(each, NewCase))
    return cases, tuple(each for each in done if isinstance(each, StuckDebtor))


def _register(
    office: Office, today: date, debtor: tuple[Creditor, UUID]
) -> NewCase | StuckDebtor | None:
    owner, debtor_id = debtor
    of_debtor = {"creditor_id": owner.creditor_id, "debtor_id": debtor_id}
    found = office.rows.find(candidate.TABLE, equals=of_debtor, at_most={"ripe_on": today})
    ripe = [row for row in found if today <= row.too_old_after]
    if not ripe:
        return None
    claim_ids = tuple(sorted(row.claim_id for row in ripe))
    claims = RipeClaims(owner.creditor_id, owner.number, debtor_id, claim_ids)
    asked = registration(claims, today)
    try:
        office.carry(asked)
    except RefusedError as refusal:
        numbers = tuple(row.invoice_number for row in ripe)
        return StuckDebtor(debtor_id, numbers, refusal.code)
    case = office.rows.get(case_list.TABLE, (asked.correlation,))
    return None if case is None else NewCase(case.case_id, case.case_number, case.kid)
