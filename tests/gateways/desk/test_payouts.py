"""The bank's word on payouts: once, by its report or by a person."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import pytest

from engine.journal.outcome import Committed
from engine.loop import Nothing
from engine.settlement import InstructPayout, on_settlement
from events.money import Ore
from gateways.bank.errors import BankFileError
from gateways.bank.ocr_giro_writer import Payment
from gateways.bank.ocr_giro_writer import write as write_giro
from gateways.bank.pain002 import PayoutReport, Status
from gateways.bank.pain002_writer import write
from gateways.desk.asking import carry
from gateways.desk.bank_file import book_file
from gateways.desk.finding import find_payout
from gateways.desk.invoices import take_in
from gateways.desk.payouts import confirm_by_hand, reject_by_hand, take_report
from projections import payout
from projections.payout import Payout
from tests.gateways.desk.world import World, csv_of, refused, row

AT = datetime(2026, 8, 3, 12, tzinfo=UTC)


@pytest.fixture
def instructed(world: World) -> Payout:
    """A payout the bank has been asked for."""
    today = world.today
    found = take_in(world.office, csv_of(row()), "f.csv", today=today, actor="user:kari")
    kid = found.cases[0].kid
    paid = Payment(amount_ore=Ore(100_000), kid=kid, settled_on=today, ordered_on=today)
    content = write_giro([paid], account="12345678911", transmission_no=1, written_on=today)
    book_file(world.office, content, today=today, actor="bank")
    world.office.pump.settlements(today)
    (prepared,) = world.office.rows.find(payout.TABLE)
    command = InstructPayout(
        payout_id=prepared.payout_id,
        creditor_id=prepared.creditor_id,
        file_name="pain001.xml",
        file_sha256="",
        account_version=4,
        today=today,
    )
    ids = (uuid5(prepared.payout_id, "instruct"), prepared.payout_id)
    carry(world.office, on_settlement(command), command, world.by, ids=ids)
    return prepared


def report(payout_id: UUID | None, status: Status, *, file: UUID, why: str = "") -> bytes:
    told = PayoutReport(
        payout_id=payout_id,
        status=status,
        reason_code="AC04" if why else None,
        reason_text=why or None,
        file_message_id=file.hex,
    )
    return write([told], message_id="B1", created_at=AT)


def taken(world: World, content: bytes) -> Any:
    return take_report(world.office, content, today=world.today, actor="bank")


@pytest.mark.parametrize("whole", [False, True])
def test_a_confirmed_payout_is_confirmed_once(
    world: World, instructed: Payout, *, whole: bool
) -> None:
    payout_id = instructed.payout_id
    content = report(None if whole else payout_id, "confirmed", file=payout_id)
    assert taken(world, content).confirmed == 1
    end = world.end
    assert taken(world, content).repeated == 1
    assert world.end == end


def test_a_rejected_payout_keeps_the_banks_reason(world: World, instructed: Payout) -> None:
    payout_id = instructed.payout_id
    taken(world, report(payout_id, "rejected", file=payout_id, why="Konto sperret"))
    row = find_payout(world.office, str(payout_id)[:8])
    assert (row.state, row.reason) == ("rejected", "AC04 Konto sperret")


def test_a_pending_payout_waits(world: World, instructed: Payout) -> None:
    end = world.end
    payout_id = instructed.payout_id
    assert taken(world, report(payout_id, "pending", file=payout_id)).pending == 1
    assert world.end == end


@pytest.mark.usefixtures("instructed")
def test_a_payout_of_somebody_else_is_told_and_changes_nothing(world: World) -> None:
    end = world.end
    found = taken(world, report(UUID(int=5), "confirmed", file=UUID(int=6)))
    assert (found.unresolved, found.lines[0].code) == (1, "payout_unknown")
    assert world.end == end


def test_a_confirmation_after_a_rejection_is_for_a_person(
    world: World, instructed: Payout
) -> None:
    payout_id = instructed.payout_id
    taken(world, report(payout_id, "rejected", file=payout_id, why="Konto sperret"))
    found = taken(world, report(payout_id, "confirmed", file=payout_id))
    assert (found.unresolved, found.lines[0].code) == (1, "payout_rejected")


def test_a_damaged_report_changes_nothing(world: World, instructed: Payout) -> None:
    content = report(instructed.payout_id, "confirmed", file=instructed.payout_id)
    end = world.end
    with pytest.raises(BankFileError):
        taken(world, content[: len(content) // 2])
    assert world.end == end


def test_a_person_may_say_what_the_bank_did(world: World, instructed: Payout) -> None:
    assert isinstance(confirm_by_hand(world.office, instructed, world.by), Committed)
    row = find_payout(world.office, str(instructed.payout_id))
    assert confirm_by_hand(world.office, row, world.by) == Nothing()
    with refused("payout_confirmed"):
        reject_by_hand(world.office, row, "feil", world.by)


@pytest.mark.parametrize("words", ["", "fffffffe", str(UUID(int=9))])
@pytest.mark.usefixtures("instructed")
def test_a_payout_that_is_not_there_is_told(world: World, words: str) -> None:
    with refused("payout_unknown"):
        find_payout(world.office, words)
