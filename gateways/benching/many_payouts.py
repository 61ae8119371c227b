"""What creditors of many cases have besides them: payouts with lines, and invoices in no case."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from events.money import ZERO, Ore, total
from projections.candidate import Candidate
from projections.payout import Line, Payout

WEEK = timedelta(days=7)
LINES = 3
# What each line is of; a payout is what its lines add up to.
PRINCIPAL, INTEREST, VAT = Ore(500000), Ore(7216), Ore(15000)
PAYABLE = total([PRINCIPAL, INTEREST])
# All that has come is settled but for the last so many positions.
UNSETTLED = 500


def payouts(creditor_id: UUID, count: int, last: int, until_on: date) -> Iterator[Payout]:
    """So many confirmed payouts of a creditor, one a week; the last is up to the position."""
    for back in range(count):
        on = until_on - WEEK * back
        until = max(0, last - UNSETTLED - back)
        yield Payout(
            payout_id=payout_id(creditor_id, back),
            creditor_id=creditor_id,
            state="confirmed",
            prepared_on=on,
            after_position=max(0, until - 1),
            until_position=until,
            line_count=LINES,
            principal_ore=Ore(LINES * PRINCIPAL),
            interest_ore=Ore(LINES * INTEREST),
            fees_ore=ZERO,
            payable_ore=Ore(LINES * PAYABLE),
            vat_withheld_ore=Ore(LINES * VAT),
            set_off_ore=ZERO,
            carried_vat_ore=ZERO,
            carried_debt_ore=ZERO,
            amount_ore=Ore(LINES * (PAYABLE - VAT)),
            instructed_on=on,
            confirmed_on=on,
            nid=until,
        )


def lines(payout: Payout, case_id: UUID, case_number: str) -> Iterator[Line]:
    """The lines of a payout, all of one case."""
    for line in range(1, LINES + 1):
        yield Line(
            payout_id=payout.payout_id,
            line=line,
            creditor_id=payout.creditor_id,
            source_event_id=UUID(int=payout.payout_id.int + line),
            what="payment",
            case_id=case_id,
            case_number=case_number,
            invoice_number="1001",
            booked_on=payout.prepared_on,
            principal_ore=PRINCIPAL,
            interest_ore=INTEREST,
            fees_ore=ZERO,
            payable_ore=PAYABLE,
            salaer_ore=ZERO,
            agency_fees_ore=ZERO,
            vat_ore=VAT,
            debt_ore=ZERO,
        )


def candidate(number: int, creditor_id: UUID, debtor_id: UUID, due_on: date) -> Candidate:
    """An invoice of the debtor that waits to be ripe."""
    return Candidate(
        claim_id=UUID(int=(3 << 100) + number),
        creditor_id=creditor_id,
        debtor_id=debtor_id,
        invoice_number=f"{number + 2_000_000}",
        issued_on=due_on - timedelta(days=14),
        due_on=due_on,
        principal_ore=Ore(100_000 + number % 900_000),
        consumer=True,
        varsel_sent_on=None,
        varsel_pay_by=None,
        offered_on=due_on,
        ripe_on=due_on + timedelta(days=14),
        too_old_after=due_on + timedelta(days=1000),
    )


def payout_id(creditor_id: UUID, back: int) -> UUID:
    """The id of a creditor's payout of so many weeks ago."""
    return UUID(int=(4 << 100) + ((creditor_id.int & 0xFFFFFFFF) << 40) + back * 16)
