"""From a payout's line to the bank's file and forward again, link by link."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

import pytest

from engine.settlement import ConfirmPayout, InstructPayout, on_settlement
from engine.streams import case_stream, payment_stream
from events.money import Ore
from gateways.bank.ocr_giro_writer import Payment, write
from gateways.desk import suspense
from gateways.desk.asking import carry
from gateways.desk.bank_file import book_file
from gateways.desk.events import find_event
from gateways.desk.finding import find_case
from gateways.desk.invoices import take_in
from gateways.ids import SystemIds
from projections import payment, payout
from projections.case_list import CaseRow
from replay.causes import Causes, Node, causes
from replay.web import Web
from tests.gateways.desk.world import World, csv_of, refused, row


class Paid:
    """A case of 5 000,00 of which 1 000,00 was paid by the bank's file and paid out."""

    def __init__(self, kid: str | None = None) -> None:
        self.world = World()
        self.world.creditor()
        today = self.world.today
        found = take_in(self.world.office, csv_of(row()), "f.csv", today=today, actor="user:kari")
        self.case: CaseRow = find_case(self.world.office, found.cases[0].case_number)
        paid = Payment(
            amount_ore=Ore(100_000), kid=kid or self.case.kid, settled_on=today, ordered_on=today
        )
        self.file = write([paid], account="12345678911", transmission_no=1, written_on=today)
        book_file(self.world.office, self.file, today=today, actor="bank")

    def pay_out(self) -> None:
        office, today = self.world.office, self.world.today
        office.pump.settlements(today)
        (row,) = office.rows.find(payout.TABLE)
        instruct = InstructPayout(
            payout_id=row.payout_id,
            creditor_id=row.creditor_id,
            file_name="pain001.xml",
            file_sha256="",
            account_version=4,
            today=today,
        )
        confirm = ConfirmPayout(payout_id=row.payout_id, creditor_id=row.creditor_id, today=today)
        for command in (instruct, confirm):
            ids = (SystemIds().commit_id(), row.payout_id)
            carry(office, on_settlement(command), command, self.world.by, ids=ids)

    def causes(self, words: str) -> Causes:
        web = Web(self.world.office.store, self.world.office.rows)
        event, line = find_event(self.world.office, web, words)
        return causes(web, event, line)

    @property
    def line(self) -> str:
        (line,) = self.world.office.rows.find(payout.LINES)
        return f"{line.payout_id}:{line.line}"


@pytest.fixture(scope="module")
def paid() -> Paid:
    paid = Paid()
    paid.pay_out()
    return paid


def walk(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from walk(node.branches)


def types(nodes: Sequence[Node]) -> list[str]:
    return [node.type for node in walk(nodes)]


def test_a_payouts_line_leads_back_to_the_banks_file_and_its_line(paid: Paid) -> None:
    back = paid.causes(paid.line).back
    assert types(back) == [
        "case.payment_allocated", "case.payment_received", "payment.booked",
    ]  # fmt: skip
    file = sha256(paid.file).hexdigest()
    assert [node.source for node in walk(back)] == [
        "", "", f"Bankens fil med SHA-256 {file}, linje 3.",
    ]  # fmt: skip


def test_a_payout_leads_forward_to_the_banks_word(paid: Paid) -> None:
    assert types(paid.causes(paid.line).forward) == [
        "settlement.payout_instructed", "settlement.payout_confirmed",
    ]  # fmt: skip


def test_the_banks_payment_leads_forward_to_the_payout(paid: Paid) -> None:
    (row,) = paid.world.office.rows.find(payment.TABLE)
    told = paid.causes(f"{payment_stream(row.payment_id)}:1")
    assert told.event.type == "payment.booked"
    assert told.back == ()
    assert types(told.forward) == [
        "case.payment_received", "case.payment_allocated", "settlement.payout_prepared",
        "settlement.payout_instructed", "settlement.payout_confirmed",
    ]  # fmt: skip


def test_a_case_leads_back_to_the_invoice_and_forward_to_its_letters() -> None:
    paid = Paid()
    paid.world.day()
    told = paid.causes(f"{paid.case.case_number}:1")
    assert types(told.back) == ["claim.offered"]
    assert "case.inkassovarsel_sent" in types(told.forward)
    assert "claim.registered" in types(told.forward)
    offered = paid.causes(str(told.back[0].event_id))
    assert offered.back == ()
    assert "case.registered" in types(offered.forward)


def test_every_event_but_a_first_one_of_its_case_has_a_cause(paid: Paid) -> None:
    stream = case_stream(paid.case.case_id)
    web = Web(paid.world.office.store, paid.world.office.rows)
    for each in web.stream(stream):
        assert web.causes(each), each.event.TYPE


def test_a_cause_and_its_effect_name_each_other(paid: Paid) -> None:
    web = Web(paid.world.office.store, paid.world.office.rows)
    for each in web.stream(case_stream(paid.case.case_id)):
        for _, cause in web.causes(each):
            assert each.event_id in [effect.event_id for _, effect in web.effects(cause)]


def test_a_payment_that_waited_for_its_case_leads_back_through_the_waiting() -> None:
    paid = Paid(kid="1234")
    office = paid.world.office
    (row,) = office.rows.find(payment.TABLE, equals={"state": "suspense"})
    suspense.match(office, row, paid.case, paid.world.by)
    paid.pay_out()
    assert types(paid.causes(paid.line).back) == [
        "case.payment_allocated", "case.payment_received", "payment.matched", "payment.suspended",
    ]  # fmt: skip


def test_an_id_finds_its_event_and_a_payouts_id_the_payout(paid: Paid) -> None:
    by_place = paid.causes(paid.line).event
    assert paid.causes(str(by_place.event_id)).event == by_place
    assert paid.causes(paid.line.partition(":")[0]).event == by_place


@pytest.mark.parametrize("words", ["", "x", "x:1", "case-1:1", ":", "1:", "00001-0000000:999"])
def test_what_names_no_event_is_refused(paid: Paid, words: str) -> None:
    with refused("event_unknown"):
        paid.causes(words)
    with refused("event_unknown"):
        paid.causes(f"{paid.line.partition(':')[0]}:2")
    with refused("event_unknown"):
        paid.causes(f"{paid.case.case_number}:999")
