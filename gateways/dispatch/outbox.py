"""The outbox: a folder that a print shop or a bank collects from; a file appears whole or not."""

import os
from datetime import date
from pathlib import Path


class Outbox:
    """Writes each thing once under a name of its own; the same name again is the same thing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, kind: str, on: date, name: str, content: bytes) -> Path:
        """Write `content`, durably, as KIND/YYYY-MM-DD/NAME; a file that is there is kept.

        Raises OSError when the disk is full or the folder cannot be written to.
        """
        place = self.folder / kind / f"{on:%Y-%m-%d}" / name
        if place.exists():
            return place
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{name}.part")
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(place)
        return place

    def find(self, kind: str, name: str) -> Path | None:
        """The file of that name on whatever day, if it went out."""
        return next(iter(sorted((self.folder / kind).glob(f"*/{name}"))), None)
