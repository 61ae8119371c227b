"""What has to be known of a case to tell how long it must be kept: when it ended, last money."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from engine.law import retention
from events.case import (
    CaseClosed,
    CaseEvent,
    CaseReopened,
    CaseWithdrawn,
    OverpaymentHeld,
    PaymentAllocated,
    PaymentFreed,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
    RemainderReinstated,
    RemainderWaived,
    SalaerClaimed,
)

OPEN_ENDED: Final = date.max


@dataclass(frozen=True, slots=True)
class CaseFile:
    """When the case ended, None while it is open; and the day of its last posting, if any."""

    closed_on: date | None = None
    booked_on: date | None = None

    @property
    def kept_until(self) -> date:
        """The last day on which the file must be kept; `OPEN_ENDED` while the case is open."""
        if self.closed_on is None:
            return OPEN_ENDED
        case_file = retention.case_file_kept_until(self.closed_on)
        if self.booked_on is None:
            return case_file
        return max(case_file, retention.accounting_kept_until(self.booked_on))


def evolve(file: CaseFile, event: CaseEvent) -> CaseFile:
    """The file as it is after `event`."""
    file = replace(file, booked_on=booked_on(event) or file.booked_on)
    match event:
        case CaseClosed():
            return replace(file, closed_on=event.closed_on)
        case CaseWithdrawn():
            return replace(file, closed_on=event.withdrawn_on)
        case CaseReopened():
            return replace(file, closed_on=None)
        case _:
            return file


def booked_on(event: CaseEvent) -> date | None:
    """The day the event stands in the books; None when it does not."""
    match event:
        case PaymentReceived() | PaymentAllocated():
            return event.booked_on
        case PaymentFreed():
            return event.freed_on
        case OverpaymentHeld():
            return event.held_on
        case RefundMade():
            return event.refunded_on
        case PaymentReversed():
            return event.reversed_on
        case SalaerClaimed():
            return event.claimed_on
        case RemainderWaived():
            return event.waived_on
        case RemainderReinstated():
            return event.reinstated_on
        case CaseWithdrawn():
            return event.withdrawn_on if event.charge_ore else None
        case _:
            return None
