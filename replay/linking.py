"""What an event is about, and which event about the same came before: the thread of a stream."""

from collections.abc import Sequence

from engine.journal.recorded import Recorded
from events.base import Event
from events.case import (
    ApprovalDeclined,
    ApprovalGiven,
    ApprovalRequested,
    CasePaused,
    CaseReopened,
    CaseResumed,
)
from events.claim import ClaimEvent
from events.payment import PaymentEvent

# The fields that name what an event is about, in the order they are looked for.
SUBJECTS = ("letter_id", "objection_id", "payment_id", "payout_id")


def subject(event: Event) -> object:
    """What the event is about, within its stream; None when it is about the stream itself."""
    for name in SUBJECTS:
        if (found := getattr(event, name, None)) is not None:
            return found
    match event:
        case ApprovalRequested() | ApprovalGiven() | ApprovalDeclined():
            return "approval"
        case CasePaused() | CaseResumed():
            return "pause"
        case PaymentEvent() | ClaimEvent():
            return "all"
        case _:
            return None


def before(recorded: Recorded, stream: Sequence[Recorded]) -> Recorded | None:
    """The last event of the stream about the same as this one, before it; None for the first."""
    about = subject(recorded.event)
    if about is None or isinstance(recorded.event, CasePaused | CaseReopened):
        return None
    same = (
        each for each in stream if each.version < recorded.version and subject(each.event) == about
    )
    return max(same, key=lambda each: each.version, default=None)
