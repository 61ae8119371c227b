"""A bank that we are ourselves: valid OCR giro files, for the demonstration and for tests."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from events.money import Ore

SENDER = "00008080"
_KID = re.compile(r"([0-9]{1,25}|[0-9]{1,24}-)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What the bank is to tell of one payment; a negative amount takes a payment back.

    `text` goes with a payment at a terminal, 40 characters at most; only with a text may
    `kid` be empty.
    """

    amount_ore: Ore
    kid: str
    settled_on: date
    ordered_on: date
    debit_account: str = "0" * 11
    archive_reference: str = "0" * 9
    text: str | None = None


def write(
    payments: Sequence[Payment],
    *,
    account: str,
    transmission_no: int,
    written_on: date,
    agreement: str = "0" * 9,
) -> bytes:
    """One transmission with one assignment for `account`, sorted by settlement as banks do.

    Raises ValueError when something does not fit its columns.
    """
    ordered = sorted(payments, key=lambda payment: payment.settled_on)
    items = [line for no, one in enumerate(ordered, start=1) for line in _transaction(no, one)]
    gross_ore = sum(abs(payment.amount_ore) for payment in ordered)
    period = _date(ordered[0].settled_on) + _date(ordered[-1].settled_on) if ordered else "0" * 12
    counted = _number(len(ordered), 8)
    total = _number(gross_ore, 17) + _date(written_on)
    lines = [
        "NY000010" + SENDER + _number(transmission_no, 7) + "0" * 8,
        "NY090020" + _digits(agreement, 9) + _number(1, 7) + _digits(account, 11),
        *items,
        "NY090088" + counted + _number(len(items) + 2, 8) + total + period,
        "NY000089" + counted + _number(len(items) + 4, 8) + total,
    ]
    return "".join(line.ljust(80, "0") + "\n" for line in lines).encode("latin-1")


def _transaction(transaction_no: int, payment: Payment) -> list[str]:
    head = f"NY09{_type(payment)}"
    number = _number(transaction_no, 7)
    sign = "-" if payment.amount_ore < 0 else "0"
    settled = _date(payment.settled_on) + f"01{payment.settled_on:%d}100000{sign}"
    archived = "0" * 10 + _digits(payment.archive_reference, 9) + "0" * 7
    payer = _date(payment.ordered_on) + _digits(payment.debit_account, 11)
    lines = [
        f"{head}30{number}{settled}{_number(abs(payment.amount_ore), 17)}{_kid(payment)}",
        f"{head}31{number}{archived}{payer}",
    ]
    return lines if payment.text is None else [*lines, f"{head}32{number}{_text(payment.text)}"]


def _type(payment: Payment) -> str:
    if payment.text is None:
        return "18" if payment.amount_ore < 0 else "10"
    return "20" if payment.amount_ore < 0 else "21"


def _kid(payment: Payment) -> str:
    if not _KID.fullmatch(payment.kid) or (not payment.kid and payment.text is None):
        raise ValueError(f"{payment.kid!r} is no KID")
    return payment.kid.rjust(25)


def _text(text: str) -> str:
    if not text.isprintable() or len(text) > 40:  # noqa: PLR2004 - the columns there are
        raise ValueError("a text is at most 40 printable characters")
    return text.ljust(40)


def _date(day: date) -> str:
    if day.year // 100 != 20:  # noqa: PLR2004 - the file has two digits for the year
        raise ValueError(f"{day} cannot be told with two digits for the year")
    return f"{day:%d%m%y}"


def _number(number: int, width: int) -> str:
    return _digits(f"{number:0{width}}", width)


def _digits(text: str, width: int) -> str:
    if len(text) != width or not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} is not {width} digits")
    return text
