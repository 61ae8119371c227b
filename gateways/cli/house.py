"""Whether there is a house where the settings point, and beginning one where there is none."""

from itertools import islice
from pathlib import Path
from typing import Final

from gateways.cli.output import NotUnderstoodError
from gateways.settings import Settings, SettingsError

BEGIN: Final = "begin one with `kravspor creditor add` or `kravspor work`"
SHOWN: Final = 3


class NoHouseError(NotUnderstoodError):
    """There is no Kravspor where one was looked for; the message says what is there."""


def refuse_unless_there(settings: Settings) -> None:
    """Let nobody look into, or write to, a house that a slip of the pen would have made.

    Raises NoHouseError when there is none; UnavailableError when nobody can tell.
    """
    if not is_there(settings):
        found, name = _in_folder(settings.data), "--data or KRAVSPOR_DATA"
        if settings.database is not None:
            found, name = "it has none of its tables", "KRAVSPOR_DATABASE"
        place = where(settings)
        raise NoHouseError(
            f"there is no Kravspor in {place} ({found}): name it with {name}, or {BEGIN}"
        )


def is_there(settings: Settings) -> bool:
    """Whether a house has been begun where the settings point.

    Asked once: a person need not wait while a database is tried again.
    Raises UnavailableError when the database cannot be reached.
    """
    if settings.database is None:
        return _is_house(settings.data)
    import psycopg  # noqa: PLC0415 - slow to import, and only a database of one's own needs it

    for name in ("database", "keys_database"):
        _refuse_unless_address(settings, name)
    try:
        with psycopg.connect(settings.database.get_secret_value(), connect_timeout=5) as asked:
            found = asked.execute("SELECT to_regnamespace('journal') IS NOT NULL").fetchone()
    except psycopg.OperationalError as error:
        from gateways.postgres.database import unreachable  # noqa: PLC0415 - as above

        raise unreachable(error) from error
    return found is not None and bool(found[0])


def where(settings: Settings) -> str:
    """The place of the house, for a person; of an address no more than whose and what it is."""
    if settings.database is None:
        return str(settings.data)
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - as above

    told = conninfo_to_dict(settings.database.get_secret_value())
    at = told.get("host") or told.get("hostaddr")
    return f"the database {told.get('dbname') or 'of that user'}" + (f" at {at}" if at else "")


def _refuse_unless_address(settings: Settings, name: str) -> None:
    """What the driver says of a wrong one may quote a password, and is not told."""
    from psycopg import ProgrammingError  # noqa: PLC0415 - as above
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - as above

    told = getattr(settings, name)
    try:
        conninfo_to_dict("" if told is None else told.get_secret_value())
    except ProgrammingError:
        raise SettingsError(
            f"KRAVSPOR_{name.upper()} is no address of a database: write "
            "postgresql://USER@HOST/NAME, or host=HOST dbname=NAME"
        ) from None


def _is_house(folder: Path) -> bool:
    return (folder / "pg" / "cluster" / "PG_VERSION").exists()


def _in_folder(folder: Path) -> str:
    """What is there instead: a house next to it first of all, for that is likely the one meant."""
    if not folder.exists():
        return "the folder does not exist"
    if not folder.is_dir():
        return "it is a file"
    for near in (folder.parent, *sorted(folder.iterdir())):
        if _is_house(near):
            return f"but there is one in {near}"
    names = sorted(each.name for each in folder.iterdir())
    more = ", …" if len(names) > SHOWN else ""
    return f"it holds {', '.join(islice(names, SHOWN))}{more}" if names else "the folder is empty"
