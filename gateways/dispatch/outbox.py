"""The outbox: a folder that a print shop or a bank collects from; a file is handed over once."""

import os
from datetime import date
from pathlib import Path

HANDED = ".handed"


class Outbox:
    """Hands each thing over once under a name of its own, whoever takes it away when.

    A thing is written beside the folder, noted as handed over, and then moved in. Whatever
    stops us in between, the note and the part tell which of the three has happened.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, kind: str, on: date, name: str, content: bytes) -> None:
        """Hand `content` over as KIND/YYYY-MM-DD/NAME, durably, unless it has been already.

        Raises OSError when the disk is full or the folder cannot be written to.
        """
        place = self.folder / kind / f"{on:%Y-%m-%d}" / name
        part, note = self._part(kind, name), self._note(kind, name)
        if not note.exists():
            _write(part, content)
            _write(note, b"")
        if part.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            part.rename(place)
            _settle(place.parent)

    def handed(self, kind: str, name: str) -> bool:
        """Whether a thing of that name has been handed over, even if it was taken away since."""
        return self._note(kind, name).exists() and not self._part(kind, name).exists()

    def forget(self, kind: str, name: str) -> bool:
        """Remove what was handed over under that name, if it is still here; the note stays.

        Raises OSError when it cannot be removed.
        """
        found = [*self.folder.glob(f"{kind}/*/{name}"), self._part(kind, name)]
        there = [path for path in found if path.exists()]
        for path in there:
            path.unlink()
            _settle(path.parent)
        return bool(there)

    def _part(self, kind: str, name: str) -> Path:
        return self.folder / HANDED / kind / f"{name}.part"

    def _note(self, kind: str, name: str) -> Path:
        return self.folder / HANDED / kind / name


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Have the folder's names survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
