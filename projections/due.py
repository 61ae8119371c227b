"""Which case may owe a step from which day on: the saga's own state, found by its date."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Final, cast
from uuid import UUID

from engine.journal.recorded import Recorded
from engine.sagas import legal_steps
from engine.sagas.legal_steps import LegalSteps
from events.case import CaseEvent, CaseRegistered
from projections.fold import Fold, known, subject_id
from projections.projection import Key, Row, Table


class Due(Row, frozen=True, kw_only=True):
    """One row a case: the legal steps' state, its next day, and the event that set that day."""

    case_id: UUID
    creditor_id: UUID
    due_on: date
    cause: UUID
    version: int
    since: int
    wanted: bool
    varsel_on: date
    demand_on: date
    heavy_on: date
    approval_on: date
    paused: bool
    closed: str | None
    open_claims: tuple[str, ...]
    disputed: tuple[str, ...]
    barred: tuple[str, ...]

    @property
    def steps(self) -> LegalSteps:
        """The saga as the row holds it."""
        return LegalSteps(
            **{field.name: getattr(self, field.name) for field in fields(LegalSteps)}
        )


TABLE: Final = Table("due", key=("case_id",), row=Due, indexes=("due_on",), one_stream=True)


def keys(recorded: Recorded) -> Sequence[Key]:
    """The case's row."""
    return [(subject_id(recorded),)] if recorded.stream.startswith("case-") else []


def evolve(row: Due | None, recorded: Recorded) -> Due:
    """The row as it is after the event."""
    event = cast("CaseEvent", recorded.event)
    if isinstance(event, CaseRegistered):
        return _row(legal_steps.begin(subject_id(recorded), event), recorded.event_id)
    before = known(row, recorded)
    steps = legal_steps.evolve(before.steps, event)
    moved = steps.due_on != before.due_on
    return _row(steps, recorded.event_id if moved else before.cause)


PROJECTION: Final = Fold(TABLE, keys, evolve)


def _row(steps: LegalSteps, cause: UUID) -> Due:
    held = {field.name: getattr(steps, field.name) for field in fields(LegalSteps)}
    return Due(due_on=steps.due_on, cause=cause, **held)
