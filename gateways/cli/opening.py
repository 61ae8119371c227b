"""Opens the office a command works in, and closes it again."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import cast

from gateways.cli.house import is_there, refuse_unless_there, where
from gateways.cli.rebuild_progress import Teller
from gateways.office import OSLO, Office
from gateways.settings import Settings, load
from gateways.wiring import AtWork, SimulatedClock, on_postgres
from projections.views.sql import SqlReader

VARIABLE = "KRAVSPOR_DATA"
MORNING = time(8)


def settings_of(data: Path | None) -> Settings:
    """The settings, with `data` as the data folder where it is given.

    Raises SettingsError when one cannot be used.
    """
    with in_folder(data):
        return load()


@contextmanager
def in_folder(data: Path | None) -> Iterator[None]:
    """Meanwhile the settings are of that data folder, where one is given."""
    if data is None:
        yield
        return
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(data.absolute())
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


@contextmanager
def opened(
    data: Path | None = None, today: date | None = None, at_work: AtWork | None = None
) -> Iterator[Office]:
    """The office of the settings; on the morning of `today` where it is given.

    Raises NoHouseError when there is none; SettingsError, ServerError or UnavailableError when
    it cannot be had.
    """
    clock = None if today is None else SimulatedClock(morning_of(today))
    settings = settings_of(data)
    refuse_unless_there(settings)
    office = on_postgres(settings, clock, at_work, Teller())
    try:
        yield office
    finally:
        office.close()


def begin(data: Path | None = None) -> str | None:
    """Make a house where there is none; where that is, or None when there was one.

    Only what a house begins with does so, and says that it did.
    """
    settings = settings_of(data)
    if is_there(settings):
        return None
    on_postgres(settings).close()
    return where(settings)


def reader_of(office: Office) -> SqlReader:
    """The office's read models, to be asked in SQL; every office opened here has them so."""
    return cast("SqlReader", office.rows)


def morning_of(today: date) -> datetime:
    """Eight o'clock in Oslo, as an instant in UTC."""
    return datetime.combine(today, MORNING, tzinfo=OSLO).astimezone(UTC)
