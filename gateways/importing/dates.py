"""Dates as creditors and spreadsheets write them; the day stands before the month."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from gateways.importing.problem import Cell, CellProblem, shown

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_SERIAL_FIRST, _SERIAL_LAST = 30_000, 60_000
_COMPACT_FIRST, _COMPACT_LAST = 1990_01_01, 2099_12_31
_YEAR_FIRST, _YEAR_LAST = 1990, 2099
_CENTURY = 2000
_MONTHS = 12

_DAY_FIRST = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4}|[0-9]{2})")
_DASHED = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})")
_ISO = re.compile(r"([0-9]{4})([-./])([0-9]{1,2})\2([0-9]{1,2})")
_COMPACT = re.compile(r"[0-9]{8}")
_SERIAL = re.compile(r"[0-9]{5}")
_MIDNIGHT = re.compile(r"[T ]0{1,2}[:.]00([:.]00(\.0+)?)?Z?$")
_CLOCK = re.compile(r"[T ][0-9]{1,2}[:.][0-9]{2}([:.][0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9:]+)?$")


def month_first(cells: Iterable[Cell]) -> bool:
    """Whether a column shows a date such as 01/31/2026, which only makes sense month first.

    Then every slashed date in it is in doubt, for 02/03/2026 can no longer be told.
    """
    slashed = (_SLASHED.match(cell.strip()) for cell in cells if isinstance(cell, str))
    return any(int(m[1]) <= _MONTHS < int(m[2]) for m in slashed if m)


def parse_date(
    cell: Cell, *, field: str = "date", slashes_in_doubt: bool = False
) -> date | CellProblem:
    """The cell as a date: dd.mm.yyyy, dd.mm.yy (20yy), dd/mm/yyyy, ISO, or Excel's day number.

    `slashes_in_doubt` is what `month_first` says of the column. The codes are `missing`,
    `date_order_unclear`, `date_has_time`, `date_out_of_range` and `date_not_understood`.
    """
    read = _read(cell, slashes_in_doubt=slashes_in_doubt)
    if isinstance(read, date) and not _YEAR_FIRST <= read.year <= _YEAR_LAST:
        read = "date_out_of_range"
    if isinstance(read, str):
        return CellProblem(read, field, shown(cell), "skriv datoen som 31.12.2026")
    return read


def _read(cell: Cell, *, slashes_in_doubt: bool) -> date | str:
    match cell:
        case None:
            return "missing"
        case date():
            return cell
        case int():
            return _of_number(cell)
        case Decimal():
            timed = cell.is_finite() and _SERIAL_FIRST <= cell <= _SERIAL_LAST
            return "date_has_time" if timed else _NOT_UNDERSTOOD
        case str():
            return _of_text(cell.strip(), slashes_in_doubt=slashes_in_doubt)


_NOT_UNDERSTOOD = "date_not_understood"


def _of_number(number: int) -> date | str:
    if _SERIAL_FIRST <= number <= _SERIAL_LAST:
        return _EXCEL_DAY_ZERO + timedelta(days=number)
    if _COMPACT_FIRST <= number <= _COMPACT_LAST:
        return _day(number // 10_000, number // 100 % 100, number % 100)
    return _NOT_UNDERSTOOD


def _of_text(written: str, *, slashes_in_doubt: bool) -> date | str:
    if not written:
        return "missing"
    bare = _MIDNIGHT.sub("", written)
    if _CLOCK.search(bare):
        return "date_has_time"
    if iso := _ISO.fullmatch(bare):
        return _day(int(iso[1]), int(iso[3]), int(iso[4]))
    if _COMPACT.fullmatch(bare) or _SERIAL.fullmatch(bare):
        return _of_number(int(bare))
    if slashed := _SLASHED.fullmatch(bare):
        return "date_order_unclear" if slashes_in_doubt else _of_parts(slashed)
    dotted = _DAY_FIRST.fullmatch(bare) or _DASHED.fullmatch(bare)
    return _of_parts(dotted) if dotted else _NOT_UNDERSTOOD


def _of_parts(parts: re.Match[str]) -> date | str:
    year = int(parts[3])
    return _day(year if year >= _CENTURY // 2 else _CENTURY + year, int(parts[2]), int(parts[1]))


def _day(year: int, month: int, day: int) -> date | str:
    try:
        return date(year, month, day)
    except ValueError:
        return _NOT_UNDERSTOOD
