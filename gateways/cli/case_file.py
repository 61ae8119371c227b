"""`kravspor case`: the list of cases, and one case as it stands."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, TypeVar, get_args

import typer

from engine.case.statement import Statement, statement
from engine.refusal import RefusedError
from events.money import Ore
from gateways.cli.csv_file import write_csv
from gateways.cli.opening import opened, reader_of
from gateways.cli.output import NotUnderstoodError, emit, kroner, norwegian_date
from gateways.cli.taking import CaseWords, Shared, looks
from gateways.desk.finding import find_case, find_creditor
from gateways.office import Office
from projections import creditor, debtor, invoice, ordered_act, timeline
from projections.case_list import CaseRow
from projections.status import GROUPS, Group, Status
from projections.views import cases
from projections.views.cases import CaseLine, SortBy, Wanted

app = typer.Typer(no_args_is_help=True)
R = TypeVar("R")

Search = Annotated[str | None, typer.Argument(help="Debtor, case number, invoice, KID or amount.")]
InGroup = Annotated[
    str | None, typer.Option(help=f"One of: {', '.join(GROUPS)}.", metavar="GROUP")
]
OfCreditor = Annotated[str | None, typer.Option(help="Of this creditor only.")]
FollowUp = Annotated[
    bool, typer.Option("--follow-up", help="Only where a person has something to do.")
]
InStatus = Annotated[str | None, typer.Option(help="Only of this status, or its beginning.")]
Sort = Annotated[str, typer.Option(help="The column; oldest_due_on if not told.")]
Descending = Annotated[
    bool, typer.Option("--descending", help="The last first: the largest, the newest.")
]
Limit = Annotated[int | None, typer.Option(help="How many at most; 50 on a screen.", min=1)]
ToFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", dir_okay=False, help="Write them to a CSV file instead."),
]
SHOWN_MOST = 50

COLUMNS = (
    "case",
    "debtor",
    "creditor",
    "status",
    "group",
    "due_on",
    "principal left_ore",
    "owed_ore",
    "to do",
)

LEFT = (
    ("principal", "principal_ore"),
    ("interest", "interest_ore"),
    ("letter fees", "letter_fees_ore"),
    ("salær", "salaer_ore"),
    ("compensation", "compensation_ore"),
    ("to pay", "total_ore"),
    ("paid so far", "paid_ore"),
)


@app.callback()
def case() -> None:
    """Look at cases."""


@app.command("list")
@looks
def list_(  # noqa: PLR0913 - each is an option of the command
    *,
    search: Search = None,
    group: InGroup = None,
    creditor: OfCreditor = None,
    follow_up: FollowUp = False,
    status: InStatus = None,
    sort: Sort = "oldest_due_on",
    descending: Descending = False,
    limit: Limit = None,
    csv: ToFile = None,
    shared: Shared,
) -> None:
    """List cases: those that fell due first come first.

    SEARCH finds a part of the debtor's name, or a whole case number, invoice number, KID or
    amount owed. Sorted by --sort: case_number, debtor_name, creditor_name, registered_on,
    oldest_due_on, principal_ore, principal_left_ore, total_ore, status or last_event_on.
    --csv writes all that was found, in the columns that are shown.
    """
    most = limit or (None if csv else SHOWN_MOST)
    wanted = Wanted(
        groups=(_group(group),) if group else None,
        statuses=_statuses(status) if status else None,
        needs_follow_up=True if follow_up else None,
        search=search,
        sort_by=_sort_by(sort),
        descending=descending,
        # One more than is shown tells whether there are more.
        limit=None if most is None else most + 1,
    )
    with opened(shared.data, shared.today) as office:
        if creditor:
            owner = find_creditor(office, creditor)
            wanted = replace(wanted, creditor_ids=(owner.creditor_id,))
        found = cases.cases(reader_of(office), wanted, office.today)
    _print_list(found[:most], csv, json=shared.json)
    if len(found) > len(found[:most]) and not shared.json:
        emit(f"only the first {most}; --limit shows more")


@app.command()
@looks
def show(words: CaseWords, *, shared: Shared) -> None:
    """Show a case: parties, status, what is owed today, invoices and all that has happened."""
    with opened(shared.data, shared.today) as office:
        row = find_case(office, words)
        told = _told(office, row)
    if shared.json:
        emit(told, json=True)
        return
    _print(told, row)


def _print_list(shown: list[CaseLine], csv: Path | None, *, json: bool) -> None:
    if csv is not None:
        write_csv(csv, [_line(each) for each in shown], COLUMNS)
    if json:
        emit(shown, json=True)
    elif csv is not None:
        emit(f"{len(shown)} cases written to {csv}")
    else:
        emit([_line(each) for each in shown])


def _sort_by(words: str) -> SortBy:
    found = next((name for name in get_args(SortBy) if name == words), None)
    if found is None:
        raise NotUnderstoodError(f"--sort {words}: one of {', '.join(get_args(SortBy))}")
    sort_by: SortBy = found
    return sort_by


def _group(words: str) -> Group:
    found = [name for name in GROUPS if name.startswith(words.lower())]
    if len(found) != 1:
        raise NotUnderstoodError(f"--group {words}: one of {', '.join(GROUPS)}")
    return found[0]


def _statuses(words: str) -> tuple[Status, ...]:
    exact = [name for name in get_args(Status) if name == words.upper()]
    found = exact or [name for name in get_args(Status) if name.startswith(words.upper())]
    if not found:
        raise NotUnderstoodError(f"--status {words}: one of {', '.join(get_args(Status))}")
    return tuple(found)


def _line(line: CaseLine) -> dict[str, object]:
    values = (
        line.case_number,
        line.debtor_name,
        line.creditor_name,
        line.status,
        line.status_group,
        line.oldest_due_on,
        line.principal_left_ore,
        line.total_ore,
        line.follow_up,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _told(office: Office, row: CaseRow) -> dict[str, object]:
    today = office.today
    owes = office.rows.get(debtor.TABLE, (row.debtor_id,))
    owner = office.rows.get(creditor.TABLE, (row.creditor_id,))
    of_case = {"case_id": row.case_id}
    told: dict[str, object] = {
        "case": row,
        "on": today,
        "status": row.status(today),
        "group": row.group(today),
        "debtor": owes,
        "creditor": None if owner is None else {"number": owner.number, "name": owner.name},
        "invoices": office.rows.find(invoice.TABLE, equals=of_case, order_by=("due_on",)),
        "letters": office.rows.find(ordered_act.TABLE, equals=of_case, order_by=("nid",)),
        "timeline": office.rows.find(timeline.TABLE, equals=of_case, order_by=("version",)),
    }
    try:
        told["statement"] = statement(office.case(row.case_id), today)
    except RefusedError as refusal:
        told["statement"] = {"refused": refusal.code}
    return told


def _print(told: dict[str, object], row: CaseRow) -> None:
    owes, owner, owed = told["debtor"], told["creditor"], told["statement"]
    emit(f"Case {row.case_number}   KID {row.kid}   {told['status']} ({told['group']})")
    if isinstance(owes, debtor.Debtor):
        place = f"{owes.postcode} {owes.city}".strip()
        changed = owes.recorded_on > row.registered_on
        since = f" (since {norwegian_date(owes.recorded_on)})" if changed else ""
        emit(f"  debtor    {owes.name}, {owes.address}, {place}{since}")
    if isinstance(owner, dict):
        emit(f"  creditor  {owner['name']} (number {owner['number']})")
    emit(f"  begun     {norwegian_date(row.registered_on)}")
    if row.follow_up:
        emit(f"  to do     {row.follow_up}")
    if isinstance(owed, Statement):
        emit(f"\nOwed at the end of {norwegian_date(owed.on)}:")
        figures = asdict(owed)
        for name, field in LEFT:
            emit(f"  {name:<14}{kroner(Ore(figures[field])):>14}")
        if row.held_ore:
            emit(f"  {'held for payer':<14}{kroner(row.held_ore):>14}")
    else:
        emit(f"\nWhat is owed cannot be told for this day: {owed}")
    emit("\nInvoices:")
    emit([_invoice(each) for each in _listed(told["invoices"], invoice.Invoice)])
    emit("\nWhat has happened:")
    emit(
        [
            {"on": each.on, "what": each.what.replace("\xa0", " "), "by": each.actor}
            for each in _listed(told["timeline"], timeline.Line)
        ]
    )


def _invoice(each: invoice.Invoice) -> dict[str, object]:
    return {
        "invoice": each.invoice_number,
        "issued_on": each.issued_on,
        "due_on": each.due_on,
        "principal_ore": each.principal_ore,
        "left_ore": each.left_ore,
        "state": each.state,
    }


def _listed(value: object, kind: type[R]) -> list[R]:
    return [each for each in value if isinstance(each, kind)] if isinstance(value, list) else []
