"""One case worth reading: a letter was stopped by an objection, and all ended in a payout."""

from dataclasses import dataclass
from datetime import date

from gateways.office import Office
from projections import case_list, creditor, debtor, payout, timeline
from projections.case_list import CaseRow
from projections.wording import kroner


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that happened, in the words of the timeline."""

    on: date
    kind: str
    what: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A case with its parties and all that happened, the payouts of it included."""

    case_number: str
    debtor: str
    creditor: str
    lines: tuple[Told, ...]


# From the best story to what any demonstration has.
WANTED = (
    {"case.letter_stopped", "case.objection_answered", "case.payment_allocated"},
    {"case.objection_answered", "case.payment_allocated"},
    {"case.payment_allocated"},
    set[str](),
)


def example(office: Office) -> Example | None:
    """The case with the best story; None when there is none at all."""
    happened: dict[object, set[str]] = {}
    for line in office.rows.find(timeline.TABLE):
        happened.setdefault(line.case_id, set()).add(line.type)
    settled = {line.case_id for line in office.rows.find(payout.LINES)}
    cases = office.rows.find(case_list.TABLE, order_by=("case_number",))
    ended = [case for case in cases if case.case_id in settled and case.closed == "paid"]
    for wanted in WANTED:
        for case in ended or cases:
            if wanted <= happened[case.case_id]:
                return _example(office, case)
    return None


def _example(office: Office, case: CaseRow) -> Example:
    owner = office.rows.get(creditor.TABLE, (case.creditor_id,))
    who = office.rows.get(debtor.TABLE, (case.debtor_id,))
    lines = office.rows.find(
        timeline.TABLE, equals={"case_id": case.case_id}, order_by=("version",)
    )
    told = [Told(on=one.on, kind=one.kind, what=one.what, by=one.actor) for one in lines]
    return Example(
        case_number=case.case_number,
        debtor=who.name if who else "",
        creditor=owner.name if owner else "",
        lines=(*told, *_payouts(office, case)),
    )


def _payouts(office: Office, case: CaseRow) -> list[Told]:
    told = []
    for line in office.rows.find(payout.LINES, equals={"case_id": case.case_id}):
        transfer = office.rows.get(payout.TABLE, (line.payout_id,))
        if transfer is None:
            continue
        became = "bekreftet av banken" if transfer.state == "confirmed" else transfer.state
        what = f"Oppgjør til fordringshaver, {kroner(line.payable_ore)} av denne saken: {became}."
        on = transfer.confirmed_on or transfer.prepared_on
        told.append(Told(on=on, kind="oppgjør", what=what, by="saga:settlement"))
    return told
