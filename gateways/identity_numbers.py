"""Who is who in Norway: organisasjonsnummer, fødselsnummer, and the made-up ones for tests."""

from dataclasses import dataclass
from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.no import fodselsnummer, orgnr

LENGTH = 11
D_NUMBER_DAYS = 40
NAV_MONTHS = 40
TENOR_MONTHS = 80
_SEPARATORS = str.maketrans("", "", " \u00a0")


@dataclass(frozen=True, slots=True)
class Foedselsnummer:
    """A fødselsnummer or D-nummer whose check digits and day of birth are right.

    `number` is its eleven digits. `synthetic` people do not exist: Tenor (month + 80) or
    NAV (month + 40) made them for tests.
    """

    number: str
    born_on: date
    d_number: bool
    synthetic: bool


def normal_orgnr(text: str) -> str | None:
    """The nine digits of "988 077 917"; None when it is no organisasjonsnummer."""
    digits = text.translate(_SEPARATORS)
    return digits if digits.isascii() and orgnr.is_valid(digits) else None


def valid_orgnr(text: str) -> bool:
    """Whether `text` is an organisasjonsnummer, written with or without blanks."""
    return normal_orgnr(text) is not None


def parse_foedselsnummer(text: str, *, allow_synthetic: bool) -> Foedselsnummer | None:
    """The person `text` numbers; None when it numbers nobody, or nobody who is allowed.

    Hospital numbers (H- and FH-nummer) are not national and are never taken; an H-nummer
    looks like one of NAV's synthetic people, so those too need `allow_synthetic`.
    """
    number = text.translate(_SEPARATORS)
    if len(number) != LENGTH or not (number.isascii() and number.isdigit()):
        return None
    if number[-2:] != _check_digits(number):
        return None
    month, synthetic = _month(int(number[2:4]))
    born_on = _born_on(f"{number[:2]}{month:02}{number[4:]}")
    if born_on is None or (synthetic and not allow_synthetic):
        return None
    return Foedselsnummer(number, born_on, int(number[:2]) > D_NUMBER_DAYS, synthetic)


def _check_digits(number: str) -> str:
    return fodselsnummer.calc_check_digit1(number) + fodselsnummer.calc_check_digit2(number)


def _month(told: int) -> tuple[int, bool]:
    for added in (TENOR_MONTHS, NAV_MONTHS):
        if told > added:
            return told - added, True
    return told, False


def _born_on(number: str) -> date | None:
    try:
        return fodselsnummer.get_birth_date(number)
    except ValidationError:
        return None
