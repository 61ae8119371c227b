"""The outbox: a folder that a print shop or a bank collects from; a file is handed over once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from secrets import token_hex

HANDED = ".handed"
NAME = "name"


class ElsewhereError(Exception):
    """Another worker is handing this very thing over, or was stopped while it did."""


class Outbox:
    """Hands each thing over once under a name of its own, whoever takes it away when.

    A thing is written beside the folder, noted as handed over, and then moved in. Whatever
    stops us in between, the note and the part tell which of the three has happened. Several
    workers may share the folder: one at a time hands a thing over.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, kind: str, on: date, name: str, content: bytes) -> None:
        """Hand `content` over as KIND/YYYY-MM-DD/NAME, durably, unless it has been already.

        Raises OSError when the disk is full or the folder cannot be written to;
        ElsewhereError when another worker is at it, or has withdrawn it.
        """
        place = self.folder / kind / f"{on:%Y-%m-%d}" / name
        part, note = self._part(kind, name), self._note(kind, name)
        with _alone(self.folder / HANDED / kind / f"{name}.lock"):
            if self._withdrawn(kind, name).exists():
                raise ElsewhereError(f"{name} was withdrawn meanwhile by another worker")
            if not note.exists():
                _write(part, content)
                _write(note, b"")
            if part.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                part.rename(place)
                _settle(place.parent)

    def withdraw(self, kind: str, name: str) -> bool:
        """Hand nothing over under that name from now on; False when it has been.

        Raises OSError as `put` does; ElsewhereError when another worker is just handing it over.
        """
        with _alone(self.folder / HANDED / kind / f"{name}.lock"):
            if self.handed(kind, name):
                return False
            _write(self._withdrawn(kind, name), b"")
            # Who was stopped before it was moved in has left these; without the first the
            # other is no more than a part.
            self._note(kind, name).unlink(missing_ok=True)
            self._part(kind, name).unlink(missing_ok=True)
            return True

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

    def name(self) -> str:
        """What this folder is called wherever it is reached from; made on first use.

        Raises OSError when the folder cannot be written to.
        """
        place, made = self.folder / HANDED / NAME, self.folder / HANDED / token_hex(4)
        if not place.exists():
            _write(made, made.name.encode())
            with suppress(FileExistsError):
                place.hardlink_to(made)
            made.unlink()
        return place.read_text("utf-8")

    def _part(self, kind: str, name: str) -> Path:
        return self.folder / HANDED / kind / f"{name}.part"

    def _withdrawn(self, kind: str, name: str) -> Path:
        return self.folder / HANDED / kind / f"{name}.withdrawn"

    def _note(self, kind: str, name: str) -> Path:
        return self.folder / HANDED / kind / name


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock at `path`, which goes with the process; once all is done it is not needed.

    Raises ElsewhereError when another holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError as error:
            raise ElsewhereError(f"{path.stem} is being handed over by another worker") from error
        yield
        path.unlink(missing_ok=True)


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
