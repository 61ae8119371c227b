"""The balance folded from events agrees with the statement that decisions are taken on."""

from datetime import date, timedelta
from itertools import accumulate
from uuid import UUID

from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from engine.case.decider import CaseCommand, decide
from engine.case.lifecycle import ReopenCase, WriteOffCase
from engine.case.money import ReceivePayment, ReversePayment
from engine.case.notices import ClaimHeavySalaer, OrderBetalingsoppfordring, OrderInkassovarsel
from engine.case.objections import AnswerObjection, RaiseObjection
from engine.case.parts import INITIAL, Case
from engine.case.sending import ConfirmLetterSent, ReleaseLetter
from engine.case.state import evolve
from engine.case.statement import statement
from engine.refusal import RefusedError
from events.case import CaseEvent
from events.money import Ore
from projections import balance, case_list, invoice
from projections.balance import Balance
from projections.case_list import CaseRow
from projections.invoice import Invoice
from projections.status import Standing, group_on, status_on
from tests.projections import given
from tests.projections.given import CASE, CLAIM, DEMAND, OTHER_CLAIM, VARSEL, clear, fold, history

START = date(2026, 8, 3)
REGISTERED = given.registered(
    given.a_claim(), given.a_claim(OTHER_CLAIM, "1002", 100000, compensation=43000)
)
STEPS = (
    *("pay", "pay", "pay", "pay_direct", "reverse", "object", "object_all"),
    *("accept", "correct", "uphold", "uphold_groundless", "write_off", "reopen", "heavy"),
)


steps = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(min_value=1, max_value=700000)), max_size=7
)


def letters(letter_id: UUID, order: CaseCommand, today: date) -> list[CaseCommand]:
    return [
        order,
        ReleaseLetter(
            letter_id=letter_id, worker="w", today=today, debtor_version=1, creditor_version=1
        ),
        ConfirmLetterSent(letter_id=letter_id, sent_on=today, content_hmac="aa"),
    ]


def commands(step: str, number: int, amount: int, today: date) -> list[CaseCommand]:
    answer = {"object": None, "accept": "accepted", "correct": "corrected"}.get(step, "upheld")
    match step:
        case "varsel":
            return letters(VARSEL, OrderInkassovarsel(letter_id=VARSEL, today=today), today)
        case "demand":
            return letters(DEMAND, OrderBetalingsoppfordring(letter_id=DEMAND, today=today), today)
        case "heavy":
            return [ClaimHeavySalaer(today=today)]
        case "pay" | "pay_direct":
            return [
                ReceivePayment(
                    payment_id=given.named(f"payment {number}"),
                    source="bank" if step == "pay" else "direct",
                    amount_ore=Ore(amount),
                    ordered_on=today,
                    received_on=today,
                    kid=None,
                    today=today,
                )
            ]
        case "reverse":
            earlier = given.named(f"payment {number - 1 - amount % 3}")
            return [ReversePayment(payment_id=earlier, paid_out=amount % 2 == 0, today=today)]
        case "object" | "object_all":
            return [
                RaiseObjection(
                    objection_id=given.named(f"objection {number}"),
                    claim_ids=(CLAIM,) if step == "object" else (),
                    reason=clear("nei"),
                    groundless=False,
                    today=today,
                )
            ]
        case "write_off":
            return [WriteOffCase(today=today)]
        case "reopen":
            return [ReopenCase(today=today)]
        case "wait":
            return []
        case _:
            return [
                AnswerObjection(
                    objection_id=None,
                    answer=answer,
                    amount_ore=Ore(max(1, amount // 2)) if step == "correct" else None,
                    groundless=step.endswith("groundless"),
                    paid_out=amount % 2 == 0,
                    today=today,
                )
            ]


def lived(wanted: list[tuple[str, int]]) -> tuple[list[CaseEvent], Case, date]:
    """A case lived through the steps; what is refused is left out.

    Two steps stand between the letters, the others come a fortnight apart after them.
    """
    events: list[CaseEvent] = [REGISTERED]
    case = evolve(INITIAL, REGISTERED)
    between, rest = [*wanted, ("wait", 1), ("wait", 1)][:2], wanted[2:]
    days = accumulate([0, 8, 8, 8] + [15] * len(rest))
    course = [("varsel", 1), *between, ("demand", 1), *rest]
    for number, ((step, amount), day) in enumerate(zip(course, days, strict=True)):
        today = START + timedelta(days=day)
        for command in commands(step, number, amount, today):
            try:
                happened = decide(command, case)
            except RefusedError:
                break
            for event in happened:
                case = evolve(case, event)
            events += happened
    return events, case, today


@settings(max_examples=60, deadline=None)
@given_any(steps)
def test_the_balance_is_the_statement_of_the_last_day(wanted: list[tuple[str, int]]) -> None:
    events, case, today = lived(wanted)
    row = fold(balance.PROJECTION, history(*events))[(CASE,)]
    owed = statement(case, today)

    assert isinstance(row, Balance)
    assert row.open == (case.closed is None)
    assert (row.principal_ore, row.paid_ore) == (owed.principal_ore, owed.paid_ore)
    assert (row.letter_fees_ore, row.salaer_ore, row.compensation_ore) == (
        owed.letter_fees_ore,
        owed.salaer_ore,
        owed.compensation_ore,
    )


@settings(max_examples=60, deadline=None)
@given_any(steps)
def test_the_list_tells_of_the_case_what_its_decisions_see(wanted: list[tuple[str, int]]) -> None:
    events, case, today = lived(wanted)
    row = fold(case_list.PROJECTION, history(*events))[(CASE,)]
    standing = Standing(
        varsel_pay_by=case.varsel_pay_by,
        demanded=case.bo_sent_on is not None,
        paused=case.paused,
        disputed=case.frozen,
        awaiting_approval=case.approval == "requested",
        closed=case.closed,
    )

    assert isinstance(row, CaseRow)
    assert row.principal_left_ore == case.principal_left_ore
    assert (row.status(today), row.group(today)) == (
        status_on(standing, today),
        group_on(standing, today),
    )


@settings(max_examples=60, deadline=None)
@given_any(steps)
def test_each_invoice_has_left_what_its_claim_has(wanted: list[tuple[str, int]]) -> None:
    events, case, _ = lived(wanted)
    rows = fold(invoice.PROJECTION, history(*events))
    for claim in case.claims:
        row = rows[(CASE, claim.claim_id)]

        assert isinstance(row, Invoice)
        assert row.left_ore == claim.principal_ore - claim.principal_covered_ore
