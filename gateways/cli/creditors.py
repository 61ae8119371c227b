"""`kravspor creditor`: clients, what is agreed with them, and where they are paid."""

import sys
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from events.case.lifecycle import AllocationOrder, LetterPolicy
from events.creditor import AgreementSet, SettlementDay
from events.money import Ore
from gateways.cli.opening import begin, opened
from gateways.cli.output import NotUnderstoodError, emit
from gateways.cli.taking import Shared, asks, day_of, kroner_of, looks
from gateways.cli.telling import DONE, outcome_of, tell
from gateways.desk import creditors
from gateways.desk.creditors import Details
from gateways.desk.finding import find_creditor
from projections import creditor as projected
from projections.creditor import Creditor

app = typer.Typer(no_args_is_help=True)
T = TypeVar("T")

Who = Annotated[
    str, typer.Argument(metavar="CREDITOR", help="Number, orgnr, name, or the id's beginning.")
]
Orgnr = Annotated[str | None, typer.Option(help="Organisasjonsnummer.")]
Address = Annotated[str | None, typer.Option(help='One line: "Gata 1, 0150 Oslo".')]
Email = Annotated[str | None, typer.Option(help="Where letters by e-mail go.")]


class Allocations(StrEnum):
    """What a payment covers first."""

    practice = "practice"
    textbook = "textbook"


class Settlements(StrEnum):
    """How often a creditor is paid."""

    daily = "daily"
    weekly = "weekly"
    monthly = "monthly"


class Policies(StrEnum):
    """When letters are ordered."""

    earliest = "earliest"
    none = "none"


ALLOCATIONS: dict[str, AllocationOrder] = {"practice": "practice", "textbook": "textbook"}
SETTLEMENTS: dict[str, SettlementDay] = {
    "daily": "daily",
    "weekly": "weekly",
    "monthly": "monthly",
}
POLICIES: dict[str, LetterPolicy] = {"earliest": "earliest", "none": "none"}


@app.callback()
def creditor() -> None:
    """Take creditors in, and agree with them."""


@app.command()
@asks
def add(  # noqa: PLR0913 - each is a part of who it is
    name: Annotated[str, typer.Argument(help="The creditor's name.")],
    *,
    number: Annotated[
        int | None, typer.Option(help="Its number in KIDs; the next free one if not told.")
    ] = None,
    orgnr: Orgnr = None,
    address: Address = None,
    email: Email = None,
    shared: Shared,
) -> None:
    """Take a creditor in. Before it can hand invoices over: `terms` and `agree`.

    With the first one the house is begun, where there is none.
    """
    if place := begin(shared.data):
        sys.stderr.write(f"A new house is begun in {place}.\n")
    details = Details(name=name, orgnr=orgnr, address=address, email=email)
    with opened(shared.data, shared.today) as office:
        chosen = number or creditors.next_number(office)
        creditor_id = creditors.create(office, chosen, details, shared.by(office))
    told = f"{name} is creditor number {chosen}."
    tell(DONE, told, json=shared.json, number=chosen, creditor_id=creditor_id)


@app.command()
@asks
def change(  # noqa: PLR0913 - each is a part of who it is
    who: Who,
    *,
    name: Annotated[str | None, typer.Option(help="The new name.")] = None,
    orgnr: Orgnr = None,
    address: Address = None,
    email: Email = None,
    shared: Shared,
) -> None:
    """Correct name, orgnr, address or e-mail; what is not told stays."""
    with opened(shared.data, shared.today) as office:
        row = find_creditor(office, who)
        details = Details(
            name=name or row.name,
            orgnr=orgnr or row.orgnr,
            address=address or row.address,
            email=email or row.email,
        )
        outcome = creditors.change(office, row, details, shared.by(office))
    _tell(row, outcome_of(outcome), "is changed", json=shared.json)


@app.command()
@asks
def terms(
    who: Who,
    *,
    version: Annotated[str, typer.Option(help="Which version of the agency's terms.")],
    accepted_by: Annotated[str, typer.Option("--by", help="Who has accepted them.")],
    shared: Shared,
) -> None:
    """Record that the creditor has accepted the agency's terms."""
    with opened(shared.data, shared.today) as office:
        row = find_creditor(office, who)
        outcome = creditors.accept_terms(
            office, row.creditor_id, version, accepted_by, shared.by(office)
        )
    _tell(row, outcome_of(outcome), f"has accepted terms {version}", json=shared.json)


@app.command()
@asks
def agree(  # noqa: PLR0913 - each is a point of the agreement
    who: Who,
    *,
    from_: Annotated[
        date | None,
        typer.Option("--from", parser=day_of, metavar="DAY", help="From when; today if not told."),
    ] = None,
    settlement: Annotated[Settlements | None, typer.Option(help="How often it is paid.")] = None,
    deducts_vat: Annotated[bool | None, typer.Option(help="Whether it deducts VAT.")] = None,
    allocation: Annotated[Allocations | None, typer.Option(help="What is covered first.")] = None,
    free_withdrawal_days: Annotated[
        int | None, typer.Option(min=0, help="Days after the demand that withdrawing is free.")
    ] = None,
    withdrawal_fee: Annotated[
        Ore | None, typer.Option(parser=kroner_of, metavar="KR", help="What it costs after that.")
    ] = None,
    small_balance: Annotated[
        Ore | None, typer.Option(parser=kroner_of, metavar="KR", help="Not pursued when left.")
    ] = None,
    due_date_shift: Annotated[
        bool | None, typer.Option(help="A due date on a free day moves to the next bank day.")
    ] = None,
    letter_fees: Annotated[bool | None, typer.Option(help="Letter fees are claimed.")] = None,
    compensation: Annotated[
        bool | None, typer.Option(help="Standard compensation is claimed of businesses.")
    ] = None,
    letters: Annotated[Policies | None, typer.Option(help="When letters are ordered.")] = None,
    shared: Shared,
) -> None:
    """Set the agreement from a day on; what is not told stays as it was."""
    with opened(shared.data, shared.today) as office:
        row = find_creditor(office, who)
        agreement = AgreementSet(
            valid_from=from_ or office.today,
            deducts_vat=_or(deducts_vat, row.deducts_vat),
            allocation=ALLOCATIONS[allocation] if allocation else row.allocation,
            free_withdrawal_days=_or(free_withdrawal_days, row.free_withdrawal_days),
            withdrawal_fee_ore=_or(withdrawal_fee, row.withdrawal_fee_ore),
            settlement=SETTLEMENTS[settlement] if settlement else row.settlement,
            small_balance_ore=_or(small_balance, row.small_balance_ore),
            due_date_shift=_or(due_date_shift, row.due_date_shift),
            claim_letter_fees=_or(letter_fees, row.claim_letter_fees),
            claim_compensation=_or(compensation, row.claim_compensation),
            letters=POLICIES[letters] if letters else row.letters,
        )
        outcome = creditors.agree(office, row.creditor_id, agreement, shared.by(office))
    _tell(row, outcome_of(outcome), "has that agreement", json=shared.json)


@app.command()
@asks
def account(
    who: Who,
    *,
    propose: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="Propose this account.")
    ] = None,
    approve: Annotated[
        bool, typer.Option("--approve", help="A second person agrees to the proposed one.")
    ] = False,
    decline: Annotated[
        bool, typer.Option("--decline", help="The proposed one is not to be used.")
    ] = False,
    shared: Shared,
) -> None:
    """Propose where the creditor is paid; another person approves or declines it."""
    if [propose is not None, approve, decline].count(True) != 1:
        raise NotUnderstoodError("say one of --propose ACCOUNT, --approve and --decline")
    with opened(shared.data, shared.today) as office:
        row, who_asks = find_creditor(office, who), shared.by(office)
        if propose is not None:
            outcome = creditors.propose_account(office, row.creditor_id, propose, who_asks)
            told = "has a proposed account; a second person has to approve it"
        else:
            outcome = creditors.answer_account(office, row.creditor_id, who_asks, approved=approve)
            told = "is paid to the proposed account from now on" if approve else "keeps its own"
    _tell(row, outcome_of(outcome), told, json=shared.json)


@app.command("list")
@looks
def list_(*, shared: Shared) -> None:
    """List the creditors by number, and what each still lacks."""
    with opened(shared.data, shared.today) as office:
        found = office.rows.find(projected.TABLE, order_by=("number",))
    if shared.json:
        emit(found, json=True)
        return
    emit(
        [
            {
                "number": row.number,
                "name": row.name,
                "orgnr": row.orgnr,
                "paid": row.settlement if row.agreed_from else "",
                "account": row.payout_account,
                "lacks": ", ".join(_lacks(row)),
            }
            for row in found
        ]
    )


@app.command()
@looks
def show(who: Who, *, shared: Shared) -> None:
    """Show a creditor: who it is, what is agreed, where it is paid."""
    with opened(shared.data, shared.today) as office:
        row = find_creditor(office, who)
    emit(row, json=shared.json)


def _lacks(row: Creditor) -> list[str]:
    lacks = {
        "terms": row.terms_version is None,
        "agreement": row.agreed_from is None,
        "account": row.payout_account is None,
        "approval of the account": row.proposed_account is not None,
    }
    return [name for name, lacking in lacks.items() if lacking]


def _tell(row: Creditor, outcome: str, words: str, *, json: bool) -> None:
    tell(outcome, f"{row.name} {words}.", json=json, number=row.number)


def _or(told: T | None, known: T) -> T:
    return known if told is None else told
