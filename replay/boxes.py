"""The sealed boxes of the log: each opens under its person's key, or the person is erased."""

from collections.abc import Callable, Iterable
from uuid import UUID

from engine.journal.recorded import Decode
from engine.ports import Entry
from engine.vault import Vault
from events.personal import Sealed
from replay.differences import Differences

Erased = Callable[[UUID], bool]


class Boxes:
    """Tries every box. `erased` tells whether a person's key was destroyed on purpose."""

    def __init__(self, vault: Vault, erased: Erased, decode: Decode, found: Differences) -> None:
        self._vault = vault
        self._erased = erased
        self._decode = decode
        self._found = found

    def open(self, entries: Iterable[Entry]) -> None:
        """Tell of each box that does not open, by its event; what is in it is not looked at."""
        for entry in entries:
            if b'"key_id"' in entry.data:
                for field, box in self._sealed(entry):
                    self._try(entry, field, box)

    def _sealed(self, entry: Entry) -> list[tuple[str, Sealed]]:
        try:
            event = self._decode(entry.type, entry.schema, entry.data)
        except Exception:  # noqa: BLE001 - what nobody knows is parked, and told of there
            return []
        return [(name, value) for name, value in event if isinstance(value, Sealed)]

    def _try(self, entry: Entry, field: str, box: Sealed) -> None:
        place = (entry.shard, entry.offset, f"event {entry.event_id}")
        try:
            text = self._vault.open(box, entry.stream, entry.event_id, field)
        except ValueError:
            self._found.add("record", place, field, "does not open under its person's key")
            return
        if text is None and not self._erased(box.key_id):
            self._found.add("record", place, field, f"the key of person {box.key_id} is missing")
