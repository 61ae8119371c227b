"""OCR giro: the bank's file of payments with a KID, believed as a whole or not at all."""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from events.money import Ore
from gateways.bank import ocr_giro_records as records
from gateways.bank.ocr_giro_records import Record, Reel

REVERSALS = frozenset({"18", "20"})
WITH_TEXT = frozenset({"20", "21"})
_TYPES = frozenset(str(number) for number in range(10, 22))
_KID = re.compile(r" *([0-9]{1,25}|[0-9]{1,24}-)? *")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One payment, or one payment taken back (then `amount_ore` is negative).

    `ordered_on` is the day the payer's bank had the order, which decides whether the payment
    came in time; the bank may leave it out, and then `ordered_on_given` is False and it is
    the day of settlement. `line_no` is where the transaction begins, `transaction_type` one
    of "10".."21", `kid` may be empty only where there is a `text`. `debit_account` is all
    zeros when unknown. `reference` is the same in every file that tells of this transaction.
    """

    line_no: int
    transaction_no: str
    transaction_type: str
    settled_on: date
    ordered_on: date
    ordered_on_given: bool
    amount_ore: Ore
    kid: str
    debit_account: str
    archive_reference: str
    text: str | None
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The transactions of one account, in the order of the file."""

    account: str
    agreement: str
    assignment_no: str
    transactions: tuple[Transaction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OcrFile:
    """A file whose every count, sum and date has been checked."""

    transmission_no: str
    recipient: str
    assignments: tuple[Assignment, ...]
    file_sha256: str

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        """All transactions, over the assignments, in the order of the file."""
        return tuple(found for group in self.assignments for found in group.transactions)


def read(content: bytes, *, accounts: Collection[str] | None) -> OcrFile:
    """What the bank says has been paid, when the whole file agrees with itself.

    `accounts` are the accounts that are ours, 11 digits; None takes any.
    Raises BankFileError when anything at all in the file is not as it should be.
    """
    reel = records.split(content)
    start = reel.take(records.TRANSMISSION_START)
    groups = []
    while not reel.next_is(records.TRANSMISSION_END):
        groups.append(_assignment(reel, accounts))
    end = reel.take(records.TRANSMISSION_END)
    reel.end()
    found = OcrFile(
        transmission_no=start.digits(17, 23),
        recipient=start.digits(24, 31),
        assignments=tuple(groups),
        file_sha256=hashlib.sha256(content).hexdigest(),
    )
    _check_totals(end, found.transactions, reel.count())
    end.date(42, 47)
    return found


def _assignment(reel: Reel, accounts: Collection[str] | None) -> Assignment:
    taken_before = reel.count()
    start = reel.take(records.ASSIGNMENT_START)
    account = start.digits(25, 35)
    if accounts is not None and account not in accounts:
        raise start.wrong("wrong_account", found=account, expected="one of our accounts")
    transactions: list[Transaction] = []
    while reel.next_is(records.ITEM_1):
        after = transactions[-1].transaction_no if transactions else ""
        transactions.append(_transaction(reel, start, after))
    end = reel.take(records.ASSIGNMENT_END)
    _check_totals(end, transactions, reel.count() - taken_before)
    _check_dates(end, transactions)
    return Assignment(
        account=account,
        agreement=start.digits(9, 17),
        assignment_no=start.digits(18, 24),
        transactions=tuple(transactions),
    )


def _transaction(reel: Reel, start: Record, after: str) -> Transaction:
    first = reel.take(records.ITEM_1)
    transaction_no, transaction_type = first.digits(9, 15), first.cut(5, 6)
    if transaction_type not in _TYPES:
        raise first.wrong("bad_record", found=transaction_type, expected="type 10 to 21")
    if transaction_no <= after:
        raise first.wrong(
            "bad_transaction_no", found=transaction_no, expected=f"more than {after}"
        )
    second = _same_transaction(first, reel.take(records.ITEM_2))
    third = None
    if transaction_type in WITH_TEXT:
        third = _same_transaction(first, reel.take(records.ITEM_3))
    settled_on, ordered_on = first.date(16, 21), second.date_or_none(42, 47)
    return Transaction(
        line_no=first.line_no,
        transaction_no=transaction_no,
        transaction_type=transaction_type,
        settled_on=settled_on,
        ordered_on=ordered_on or settled_on,
        ordered_on_given=ordered_on is not None,
        amount_ore=_amount_ore(first),
        kid=_kid(first),
        debit_account=second.digits(48, 58),
        archive_reference=second.digits(26, 34),
        text=third.cut(16, 55).strip() if third else None,
        reference=_reference(start, first, second),
    )


def _same_transaction(first: Record, item: Record) -> Record:
    if item.cut(5, 6) != first.cut(5, 6) or item.cut(9, 15) != first.cut(9, 15):
        raise item.wrong(
            "bad_transaction_no",
            found=f"type {item.cut(5, 6)} number {item.cut(9, 15)}",
            expected=f"type {first.cut(5, 6)} number {first.cut(9, 15)}",
        )
    return item


def _amount_ore(first: Record) -> Ore:
    amount = int(first.digits(33, 49, code="bad_amount"))
    sign, reversal = first.cut(32, 32), first.cut(5, 6) in REVERSALS
    # A payee whose agreement has no signs gets a zero on reversals too; the type still tells.
    if sign not in "-0 " or (sign == "-" and not reversal):
        raise first.wrong("bad_sign", found=repr(sign), expected="0, or - on a reversal")
    return Ore(-amount if reversal else amount)


def _kid(first: Record) -> str:
    found = first.cut(50, 74)
    kid = found.strip(" ")
    if not _KID.fullmatch(found) or not (kid or first.cut(5, 6) in WITH_TEXT):
        raise first.wrong("bad_kid", found=repr(found), expected="digits, at most one last -")
    return kid


def _reference(start: Record, first: Record, second: Record) -> str:
    # The numbers begin again in every file and the archive reference may be zero, so two
    # payments of one day can share them all: the rest of the two records tells them apart.
    rest = hashlib.sha256((first.columns + second.columns).encode()).hexdigest()[:16]
    settled = f"{first.date(16, 21):%Y%m%d}"
    names = (start.cut(25, 35), start.cut(18, 24), settled, first.cut(9, 15), second.cut(26, 34))
    return "-".join((*names, rest))


def _check_totals(end: Record, transactions: Sequence[Transaction], record_count: int) -> None:
    _equal(end, "count_mismatch", end.digits(9, 16), len(transactions))
    _equal(end, "count_mismatch", end.digits(17, 24), record_count)
    # The bank adds up the amounts without their signs: a reversal is not deducted here.
    gross_ore = sum(abs(transaction.amount_ore) for transaction in transactions)
    _equal(end, "sum_mismatch", end.digits(25, 41), gross_ore)


def _equal(end: Record, code: str, found: str, expected: int) -> None:
    if int(found) != expected:
        raise end.wrong(code, found=int(found), expected=expected)


def _check_dates(end: Record, transactions: Sequence[Transaction]) -> None:
    settled = sorted(transaction.settled_on for transaction in transactions)
    found = (end.date_or_none(48, 53), end.date_or_none(54, 59))
    end.date(42, 47)
    if not settled:
        return
    if found != (settled[0], settled[-1]):
        raise end.wrong(
            "date_mismatch",
            found=f"{found[0]} to {found[1]}",
            expected=f"{settled[0]} to {settled[-1]}",
        )
