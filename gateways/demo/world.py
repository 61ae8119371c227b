"""The world outside: each morning it has read its letters, paid, complained and answered."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final, assert_never
from uuid import UUID

from engine.case.statement import statement
from engine.law.calendar import first_bank_day_after, is_bank_day
from events.kid import mod10_digit
from events.money import Ore
from gateways.bank import ocr_giro_writer, pain002_writer
from gateways.bank.ocr_giro_writer import Payment
from gateways.bank.pain002 import PayoutReport
from gateways.demo import messages
from gateways.demo.acts import Act, Course, Invoice
from gateways.demo.calendar import FIRST_DAY, morning
from gateways.demo.messages import Message
from gateways.demo.planning import Letters, letters_of, planned
from gateways.office import Office
from projections import case_list, creditor, payment, payout
from projections.case_list import CaseRow

OCR, MESSAGES, REPORTS, CALLS = "ocr.txt", "messages.csv", "pain002-*.xml", "calls.csv"
TOO_MUCH: Final = Ore(500_00)
WHOLE_TEN: Final = 10_00
REJECTED_ONE_IN: Final = 40
REASONS: Final = (
    "Varen ble returnert, jeg venter på kreditnota.",
    "Jeg har ikke bestilt dette.",
    "Beløpet stemmer ikke med det vi avtalte.",
    "Leveransen var mangelfull.",
    "Fakturaen er sendt feil person.",
)
GROUNDLESS: Final = "Jeg har ikke penger akkurat nå."


@dataclass(frozen=True, slots=True)
class World:
    """Debtors, creditors and the bank; `inbox` is where what they send ends up."""

    office: Office
    courses: Mapping[Invoice, Course]
    inbox: Path

    def morning(self, today: date) -> Path:
        """The folder with all that came in for `today`; what came once is kept.

        The folder appears whole or not at all, so a day begun again sees the same files.
        """
        folder = self.inbox / f"{today:%Y-%m-%d}"
        if folder.exists():
            return folder
        part = folder.with_name(f".{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for name, content in self._files(today):
            _write(part / name, content)
        part.rename(folder)
        return folder

    def calls(self, today: date) -> Path:
        """The file with what is said by telephone once the letters of `today` are ordered.

        What was said once is kept.
        """
        file = self.inbox / f"{today:%Y-%m-%d}" / CALLS
        if not file.exists():
            _, said = self._day(today, calls=True)
            part = file.with_name(f".{CALLS}.part")
            _write(part, messages.write(said))
            part.rename(file)
        return file

    def _files(self, today: date) -> Iterator[tuple[str, bytes]]:
        if not is_bank_day(today):
            return
        paid, said = self._day(today, calls=False)
        if paid:
            account = self.office.agency.klientkonto
            number = (today - FIRST_DAY).days + 1
            yield (
                OCR,
                ocr_giro_writer.write(
                    paid, account=account, transmission_no=number, written_on=today
                ),
            )
        if said:
            yield MESSAGES, messages.write(said)
        yield from self._reports(today)

    def _day(self, today: date, *, calls: bool) -> tuple[list[Payment], list[Message]]:
        """What is paid and what is said, case by case in the order of their numbers.

        With `calls` it is what is said of letters just ordered, else everything but that.
        """
        names = {row.creditor_id: row.name for row in self.office.rows.find(creditor.TABLE)}
        letters = letters_of(self.office)
        paid: list[Payment] = []
        said: list[Message] = []
        for case in self.office.rows.find(case_list.TABLE, order_by=("case_number",)):
            course = self.courses.get((names[case.creditor_id], case.invoice_numbers[0]))
            if course is None:
                continue
            for on, act in planned(course, case, letters.get(case.case_id, Letters())):
                if (act.after == "ordering") != calls:
                    continue
                # An order of one day is on the account the next.
                if act.what in PAYMENTS and first_bank_day_after(on) == today:
                    paid.extend(_Doing(self.office, case, on, today).payments(act))
                elif act.what not in PAYMENTS and on == today:
                    said.extend(_Doing(self.office, case, on, today).messages(act))
        return paid, said

    def _reports(self, today: date) -> Iterator[tuple[str, bytes]]:
        """The bank's word on what it was told to pay out before today."""
        waiting = self.office.rows.find(payout.TABLE, equals={"state": "instructed"})
        for row in waiting:
            if row.instructed_on is None or row.instructed_on >= today or row.amount_ore <= 0:
                continue
            rejected = int(row.payout_id) % REJECTED_ONE_IN == 0
            report = PayoutReport(
                payout_id=row.payout_id,
                status="rejected" if rejected else "confirmed",
                reason_code="AC04" if rejected else None,
                reason_text="Konto er avsluttet" if rejected else None,
                file_message_id=row.payout_id.hex,
            )
            name = row.payout_id.hex
            content = pain002_writer.write(
                [report], message_id=f"R{name[:30]}", created_at=morning(today)
            )
            yield REPORTS.replace("*", name), content


def _write(place: Path, content: bytes) -> None:
    with place.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


PAYMENTS: Final = frozenset(
    {"pay", "pay_part", "pay_wrong_kid", "pay_too_much", "pay_again", "bank_takes_back"}
)


@dataclass(frozen=True, slots=True)
class _Doing:
    """One act on one case: `on` is when it was done, `today` when we hear of it."""

    office: Office
    case: CaseRow
    on: date
    today: date

    def payments(self, act: Act) -> Iterator[Payment]:
        """What the bank tells of, if anything."""
        kid, amount = self.case.kid, self._amount_ore(act)
        if act.what == "pay_wrong_kid":
            kid = wrong_kid(kid)
        if amount:
            digest = sha256(f"{kid} {self.on} {act.what}".encode()).digest()
            yield Payment(
                amount_ore=amount,
                kid=kid,
                settled_on=self.today,
                ordered_on=self.on,
                archive_reference=f"{int.from_bytes(digest[:8], 'big') % 10**9:09}",
            )

    def _amount_ore(self, act: Act) -> Ore:
        """What is paid, in øre; a payment taken back is below zero, and nothing is nothing."""
        if act.what == "bank_takes_back":
            return Ore(-self._last_paid_ore())
        if act.what == "pay_again":
            return self._last_paid_ore()
        owed = self._owed_ore()
        if act.what == "pay_part":
            return Ore(owed * 2 // 5 // WHOLE_TEN * WHOLE_TEN or owed // 2)
        if act.what == "pay_too_much" and owed:
            return Ore(owed + TOO_MUCH)
        return owed

    def _owed_ore(self) -> Ore:
        if self.case.closed is not None:
            return Ore(0)
        return statement(self.office.case(self.case.case_id), self.on).total_ore

    def _last_paid_ore(self) -> Ore:
        on_case = {"case_id": self.case.case_id, "state": "on_case", "source": "bank"}
        paid = self.office.rows.find(payment.TABLE, equals=on_case, order_by=("-nid",), limit=1)
        return paid[0].amount_ore if paid else Ore(0)

    def messages(self, act: Act) -> Iterator[Message]:
        """What a creditor or one of the staff has to say, if it still matters."""
        number, what = self.case.case_number, act.what
        match what:
            case "find_case":
                for payment_id in self._in_suspense():
                    yield Message(case_number=number, what=what, payment=str(payment_id))
            case "refund":
                for payment_id, held_ore in self._held():
                    yield Message(
                        case_number=number, what=what, payment=str(payment_id), amount_ore=held_ore
                    )
            case _ if self.case.closed is not None:
                return
            case "pay_direct":
                yield Message(case_number=number, what=what, amount_ore=self._owed_ore())
            case "object":
                yield Message(
                    case_number=number, what=what, invoice=self._one_invoice(), text=self._reason()
                )
            case "object_groundless":
                yield Message(case_number=number, what=what, text=GROUNDLESS)
            case "answer_corrected":
                yield Message(case_number=number, what=what, amount_ore=self._right_ore())
            case "resume" if not (self.case.paused or self.case.letter_returned):
                return
            case "answer_upheld" | "answer_groundless" | "answer_accepted" | "withdraw" | "pause":
                yield Message(case_number=number, what=what)
            case "resume" | "letter_returned" | "approve" | "decline":
                yield Message(case_number=number, what=what)
            case (
                "pay"
                | "pay_part"
                | "pay_wrong_kid"
                | "pay_too_much"
                | "pay_again"
                | "bank_takes_back"
            ):
                return
            case _:
                assert_never(what)

    def _one_invoice(self) -> str:
        """One invoice of several: an objection to a part stops only that part."""
        return self.case.invoice_numbers[0]

    def _right_ore(self) -> Ore:
        """Seven tenths of the invoice, which is what it should have been."""
        case = self.office.case(self.case.case_id)
        claim = next(claim for claim in case.claims if claim.invoice_number == self._one_invoice())
        return Ore(claim.principal_ore * 7 // 10)

    def _reason(self) -> str:
        return REASONS[int(self.case.case_number[-4:]) % len(REASONS)]

    def _in_suspense(self) -> list[UUID]:
        waiting = self.office.rows.find(payment.TABLE, equals={"state": "suspense"})
        return [row.payment_id for row in waiting if row.kid == wrong_kid(self.case.kid)]

    def _held(self) -> list[tuple[UUID, Ore]]:
        of_case = {"case_id": self.case.case_id, "state": "on_case"}
        paid = self.office.rows.find(payment.TABLE, equals=of_case)
        return [(row.payment_id, row.held_ore) for row in paid if row.held_ore > 0]


def wrong_kid(kid: str) -> str:
    """The KID with two digits changed round, as people write it; no case of ours has it."""
    turned = kid[:-3] + kid[-2] + kid[-3]
    check = int(mod10_digit(turned))
    return f"{turned}{(check + 1) % 10}"
