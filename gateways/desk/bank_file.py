"""Booking the bank's file: each payment on its case, in suspense, or taken back; never lost."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID, uuid5

from engine.journal.outcome import Committed
from engine.journal.shards import shard_of_id
from engine.loop import Nothing
from engine.payment import (
    BookPayment,
    SuspendPayment,
    TakeBackPayment,
    book_payment,
    suspend_payment,
    take_back_payment,
)
from engine.refusal import RefusedError
from engine.registration import going_on
from engine.streams import case_stream, payment_id_of
from events.case import PaymentReceived
from events.kid import valid_kid
from events.money import ZERO, Ore
from events.payment import PaymentSuspended
from events.personal import Clear
from gateways.bank import ocr_giro
from gateways.bank.errors import BankFileError
from gateways.bank.ocr_giro import OcrFile, Transaction
from gateways.desk.asking import DESK, By, Outcome, carry
from gateways.desk.finding import case_by_kid
from gateways.desk.payments import Paid, elsewhere, received
from gateways.office import Office
from projections import payment
from projections.case_list import CaseRow

AT_ONCE = 8
NO_ACCOUNT = "0" * 11

Became = Literal["booked", "suspended", "reversed", "repeated", "unresolved"]
SuspenseReason = Literal["kid_unknown", "kid_missing", "kid_malformed", "not_booked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedLine:
    """What became of one transaction. `code` says why it is in suspense or unresolved.

    `held_ore` is what was more than owed, or came after the case had ended.
    """

    line_no: int
    kid: str
    amount_ore: Ore
    became: Became
    payment_id: UUID
    case_number: str = ""
    held_ore: Ore = ZERO
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What became of a file, and of each of its transactions.

    An unresolved one has changed nothing: a person has to look at it.
    """

    sha256: str
    booked: int
    suspended: int
    reversed: int
    repeated: int
    unresolved: int
    lines: tuple[BookedLine, ...]


def book_file(
    office: Office, content: bytes, *, today: date, actor: str, causation: UUID | None = None
) -> Booked:
    """Book every transaction of an OCR giro file; the same transaction is booked once.

    Raises BankFileError when anything at all in the file is not as it should be; then
    nothing of it has been booked.
    """
    file = ocr_giro.read(content, accounts={office.agency.klientkonto})
    _refuse_future(file, today)
    groups: dict[str, list[Transaction]] = {}
    for transaction in file.transactions:
        groups.setdefault(transaction.kid, []).append(transaction)
    bank = _Bank(office, By(actor, today, causation=causation), file.file_sha256)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = [line for group in pool.map(bank.book, groups.values()) for line in group]
    lines = tuple(sorted(found, key=lambda line: line.line_no))
    return Booked(
        sha256=file.file_sha256,
        booked=_count(lines, "booked"),
        suspended=_count(lines, "suspended"),
        reversed=_count(lines, "reversed"),
        repeated=_count(lines, "repeated"),
        unresolved=_count(lines, "unresolved"),
        lines=lines,
    )


@dataclass(frozen=True, slots=True)
class _Bank:
    office: Office
    by: By
    sha256: str

    def book(self, group: Sequence[Transaction]) -> list[BookedLine]:
        """Book the transactions of one KID, in the order of the file."""
        kid = group[0].kid
        case = case_by_kid(self.office, kid)
        return [self._one(transaction, case) for transaction in group]

    def _one(self, transaction: Transaction, case: CaseRow | None) -> BookedLine:
        try:
            if transaction.amount_ore < 0:
                return self._take_back(transaction, case)
            if case is None:
                return self._suspend(transaction, None, _suspense_reason(transaction.kid))
        except RefusedError as refusal:
            return _line(transaction, "unresolved", case, code=refusal.code)
        try:
            return self._book(transaction, case)
        except RefusedError:
            # The money is there, whatever the case says: it waits for a person.
            return self._suspend(transaction, case, "not_booked")

    def _book(self, transaction: Transaction, case: CaseRow) -> BookedLine:
        payment_id = self._id(transaction, case)
        paid = Paid(
            amount_ore=transaction.amount_ore,
            ordered_on=min(transaction.ordered_on, transaction.settled_on),
            received_on=transaction.settled_on,
        )
        told = received(payment_id, "bank", paid, self.by.today, kid=transaction.kid)
        command = BookPayment(
            case_id=case.case_id,
            payment=told,
            payer_account=self._payer(transaction, case.debtor_id),
            source_file=self.sha256,
            source_line=transaction.line_no,
        )
        ids = (uuid5(payment_id, f"book {self.sha256}"), uuid5(DESK, self.sha256))
        ask = book_payment(command, elsewhere(self.office, transaction.reference))
        outcome = carry(self.office, ask, command, self.by, ids=ids)
        row = self.office.rows.get(payment.TABLE, (payment_id,))
        held_ore = row.held_ore if row else ZERO
        return _line(transaction, _became(outcome, "booked"), case, held_ore=held_ore)

    def _payer(self, transaction: Transaction, debtor_id: UUID) -> Clear | None:
        """The account it came from; nothing more is kept on a debtor who was forgotten."""
        known = self.office.vault.knows(debtor_id)
        return _account(transaction, debtor_id) if known else None

    def _suspend(
        self, transaction: Transaction, case: CaseRow | None, reason: SuspenseReason
    ) -> BookedLine:
        payment_id = self._id(transaction, case)
        kid = Clear(person_id=payment_id, text=transaction.kid) if transaction.kid else None
        command = SuspendPayment(
            payment_id=payment_id,
            suspended=PaymentSuspended(
                amount_ore=transaction.amount_ore,
                ordered_on=min(transaction.ordered_on, transaction.settled_on),
                received_on=transaction.settled_on,
                booked_on=self.by.today,
                kid=kid,
                payer_account=_account(transaction, payment_id),
                reason=reason,
                source_file=self.sha256,
                source_line=transaction.line_no,
            ),
        )
        # The day stands in the event, so another day's try is another command.
        command_id = uuid5(payment_id, f"suspend {self.sha256} {self.by.today}")
        ids = (command_id, uuid5(DESK, self.sha256))
        outcome = carry(self.office, suspend_payment(command), command, self.by, ids=ids)
        return _line(transaction, _became(outcome, "suspended"), None, code=reason)

    def _id(self, transaction: Transaction, case: CaseRow | None) -> UUID:
        """The payment's id, in the shard of its case where one is known."""
        return payment_id_of(transaction.reference, shard_of_id(case.case_id) if case else 0)

    def _take_back(self, transaction: Transaction, case: CaseRow | None) -> BookedLine:
        if case is None:
            return _line(transaction, "unresolved", None, code=_suspense_reason(transaction.kid))
        command_id = uuid5(payment_id_of(transaction.reference), "take back")
        if self.office.store.answer(command_id, [case_stream(case.case_id)]):
            return _line(transaction, "repeated", case)
        found = self._latest(case, Ore(-transaction.amount_ore))
        if found is None:
            return _line(transaction, "unresolved", case, code="payment_unknown")
        payment_id, position = found
        command = TakeBackPayment(
            case_id=case.case_id,
            creditor_id=case.creditor_id,
            payment_id=payment_id,
            position=position,
            today=self.by.today,
        )
        ids = (command_id, uuid5(DESK, self.sha256))
        ask = going_on(take_back_payment(command), case.case_id, case.debtor_id)
        try:
            carry(self.office, ask, command, self.by, ids=ids)
        except RefusedError as refusal:
            if refusal.code != "debtor_erased":
                raise
            return _line(transaction, "unresolved", case, code=refusal.code)
        return _line(transaction, "reversed", case)

    def _latest(self, case: CaseRow, amount_ore: Ore) -> tuple[UUID, int] | None:
        """The latest payment of that amount that still stands, and where it is in the log."""
        standing = {
            paid.payment_id
            for paid in self.office.case(case.case_id).payments
            if paid.source == "bank" and not paid.reversed and paid.amount_ore == amount_ore
        }
        history = self.office.store.read(case_stream(case.case_id))
        for recorded in reversed(history.events):
            event = recorded.event
            if isinstance(event, PaymentReceived) and event.payment_id in standing:
                return event.payment_id, recorded.nid
        return None


def _refuse_future(file: OcrFile, today: date) -> None:
    for transaction in file.transactions:
        if transaction.settled_on > today:
            raise BankFileError(
                "in_the_future",
                line_no=transaction.line_no,
                found=transaction.settled_on,
                expected=f"a day up to {today}",
            )


def _suspense_reason(kid: str) -> SuspenseReason:
    if not kid:
        return "kid_missing"
    valid = valid_kid(kid, modulus="mod10") or valid_kid(kid, modulus="mod11")
    return "kid_unknown" if valid else "kid_malformed"


def _account(transaction: Transaction, person_id: UUID) -> Clear | None:
    known = transaction.debit_account != NO_ACCOUNT
    return Clear(person_id=person_id, text=transaction.debit_account) if known else None


def _became(outcome: Outcome, done: Became) -> Became:
    if isinstance(outcome, Committed) and outcome.repeated:
        return "repeated"
    return "repeated" if isinstance(outcome, Nothing) else done


def _line(
    transaction: Transaction,
    became: Became,
    case: CaseRow | None,
    *,
    held_ore: Ore = ZERO,
    code: str = "",
) -> BookedLine:
    return BookedLine(
        line_no=transaction.line_no,
        kid=transaction.kid,
        amount_ore=transaction.amount_ore,
        became=became,
        payment_id=payment_id_of(transaction.reference, shard_of_id(case.case_id) if case else 0),
        case_number=case.case_number if case else "",
        held_ore=held_ore,
        code=code,
    )


def _count(lines: Sequence[BookedLine], became: Became) -> int:
    return sum(line.became == became for line in lines)
