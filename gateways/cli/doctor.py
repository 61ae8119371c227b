"""`kravspor doctor`: what this machine has and lacks, each with what mends it."""

import os
import shutil
import sys
import tempfile
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import typer

from gateways.cli.checkup import journal_findings
from gateways.cli.opening import in_folder
from gateways.cli.output import emit
from gateways.cli.taking import Folder, Json
from gateways.postgres.binaries import ServerError, find_binaries, version
from gateways.settings import CHECKOUT, Agency, Settings, SettingsError, load, strangers

FREE_MEGABYTES_LEAST = 1024
POSTGRES_LEAST = 15


@dataclass(frozen=True)
class Finding:
    """What a check found; `mend` is empty when all is well."""

    found: str
    mend: str = ""


def python(_: Settings) -> Finding:
    """The Python we run on, and whether the locked packages are those of the lock."""
    found = "{}.{}.{}".format(*sys.version_info[:3])
    return Finding(found, "" if sys.version_info >= (3, 11) else "use Python 3.11 or newer")


def packages(_: Settings) -> Finding:
    """The packages are those of a lock beside the launcher."""
    stamp = Path(sys.prefix) / ".kravspor-stamp"
    kept = stamp.read_text(encoding="ascii").strip() if stamp.exists() else None
    for name in ("runtime.lock", "test.lock"):
        lock = CHECKOUT / name
        if lock.exists() and sha256(lock.read_bytes()).hexdigest() == kept:
            return Finding(f"as in {name}")
    return Finding("not installed from a lock of this checkout", "run any command by ./kravspor")


def checksums(_: Settings) -> Finding:
    """Kafka's checksums are counted in C; without that it is four times slower."""
    if find_spec("crc32c") is None:
        return Finding("in Python", "install kafka-python[crc32c]")
    return Finding("in C")


def time_zone(_: Settings) -> Finding:
    """Oslo's time zone is known: the law counts days there."""
    try:
        return Finding(zoneinfo.ZoneInfo("Europe/Oslo").key)
    except zoneinfo.ZoneInfoNotFoundError:
        return Finding("Europe/Oslo is unknown", "install the system's tzdata")


def postgres(settings: Settings) -> Finding:
    """A database to use: the one that is set, else programs to start our own."""
    if settings.database is not None:
        return _reached(settings.database.get_secret_value())
    try:
        folder = find_binaries()
    except ServerError as error:
        return Finding("none", str(error))
    found = f"embedded, PostgreSQL {version(folder)} in {folder}"
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return Finding(found, "as root it needs setpriv (util-linux) to run as another user")
    old = version(folder) < POSTGRES_LEAST
    return Finding(found, f"use PostgreSQL {POSTGRES_LEAST} or newer" if old else "")


def data_folder(settings: Settings) -> Finding:
    """The data folder can be written to, or be made; looking makes none."""
    there = _nearest(settings.data)
    try:
        with tempfile.NamedTemporaryFile(dir=there):
            return Finding(f"{settings.data}{'' if there == settings.data else ', not there yet'}")
    except OSError as error:
        return Finding(f"{settings.data}: {error.strerror}", "set KRAVSPOR_DATA to another folder")


def disk(settings: Settings) -> Finding:
    """There is room on the disk of the data folder."""
    free = shutil.disk_usage(_nearest(settings.data)).free // 1024**2
    enough = free >= FREE_MEGABYTES_LEAST
    return Finding(f"{free} MB free", "" if enough else f"free {FREE_MEGABYTES_LEAST} MB or more")


def agency(settings: Settings) -> Finding:
    """Who the letters are from."""
    if settings.agency == Agency():
        return Finding("made up: set it (KRAVSPOR_AGENCY_NAME …) before the first letter")
    return Finding(settings.agency.name)


def environment(_: Settings) -> Finding:
    """No name in the environment only looks like a setting."""
    names = strangers()
    if names:
        return Finding(f"not settings: {', '.join(names)}", "see `kravspor config show`")
    return Finding("no unknown KRAVSPOR_ names")


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that is there."""
    return next(each for each in (folder, *folder.absolute().parents) if each.exists())


# A new check is one line here: it gets the settings, and says what it found.
CHECKS: dict[str, Callable[[Settings], Finding]] = {
    "Python": python,
    "packages": packages,
    "checksums": checksums,
    "time zone": time_zone,
    "PostgreSQL": postgres,
    "data folder": data_folder,
    "disk": disk,
    "environment": environment,
    "agency": agency,
}


def examine() -> dict[str, Finding]:
    """All findings by the name of their check; unusable settings are the only one then."""
    try:
        settings = load()
    except SettingsError as error:
        return {"settings": Finding(str(error), "correct it there, or remove it")}
    found = {"settings": Finding("understood")} | {n: c(settings) for n, c in CHECKS.items()}
    if found["PostgreSQL"].mend:
        return found
    return found | {name: Finding(*told) for name, told in journal_findings(settings).items()}


def doctor(*, data: Folder = None, json: Json = False) -> None:
    """Check this machine; exit code 1 when something has to be mended."""
    with in_folder(data):
        findings = examine()
    if json:
        emit(findings, json=True)
    else:
        emit([
            {"": "!" if finding.mend else "ok", "check": name, "found": finding.found}
            | ({"what mends it": finding.mend} if any(f.mend for f in findings.values()) else {})
            for name, finding in findings.items()
        ])  # fmt: skip
    if any(finding.mend for finding in findings.values()):
        raise typer.Exit(1)


def _reached(dsn: str) -> Finding:
    import psycopg  # noqa: PLC0415 - slow to import, and only a database of one's own needs it

    try:
        with psycopg.connect(dsn, connect_timeout=5) as connection:
            found = connection.info.server_version // 10000
    except psycopg.Error as error:
        return Finding(f"not reached: {str(error).strip()}", "correct KRAVSPOR_DATABASE")
    old = found < POSTGRES_LEAST
    return Finding(f"PostgreSQL {found}", "use 15 or newer" if old else "")
