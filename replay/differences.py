"""Where two accounts of the same thing differ: by table, key and column, never by value."""

# Values are not told: a row may hold a name, and what is told ends in logs and mails.

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from msgspec import Struct

from projections.beside import Difference, written

K = TypeVar("K")
R = TypeVar("R")

TOLD_MOST: Final = 200


@dataclass(slots=True)
class Differences:
    """All that was found: the first ones in words, the others by their number."""

    told: list[Difference] = field(default_factory=list)
    count: int = 0

    def add(self, table: str, key: object, column: str, what: str) -> None:
        """Tell of one place; `key` is a text, or the parts of one."""
        self.count += 1
        if len(self.told) < TOLD_MOST:
            self.told.append(Difference(table, written(key), column, what))

    def compare(
        self, table: str, expected: dict[K, R], held: Iterable[tuple[K, R]], column: str = ""
    ) -> int:
        """Tell where the held rows differ from the expected ones, which are used up by it.

        `column` names the one column of rows that are no struct. The number of held rows.
        """
        count = 0
        for key, row in held:
            count += 1
            if key not in expected:
                self.add(table, key, "", "the log leads to no such row")
                continue
            wanted = expected.pop(key)
            if wanted != row:
                for name in _differing(wanted, row, column):
                    self.add(table, key, name, "is not what the log leads to")
        for key in expected:
            self.add(table, key, "", "the row is missing")
        return count


def _differing(wanted: object, row: object, column: str) -> list[str]:
    if not isinstance(wanted, Struct):
        return [column]
    names = wanted.__struct_fields__
    return [name for name in names if getattr(wanted, name) != getattr(row, name, None)]
