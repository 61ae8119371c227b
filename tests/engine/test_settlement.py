"""A payout is prepared, instructed, and confirmed or rejected; each once, to the øre."""

from datetime import date
from uuid import UUID

import pytest

from engine.creditor import Creditor
from engine.ledger import entries
from engine.refusal import RefusedError
from engine.settlement import (
    ConfirmPayout,
    InstructPayout,
    PreparePayout,
    RejectPayout,
    Settlement,
    SettlementCommand,
    decide,
    evolve,
)
from events.base import Event
from events.money import Ore
from events.settlement import (
    PayoutConfirmed,
    PayoutInstructed,
    PayoutLine,
    PayoutPrepared,
    PayoutRejected,
)
from tests.cases import CREDITOR

TODAY = date(2026, 9, 7)
PAYOUT = UUID(int=50)
ACCOUNT_VERSION = 4


def line(payable: int = 507_216, vat: int = 15_000, debt: int = 0) -> PayoutLine:
    return PayoutLine(
        source_event_id=UUID(int=51),
        what="payment",
        case_id=UUID(int=52),
        case_number="10001-1",
        invoice_number="1001",
        booked_on=date(2026, 9, 1),
        principal_ore=Ore(payable),
        interest_ore=Ore(0),
        fees_ore=Ore(0),
        payable_ore=Ore(payable),
        salaer_ore=Ore(60_000),
        agency_fees_ore=Ore(3_800),
        vat_ore=Ore(vat),
        debt_ore=Ore(debt),
    )


def prepare(*lines: PayoutLine, after: int = 0, payout: UUID = PAYOUT) -> PreparePayout:
    return PreparePayout(
        payout_id=payout,
        creditor_id=CREDITOR,
        after_position=after,
        until_position=40,
        lines=lines or (line(),),
        today=TODAY,
    )


def prepared(until: int = 40, amount: int = 492_216, **changes: object) -> PayoutPrepared:
    (event,) = decide(prepare(line(amount + 15_000)), Settlement(), ACCOUNT_VERSION)
    assert isinstance(event, PayoutPrepared)
    return event.model_copy(update={"until_position": until, **changes})


INSTRUCT = InstructPayout(
    payout_id=PAYOUT,
    creditor_id=CREDITOR,
    file_name="a.xml",
    file_sha256="ab",
    account_version=ACCOUNT_VERSION,
    today=TODAY,
)
CONFIRM = ConfirmPayout(payout_id=PAYOUT, creditor_id=CREDITOR, today=TODAY)
REJECT = RejectPayout(payout_id=PAYOUT, creditor_id=CREDITOR, reason="AC04", today=TODAY)


def after(*commands: SettlementCommand) -> tuple[Settlement, list[Event]]:
    state, events = Settlement(), []
    for command in commands:
        for event in decide(command, state, ACCOUNT_VERSION):
            state = evolve(state, event)
            events.append(event)
    return state, events


def code_of(command: SettlementCommand, state: Settlement, account: int | None = 4) -> str:
    with pytest.raises(RefusedError) as refused:
        decide(command, state, account)
    return refused.value.code


@pytest.mark.law("inkassoloven 1988 § 16")
def test_the_vat_on_the_salaer_is_withheld_from_the_creditors_money() -> None:
    payout = prepared()

    assert (payout.payable_ore, payout.vat_withheld_ore, payout.amount_ore) == (
        507_216,
        15_000,
        492_216,
    )
    assert sum(entry.amount_ore for entry in entries(payout)) == 0


def test_what_the_creditor_owes_is_set_off_and_the_rest_is_carried_forward() -> None:
    (event,) = decide(prepare(line(100_000, vat=15_000, debt=30_000)), Settlement(), 4)
    assert isinstance(event, PayoutPrepared)
    assert (event.set_off_ore, event.amount_ore) == (30_000, 55_000)

    netted, confirmed = decide(prepare(line(100_000, 15_000, 300_000)), Settlement(), 4)
    assert isinstance(netted, PayoutPrepared)
    assert (netted.amount_ore, netted.set_off_ore, netted.carried_debt_ore) == (0, 85_000, 215_000)
    assert isinstance(confirmed, PayoutConfirmed)
    assert sum(entry.amount_ore for entry in entries(netted)) == 0


def test_a_debt_carried_forward_is_set_off_next_time() -> None:
    state, _ = after(prepare(line(100_000, 15_000, 300_000)))

    (event,) = decide(
        prepare(line(300_000, vat=0), after=40, payout=UUID(int=60)), state, ACCOUNT_VERSION
    )

    assert isinstance(event, PayoutPrepared)
    assert (event.set_off_ore, event.carried_debt_ore, event.amount_ore) == (215_000, 0, 85_000)


def test_a_vat_credit_lowers_the_debt_before_it_is_set_off() -> None:
    (event,) = decide(prepare(line(100_000, vat=-15_000, debt=50_000)), Settlement(), 4)

    assert isinstance(event, PayoutPrepared)
    assert (event.vat_withheld_ore, event.set_off_ore, event.amount_ore) == (0, 35_000, 65_000)
    assert event.carried_vat_ore + event.carried_debt_ore == 0


def test_a_payout_asked_for_twice_is_prepared_once() -> None:
    state, _ = after(prepare())

    assert decide(prepare(), state, ACCOUNT_VERSION) == []


def test_what_is_settled_is_not_settled_again_under_another_name() -> None:
    state, _ = after(prepare())

    assert code_of(prepare(payout=UUID(int=60)), state) == "settlement_moved"


def test_nothing_is_paid_out_without_an_account_or_without_money() -> None:
    assert code_of(prepare(), Settlement(), None) == "account_missing"
    assert code_of(prepare(line(0)), Settlement()) == "nothing_to_pay"


def test_a_payout_goes_from_prepared_to_instructed_to_confirmed_once_each() -> None:
    state, events = after(prepare(), INSTRUCT, INSTRUCT, CONFIRM, CONFIRM)

    kinds = [type(event) for event in events]
    assert kinds == [PayoutPrepared, PayoutInstructed, PayoutConfirmed]
    assert state.payouts[PAYOUT].state == "confirmed"
    assert code_of(REJECT, state) == "payout_confirmed"


def test_a_rejected_payout_is_owed_to_the_creditor_again() -> None:
    state, events = after(prepare(), INSTRUCT, REJECT, REJECT)

    rejected = events[-1]
    assert isinstance(rejected, PayoutRejected)
    assert {entry.account: entry.amount_ore for entry in entries(rejected)} == {
        "in_transit": 492_216,
        "creditor_payable": -492_216,
    }
    assert code_of(CONFIRM, state) == "payout_rejected"


def test_the_bank_reports_only_on_what_it_was_told() -> None:
    state, _ = after(prepare())

    assert code_of(CONFIRM, state) == "payout_not_instructed"
    assert code_of(REJECT, state) == "payout_not_instructed"
    assert code_of(CONFIRM, Settlement()) == "payout_unknown"


def test_a_payout_is_not_instructed_to_an_account_that_has_changed() -> None:
    state, _ = after(prepare())

    assert code_of(INSTRUCT, state, 9) == "account_changed"
    assert Creditor().account_version is None
