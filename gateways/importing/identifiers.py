"""The numbers that name people, companies and claims: check digits, lost zeros, Excel's damage."""

import re
from datetime import date
from decimal import Decimal

from stdnum import luhn
from stdnum.no import orgnr as stdnum_orgnr

from gateways.importing.problem import Cell, CellProblem, shown

_SPACING = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_ORGNR = re.compile(r"(?:NO|ORGNR:?)?([0-9]{9})(?:MVA)?")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_KID = re.compile(r"[0-9]{1,24}[0-9-]")
_FNR_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_FNR_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_FNR_DIGITS = 11
_POSTCODE_DIGITS = 4
_NUMBER_LENGTH_MOST = 50
_DAY_OFFSET = 40
_LEAP_YEAR = 2000


def parse_postcode(
    cell: Cell, *, field: str = "postcode", country: str = "NO"
) -> str | CellProblem:
    """The four digits of a Norwegian postcode, with a first zero that a number lost given back.

    Abroad any short code goes. The codes are `missing` and `postcode_invalid`.
    """
    bare = _SPACING.sub(" ", shown(cell)).strip().upper()
    if not bare:
        return CellProblem("missing", field)
    if country != "NO":
        fits = re.fullmatch(r"[0-9A-Z][0-9A-Z -]{1,10}", bare)
        return bare if fits else CellProblem("postcode_invalid", field, bare)
    digits = bare.removeprefix("NO-").removeprefix("N-")
    if not re.fullmatch("[0-9]{3,4}", digits):
        return CellProblem("postcode_invalid", field, bare, "fire sifre, for eksempel 0150")
    return digits.zfill(_POSTCODE_DIGITS)


def parse_orgnr(cell: Cell, *, field: str = "orgnr") -> str | CellProblem:
    """Nine digits with a right check digit; `NO 987 654 321 MVA` is read as the nine digits.

    The codes are `missing` and `orgnr_invalid`.
    """
    bare = _SPACING.sub("", shown(cell)).replace(".", "").upper()
    if not bare:
        return CellProblem("missing", field)
    match = _ORGNR.fullmatch(bare)
    if not match or not stdnum_orgnr.is_valid(match[1]):
        return CellProblem(
            "orgnr_invalid", field, shown(cell), "ni sifre, slik Brønnøysund har det"
        )
    return match[1]


def parse_national_id(
    cell: Cell, *, field: str = "national_id", allow_synthetic: bool = False
) -> str | CellProblem:
    """A fødselsnummer or D-number of eleven digits, with both check digits right.

    The official test numbers (month + 40 or + 80) pass only when `allow_synthetic`.
    The codes are `missing` and `national_id_invalid`; what was found is never repeated.
    """
    bare = _SPACING.sub("", shown(cell))
    if not bare:
        return CellProblem("missing", field)
    if isinstance(cell, int):
        bare = bare.zfill(_FNR_DIGITS)
    wrong = CellProblem("national_id_invalid", field, hint="elleve sifre")
    if not re.fullmatch(f"[0-9]{{{_FNR_DIGITS}}}", bare) or not _fnr_checks(bare):
        return wrong
    return bare if _fnr_day(bare, allow_synthetic=allow_synthetic) else wrong


def _fnr_checks(digits: str) -> bool:
    return all(
        sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11 == 0
        for weights in (_FNR_FIRST, _FNR_SECOND)
    )


def _fnr_day(digits: str, *, allow_synthetic: bool) -> bool:
    day, month = int(digits[:2]) % _DAY_OFFSET, int(digits[2:4])
    real_month = month % _DAY_OFFSET
    if month != real_month and not allow_synthetic:
        return False
    try:
        date(_LEAP_YEAR, real_month, day)
    except ValueError:
        return False
    return int(digits[:2]) < 2 * _DAY_OFFSET and month < 3 * _DAY_OFFSET


def parse_invoice_number(cell: Cell, *, field: str = "invoice_number") -> str | CellProblem:
    """The invoice's own number, kept as text; a number cell from Excel loses its `.0`.

    The codes are `missing`, `became_date`, `digits_lost`, `number_not_whole` and `too_long`.
    """
    code = _number_fault(cell)
    if code:
        return CellProblem(code, field, shown(cell), "gjør cellen om til tekst")
    return _number_text(cell)


def _number_fault(cell: Cell) -> str | None:
    if isinstance(cell, date):
        return "became_date"
    if isinstance(cell, Decimal):
        return _decimal_fault(cell)
    bare = _number_text(cell)
    if not bare:
        return "missing"
    if _SCIENTIFIC.fullmatch(bare):
        return "digits_lost"
    return "too_long" if len(bare) > _NUMBER_LENGTH_MOST else None


def _decimal_fault(cell: Decimal) -> str | None:
    exponent = cell.as_tuple().exponent
    if not isinstance(exponent, int) or exponent > 0:
        return "digits_lost"
    return None if cell == cell.to_integral_value() else "number_not_whole"


def _number_text(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return str(cell.to_integral_value())
    return _SPACING.sub(" ", shown(cell)).strip()


def parse_kid(cell: Cell, *, field: str = "kid") -> str | CellProblem:
    """A KID of 2 to 25 characters whose last one is right by MOD10 or by MOD11.

    The codes are `missing`, `became_date`, `digits_lost` and `kid_invalid`.
    """
    number = parse_invoice_number(cell, field=field)
    if isinstance(number, CellProblem):
        known = number.code in {"missing", "became_date", "digits_lost"}
        return number if known else CellProblem("kid_invalid", field, number.found)
    bare = number.replace(" ", "")
    if not _KID.fullmatch(bare) or not (_mod10(bare) or _mod11(bare)):
        return CellProblem("kid_invalid", field, number)
    return bare


def _mod10(kid: str) -> bool:
    return luhn.is_valid(kid)


def _mod11(kid: str) -> bool:
    total = sum(int(digit) * (2 + i % 6) for i, digit in enumerate(reversed(kid[:-1])))
    rest = total % 11
    return kid[-1] == ("0" if rest == 0 else "-" if rest == 1 else str(11 - rest))
