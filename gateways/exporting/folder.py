"""The folder of an export while it is being written, and the files in it."""

import gzip
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from engine.refusal import refuse_if

LEVEL = 6
BLOCK_BYTES = 1 << 20


class Lines(Protocol):
    """A packed file, written line by line."""

    def write(self, line: bytes, /) -> int:
        """Write on."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """Files written side by side; the same content gives the same bytes, packed ones too."""

    path: Path

    def text(self, name: str, content: str) -> None:
        """A plain file."""
        self.bytes(name, content.encode())

    def bytes(self, name: str, content: bytes) -> None:
        """A plain file, as it is."""
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)

    @contextmanager
    def packed(self, name: str) -> Iterator[Lines]:
        """A file of lines, packed; neither the clock nor its name goes into it."""
        with (
            (self.path / name).open("wb") as file,
            gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed,
        ):
            yield packed

    def sums(self) -> dict[str, dict[str, object]]:
        """Every file there is, with its length and its SHA-256."""
        files = sorted(path for path in self.path.rglob("*") if path.is_file())
        return {
            path.relative_to(self.path).as_posix(): {
                "bytes": path.stat().st_size,
                "sha256": _sum(path),
            }
            for path in files
        }


@contextmanager
def whole_folder(to: Path) -> Iterator[Folder]:
    """A folder that is at `to` when the block has ended well, and nowhere else ever.

    Refuses: folder_not_empty.
    """
    refuse_if(to.exists() and not _empty(to), "folder_not_empty", folder=str(to))
    to.parent.mkdir(parents=True, exist_ok=True)
    partial = to.parent / f".{to.name}.{os.getpid()}.partial"
    partial.mkdir(mode=0o700)
    try:
        yield Folder(partial)
        for path in (*partial.rglob("*"), partial):
            _flush(path)
        partial.rename(to)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    _flush(to.parent)


def _empty(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sum(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
