"""On which day each act of a course is done, from the letters that have gone out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from engine.law.calendar import first_bank_day_on_or_after
from gateways.demo.acts import Act, After, Course
from gateways.office import Office
from projections import document, ordered_act
from projections.case_list import CaseRow


@dataclass(frozen=True, slots=True)
class Letters:
    """When a case's first inkassovarsel and first betalingsoppfordring went out.

    `ordered_on` is the day on which that betalingsoppfordring was first ordered.
    """

    varsel_on: date | None = None
    demand_on: date | None = None
    ordered_on: date | None = None


def letters_of(office: Office) -> Mapping[UUID, Letters]:
    """The first letters of all cases; a case without letters is missing."""
    first: dict[UUID, dict[str, date]] = {}
    for sent in office.rows.find(document.TABLE, order_by=("-sent_on",)):
        first.setdefault(sent.case_id, {})[sent.kind] = sent.sent_on
    demands = {"kind": "betalingsoppfordring"}
    for ordered in office.rows.find(ordered_act.TABLE, equals=demands, order_by=("-nid",)):
        if ordered.case_id is not None:
            first.setdefault(ordered.case_id, {})["ordered"] = ordered.ordered_on
    return {
        case_id: Letters(
            varsel_on=days.get("inkassovarsel"),
            demand_on=days.get("betalingsoppfordring"),
            ordered_on=days.get("ordered"),
        )
        for case_id, days in first.items()
    }


def planned(course: Course, case: CaseRow, letters: Letters) -> Iterator[tuple[date, Act]]:
    """The acts with their days, bank days all, as far as these can be known."""
    before: date | None = None
    for act in course.acts:
        base = before if act.after == "act" else _day_of(act.after, case, letters)
        if base is None:
            before = None
            continue
        before = first_bank_day_on_or_after(base + timedelta(act.days))
        yield before, act


def _day_of(after: After, case: CaseRow, letters: Letters) -> date | None:
    match after:
        case "varsel":
            # Where the creditor has warned, the debtor was told before we came.
            own = case.registered_on if case.varsel_pay_by and not letters.varsel_on else None
            return letters.varsel_on or own
        case "ordering":
            return letters.ordered_on
        case "demand":
            return letters.demand_on
        case "approval":
            return case.approval_asked_on
        case "act":
            return None
