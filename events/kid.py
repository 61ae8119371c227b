"""KID, the payer's reference on a Norwegian payment: check digits and the house's own layout."""

from dataclasses import dataclass
from itertools import cycle
from typing import Literal

LENGTH_MIN = 2
LENGTH_MAX = 25

CREDITOR_DIGITS = 5
CASE_DIGITS = 7
OUR_LENGTH = CREDITOR_DIGITS + CASE_DIGITS + 1

Modulus = Literal["mod10", "mod11"]


@dataclass(frozen=True, slots=True)
class KidParts:
    """Whom a KID of the house's own layout speaks of; both numbers start at 1."""

    creditor_number: int
    case_serial: int


def make_kid(creditor_number: int, case_serial: int) -> str:
    """The KID a debtor pays with: 5 digits creditor, 7 digits case, 1 check digit (MOD10).

    Raises ValueError when a number is below 1 or does not fit its digits.
    """
    if not 1 <= creditor_number < 10**CREDITOR_DIGITS:
        raise ValueError(f"creditor number {creditor_number} has no place in a KID")
    if not 1 <= case_serial < 10**CASE_DIGITS:
        raise ValueError(f"case serial {case_serial} has no place in a KID")
    digits = f"{creditor_number:0{CREDITOR_DIGITS}}{case_serial:0{CASE_DIGITS}}"
    return digits + mod10_digit(digits)


def parse_kid(kid: str) -> KidParts | None:
    """The creditor and the case a KID was made for; None when it is not one of ours."""
    if len(kid) != OUR_LENGTH or not valid_kid(kid, modulus="mod10"):
        return None
    creditor_number, case_serial = int(kid[:CREDITOR_DIGITS]), int(kid[CREDITOR_DIGITS:-1])
    if not creditor_number or not case_serial:
        return None
    return KidParts(creditor_number, case_serial)


def valid_kid(kid: str, *, modulus: Modulus) -> bool:
    """Whether `kid` is 2 to 25 characters long and ends in its check digit.

    Which modulus, is agreed between the payee and the bank; only MOD11 can end in "-".
    """
    body, check = kid[:-1], kid[-1:]
    if not LENGTH_MIN <= len(kid) <= LENGTH_MAX or not _only_digits(body):
        return False
    return check == (mod10_digit(body) if modulus == "mod10" else mod11_digit(body))


def mod10_digit(digits: str) -> str:
    """The MOD10 (Luhn) check digit that belongs after `digits`.

    Raises ValueError when `digits` is empty or holds anything but 0-9.
    """
    weighted = zip(_reversed(digits), cycle((2, 1)), strict=False)
    products = [int(digit) * weight for digit, weight in weighted]
    return str(-sum(product // 10 + product % 10 for product in products) % 10)


def mod11_digit(digits: str) -> str:
    """The MOD11 check character that belongs after `digits`: 0-9, or "-" for ten.

    Raises ValueError when `digits` is empty or holds anything but 0-9.
    """
    weighted = zip(_reversed(digits), cycle((2, 3, 4, 5, 6, 7)), strict=False)
    check = -sum(int(digit) * weight for digit, weight in weighted) % 11
    return "-" if check == 10 else str(check)  # noqa: PLR2004 - ten is the one that has no digit


def _reversed(digits: str) -> str:
    if not _only_digits(digits):
        raise ValueError(f"a check digit belongs to digits, not to {digits!r}")
    return digits[::-1]


def _only_digits(text: str) -> bool:
    # isdigit alone also takes superscripts and the digits of other scripts.
    return text.isascii() and text.isdigit()
