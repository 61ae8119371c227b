"""What is said of a case at the desk: found by any of its names, and done once."""

from collections import Counter
from datetime import date
from uuid import UUID

import pytest

from events.case import ObjectionRaised, PaymentFreed
from events.money import Ore
from gateways.bank.ocr_giro_writer import Payment, write
from gateways.desk import cases
from gateways.desk.asking import By
from gateways.desk.bank_file import book_file
from gateways.desk.cases import Answering, Objecting
from gateways.desk.finding import find_case
from gateways.desk.invoices import take_in
from projections import case_list, ordered_act, payout
from projections.case_list import CaseRow
from tests.gateways.desk.world import World, csv_of, refused, row

OTHER = UUID(int=7)


@pytest.fixture
def case(world: World) -> CaseRow:
    """A case of two invoices, registered today."""
    content = csv_of(row("1001"), row("1002"))
    found = take_in(world.office, content, "f.csv", today=world.today, actor="user:kari")
    return find_case(world.office, found.cases[0].case_number)


def now(world: World, case: CaseRow) -> CaseRow:
    return find_case(world.office, str(case.case_id))


def test_a_case_is_found_by_number_kid_id_and_the_beginning_of_its_id(
    world: World, case: CaseRow
) -> None:
    names = [case.case_number, case.kid, str(case.case_id), str(case.case_id)[:6]]
    assert [find_case(world.office, name) for name in names] == [case] * 4


@pytest.mark.parametrize("words", ["00001-0000001", "zz", "", str(OTHER), "fffffffe"])
@pytest.mark.usefixtures("case")
def test_a_case_that_is_not_there_is_told(world: World, words: str) -> None:
    with refused("case_unknown"):
        find_case(world.office, words)


def test_a_beginning_that_two_cases_share_is_no_name(world: World) -> None:
    # Of seventeen ids two begin with the same of sixteen digits.
    content = csv_of(*[row(str(number), name=f"Skyldner {number}") for number in range(17)])
    take_in(world.office, content, "f.csv", today=world.today, actor="user:kari")
    first = Counter(str(each.case_id)[0] for each in world.office.rows.find(case_list.TABLE))
    with refused("case_ambiguous"):
        find_case(world.office, first.most_common(1)[0][0])


def test_the_same_objection_in_the_same_words_is_one(world: World, case: CaseRow) -> None:
    said = Objecting(reason="Varen kom aldri")
    cases.raise_objection(world.office, case, said, world.by)
    end = world.end
    cases.raise_objection(world.office, case, said, world.by)
    assert world.end == end
    assert now(world, case).disputed


def test_an_objection_may_be_against_one_invoice(world: World, case: CaseRow) -> None:
    said = Objecting(reason="Feil beløp", invoice_numbers=("1002",))
    cases.raise_objection(world.office, case, said, world.by)
    events = world.office.store.read(f"case-{case.case_id}").events
    (raised,) = [each.event for each in events if isinstance(each.event, ObjectionRaised)]
    assert len(raised.claim_ids) == 1
    assert not now(world, case).disputed


def test_an_objection_against_an_invoice_of_another_case_is_refused(
    world: World, case: CaseRow
) -> None:
    said = Objecting(reason="Feil", invoice_numbers=("9999",))
    with refused("claim_unknown"):
        cases.raise_objection(world.office, case, said, world.by)


def test_an_objection_is_a_brake_and_its_answer_lets_go(world: World, case: CaseRow) -> None:
    cases.raise_objection(world.office, case, Objecting(reason="Nei"), world.by)
    world.day()
    assert world.post.letters == []
    cases.answer_objection(world.office, case, Answering(answer="upheld"), world.by)
    world.day()
    assert len(world.post.letters) == 1


def test_an_answer_given_twice_is_given_once_and_another_answer_is_refused(
    world: World, case: CaseRow
) -> None:
    cases.raise_objection(world.office, case, Objecting(reason="Nei"), world.by)
    cases.answer_objection(world.office, case, Answering(answer="upheld"), world.by)
    end = world.end
    cases.answer_objection(world.office, case, Answering(answer="upheld"), world.by)
    assert world.end == end
    with refused("objection_answered"):
        cases.answer_objection(world.office, case, Answering(answer="accepted"), world.by)


def test_an_answer_to_nothing_is_refused(world: World, case: CaseRow) -> None:
    with refused("objection_unknown"):
        cases.answer_objection(world.office, case, Answering(answer="upheld"), world.by)


def test_which_of_two_objections_is_answered_has_to_be_said(world: World, case: CaseRow) -> None:
    for number in ("1001", "1002"):
        said = Objecting(reason="Nei", invoice_numbers=(number,))
        cases.raise_objection(world.office, case, said, world.by)
    with refused("objections_several"):
        cases.answer_objection(world.office, case, Answering(answer="upheld"), world.by)


@pytest.mark.parametrize("settled", [False, True])
def test_a_claim_given_up_after_the_payout_is_the_creditors_debt(
    world: World, case: CaseRow, *, settled: bool
) -> None:
    on = world.today
    paid = Payment(amount_ore=Ore(600_000), kid=case.kid, settled_on=on, ordered_on=on)
    content = write([paid], account="12345678911", transmission_no=1, written_on=on)
    book_file(world.office, content, today=on, actor="bank")
    if settled:
        world.office.pump.settlements(on)
    assert bool(world.office.rows.find(payout.TABLE)) is settled
    cases.raise_objection(world.office, case, Objecting(reason="Nei"), world.by)
    cases.answer_objection(world.office, case, Answering(answer="accepted"), world.by)
    events = world.office.store.read(f"case-{case.case_id}").events
    freed = [each.event for each in events if isinstance(each.event, PaymentFreed)]
    assert [event.paid_out for event in freed] == [settled]


def test_paused_resumed_and_paused_again_on_one_day_is_paused(world: World, case: CaseRow) -> None:
    for step in (
        lambda: cases.pause(world.office, case, "ferie", world.by),
        lambda: cases.resume(world.office, case, world.by),
        lambda: cases.pause(world.office, case, "ferie", world.by),
    ):
        step()
    assert now(world, case).paused


def test_pausing_twice_writes_once(world: World, case: CaseRow) -> None:
    cases.pause(world.office, case, "ferie", world.by)
    end = world.end
    cases.pause(world.office, case, "ferie", world.by)
    assert world.end == end


def test_a_wish_with_an_id_of_its_own_has_one_effect_on_any_day(
    world: World, case: CaseRow
) -> None:
    said = Objecting(reason="Nei")
    cases.raise_objection(world.office, case, said, By("user:kari", world.today, OTHER))
    world.day()
    end = world.end
    cases.raise_objection(world.office, case, said, By("user:kari", world.today, OTHER))
    assert world.end == end
    with refused("key_reused"):
        cases.raise_objection(
            world.office, case, Objecting(reason="Annet"), By("user:kari", world.today, OTHER)
        )


def test_a_withdrawn_case_may_be_reopened_and_written_off(world: World, case: CaseRow) -> None:
    cases.withdraw(world.office, case, "sms", world.by)
    assert now(world, case).closed == "withdrawn"
    cases.reopen(world.office, case, world.by)
    assert now(world, case).closed is None
    cases.write_off(world.office, case, world.by)
    assert now(world, case).closed == "part_paid_with_loss"


def test_a_returned_letter_stops_the_case_until_somebody_has_looked(
    world: World, case: CaseRow
) -> None:
    world.day()
    assert len(world.post.letters) == 1
    cases.letter_returned(world.office, case, None, world.by)
    (act,) = world.office.rows.find(ordered_act.TABLE)
    assert act.state == "returned"
    end = world.end
    cases.letter_returned(world.office, case, None, world.by)
    assert world.end == end


def test_the_creditor_is_asked_before_it_can_answer(world: World, case: CaseRow) -> None:
    with refused("nothing_to_approve"):
        cases.answer_approval(world.office, case, world.by, approved=True)
    world.days_until(date(2026, 10, 20))
    cases.answer_approval(world.office, case, world.by, approved=False)
    assert now(world, case).approval == "declined"
