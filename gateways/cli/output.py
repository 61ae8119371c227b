"""What commands print: tables for people, JSON for programs, money and dates as Norwegians do."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import asdict

from events.money import Ore

if TYPE_CHECKING:  # rich takes a tenth of a second, and JSON needs none of it
    from rich.console import Console

OSLO = ZoneInfo("Europe/Oslo")
WIDTH_WITHOUT_TERMINAL = 200


class NotUnderstoodError(Exception):
    """What was typed, or a file that was named, cannot be understood; the message says why."""


def kroner(amount_ore: Ore) -> str:
    """`503800` øre as "5 038,00"."""
    whole, part = divmod(abs(amount_ore), 100)
    grouped = f"{whole:,}".replace(",", " ")
    return f"{'-' if amount_ore < 0 else ''}{grouped},{part:02}"


def norwegian_date(on: date) -> str:
    """The seventeenth of August 2026 as "17.08.2026"."""
    return f"{on:%d.%m.%Y}"


def norwegian_instant(at: datetime) -> str:
    """An aware instant as a clock in Oslo showed it: "17.08.2026 14:05"."""
    return f"{at.astimezone(OSLO):%d.%m.%Y %H:%M}"


def cell(name: str, value: object) -> str:
    """A value as people read it, by its name and its kind; nothing for None."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() if name.endswith("_ore"):
            return kroner(Ore(value))
        case datetime() if value.tzinfo is not None:
            return norwegian_instant(value)
        case date():
            return norwegian_date(value)
        case _:
            return str(value)


def emit(value: object, *, json: bool = False) -> None:
    """Print `value`: a sentence, one record, or a sequence of records as a table.

    A record is a dataclass, a struct or a mapping. What its fields are named decides how they
    look to people (`_ore` as kroner, `_on` and `_at` in Norwegian order); `json` gives them as
    they are.
    """
    if json:
        sys.stdout.write(as_json_text(value) + "\n")
    elif isinstance(value, str):
        sys.stdout.write(value + "\n")
    elif is_dataclass(value) or isinstance(value, (Struct, Mapping)):
        _print_table(("", ""), [(title(k), cell(k, v)) for k, v in _record(value).items()])
    elif isinstance(value, Sequence):
        records = [_record(each) for each in value]
        names = list(dict.fromkeys(name for record in records for name in record))
        rows = [[cell(name, record.get(name)) for name in names] for record in records]
        _print_table([title(name) for name in names], rows)
    else:
        sys.stdout.write(f"{value}\n")


def as_json_text(value: object, *, indent: bool = True) -> str:
    """`value` as JSON, indented or on one line; an exact number that is no integer is a string."""
    import orjson  # noqa: PLC0415 - not needed by those who read tables

    return orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2 * indent).decode()


def console() -> "Console":
    """Where tables go: in colour and to its width on a terminal, else plain and wide."""
    from rich.console import Console  # noqa: PLC0415 - slow to import

    wide = None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(width=wide, highlight=False, emoji=False)


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on stderr while the block runs; what it gives is called with the steps just done.

    Without a terminal there is one line, so that a log is not filled with bars.
    """
    if not sys.stderr.isatty():
        sys.stderr.write(f"{title} …\n")
        yield lambda _steps: None
        return
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.progress import Progress  # noqa: PLC0415 - slow to import

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda steps: bar.update(task, advance=steps)


def _print_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.table import Table  # noqa: PLC0415 - slow to import
    from rich.text import Text  # noqa: PLC0415 - slow to import

    if not rows:
        sys.stdout.write("nothing\n")
        return
    table = Table(box=None, show_header=any(titles), pad_edge=False, header_style="bold")
    for index, title in enumerate(titles):
        numbers = all(_is_number(row[index]) for row in rows)
        table.add_column(title, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))  # Text, for a name may hold [brackets]
    console().print(table)


def _record(value: object) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Struct):
        return asdict(value)
    return {"": value}


def title(name: str) -> str:
    """A field's name as a heading."""
    for suffix in ("_ore", "_on", "_at"):
        name = name.removesuffix(suffix)
    return name.replace("_", " ")


def _is_number(cell: str) -> bool:
    return cell.replace(" ", "").replace(",", "").removeprefix("-").isdecimal()


def _plain(value: object) -> str | list[object] | dict[str, object]:
    if isinstance(value, Struct):
        return asdict(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)
