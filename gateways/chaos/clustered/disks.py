"""Disks that can be filled: small file systems of their own below the folders of a run."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOM: Final = "2g"  # taken from memory, and only what is written
LEFT_KIBIBYTES: Final = 64  # on a full disk, so that it fails in the middle of a record
NAME: Final = "kravspor-chaos"
MOUNTED: Final = Path("/proc/mounts")


class Disks:
    """A disk under each of the folders, where the machine lets us make some; else none."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = [folder.absolute() for folder in folders] if may_mount() else []

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.folders)

    def fill(self, *folders: Path) -> None:
        """From now on there is no more room below these folders than for half a record."""
        for folder in folders:
            room = os.statvfs(folder)
            used = (room.f_blocks - room.f_bfree) * room.f_frsize // 1024
            _mount("-o", f"remount,size={used + LEFT_KIBIBYTES}k", str(folder))

    def drain(self) -> None:
        """There is room again."""
        for folder in self.folders:
            _mount("-o", f"remount,size={ROOM}", str(folder))


@contextmanager
def disks_under(folders: Sequence[Path]) -> Iterator[Disks]:
    """Disks under these folders, which are made; taken away at the end with all that is there."""
    disks = Disks(folders)
    made: list[Path] = []
    try:
        for folder in disks.folders:
            folder.mkdir(parents=True, exist_ok=True)
            _mount("-t", "tmpfs", "-o", f"size={ROOM},mode=755", NAME, str(folder))
            made.append(folder)
        yield disks
    finally:
        for folder in made:
            _unmount(folder)


def forget_disks(below: Path) -> None:
    """Take away what a run that was killed has left below the folder."""
    if not MOUNTED.exists():
        return
    for line in MOUNTED.read_text(encoding="utf-8").splitlines():
        name, place, *_ = line.split()
        if name == NAME and Path(place).is_relative_to(below.absolute()):
            _unmount(Path(place))


def may_mount() -> bool:
    """Whether this process may make disks, as root may on Linux outside most containers."""
    if not MOUNTED.exists() or os.geteuid() != 0:
        return False
    probe = ["unshare", "--mount", "mount", "-t", "tmpfs", NAME, "/mnt"]  # its own view of /mnt
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0  # noqa: S603 - a fixed command
    except OSError:
        return False


def _mount(*options: str) -> None:
    subprocess.run(["mount", *options], check=True, capture_output=True)  # noqa: S603, S607 - fixed but for folders of ours


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True, capture_output=True)  # noqa: S603, S607 - as above
