"""The plain way to make a projection: which rows an event is about, and a fold of one row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, TypeGuard, TypeVar
from uuid import UUID

from engine.journal.recorded import Recorded
from events.base import Event
from events.case import CASE_EVENTS, CaseEvent
from projections.projection import Key, Row, Table

R = TypeVar("R", bound=Row)

UUID_LENGTH: Final = 36
IDS_KEPT: Final = 4096
CASE_TYPES: Final = frozenset(CASE_EVENTS)


class NoRowError(Exception):
    """An event came for something this projection has never heard of; its stream is parked."""


@dataclass(frozen=True)
class Fold(Generic[R]):
    """A projection whose events each change one row, and say by themselves which."""

    table: Table[R]
    keys: Callable[[Recorded], Sequence[Key]]
    change: Callable[[R | None, Recorded], R | None]

    def touches(self, recorded: Recorded) -> Sequence[Key]:
        """The keys of the rows the event changes."""
        return self.keys(recorded)

    def evolve(self, row: R | None, recorded: Recorded, key: Key) -> R | None:  # noqa: ARG002 - the event tells which row
        """The row as it is after the event."""
        return self.change(row, recorded)


def subject_id(recorded: Recorded) -> UUID:
    """The id of the case, claim, person, creditor, payment or payout whose stream this is.

    Raises ValueError when the stream is not named by an id.
    """
    return _subject(recorded.stream)


def case_key(recorded: Recorded) -> Sequence[Key]:
    """The one row of the case that the event is about; none when it is about no case."""
    return [(subject_id(recorded),)] if is_of_case(recorded.event) else []


def is_of_case(event: Event) -> TypeGuard[CaseEvent]:
    """Whether it is an event of a case."""
    return type(event) in CASE_TYPES


def case_event(recorded: Recorded) -> CaseEvent:
    """The event, as one of a case. Raises TypeError when it is none."""
    event = recorded.event
    if not is_of_case(event):
        raise TypeError(f"{event.TYPE} is no event of a case")
    return event


def known(row: R | None, recorded: Recorded) -> R:
    """The row there already is. Raises NoRowError when there is none."""
    if row is None:
        raise NoRowError(f"{recorded.event.TYPE} came to {recorded.stream} before its beginning")
    return row


@lru_cache(IDS_KEPT)
def _subject(stream: str) -> UUID:
    return UUID(stream[-UUID_LENGTH:])
