"""`kravspor candidates`: invoices handed over and in no case yet, debtor by debtor."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import typer

from events.money import Ore
from gateways.cli.opening import opened, reader_of
from gateways.cli.output import emit, kroner, norwegian_date
from gateways.cli.taking import Shared, looks
from gateways.desk.finding import find_creditor
from gateways.office import Office
from projections import candidate
from projections.candidate import Candidate
from projections.views.claims import CandidateGroup
from projections.views.claims import candidates as grouped

State = Literal["not due", "waits", "ripe", "too old"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An invoice, and whether it may be registered; `ripe_on` is the first day."""

    invoice_number: str
    due_on: date
    principal_ore: Ore
    ripe_on: date
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class OfDebtor:
    """What one debtor owes one creditor, and all its invoices."""

    group: CandidateGroup
    invoices: list[Waiting]


@looks
def candidates(
    *,
    creditor: Annotated[
        str | None, typer.Option(help="Of this creditor only: number, orgnr or name.")
    ] = None,
    ripe: Annotated[
        bool, typer.Option("--ripe", help="Only debtors with something ripe today.")
    ] = False,
    shared: Shared,
) -> None:
    """List what may become cases: each debtor's invoices, and the day each becomes ripe.

    An invoice is ripe fourteen days after it fell due, and too old after three years. What
    is ripe is registered by `kravspor work`, all of a debtor's as one case.
    """
    with opened(shared.data, shared.today) as office:
        found = _found(office, creditor)
        today = office.today
    shown = [each for each in found if each.group.ripe_count or not ripe]
    if shared.json:
        told = [{"on": today, "debtor": each.group, "invoices": each.invoices} for each in shown]
        emit(told, json=True)
        return
    if not shown:
        emit("no invoice waits" if not ripe else "no invoice is ripe today")
        return
    emit([_line(each, invoice) for each in shown for invoice in each.invoices])
    _sum(shown, today)


def _found(office: Office, words: str | None) -> list[OfDebtor]:
    ids = (find_creditor(office, words).creditor_id,) if words else None
    asked = grouped(ids, office.today)
    groups = asked.page(reader_of(office), asked.order())
    rows: dict[tuple[UUID, UUID], list[Waiting]] = {}
    for row in office.rows.find(candidate.TABLE, order_by=("ripe_on", "invoice_number")):
        pair = (row.creditor_id, row.debtor_id)
        rows.setdefault(pair, []).append(_waiting(row, office.today))
    return [
        OfDebtor(group=group, invoices=rows.get((group.creditor_id, group.debtor_id), []))
        for group in groups
    ]


def _waiting(row: Candidate, today: date) -> Waiting:
    return Waiting(
        invoice_number=row.invoice_number,
        due_on=row.due_on,
        principal_ore=row.principal_ore,
        ripe_on=row.ripe_on,
        state=_state(row, today),
    )


def _state(row: Candidate, today: date) -> State:
    if today > row.too_old_after:
        return "too old"
    if today >= row.ripe_on:
        return "ripe"
    return "waits" if today > row.due_on else "not due"


def _line(each: OfDebtor, invoice: Waiting) -> dict[str, object]:
    return {
        "debtor": each.group.debtor_name,
        "creditor": each.group.creditor_name,
        "invoice": invoice.invoice_number,
        "due_on": invoice.due_on,
        "principal_ore": invoice.principal_ore,
        "ripe_on": invoice.ripe_on,
        "": invoice.state,
    }


def _sum(shown: list[OfDebtor], today: date) -> None:
    invoices = sum(each.group.invoice_count for each in shown)
    whole = Ore(sum(each.group.principal_ore for each in shown))
    ripe = sum(each.group.ripe_count for each in shown)
    ripe_ore = Ore(sum(each.group.ripe_ore for each in shown))
    emit(
        f"\n{len(shown)} debtors, {invoices} invoices, {kroner(whole)} kr; ripe on "
        f"{norwegian_date(today)}: {ripe} invoices, {kroner(ripe_ore)} kr"
    )
