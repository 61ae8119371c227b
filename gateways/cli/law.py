"""`kravspor law`: what the law says of an amount and a day; nothing is looked up or written."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Annotated

import typer

from engine.law import deadlines, fees, limitation, salaer
from engine.law.calendar import is_bank_day, shifted_due
from engine.law.interest import Segment, explain, first_interest_day, interest_per_day
from events.money import Ore, round_ore
from gateways.cli.output import emit, kroner, norwegian_date
from gateways.cli.taking import Json, day_of, kroner_of

app = typer.Typer(no_args_is_help=True)

Amount = Annotated[Ore, typer.Argument(parser=kroner_of, metavar="KR", help="In kroner.")]


def _day(told: str) -> object:
    return typer.Option(parser=day_of, metavar="DAY", help=told)


Due = Annotated[date, _day("The due date as the invoice has it.")]
On = Annotated[date, _day("The day one asks for.")]
Shift = Annotated[
    bool, typer.Option(help="Whether a due date on a free day moves to the next bank day.")
]


@app.callback()
def law() -> None:
    """Reckon interest, fees, salær, deadlines and limitation."""


@app.command()
def interest(amount: Amount, *, due: Due, on: On, shift: Shift = True, json: Json = False) -> None:
    """Forsinkelsesrente through a day, line by line, rounded once."""
    first_on = first_interest_day(due, shift=shift)
    rows = explain([Segment(first_on, on, amount)])
    exact = sum((row.exact_ore for row in rows), Fraction(0))
    if json:
        emit(
            {
                "first_interest_on": first_on,
                "interest_ore": round_ore(exact),
                "rows": rows,
                "law": "forsinkelsesrenteloven 1976 § 2, § 3",
            },
            json=True,
        )
        return
    emit(
        [
            {
                "from_on": row.from_on,
                "until_on": row.until_on,
                "days": row.days,
                "rate %": row.rate_percent,
                "year": row.year_days,
                "interest_ore": round_ore(row.exact_ore),
            }
            for row in rows
        ]
    )
    if rows:
        per_day = interest_per_day(amount, on)
        emit(f"\n{kroner(round_ore(exact))} kr; {kroner(round_ore(per_day))} kr a day now")
    emit(f"runs from {norwegian_date(first_on)} (forsinkelsesrenteloven 1976 § 2, § 3)")


@app.command("fees")
def fees_(
    *, due: Due, sent: Annotated[date, _day("The letter's day.")], json: Json = False
) -> None:
    """What a purring or an inkassovarsel may cost, and from which day it may."""
    allowed = fees.letter_fee_allowed(sent, due)
    emit(
        {
            "letter fee_ore": fees.letter_fee_ore(sent, due_on=due) if allowed else Ore(0),
            "creditor's own demand_ore": (
                fees.own_bo_fee_ore(sent, due_on=due) if allowed else Ore(0)
            ),
            "may cost from_on": fees.earliest_fee_letter_on(due),
            "inkassosats_ore": fees.inkassosats_ore(sent),
            "law": "inkassoforskriften 1989 § 1-1, § 1-2",
        },
        json=json,
    )


@app.command("salaer")
def salaer_(  # noqa: PLR0913 - each is something the cap hangs on
    amount: Amount,
    *,
    due: Due,
    on: On,
    business: Annotated[
        bool, typer.Option("--business", help="The debtor is no consumer.")
    ] = False,
    deducts_vat: Annotated[bool, typer.Option(help="Whether the creditor deducts VAT.")] = True,
    json: Json = False,
) -> None:
    """The most a debtor may be asked for the agency's work, light and heavy."""

    def cap(reckon: Callable[..., Ore]) -> Ore:
        return reckon(amount, on, due_on=due, consumer=not business, deducts_vat=deducts_vat)

    emit(
        {
            "light_ore": cap(salaer.light_ore),
            "heavy_ore": cap(salaer.heavy_ore),
            "heavy from": "the 43rd day after the betalingsoppfordring was sent",
            "inkassosats_ore": fees.inkassosats_ore(on),
            "law": "inkassoforskriften 1989 § 2-2, § 2-3",
        },
        json=json,
    )


@app.command("deadlines")
def deadlines_(
    *,
    due: Due,
    varsel: Annotated[date | None, _day("When the inkassovarsel was sent.")] = None,
    demand: Annotated[date | None, _day("When the betalingsoppfordring was sent.")] = None,
    shift: Shift = True,
    json: Json = False,
) -> None:
    """Each step's first lawful day; where letters are not told of, as early as may be."""
    registered_on = deadlines.earliest_registration(due, shift=shift)
    first_varsel_on = deadlines.earliest_inkassovarsel(
        shifted_due(due, shift=shift), registered_on
    )
    varsel_on = varsel or first_varsel_on
    pay_varsel_by = deadlines.inkassovarsel_pay_by(varsel_on)
    first_demand_on = deadlines.earliest_betalingsoppfordring(pay_varsel_by)
    demand_on = demand or first_demand_on
    pay_demand_by = deadlines.betalingsoppfordring_pay_by(demand_on)
    told: list[tuple[str, date, str]] = [
        ("the claim may be taken in from", registered_on, "inkassoforskriften 1989 § 1-2"),
        ("inkassovarsel, first day", first_varsel_on, "inkassoloven 1988 § 9"),
        ("inkassovarsel, last day to pay", pay_varsel_by, "inkassoloven 1988 § 9"),
        ("betalingsoppfordring, first day", first_demand_on, "inkassoloven 1988 § 10"),
        ("betalingsoppfordring, last day to pay", pay_demand_by, "inkassoloven 1988 § 10"),
        ("heavy salær from", salaer.heavy_from(demand_on), "inkassoforskriften 1989 § 2-3"),
        (
            "legal course, first day",
            deadlines.legal_course_from(pay_demand_by),
            "inkassoloven 1988 § 11",
        ),
        (
            "the claim is taken in until",
            deadlines.latest_registration(due),
            "foreldelsesloven 1979 § 2",
        ),
    ]
    emit(
        [
            {"what": what, "on": on, "bank day": is_bank_day(on), "law": paragraph}
            for what, on, paragraph in told
        ],
        json=json,
    )


@app.command("limitation")
def limitation_(
    *,
    due: Due,
    acknowledged: Annotated[
        list[date] | None, _day("A part payment or acknowledgement; may be repeated.")
    ] = None,
    judgment: Annotated[date | None, _day("A judgment.")] = None,
    json: Json = False,
) -> None:
    """Foreldelse: the last day, and by when a legal step and the letters must begin."""
    last_on = limitation.limitation_date(
        due, acknowledged=acknowledged or (), judgment_on=judgment
    )
    emit(
        {
            "last day_on": last_on,
            "legal step needed by_on": limitation.legal_step_needed_by(last_on),
            "letters started by_on": limitation.letters_started_by(last_on),
            "law": "foreldelsesloven 1979 § 2, § 3, § 14, § 15, § 21",
        },
        json=json,
    )
