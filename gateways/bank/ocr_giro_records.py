"""The 80-column records of an OCR giro file, and the fields cut from them."""

import re
from dataclasses import dataclass
from datetime import date

from gateways.bank.errors import BankFileError

WIDTH = 80
CENTURY = 2000

TRANSMISSION_START = "NY000010"
ASSIGNMENT_START = "NY090020"
ITEM_1 = "NY09..30"
ITEM_2 = "NY09..31"
ITEM_3 = "NY09..32"
ASSIGNMENT_END = "NY090088"
TRANSMISSION_END = "NY000089"

_KINDS = (
    TRANSMISSION_START,
    ASSIGNMENT_START,
    ITEM_1,
    ITEM_2,
    ITEM_3,
    ASSIGNMENT_END,
    TRANSMISSION_END,
)
_NO_DATE = "000000"


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the file; `kind` is one of the constants above, columns count from 1."""

    line_no: int
    kind: str
    columns: str

    def cut(self, first: int, last: int) -> str:
        """The characters from column `first` to column `last`, both included."""
        return self.columns[first - 1 : last]

    def digits(self, first: int, last: int, *, code: str = "bad_number") -> str:
        """The columns as they stand, which must all be digits.

        Raises BankFileError with `code` when they are not.
        """
        found = self.cut(first, last)
        if not (found.isascii() and found.isdigit()):
            raise self.wrong(code, found=repr(found), expected=f"digits in {first}-{last}")
        return found

    def date_or_none(self, first: int, last: int) -> date | None:
        """The date (DDMMYY) in the columns, or None when they are all zero.

        Raises BankFileError when the calendar has no such day.
        """
        found = self.digits(first, last, code="bad_date")
        if found == _NO_DATE:
            return None
        try:
            return date(CENTURY + int(found[4:]), int(found[2:4]), int(found[:2]))
        except ValueError:
            raise self.wrong("bad_date", found=found, expected="a real day, DDMMYY") from None

    def date(self, first: int, last: int) -> date:
        """The date (DDMMYY) in the columns.

        Raises BankFileError when there is none, or the calendar has no such day.
        """
        found = self.date_or_none(first, last)
        if found is None:
            raise self.wrong("bad_date", found=_NO_DATE, expected="a real day, DDMMYY")
        return found

    def wrong(self, code: str, *, found: object, expected: object) -> BankFileError:
        """The error that names this line."""
        return BankFileError(code, line_no=self.line_no, found=found, expected=expected)


class Reel:
    """The records of a file, taken one after the other in the order the format demands."""

    def __init__(self, records: list[Record]) -> None:
        self._records = records
        self._taken = 0

    def next_is(self, kind: str) -> bool:
        """Whether there is a next record and it is of `kind`."""
        return self._taken < len(self._records) and self._records[self._taken].kind == kind

    def take(self, kind: str) -> Record:
        """The next record, which must be of `kind`.

        Raises BankFileError when the file ends here, or goes on with something else.
        """
        if self._taken == len(self._records):
            raise BankFileError(
                "truncated", line_no=self._taken + 1, found="the end", expected=f"record {kind}"
            )
        record = self._records[self._taken]
        if record.kind != kind:
            raise record.wrong("bad_order", found=record.cut(1, 8), expected=f"record {kind}")
        self._taken += 1
        return record

    def end(self) -> None:
        """Make sure that nothing follows the last record.

        Raises BankFileError when something does.
        """
        if self._taken < len(self._records):
            record = self._records[self._taken]
            raise record.wrong("bad_order", found=record.cut(1, 8), expected="the end")

    def count(self) -> int:
        """How many records have been taken."""
        return self._taken


def split(content: bytes) -> Reel:
    """The records of the file, each of a known kind and 80 columns wide.

    Raises BankFileError when a line is too short, too long or of an unknown kind.
    """
    lines = _decoded(content).rstrip("\r\n").split("\n")
    if lines == [""]:
        return Reel([])
    return Reel([_record(number, line) for number, line in enumerate(lines, start=1)])


def _decoded(content: bytes) -> str:
    # Latin-1 has no printable characters at 80-9F; the old PC code page has its æøå there.
    old = any(0x80 <= byte <= 0x9F for byte in content)  # noqa: PLR2004 - as the line above says
    return content.decode("cp865" if old else "latin-1")


def _record(line_no: int, line: str) -> Record:
    columns = _eighty(line_no, line.removesuffix("\r"))
    for kind in _KINDS:
        if re.fullmatch(kind.replace(".", "[0-9]"), columns[:8]):
            return Record(line_no, kind, columns)
    raise BankFileError(
        "bad_record", line_no=line_no, found=repr(columns[:8]), expected="an OCR giro record"
    )


def _eighty(line_no: int, line: str) -> str:
    if len(line) == WIDTH - 1 and line.endswith(" "):
        line += " "
    columns = line[:WIDTH]
    if len(line) < WIDTH:
        raise BankFileError("truncated", line_no=line_no, found=len(line), expected="80 columns")
    if line[WIDTH:].strip(" "):
        raise BankFileError("bad_record", line_no=line_no, found=len(line), expected="80 columns")
    return columns
