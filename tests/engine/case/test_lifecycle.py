"""Pausing, withdrawing, closing and reopening a case, and the creditor's word on going to law."""

from datetime import date, timedelta

import pytest

from engine.case.decider import CaseCommand, decide
from engine.case.lifecycle import (
    AnswerApproval,
    PauseCase,
    ReopenCase,
    RequestApproval,
    ResumeCase,
    WithdrawCase,
    WriteOffCase,
)
from engine.case.money import ReceivePayment, RefundOverpayment, ReversePayment
from engine.case.notices import ClaimHeavySalaer, OrderBetalingsoppfordring, OrderInkassovarsel
from engine.case.objections import AnswerObjection, RaiseObjection
from engine.case.parts import INITIAL
from engine.case.sending import ReportLetterReturned
from engine.refusal import RefusedError
from events.case import ApprovalRequested, CaseWithdrawn, RemainderWaived, SalaerClaimed
from events.money import Ore
from events.personal import Clear
from tests.cases import (
    DEBTOR,
    DEMAND_DEADLINE,
    DEMANDED_ON,
    HEAVY_FROM,
    REGISTERED_ON,
    VARSEL_DEADLINE,
    Play,
    claim,
    creditors_varsel,
    named,
    types,
)

TODAY = DEMANDED_ON
PAUSE = PauseCase(today=TODAY, reason=Clear(person_id=DEBTOR, text="asked"))
WITHDRAW = WithdrawCase(today=TODAY, letter_id=named("bye"), channel="letter")
COMMANDS: list[CaseCommand] = [
    PAUSE,
    ResumeCase(today=TODAY),
    WITHDRAW,
    WriteOffCase(today=TODAY),
    RequestApproval(today=TODAY),
    AnswerApproval(today=TODAY, approved=True),
    OrderInkassovarsel(letter_id=named("x"), today=TODAY),
    OrderBetalingsoppfordring(letter_id=named("x"), today=TODAY),
    ClaimHeavySalaer(today=TODAY),
    RaiseObjection(
        objection_id=named("o"),
        claim_ids=(),
        reason=Clear(person_id=DEBTOR, text="?"),
        groundless=False,
        today=TODAY,
    ),
    AnswerObjection(
        objection_id=None,
        answer="upheld",
        amount_ore=None,
        groundless=False,
        paid_out=False,
        today=TODAY,
    ),
]
ON_ANY_CASE: list[CaseCommand] = [
    ReopenCase(today=TODAY),
    ReceivePayment(
        payment_id=named("p"),
        source="bank",
        amount_ore=Ore(1),
        ordered_on=TODAY,
        received_on=TODAY,
        kid=None,
        today=TODAY,
    ),
    ReversePayment(payment_id=named("p"), paid_out=False, today=TODAY),
    RefundOverpayment(payment_id=named("p"), amount_ore=Ore(1), today=TODAY),
    ReportLetterReturned(letter_id=None, today=TODAY),
]


@pytest.mark.parametrize("command", COMMANDS + ON_ANY_CASE, ids=lambda c: type(c).__name__)
def test_nothing_can_be_done_on_a_case_that_was_never_registered(command: CaseCommand) -> None:
    with pytest.raises(RefusedError) as refused:
        decide(command, INITIAL)

    assert refused.value.code == "case_unknown"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: type(c).__name__)
def test_nothing_is_pursued_on_a_case_that_was_paid(command: CaseCommand) -> None:
    play = Play().warned()
    play.pay(600_000, VARSEL_DEADLINE)
    assert play.case.closed == "paid"

    with pytest.raises(RefusedError) as refused:
        decide(command, play.case)

    assert refused.value.code == "case_closed"


def test_a_paused_case_rests_until_it_is_resumed() -> None:
    play = Play()

    assert types(play.do(PAUSE)) == ["paused"]
    assert play.do(PAUSE) == []
    for command in (
        OrderInkassovarsel(letter_id=named("x"), today=TODAY),
        ClaimHeavySalaer(today=TODAY),
        RequestApproval(today=TODAY),
    ):
        with pytest.raises(RefusedError) as refused:
            play.do(command)
        assert refused.value.code == "case_paused"
    assert types(play.do(ResumeCase(today=TODAY))) == ["resumed"]
    assert play.do(ResumeCase(today=TODAY)) == []


def test_interest_runs_on_while_the_case_rests() -> None:
    play = Play().warned()
    play.do(PauseCase(today=REGISTERED_ON, reason=Clear(person_id=DEBTOR, text="asked")))

    assert play.owed(DEMAND_DEADLINE).interest_ore == 7_216


@pytest.mark.parametrize(
    ("days", "charge_ore"), [(0, 0), (14, 0), (15, 50_000)], ids=["at once", "last free", "late"]
)
def test_a_withdrawal_is_free_within_the_agreements_days_from_the_demand(
    days: int, charge_ore: int
) -> None:
    play = Play().warned().demanded()
    withdrawn = play.do(
        WithdrawCase(today=DEMANDED_ON + timedelta(days), letter_id=named("bye"), channel="letter")
    )

    assert types(withdrawn) == ["withdrawn", "withdrawal_notice_ordered"]
    assert isinstance(withdrawn[0], CaseWithdrawn)
    assert withdrawn[0].charge_ore == charge_ore


def test_a_withdrawal_before_the_demand_costs_the_creditor_nothing_however_late() -> None:
    play = Play().warned()
    late = WithdrawCase(today=date(2026, 12, 1), letter_id=named("bye"), channel="letter")
    withdrawn = play.do(late)[0]

    assert isinstance(withdrawn, CaseWithdrawn)
    assert withdrawn.charge_ore == 0
    assert play.do(late) == []


def test_a_debtor_who_never_heard_of_the_case_is_not_told_that_it_ended() -> None:
    play = Play()
    play.order_varsel()

    assert types(play.do(WITHDRAW)) == ["letter_stopped", "withdrawn"]


def test_a_debtor_whom_the_creditor_warned_is_told_that_the_case_ended() -> None:
    play = Play(claim(varsel=creditors_varsel()))

    assert types(play.do(WITHDRAW)) == ["withdrawn", "withdrawal_notice_ordered"]


def test_what_was_left_is_given_up_when_a_case_is_written_off() -> None:
    play = Play().warned().demanded()
    play.pay(100_000, DEMAND_DEADLINE)
    waived, closed = play.do(WriteOffCase(today=HEAVY_FROM))

    assert isinstance(waived, RemainderWaived)
    assert waived.reason == "written_off"
    assert waived.principal_ore == 463_800
    assert waived.salaer_ore == 0
    assert types([closed]) == ["closed"]
    assert play.owed(date(2026, 12, 31)).total_ore == 0
    assert play.do(WriteOffCase(today=HEAVY_FROM)) == []
    with pytest.raises(RefusedError, match="case closed"):
        play.do(WITHDRAW)


def test_a_written_off_case_that_is_reopened_owes_what_it_owed() -> None:
    play = Play().warned().demanded()
    before = play.owed(HEAVY_FROM)
    play.do(WriteOffCase(today=HEAVY_FROM))
    reopened = play.do(ReopenCase(today=HEAVY_FROM))

    assert types(reopened) == ["reopened", "remainder_reinstated"]
    assert play.owed(HEAVY_FROM) == before
    assert play.do(ReopenCase(today=HEAVY_FROM)) == []


def test_a_withdrawn_case_that_is_reopened_begins_with_a_new_varsel() -> None:
    play = Play().warned().demanded()
    play.do(WITHDRAW)

    events = play.do(ReopenCase(today=DEMAND_DEADLINE))
    assert types(events) == ["reopened", "salaer_claimed"]
    assert isinstance(events[1], SalaerClaimed)
    assert events[1].amount_ore == 0
    assert play.owed(DEMAND_DEADLINE).salaer_ore == 0
    assert types(play.order_varsel(DEMAND_DEADLINE, name="again")) == ["inkassovarsel_ordered"]


def test_a_paid_case_is_not_reopened_by_asking() -> None:
    play = Play()
    play.pay(600_000, REGISTERED_ON)

    with pytest.raises(RefusedError) as refused:
        play.do(ReopenCase(today=TODAY))
    assert refused.value.code == "case_paid"


def test_a_credited_claim_is_not_reopened_by_asking() -> None:
    play = Play()
    play.object(REGISTERED_ON)
    play.answer("accepted", REGISTERED_ON)

    with pytest.raises(RefusedError) as refused:
        play.do(ReopenCase(today=TODAY))
    assert refused.value.code == "claim_credited"


@pytest.mark.law("inkassoloven 1988 § 11")
def test_the_creditor_is_asked_about_the_law_the_day_after_the_demands_deadline() -> None:
    play = Play().warned()
    with pytest.raises(RefusedError) as missing:
        play.do(RequestApproval(today=DEMANDED_ON))
    assert missing.value.code == "demand_missing"

    play.demanded()
    with pytest.raises(RefusedError) as early:
        play.do(RequestApproval(today=DEMAND_DEADLINE))
    assert early.value.code == "too_early"
    asked = play.do(RequestApproval(today=DEMAND_DEADLINE + timedelta(1)))[0]
    assert isinstance(asked, ApprovalRequested)
    assert asked.earliest_on == DEMAND_DEADLINE + timedelta(1)
    assert play.do(RequestApproval(today=HEAVY_FROM)) == []


def test_an_answer_is_recorded_once_and_only_to_a_question() -> None:
    play = Play().warned().demanded()
    with pytest.raises(RefusedError) as refused:
        play.do(AnswerApproval(today=TODAY, approved=True))
    assert refused.value.code == "nothing_to_approve"

    play.do(RequestApproval(today=HEAVY_FROM))
    assert types(play.do(AnswerApproval(today=HEAVY_FROM, approved=False))) == [
        "approval_declined"
    ]
    assert play.do(AnswerApproval(today=HEAVY_FROM, approved=False)) == []
    assert types(play.do(AnswerApproval(today=HEAVY_FROM, approved=True))) == ["approval_given"]


def test_the_law_is_not_asked_for_while_an_objection_stands() -> None:
    play = Play().warned().demanded()
    play.object(DEMAND_DEADLINE)

    with pytest.raises(RefusedError) as refused:
        play.do(RequestApproval(today=HEAVY_FROM))
    assert refused.value.code == "objection_open"
