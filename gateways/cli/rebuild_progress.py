"""How far a rebuild is, told on stderr as it goes."""

import sys
from time import monotonic
from typing import Final

from projections.filling import Told

SECONDS_BETWEEN: Final = 5.0


class Teller:
    """Tells of events done, rows, how fast it goes, and the time that is left."""

    def __init__(self) -> None:
        self._begun = self._told_at = monotonic()
        self._stage = ""
        self._rows = 0

    def __call__(self, told: Told) -> None:
        """Tell of a new stage at once, and of the same one now and then."""
        now = monotonic()
        if told.stage != self._stage:
            self._stage, self._begun, self._rows = told.stage, now, told.rows
        elif now - self._told_at < SECONDS_BETWEEN and told.done < told.of:
            return
        self._told_at = now
        sys.stderr.write(self._line(told, now - self._begun) + "\n")

    def _line(self, told: Told, seconds: float) -> str:
        if not told.of:
            return f"{told.stage} …"
        lines = told.stage == "reading the log"
        line = f"{told.stage}: {told.done} of {told.of} {'records' if lines else 'events'}"
        if not told.done or not seconds:
            return line
        left = f"{seconds * (told.of - told.done) / told.done:.0f} s left"
        if lines:
            return f"{line}, {left}"
        rate = (told.rows - self._rows) / seconds
        return f"{line}, {told.rows} rows, {rate:.0f} rows/s, {left}"
