"""Which commits and commands a whole log has had, in half the memory of sets of them."""

# A rebuild's judge remembers every one. As numbers they take half of what the objects do,
# and a command is kept beside the name of its stream, which the heads hold anyway.

from collections.abc import Iterable
from uuid import UUID


class Ids:
    """Ids, as a set of them would hold them."""

    def __init__(self) -> None:
        self._numbers: set[int] = set()

    def __contains__(self, each: UUID) -> bool:
        """Whether the id was added."""
        return each.int in self._numbers

    def update(self, some: Iterable[UUID]) -> None:
        """More ids."""
        self._numbers.update(each.int for each in some)

    def clear(self) -> None:
        """None any more."""
        self._numbers.clear()


class Commands:
    """Streams with commands that have a standing commit on them, as a set of both would be."""

    def __init__(self) -> None:
        self._streams: dict[int, str] = {}  # of each command the first
        self._others: set[tuple[str, int]] = set()

    def __contains__(self, each: tuple[str, UUID]) -> bool:
        """Whether the command was added on the stream."""
        stream, command = each[0], each[1].int
        first = self._streams.get(command)
        return first is not None and (first == stream or (stream, command) in self._others)

    def update(self, some: Iterable[tuple[str, UUID]]) -> None:
        """More of them, or some that are there already."""
        for stream, command_id in some:
            command = command_id.int
            if self._streams.setdefault(command, stream) != stream:
                self._others.add((stream, command))

    def clear(self) -> None:
        """None any more."""
        self._streams.clear()
        self._others.clear()
