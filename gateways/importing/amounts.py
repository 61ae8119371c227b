"""Amounts as creditors write them, in whole øre; what can be read in two ways is refused."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from events.money import Ore
from gateways.importing.problem import Cell, CellProblem, shown

DecimalMark = Literal[",", "."]

AMOUNT_ORE_MOST = 10**12

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_MINUS = re.compile("[-\u2212\u2013\u2014]")
_CURRENCY = re.compile(r"^(?:kr\.?|nok) ?|(?: ?(?:kr\.?|nok)|[,.]-)$", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?e\+?[0-9]+", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<whole>[0-9]+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:(?P<group>[.,])[0-9]{3})"
    r"(?:(?P=group)[0-9]{3})*)(?:(?P<mark>[.,])(?P<part>[0-9]+))?"
)
_LONE_THREE = re.compile(r"(?P<head>[1-9][0-9]{0,2})(?P<mark>[.,])(?P<tail>[0-9]{3})")
_EVIDENT = re.compile(r"[0-9](?P<mark>[.,])[0-9]{1,2}$")
_REPEATED_GROUP = re.compile(r"[0-9](?P<group>[.,])[0-9]{3}(?P=group)[0-9]{3}")
_DECIMALS_MOST = 2


def learn_decimal(cells: Iterable[Cell]) -> DecimalMark | None:
    """The decimal mark that a whole column of amounts shows, or None when it shows none, or both.

    This is what tells whether `1.234` is a thousand or one.
    """
    seen = {mark for cell in cells if isinstance(cell, str) and (mark := _evident(_bare(cell)))}
    return seen.pop() if len(seen) == 1 else None


def parse_amount(
    cell: Cell,
    *,
    field: str = "amount",
    decimal: DecimalMark | None = None,
    allow_zero: bool = False,
) -> Ore | CellProblem:
    """The cell as øre: `1 234,50`, `1.234,50`, `1234.50`, `kr 1234,-` and numbers from Excel.

    `decimal` is the column's decimal mark, where `learn_decimal` found it. The codes are
    `missing`, `became_date`, `digits_lost`, `amount_ambiguous`, `amount_not_understood`,
    `fractional_oere`, `amount_negative`, `amount_zero` and `amount_too_large`.
    """
    code_or_kroner = _kroner(cell, decimal)
    if isinstance(code_or_kroner, str):
        return CellProblem(code_or_kroner, field, shown(cell), _HINTS.get(code_or_kroner, ""))
    code = _out_of_bounds(code_or_kroner, allow_zero=allow_zero)
    if code:
        return CellProblem(code, field, shown(cell))
    return Ore(int(code_or_kroner.scaleb(2)))


_HINTS = {
    "amount_ambiguous": "skriv beløpet med to desimaler, for eksempel 1234,00",
    "amount_not_understood": "skriv beløpet som 1234,50",
    "became_date": "gjør cellen om til tekst eller tall, og skriv beløpet på nytt",
    "digits_lost": "gjør kolonnen bredere eller cellen om til tekst, og skriv alle sifrene",
}


def _out_of_bounds(kroner: Decimal, *, allow_zero: bool) -> str | None:
    # Asked on the kroner: an absurd exponent must not be unfolded into an integer first.
    if kroner < 0:
        return "amount_negative"
    if kroner > AMOUNT_ORE_MOST // 100:
        return "amount_too_large"
    if kroner == 0 and not allow_zero:
        return "amount_zero"
    return "fractional_oere" if kroner != round(kroner, _DECIMALS_MOST) else None


def _kroner(cell: Cell, decimal: DecimalMark | None) -> Decimal | str:
    match cell:
        case None:
            return "missing"
        case date():
            return "became_date"
        case int():
            return Decimal(cell)
        case Decimal():
            return _kroner_of_number(cell)
        case str():
            return _kroner_of_text(cell, decimal)


def _kroner_of_number(cell: Decimal) -> Decimal | str:
    exponent = cell.as_tuple().exponent
    if not isinstance(exponent, int):
        return "amount_not_understood"  # not a number, or without end
    return "digits_lost" if exponent > 0 else cell


def _kroner_of_text(written: str, decimal: DecimalMark | None) -> Decimal | str:
    bare = _bare(written)
    if not bare:
        return "missing"
    if _SCIENTIFIC.fullmatch(bare):
        return "digits_lost"
    negative, size = _sign(bare)
    read = _size(size, decimal)
    return -read if negative and isinstance(read, Decimal) else read


def _bare(written: str) -> str:
    spaced = _SPACES.sub(" ", written).strip()
    plain = _MINUS.sub("-", spaced)
    return _CURRENCY.sub("", _CURRENCY.sub("", plain)).strip()


def _sign(bare: str) -> tuple[bool, str]:
    if bare.startswith("(") and bare.endswith(")"):
        return True, bare[1:-1].strip()
    stripped = bare.removeprefix("-").removesuffix("-").strip()
    return stripped != bare, stripped


def _size(size: str, decimal: DecimalMark | None) -> Decimal | str:
    lone = _LONE_THREE.fullmatch(size)
    if lone:
        if decimal is None:
            return "amount_ambiguous"
        if decimal == lone["mark"]:
            return "fractional_oere"
        return Decimal(lone["head"] + lone["tail"])
    match = _NUMBER.fullmatch(size)
    if not match or (match["group"] and match["group"] in {match["mark"], decimal}):
        return "amount_not_understood"
    if len(match["part"] or "") > _DECIMALS_MOST:
        return "fractional_oere"
    whole = re.sub("[ .,]", "", match["whole"])
    return Decimal(f"{whole}.{match['part'] or '0'}")


def _evident(bare: str) -> DecimalMark | None:
    ending = _EVIDENT.search(bare)
    if ending:
        return "," if ending["mark"] == "," else "."
    repeated = _REPEATED_GROUP.search(bare)
    if repeated:
        return "." if repeated["group"] == "," else ","
    return None
