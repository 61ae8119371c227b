"""The paragraph that a kind of event stands on, where one does."""

from typing import Final

from events.base import Event
from events.case import (
    BetalingsoppfordringSent,
    CaseRegistered,
    CostsBarred,
    CostsReinstated,
    InkassovarselSent,
    LetterReleased,
    LetterStopped,
    ObjectionRaised,
    PaymentAllocated,
)

LAWS: Final[dict[type[Event], str]] = {
    CaseRegistered: "inkassoloven 1988 § 17; inkassoforskriften 1989 § 1-2",
    LetterReleased: "inkassoloven 1988 § 8",
    InkassovarselSent: "inkassoloven 1988 § 9",
    BetalingsoppfordringSent: "inkassoloven 1988 § 10",
    ObjectionRaised: "inkassoloven 1988 § 8",
    CostsBarred: "inkassoloven 1988 § 17",
    CostsReinstated: "inkassoloven 1988 § 17",
}
ORDERS: Final = {
    "practice": "avtalen med fordringshaver: omkostninger, hovedstol, renter",
    "textbook": "avtalen med fordringshaver: omkostninger, renter, hovedstol",
}


def law_of(event: Event) -> str:
    """The law, or the agreement, that the event stands on; empty where neither decides."""
    if isinstance(event, PaymentAllocated):
        return ORDERS[event.order]
    if isinstance(event, LetterStopped) and event.reason == "objection":
        return "inkassoloven 1988 § 8"
    return LAWS.get(type(event), "")
