"""`kravspor dispatch`: what is to leave the house, what nobody knows of, what came back."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from gateways.cli.opening import opened
from gateways.cli.output import emit
from gateways.cli.taking import CaseWords, Shared, asks, hands_in, looks
from gateways.cli.telling import tell_case
from gateways.desk import cases, letters
from gateways.desk.finding import find_case
from gateways.office import Office
from projections import case_list
from projections.ordered_act import OrderedAct

app = typer.Typer(no_args_is_help=True)


class Went(StrEnum):
    """What a person found out about a letter."""

    sent = "sent"
    not_sent = "not-sent"


@app.callback()
def dispatch() -> None:
    """Letters and payouts: ordered, released, uncertain, returned."""


@app.command("list")
@looks
def list_(
    *,
    uncertain: Annotated[
        bool, typer.Option("--uncertain", help="Only what nobody knows the end of.")
    ] = False,
    shared: Shared,
) -> None:
    """List what is ordered or released and not reported yet.

    A letter released on an earlier day is uncertain: `dispatch resolve` settles it. What the
    bank has not answered for a payout: `payouts report`, `confirm` or `reject`.
    """
    with opened(shared.data, shared.today) as office:
        acts = letters.under_way(office)
        found = [act for act in acts if not uncertain or act.uncertain(office.today)]
        told = [_told(office, act) for act in found]
    emit(told, json=shared.json)


@app.command()
@hands_in
def resolve(
    letter: Annotated[str, typer.Argument(help="The letter's id, or the beginning of it.")],
    went: Annotated[Went, typer.Argument(metavar="sent|not-sent")],
    *,
    shared: Shared,
) -> None:
    """Say whether a released letter went out; if not, the step is due again."""
    with opened(shared.data, shared.today) as office:
        act = letters.find_letter(office, letter)
        outcome = letters.resolve(office, act, shared.by(office), sent=went is Went.sent)
        sentence = "The letter went out." if went is Went.sent else "The letter never went out."
        if act.case_id is not None:
            tell_case(office, act.case_id, outcome, sentence, json=shared.json)


@app.command()
@asks
def returned(
    case: CaseWords,
    *,
    letter: Annotated[
        UUID | None, typer.Option(help="Which; the last one sent if not told.")
    ] = None,
    shared: Shared,
) -> None:
    """Say that the post brought a letter back: the case rests until somebody has looked."""
    with opened(shared.data, shared.today) as office:
        row = find_case(office, case)
        outcome = cases.letter_returned(office, row, letter, shared.by(office))
        tell_case(office, row.case_id, outcome, "The letter came back.", json=shared.json)


def _told(office: Office, act: OrderedAct) -> dict[str, object]:
    row = None if act.case_id is None else office.rows.get(case_list.TABLE, (act.case_id,))
    return {
        "id": str(act.act_id),
        "what": act.kind,
        "case": row.case_number if row else "",
        "state": "uncertain" if act.uncertain(office.today) else act.state,
        "ordered_on": act.ordered_on,
        "released_on": act.released_on,
        "worker": act.worker,
    }
