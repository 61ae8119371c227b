"""An export as one file, to be sent: the same folder gives the same bytes."""

from pathlib import Path
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first instant a zip file can tell; none of ours goes in
BLOCK_BYTES = 1 << 20


def zip_into(folder: Path, file: IO[bytes]) -> None:
    """Write the folder's files, by name; the large ones are packed already."""
    with ZipFile(file, "w", ZIP_STORED) as zipped:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            told = ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
            with path.open("rb") as source, zipped.open(told, "w", force_zip64=True) as target:
                while block := source.read(BLOCK_BYTES):
                    target.write(block)
