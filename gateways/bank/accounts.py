"""Norwegian bank accounts (kontonummer): eleven digits, the last of them a check digit."""

from stdnum.no import kontonr

LENGTH = 11
_SEPARATORS = str.maketrans("", "", ". \u00a0")


def valid_account(text: str) -> bool:
    """Whether `text` is an account number, written with or without dots and blanks."""
    return normal_account(text) is not None


def normal_account(text: str) -> str | None:
    """The eleven digits of "1234.56.78903" or "1234 56 78903"; None when it is no account."""
    digits = text.translate(_SEPARATORS)
    # The library also takes the seven digits of the old Postgiro, and drops leading zeros.
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdigit()):
        return None
    return digits if not digits.startswith("0000") and kontonr.is_valid(digits) else None
