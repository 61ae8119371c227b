"""Invoices that may become cases."""

from datetime import date

from events.base import Event
from events.claim import CaseNumberTaken, ClaimOffered, ClaimRegistered
from events.money import ZERO, Ore
from events.personal import Clear
from projections import candidate
from projections.candidate import Candidate
from projections.projection import Key
from tests.projections import given
from tests.projections.given import CASE, CLAIM, CREDITOR, DEBTOR, fold, history

OFFERED = ClaimOffered(
    creditor_id=CREDITOR,
    debtor_id=DEBTOR,
    invoice_number="1001",
    issued_on=date(2026, 7, 6),
    due_on=date(2026, 7, 20),
    principal_ore=Ore(500000),
    consumer=True,
    varsel_sent_on=None,
    varsel_pay_by=None,
    varsel_fee_ore=ZERO,
    description=Clear(person_id=DEBTOR, text=given.PRIVATE),
    offered_on=date(2026, 7, 22),
)
REGISTERED = ClaimRegistered(case_id=CASE, registered_on=date(2026, 8, 3))


def after(*events: Event) -> dict[Key, object]:
    return fold(candidate.PROJECTION, history(*events, stream=f"claim-{CLAIM}"))


def test_an_offered_invoice_is_ripe_fourteen_days_after_it_fell_due() -> None:
    row = after(OFFERED)[(CLAIM,)]

    assert isinstance(row, Candidate)
    assert (row.ripe_on, row.too_old_after) == (date(2026, 8, 3), date(2029, 7, 20))
    assert given.PRIVATE not in str(row)


def test_a_due_date_on_a_sunday_counts_from_the_monday() -> None:
    row = after(OFFERED.model_copy(update={"due_on": date(2026, 7, 19)}))[(CLAIM,)]

    assert isinstance(row, Candidate)
    assert row.ripe_on == date(2026, 8, 3)


def test_a_registered_invoice_is_no_candidate() -> None:
    assert after(OFFERED, REGISTERED) == {}


def test_an_invoice_offered_again_is_a_candidate_again() -> None:
    assert list(after(OFFERED, REGISTERED, OFFERED)) == [(CLAIM,)]


def test_a_case_number_given_out_is_no_invoice() -> None:
    taken = history(CaseNumberTaken(case_id=CASE), stream="case_number-0000100001239")

    assert fold(candidate.PROJECTION, taken) == {}
