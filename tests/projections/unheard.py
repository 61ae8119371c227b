"""An event of a newer program than this one, for projections that cannot take it."""

from typing import ClassVar
from uuid import UUID, uuid5

from engine.journal.outcome import Committed
from engine.journal.recorded import Envelope
from engine.streams import case_stream
from events.base import Event
from gateways.office import Office


class Unheard(Event):
    TYPE: ClassVar[str] = "case.unheard"

    amount: int


def happen_on(office: Office, case_id: UUID) -> None:
    """Let something happen on the case that no projection of this program knows."""
    stream = case_stream(case_id)
    envelope = Envelope(
        command_id=uuid5(case_id, "unheard"),
        content=b"{}",
        actor="a newer program",
        correlation=case_id,
        causation=None,
        now=office.clock.now(),
    )
    head = office.store.index.read([stream])[stream].head
    outcome = office.store.append(
        {stream: [Unheard(amount=1)]}, expected={stream: head}, envelope=envelope
    )
    assert isinstance(outcome, Committed)
