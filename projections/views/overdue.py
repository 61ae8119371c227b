"""What should have been done by today and has not."""

from dataclasses import dataclass
from datetime import date

from projections.views.sql import SqlReader, statement


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many cases wait for a step whose day has come, and since when the longest has."""

    case_count: int
    since: date | None


def overdue_steps(reader: SqlReader, today: date) -> Overdue:
    """The cases whose day has come by `today`."""
    (only,) = reader.query(statement("overdue_steps"), {"today": today}, Overdue)
    return only
