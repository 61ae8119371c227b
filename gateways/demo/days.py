"""The demonstration day by day: what comes in is taken in, and a worker does what is due."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final, assert_never

from engine.refusal import RefusedError
from gateways.demo import messages
from gateways.demo.calendar import day, morning
from gateways.demo.messages import Message
from gateways.demo.opening import SELF, STAFF, courses
from gateways.demo.world import MESSAGES, OCR, REPORTS, World
from gateways.desk import cases, payments, payouts, suspense
from gateways.desk.asking import By
from gateways.desk.bank_file import book_file
from gateways.desk.cases import Answering, Objecting
from gateways.desk.finding import find_case, find_payment, id_in
from gateways.desk.payments import Paid
from gateways.office import Office
from gateways.wiring import SimulatedClock
from gateways.working import Worker

STATE: Final = "demo.json"
WORKER: Final = "demo"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a demonstration has come: how many days are done, of how many, with which cases.

    The file that holds it also marks the folder as one that the demonstration made.
    """

    days: int
    cases: int
    opened: bool = False
    done: int = 0

    @classmethod
    def read(cls, data: Path) -> "Progress | None":
        """How far the one in this folder has come; None when there is none."""
        place = data / STATE
        return cls(**json.loads(place.read_text("utf-8"))) if place.exists() else None

    def write(self, data: Path) -> None:
        """Note it, whole or not at all."""
        part = data / f".{STATE}.part"
        with part.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        part.rename(data / STATE)


@dataclass(frozen=True, slots=True)
class DayTold:
    """What a day came to. Numbers of a day that was begun before a crash may be too low."""

    on: date
    payments: int
    messages: int
    letters: int
    payouts: int
    refused: tuple[str, ...]
    stuck: tuple[str, ...]


def live(office: Office, clock: SimulatedClock, data: Path, so_far: Progress) -> Iterator[DayTold]:
    """Live through the days that are left, one at a time."""
    world = World(office, courses(), data / "inbox")
    worker = Worker(office, data / "outbox", WORKER)
    for number in range(so_far.done + 1, so_far.days + 1):
        today = day(number)
        clock.at = morning(today)
        yield _day(office, world, worker, today)
        Progress(so_far.days, so_far.cases, opened=True, done=number).write(data)


def _day(office: Office, world: World, worker: Worker, today: date) -> DayTold:
    folder = world.morning(today)
    paid = _book(office, folder, today)
    said, refused = _hear(office, folder / MESSAGES, today)
    for report in sorted(folder.glob(REPORTS)):
        payouts.take_report(office, report.read_bytes(), today=today, actor="demo:bank")
    # What is due is ordered first, so that a call may still stop a letter.
    office.pump.day(today)
    called, refused_too = _hear(office, world.calls(today), today)
    done = worker.day(today)
    return DayTold(
        on=today,
        payments=paid,
        messages=said + called,
        letters=sum(letter.became == "sent" for letter in done.letters),
        payouts=sum(payout.became == "instructed" for payout in done.payouts),
        refused=(
            *refused,
            *refused_too,
            *(f"{each.kind}: {each.code}" for each in done.letters if each.code),
        ),
        stuck=tuple(f"{stuck.step}: {stuck.code}" for stuck in done.stuck),
    )


def _book(office: Office, folder: Path, today: date) -> int:
    file = folder / OCR
    if not file.exists():
        return 0
    booked = book_file(office, file.read_bytes(), today=today, actor="demo:bank")
    return len(booked.lines)


def _hear(office: Office, file: Path, today: date) -> tuple[int, list[str]]:
    """How many messages came, and the codes of those that came too late to matter."""
    if not file.exists():
        return 0, []
    told = messages.read(file.read_bytes())
    refused = []
    for message in told:
        try:
            _take(office, message, today)
        except RefusedError as refusal:
            refused.append(f"{message.what}: {refusal.code}")
    return len(told), refused


def _take(office: Office, message: Message, today: date) -> None:
    case = find_case(office, message.case_number)
    creditor, staff = By(SELF, today), By(STAFF, today)
    match message.what:
        case "object" | "object_groundless":
            said = Objecting(
                reason=message.text,
                invoice_numbers=(message.invoice,) if message.invoice else (),
                groundless=message.what == "object_groundless",
            )
            cases.raise_objection(office, case, said, staff)
        case "answer_accepted":
            cases.answer_objection(office, case, Answering(answer="accepted"), creditor)
        case "answer_upheld":
            cases.answer_objection(office, case, Answering(answer="upheld"), creditor)
        case "answer_groundless":
            cases.answer_objection(
                office, case, Answering(answer="upheld", groundless=True), creditor
            )
        case "answer_corrected":
            right = Answering(answer="corrected", amount_ore=message.amount_ore)
            cases.answer_objection(office, case, right, creditor)
        case "withdraw":
            cases.withdraw(office, case, "letter", creditor)
        case "pause":
            cases.pause(office, case, "Etter ønske fra kreditor", creditor)
        case "resume":
            cases.resume(office, case, staff)
        case "letter_returned":
            cases.letter_returned(office, case, None, staff)
        case "approve" | "decline":
            approved = message.what == "approve"
            cases.answer_approval(office, case, creditor, approved=approved)
        case "find_case":
            suspense.match(office, find_payment(office, message.payment), case, staff)
        case "refund":
            cases.refund(
                office,
                case,
                staff,
                payment_id=id_in(message.payment),
                amount_ore=message.amount_ore,
            )
        case "pay_direct":
            if message.amount_ore is None:
                raise RefusedError("amount_missing")
            paid = Paid(amount_ore=message.amount_ore, ordered_on=today, received_on=today)
            payments.report_direct(office, case, paid, creditor)
        case "pay" | "pay_part" | "pay_wrong_kid" | "pay_too_much" | "pay_again":
            raise ValueError("a payment comes from the bank")
        case "bank_takes_back":
            raise ValueError("a payment comes from the bank")
        case _:
            assert_never(message.what)
