"""The course of a case that both sides record: five events of the real language."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from time import time_ns
from typing import Final
from uuid import UUID

from engine.journal.commit import Commit, EventRecord, Part, commit_hash, encode, genesis_hash
from engine.streams import case_stream
from events.base import Event, canonical
from events.case import (
    CaseRegistered,
    InkassovarselOrdered,
    InkassovarselSent,
    PaymentAllocated,
    PaymentReceived,
)
from events.case.lifecycle import ClaimTaken, Terms
from events.case.money import ClaimShare, Split
from events.case.notices import Grounds
from events.money import ZERO, Ore

AT: Final = datetime(2026, 8, 3, 8, 30, tzinfo=UTC)
DECISIONS: Final = (2, 1, 2)  # how many of the five events each decision leads to
ACTOR: Final = "bench"
MAC: Final = "0" * 64

CREDITOR, DEBTOR, CLAIM, LETTER, PAYMENT = (UUID(int=number) for number in range(1, 6))
BEGAN_ON, PAY_BY, PAID_ON = date(2026, 8, 3), date(2026, 8, 17), date(2026, 9, 1)

EVENTS: Final[tuple[Event, ...]] = (
    CaseRegistered(
        creditor_id=CREDITOR,
        debtor_id=DEBTOR,
        debtor_kind="person",
        consumer=True,
        case_number="10000-0000001",
        kid="1000000000018",
        registered_on=BEGAN_ON,
        claims=(
            ClaimTaken(
                claim_id=CLAIM,
                invoice_number="1001",
                issued_on=date(2026, 7, 6),
                due_on=date(2026, 7, 20),
                interest_from_on=date(2026, 7, 21),
                principal_ore=Ore(500000),
                compensation_ore=ZERO,
                varsel=None,
            ),
        ),
        terms=Terms(
            allocation="practice",
            deducts_vat=True,
            free_withdrawal_days=14,
            withdrawal_fee_ore=ZERO,
            small_balance_ore=ZERO,
            due_date_shift=True,
            claim_letter_fees=True,
            claim_compensation=False,
            letters="earliest",
        ),
    ),
    InkassovarselOrdered(
        letter_id=LETTER,
        ordered_on=BEGAN_ON,
        grounds=Grounds(rule="inkassoloven 1988 § 9", inputs=(), earliest_on=BEGAN_ON),
    ),
    InkassovarselSent(
        letter_id=LETTER,
        sent_on=BEGAN_ON,
        pay_by=PAY_BY,
        fee_ore=Ore(3800),
        content_hmac=MAC,
        crossed=None,
    ),
    PaymentReceived(
        payment_id=PAYMENT,
        source="bank",
        amount_ore=Ore(100000),
        ordered_on=PAID_ON,
        received_on=PAID_ON,
        booked_on=PAID_ON,
        kid="1000000000018",
    ),
    PaymentAllocated(
        payment_id=PAYMENT,
        source="bank",
        order="practice",
        effective_on=PAID_ON,
        booked_on=PAID_ON,
        principal_ore=Ore(100000),
        costs_ore=ZERO,
        interest_ore=ZERO,
        interest_accrued_ore=ZERO,
        split=Split(
            creditor_id=CREDITOR,
            case_number="10000-0000001",
            claims=(
                ClaimShare(
                    claim_id=CLAIM,
                    invoice_number="1001",
                    principal_ore=Ore(100000),
                    interest_ore=ZERO,
                ),
            ),
            principal_ore=Ore(100000),
            interest_ore=ZERO,
            costs_ore=ZERO,
            letter_fees_ore=ZERO,
            creditors_letter_fees_ore=ZERO,
            salaer_ore=ZERO,
            compensation_ore=ZERO,
            creditor_ore=Ore(100000),
            agency_ore=ZERO,
            vat_ore=ZERO,
            vat_inside=False,
        ),
    ),
)
LENGTH: Final = len(EVENTS)
WRITTEN: Final = tuple(canonical(event) for event in EVENTS)


def case_of(number: int) -> UUID:
    """The id of the case with that number; scattered, as ids of cases are."""
    return UUID(int=(number + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128)


def new_cases() -> Iterator[int]:
    """Numbers of cases that nobody has had: they go on from the nanosecond."""
    return count(time_ns())


def lines(events_count: int) -> Iterator[tuple[bytes, int]]:
    """The lines of about that many events of many cases, each with its count of events."""
    for number in range(-(-events_count // LENGTH)):
        stream = case_stream(case_of(number))
        head, version = genesis_hash(0, stream).hex(), 1
        for decision, length in enumerate(DECISIONS):
            line = encode(
                _commit(
                    number, decision, Part(stream, version, head, _slice(version, number, length))
                )
            )
            head, version = commit_hash(line).hex(), version + length
            yield line, length


def _slice(version: int, number: int, length: int) -> tuple[EventRecord, ...]:
    return tuple(
        EventRecord(
            UUID(int=number << 64 | 1 << 32 | place), EVENTS[place].TYPE, 1, _own(number, place)
        )
        for place in range(version - 1, version - 1 + length)
    )


def _own(number: int, place: int) -> bytes:
    """The event as it is written of that case: its claim, letter and payment are its own."""
    written = WRITTEN[place]
    for each in (CLAIM, LETTER, PAYMENT):
        own = UUID(int=number << 64 | 3 << 32 | each.int)
        written = written.replace(str(each).encode(), str(own).encode())
    return written


def _commit(number: int, decision: int, part: Part) -> Commit:
    commit_id = UUID(int=number << 64 | 2 << 32 | decision)
    return Commit(
        commit_id=commit_id,
        command_id=commit_id,
        command_mac=MAC,
        shard=0,
        parts=(part,),
        actor=ACTOR,
        correlation=commit_id,
        recorded_at=AT,
    )
