"""What people outside do, and how long after what: a row of `behaviour.csv` each."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

After = Literal["varsel", "ordering", "demand", "approval", "act"]
What = Literal[
    "pay",
    "pay_part",
    "pay_wrong_kid",
    "pay_too_much",
    "pay_again",
    "pay_direct",
    "bank_takes_back",
    "find_case",
    "refund",
    "object",
    "object_groundless",
    "answer_upheld",
    "answer_groundless",
    "answer_accepted",
    "answer_corrected",
    "withdraw",
    "pause",
    "resume",
    "letter_returned",
    "approve",
    "decline",
]

HEADER: Final = ("kreditor", "fakturanr", "adferd", "etter", "dager", "hva")
DELIMITER: Final = ";"
ENCODING: Final = "cp1252"

Invoice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Act:
    """Something done `days` after a letter, an approval asked for, or the act before.

    After the `ordering` of the betalingsoppfordring it is done before that letter has left.
    """

    after: After
    days: int
    what: What


@dataclass(frozen=True, slots=True)
class Course:
    """What a debtor and those around it do, in order, and what such a course is called."""

    name: str
    acts: tuple[Act, ...]


def write(courses: Mapping[Invoice, Course]) -> bytes:
    """The file of all courses; one without acts has a row that says so."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter=DELIMITER, lineterminator="\r\n")
    rows.writerow(HEADER)
    for (creditor, invoice), course in courses.items():
        for act in course.acts:
            rows.writerow([creditor, invoice, course.name, act.after, act.days, act.what])
        if not course.acts:
            rows.writerow([creditor, invoice, course.name, "", "", ""])
    return out.getvalue().encode(ENCODING)


def read(content: bytes) -> dict[Invoice, Course]:
    """The courses, by creditor's name and invoice number.

    Raises ValueError when a row says what nobody can do.
    """
    names: dict[Invoice, str] = {}
    acts: defaultdict[Invoice, list[Act]] = defaultdict(list)
    rows = csv.reader(io.StringIO(content.decode(ENCODING), newline=""), delimiter=DELIMITER)
    for creditor, invoice, name, *told in _body(rows):
        names[creditor, invoice] = name
        if any(told):
            acts[creditor, invoice].append(_act(*told))
    return {key: Course(name, tuple(acts[key])) for key, name in names.items()}


def _body(rows: Iterable[list[str]]) -> Iterable[list[str]]:
    header, *body = rows
    if tuple(header) != HEADER:
        raise ValueError(f"the header should be {DELIMITER.join(HEADER)}")
    return body


def _act(after: str, days: str, what: str) -> Act:
    if after not in get_args(After) or what not in get_args(What):
        raise ValueError(f"nobody can do {what!r} after {after!r}")
    return Act(cast("After", after), int(days), cast("What", what))
