"""Acts fall on bank days, counted from the letters; what hangs on no letter is never done."""

from datetime import date
from uuid import UUID

from events.money import Ore
from gateways.demo.acts import Act, Course
from gateways.demo.planning import Letters, planned
from projections.case_list import CaseRow

VARSEL, DEMAND = date(2026, 8, 3), date(2026, 8, 18)
ID = UUID(int=1)


def case(*, varsel_pay_by: date | None = None, asked_on: date | None = None) -> CaseRow:
    return CaseRow(
        case_id=ID,
        case_number="00101-0000001",
        kid="0010100000016",
        creditor_id=ID,
        debtor_id=ID,
        debtor_kind="person",
        consumer=True,
        registered_on=VARSEL,
        invoice_numbers=("1",),
        oldest_due_on=VARSEL,
        principal_ore=Ore(100),
        principal_left_ore=Ore(100),
        varsel_pay_by=varsel_pay_by,
        approval_asked_on=asked_on,
        last_event_on=VARSEL,
        last_nid=1,
        claims_left=(),
    )


def days(course: Course, row: CaseRow, letters: Letters) -> list[tuple[date, str]]:
    return [(on, act.what) for on, act in planned(course, row, letters)]


def test_an_act_on_a_saturday_is_done_on_the_monday():
    course = Course("pays", (Act("varsel", 5, "pay"),))

    assert days(course, case(), Letters(varsel_on=VARSEL)) == [(date(2026, 8, 10), "pay")]


def test_an_act_follows_the_one_before():
    course = Course("x", (Act("demand", 2, "pay_part"), Act("act", 7, "pay")))
    planned_days = days(course, case(), Letters(VARSEL, DEMAND))

    assert planned_days == [(date(2026, 8, 20), "pay_part"), (date(2026, 8, 27), "pay")]


def test_nothing_follows_a_letter_that_was_never_sent():
    course = Course("x", (Act("demand", 2, "object"), Act("act", 7, "answer_upheld")))

    assert days(course, case(), Letters(varsel_on=VARSEL)) == []


def test_where_the_creditor_warned_the_days_count_from_registration():
    course = Course("pays", (Act("varsel", 2, "pay"),))
    row = case(varsel_pay_by=date(2026, 8, 10))

    assert days(course, row, Letters()) == [(date(2026, 8, 5), "pay")]


def test_a_call_comes_on_the_day_the_demand_is_ordered():
    course = Course("x", (Act("ordering", 0, "object"),))

    assert days(course, case(), Letters(VARSEL, ordered_on=DEMAND)) == [(DEMAND, "object")]


def test_the_creditor_answers_days_after_it_was_asked():
    course = Course("x", (Act("approval", 2, "approve"),))

    assert days(course, case(), Letters()) == []
    assert days(course, case(asked_on=DEMAND), Letters()) == [(date(2026, 8, 20), "approve")]
