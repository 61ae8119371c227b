"""Transfers to creditors: how far each has come, and what each was made of."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal
from uuid import UUID

from msgspec.structs import replace
from typing_extensions import override

from engine.journal.recorded import Recorded
from events.money import Ore
from events.settlement import (
    PayoutConfirmed,
    PayoutInstructed,
    PayoutLine,
    PayoutPrepared,
    PayoutRejected,
)
from projections.fold import Fold, known
from projections.projection import Key, Projection, Row, Table

PayoutState = Literal["prepared", "instructed", "confirmed", "rejected"]

EVENTS: Final = (PayoutPrepared, PayoutInstructed, PayoutConfirmed, PayoutRejected)


class Payout(Row, frozen=True, kw_only=True):
    """One row a payout. `amount_ore` = payable less what was withheld and set off."""

    payout_id: UUID
    creditor_id: UUID
    state: PayoutState
    prepared_on: date
    after_position: int
    until_position: int
    line_count: int
    principal_ore: Ore
    interest_ore: Ore
    fees_ore: Ore
    payable_ore: Ore
    vat_withheld_ore: Ore
    set_off_ore: Ore
    carried_vat_ore: Ore
    carried_debt_ore: Ore
    amount_ore: Ore
    file_name: str | None = None
    file_sha256: str | None = None
    instructed_on: date | None = None
    confirmed_on: date | None = None
    rejected_on: date | None = None
    reason: str | None = None
    nid: int


class Line(Row, frozen=True, kw_only=True):
    """One row a line of a payout, in the order of the settlement letter, from 1."""

    payout_id: UUID
    line: int
    creditor_id: UUID
    source_event_id: UUID
    what: str
    case_id: UUID | None
    case_number: str | None
    invoice_number: str | None
    booked_on: date
    principal_ore: Ore
    interest_ore: Ore
    fees_ore: Ore
    payable_ore: Ore
    salaer_ore: Ore
    agency_fees_ore: Ore
    vat_ore: Ore
    debt_ore: Ore


TABLE: Final = Table(
    "payout",
    key=("payout_id",),
    row=Payout,
    indexes=("creditor_id, prepared_on", "creditor_id, until_position", "state, prepared_on"),
    one_stream=True,
)
LINES: Final = Table(
    "payout_line", key=("payout_id", "line"), row=Line, indexes=("case_id",), one_stream=True
)


def keys(recorded: Recorded) -> Sequence[Key]:
    """The payout that the event is about; none when it is about none."""
    event = recorded.event
    return [(event.payout_id,)] if isinstance(event, EVENTS) else []


def evolve(row: Payout | None, recorded: Recorded) -> Payout:
    """The payout as it is after the event."""
    event = recorded.event
    match event:
        case PayoutPrepared():
            return _prepared(event, recorded)
        case PayoutInstructed():
            return replace(
                known(row, recorded),
                state="instructed",
                file_name=event.file_name,
                file_sha256=event.file_sha256,
                instructed_on=event.instructed_on,
            )
        case PayoutConfirmed():
            now = known(row, recorded)
            return replace(now, state="confirmed", confirmed_on=event.confirmed_on)
        case PayoutRejected():
            now = replace(known(row, recorded), state="rejected")
            return replace(now, rejected_on=event.rejected_on, reason=event.reason)
        case _:
            raise TypeError(f"{event.TYPE} is about no payout")


PROJECTION: Final = Fold(TABLE, keys, evolve)


class PayoutLines(Projection[Line]):
    """Writes down the lines a payout was prepared of; a line never changes."""

    table = LINES

    @override
    def touches(self, recorded: Recorded) -> Sequence[Key]:
        """A row for each line of a payout prepared."""
        event = recorded.event
        if not isinstance(event, PayoutPrepared):
            return []
        return [(event.payout_id, number) for number in range(1, len(event.lines) + 1)]

    @override
    def evolve(self, row: Line | None, recorded: Recorded, key: Key) -> Line | None:
        """The line of that number."""
        event = recorded.event
        if not isinstance(event, PayoutPrepared):
            return row
        number = int(str(key[1]))
        return _line(event, event.lines[number - 1], number)


PAYOUT_LINES: Final = PayoutLines()


def _prepared(event: PayoutPrepared, recorded: Recorded) -> Payout:
    return Payout(
        payout_id=event.payout_id,
        creditor_id=event.creditor_id,
        state="prepared",
        prepared_on=event.prepared_on,
        after_position=event.after_position,
        until_position=event.until_position,
        line_count=len(event.lines),
        principal_ore=event.principal_ore,
        interest_ore=event.interest_ore,
        fees_ore=event.fees_ore,
        payable_ore=event.payable_ore,
        vat_withheld_ore=event.vat_withheld_ore,
        set_off_ore=event.set_off_ore,
        carried_vat_ore=event.carried_vat_ore,
        carried_debt_ore=event.carried_debt_ore,
        amount_ore=event.amount_ore,
        nid=recorded.nid,
    )


def _line(event: PayoutPrepared, line: PayoutLine, number: int) -> Line:
    return Line(
        payout_id=event.payout_id,
        line=number,
        creditor_id=event.creditor_id,
        source_event_id=line.source_event_id,
        what=line.what,
        case_id=line.case_id,
        case_number=line.case_number,
        invoice_number=line.invoice_number,
        booked_on=line.booked_on,
        principal_ore=line.principal_ore,
        interest_ore=line.interest_ore,
        fees_ore=line.fees_ore,
        payable_ore=line.payable_ore,
        salaer_ore=line.salaer_ore,
        agency_fees_ore=line.agency_fees_ore,
        vat_ore=line.vat_ore,
        debt_ore=line.debt_ore,
    )
