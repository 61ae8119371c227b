"""What creditors write and the staff decide in a day: a row of `messages.csv` each."""

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from typing import cast

from events.money import Ore
from gateways.demo.acts import DELIMITER, ENCODING, What


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something to be done on a case; what is empty does not concern it.

    `invoice` is the one objected to (all when empty), `payment` the id of a payment.
    """

    case_number: str
    what: What
    amount_ore: Ore | None = None
    invoice: str = ""
    payment: str = ""
    text: str = ""


HEADER = tuple(field.name for field in fields(Message))


def write(messages: Sequence[Message]) -> bytes:
    """The file of a day's messages."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter=DELIMITER, lineterminator="\r\n")
    rows.writerow(HEADER)
    for message in messages:
        rows.writerow(["" if value is None else value for value in astuple(message)])
    return out.getvalue().encode(ENCODING)


def read(content: bytes) -> list[Message]:
    """The messages, in the order of the file."""
    text = io.StringIO(content.decode(ENCODING), newline="")
    _, *rows = csv.reader(text, delimiter=DELIMITER)
    return [
        Message(
            case_number=case_number,
            what=cast("What", what),
            amount_ore=Ore(int(amount)) if amount else None,
            invoice=invoice,
            payment=payment,
            text=said,
        )
        for case_number, what, amount, invoice, payment, said in rows
    ]
