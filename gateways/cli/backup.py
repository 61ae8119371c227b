"""`kravspor backup` and `restore`: what cannot be computed again, in two parts kept apart."""

import hashlib
import json as jsonlib
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from gateways.cli.journal_opening import Journal, journal_opened
from gateways.cli.opening import opened, settings_of
from gateways.cli.output import NotUnderstoodError, as_json_text, emit
from gateways.cli.taking import Folder, Json
from gateways.postgres.backup import BackupError, dump, load
from gateways.settings import Settings
from gateways.stores import addresses

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
JOURNAL, KEYS, OUTBOX = "journal.dump", "keys.dump", "outbox.tar"
BLOCK: Final = 1 << 20
INDEX_SCHEMA: Final = "kravspor_index"

Empty = Annotated[Path, typer.Option(metavar="DIR", help="An empty or new folder.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One folder of a backup: what log it is of, how far that had come, and each file's sum.

    `ends` are the shards' ends when the backup began: at least so much is in it.
    """

    format: int
    part: str
    log_id: str
    made_at: str
    ends: Mapping[str, int]
    files: Mapping[str, str]


def backup(
    *,
    to: Empty,
    keys_to: Empty,
    data: Folder = None,
    json: Json = False,
) -> None:
    """Write all that cannot be computed again, while the house goes on.

    --to gets the log (where it is in this database), API keys, the audit of access and
    checkpoints: keep it for ever. --keys-to gets the persons' keys and the outbox, which
    names people: keep it apart, and let it expire soon, for it would bring back whoever is
    forgotten meanwhile.
    """
    settings = settings_of(data)
    _refuse_unless_apart(to, keys_to)
    with journal_opened(data) as journal:
        log_id, ends = _standing(journal)
    with _whole(to) as house, _whole(keys_to) as keys:
        with addresses(settings) as (journal_dsn, keys_dsn):
            # The log first: whatever key it speaks of was durable before, and is in the keys.
            dump(journal_dsn, house / JOURNAL, without=[INDEX_SCHEMA])
            dump(keys_dsn, keys / KEYS)
        _pack(settings.data / "outbox", keys / OUTBOX)
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        parts = [
            _manifest(folder, name, log_id, made_at, ends)
            for folder, name in ((house, "house"), (keys, "keys"))
        ]
    if json:
        emit({"house": str(to), "keys": str(keys_to), "parts": parts}, json=True)
    else:
        records = sum(ends.values())
        emit(f"{to}: the log ({records} records or more), and what is kept beside it")
        emit(f"{keys_to}: the keys and the outbox; keep it apart, and let it expire soon")


def restore(
    *,
    from_: Annotated[Path, typer.Option("--from", metavar="DIR", help="What --to wrote.")],
    keys_from: Annotated[Path, typer.Option(metavar="DIR", help="What --keys-to wrote.")],
    data: Folder = None,
    json: Json = False,
) -> None:
    """Bring a backup back into an empty house, and compute everything else from its log.

    The house is the data folder, or the empty databases its settings name. Sums are held
    first, so a damaged backup changes nothing. `kravspor replay verify` then holds all of it
    against the log. Keys may be newer than the log, never older.
    """
    settings = settings_of(data)
    house, keys = _part(from_, "house"), _part(keys_from, "keys")
    if house.log_id != keys.log_id:
        raise BackupError("the two parts are of different logs")
    if keys.made_at < house.made_at:
        raise BackupError(
            f"the keys ({keys.made_at}) are older than the log ({house.made_at}): some of the "
            "persons it speaks of would be unreadable for ever. Take keys as new, or newer"
        )
    _refuse_unless_empty(settings)
    with addresses(settings) as (journal_dsn, keys_dsn):
        load(keys_dsn, keys_from / KEYS)
        load(journal_dsn, from_ / JOURNAL)
    _unpack(keys_from / OUTBOX, settings.data / "outbox")
    with opened(data) as office:  # which computes the index and every projection from the log
        records = office.runner.catch_up(0)
    if records < sum(house.ends.values()):
        raise BackupError(f"the log has {records} records, and there should be {house.ends}")
    told = {"log_id": house.log_id, "records": records, "made_at": house.made_at}
    if json:
        emit(told, json=True)
    else:
        emit(
            f"{records} records of the log of {house.made_at} are back, and all computed from them"
        )
        emit("hold it against itself with: kravspor replay verify")


def _standing(journal: Journal) -> tuple[str, dict[str, int]]:
    return journal.log.identity(), {"0": journal.log.end(0)}


def _refuse_unless_apart(to: Path, keys_to: Path) -> None:
    first, second = to.absolute(), keys_to.absolute()
    if first == second or first in second.parents or second in first.parents:
        raise NotUnderstoodError("--to and --keys-to must be apart: who has both can read all")


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """A folder that appears with all its files, or not at all."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotUnderstoodError(f"{folder} is there already and not an empty folder")
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    try:
        yield part
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    if folder.exists():
        folder.rmdir()
    part.rename(folder)


def _manifest(folder: Path, name: str, log_id: str, made_at: str, ends: Mapping[str, int]) -> Part:
    files = {path.name: _sum(path) for path in sorted(folder.iterdir())}
    part = Part(format=FORMAT, part=name, log_id=log_id, made_at=made_at, ends=ends, files=files)
    (folder / MANIFEST).write_text(as_json_text(part) + "\n", encoding="utf-8")
    return part


def _part(folder: Path, name: str) -> Part:
    """What the folder says it is, once all its sums hold.

    Raises BackupError when one does not, or it is another part.
    """
    try:
        part = Part(**jsonlib.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise BackupError(
            f"{folder} has no {MANIFEST}: it is no backup, or not a whole one"
        ) from error
    except (ValueError, TypeError) as error:
        raise BackupError(f"{folder / MANIFEST} cannot be read") from error
    if part.format != FORMAT or part.part != name:
        raise BackupError(f"{folder} is the part '{part.part}', and '{name}' was asked for")
    for file, expected in part.files.items():
        path = folder / file
        if not path.is_file():
            raise BackupError(f"{path} is missing")
        if _sum(path) != expected:
            raise BackupError(f"{path} is damaged: its SHA-256 is not what the manifest says")
    return part


def _refuse_unless_empty(settings: Settings) -> None:
    """A house that has had a log keeps it; into a database of one's own `load` looks itself."""
    for name in ("pg/cluster", "outbox"):
        if settings.database is None and (settings.data / name).exists():
            raise BackupError(
                f"{settings.data / name} is there already: restore into an empty data folder"
            )


def _sum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _pack(folder: Path, to: Path) -> None:
    with tarfile.open(to, "w") as packed:
        if folder.is_dir():
            packed.add(folder, arcname=".")


def _unpack(file: Path, to: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    with tarfile.open(file) as packed:
        packed.extractall(to, filter="data")
