"""`kravspor dashboard`: how the house stands, on one page."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

import typer

from gateways.cli.opening import opened, reader_of
from gateways.cli.output import NotUnderstoodError, emit, kroner, norwegian_date
from gateways.cli.taking import Shared, day_of, looks
from gateways.desk.finding import find_creditor
from gateways.office import Office
from projections.status import Group
from projections.views import dashboard as views
from projections.views.dashboard import Figures, GroupTotal, Head, Month

MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that the page tells; `creditor` is None for the whole house."""

    on: date
    from_on: date
    creditor: str | None
    figures: Figures
    groups: list[GroupTotal]
    heads: dict[Group, list[Head]]
    cash_flow: list[Month]


@looks
def dashboard(
    *,
    creditor: Annotated[
        str | None, typer.Option(help="Of this creditor only: number, orgnr or name.")
    ] = None,
    from_: Annotated[
        date | None,
        typer.Option(
            "--from", parser=day_of, metavar="DAY", help="Money and counts since; a year ago."
        ),
    ] = None,
    shared: Shared,
) -> None:
    """Show how many cases stand where, up to five of each group, and the money by month."""
    with opened(shared.data, shared.today) as office:
        page = _page(office, creditor, from_)
    if shared.json:
        emit(_told(page), json=True)
        return
    _print(page)


def _page(office: Office, words: str | None, from_: date | None) -> Page:
    today = office.today
    from_on = from_ or _months_ago(today, MONTHS - 1)
    if from_on > today:
        raise NotUnderstoodError(f"--from {norwegian_date(from_on)} is after today")
    owner = find_creditor(office, words) if words else None
    ids: tuple[UUID, ...] | None = (owner.creditor_id,) if owner else None
    reader = reader_of(office)
    totals = views.totals(reader, ids)
    return Page(
        on=today,
        from_on=from_on,
        creditor=owner.name if owner else None,
        figures=views.figures(reader, totals, ids, from_on, today),
        groups=views.groups(totals),
        heads=views.heads(reader, ids, today),
        cash_flow=views.cash_flow(reader, ids, from_on, today),
    )


def _months_ago(today: date, months: int) -> date:
    """The first day of the month that lies so many months back."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _told(page: Page) -> dict[str, object]:
    groups = [{**asdict(total), "cases": page.heads[total.status_group]} for total in page.groups]
    return {
        "on": page.on,
        "from_on": page.from_on,
        "creditor": page.creditor,
        "figures": page.figures,
        "groups": groups,
        "cash_flow": page.cash_flow,
    }


def _print(page: Page) -> None:
    figures = page.figures
    emit(f"{page.creditor or 'All creditors'}, {norwegian_date(page.on)}")
    emit(
        f"{figures.open_count} open cases, {kroner(figures.outstanding_ore)} kr outstanding; "
        f"{figures.follow_up_count} wait for a person"
    )
    if figures.suspense_count:
        emit(
            f"in suspense: {figures.suspense_count} payments, "
            f"{kroner(figures.suspense_ore)} kr (`kravspor suspense list`)"
        )
    if figures.held_ore:
        emit(f"held for payers: {kroner(figures.held_ore)} kr")
    emit(
        f"since {norwegian_date(page.from_on)}: {figures.registered_count} registered, "
        f"{figures.paid_count} paid, {figures.loss_count} ended with a loss, "
        f"{figures.withdrawn_count} withdrawn"
    )
    emit("")
    for total in page.groups:
        _print_group(total, page.heads[total.status_group])
    emit(f"Money by month since {norwegian_date(page.from_on)}:")
    emit([_month(each) for each in page.cash_flow])


def _print_group(total: GroupTotal, heads: list[Head]) -> None:
    left = "never paid" if total.status_group == "avsluttet" else "owed"
    owed = f", {kroner(total.total_ore)} kr {left}" if total.case_count else ""
    cases = "case" if total.case_count == 1 else "cases"
    emit(f"{total.status_group.upper()}: {total.case_count} {cases}{owed}")
    if heads:
        emit([_head(head) for head in heads])
        if total.case_count > len(heads):
            rest = total.case_count - len(heads)
            emit(f'… and {rest} more: kravspor case list --group "{total.status_group}"')
    emit("")


def _head(head: Head) -> dict[str, object]:
    return {
        "case": head.case_number,
        "debtor": head.debtor_name,
        "creditor": head.creditor_name,
        "status": head.status,
        "owed_ore": head.total_ore,
        "last event_on": head.last_event_on,
        "to do": head.follow_up,
    }


def _month(month: Month) -> dict[str, object]:
    return {
        "month": f"{month.begins_on:%m.%Y}",
        "paid by debtors_ore": month.covered_ore,
        "the creditors'_ore": month.creditor_ore,
        "ours_ore": month.agency_ore,
        "paid out_ore": month.paid_out_ore,
    }
