"""`kravspor debtor`: who owes on a case, and the new details that somebody has found out."""

import re
from typing import Annotated

import typer

from events.case.lifecycle import DebtorKind
from gateways.cli.opening import opened
from gateways.cli.output import NotUnderstoodError, emit
from gateways.cli.taking import CaseWords, Shared, asks, looks
from gateways.cli.telling import DONE, outcome_of
from gateways.desk import debtors
from gateways.desk.debtors import Told
from gateways.desk.finding import find_case
from gateways.importing.problem import CellProblem
from gateways.importing.reason_texts import ROW_SENTENCES
from gateways.importing.words import parse_country, parse_email, parse_mobile
from gateways.office import Office
from projections import case_list
from projections import debtor as projected
from projections.case_list import CaseRow
from projections.debtor import Debtor

app = typer.Typer(no_args_is_help=True)

# "Storgata 1, 0155 Oslo": the street, the postcode, the city.
ONE_LINE = re.compile(r"(.+?),\s*(\d{4})\s+(\S.*)")
POSTCODE = re.compile(r"\d{4}")
KINDS: dict[DebtorKind, str] = {
    "person": "a private person",
    "sole_trader": "a sole trader",
    "company": "a company",
}


@app.callback()
def debtor() -> None:
    """Look at a debtor, or change its details."""


@app.command()
@looks
def show(case: CaseWords, *, shared: Shared) -> None:
    """Show the debtor of a case: name, address, contact points, and its other cases."""
    with opened(shared.data, shared.today) as office:
        row = find_case(office, case)
        found = _debtor(office, row)
        others = _cases(office, row)
    if shared.json:
        emit({"debtor": found, "cases": others}, json=True)
        return
    emit(told(found))
    emit(
        [
            {"case": each.case_number, "registered_on": each.registered_on, "ended": each.closed}
            for each in others
        ]
    )


@app.command()
@asks
def change(  # noqa: PLR0913 - each is an option of the command
    case: CaseWords,
    *,
    name: Annotated[str | None, typer.Option(help="The name.")] = None,
    address: Annotated[
        str | None, typer.Option(help='The street; or all of it: "Storgata 1, 0155 Oslo".')
    ] = None,
    postcode: Annotated[str | None, typer.Option(help="The postcode; with --city.")] = None,
    city: Annotated[str | None, typer.Option(help="The city.")] = None,
    country: Annotated[str | None, typer.Option(help="The country; NO is Norway.")] = None,
    email: Annotated[str | None, typer.Option(help="The e-mail address.")] = None,
    mobile: Annotated[str | None, typer.Option(help="The mobile number.")] = None,
    shared: Shared,
) -> None:
    """Record a debtor's new details; what is not told stays. Later letters have the new ones.

    A case that rests because a letter came back goes on with `kravspor resume CASE`.
    """
    land = None if country is None else _country(country)
    street, code, place = _place(address, postcode, city, land)
    new = Told(
        name=_some(name, "--name"),
        address=street,
        postcode=code,
        city=place,
        country=land,
        email=None if email is None else _email(email),
        mobile=None if mobile is None else _mobile(mobile),
    )
    if new == Told():
        raise NotUnderstoodError("say what is new: --name, --address, --email or --mobile")
    with opened(shared.data, shared.today) as office:
        row = find_case(office, case)
        outcome = outcome_of(debtors.change(office, row.debtor_id, new, shared.by(office)))
        found, rests = _debtor(office, row), row.paused and row.closed is None
    if shared.json:
        emit({"outcome": outcome, "debtor": found, "paused": rests}, json=True)
        return
    emit("Recorded." if outcome == DONE else "Nothing changed: it was already so.")
    emit(told(found))
    if rests:
        emit(f"The case rests; it goes on with: kravspor resume {row.case_number}")


def told(found: Debtor) -> str:
    """A debtor in a few lines, as an envelope has it."""
    place = f"{found.postcode} {found.city}".strip()
    abroad = "" if found.country in ("", "NO") else f", {found.country}"
    lines = [f"{found.name} ({KINDS[found.kind]})", f"{found.address}, {place}{abroad}"]
    lines += [each for each in (found.email, found.mobile) if each]
    return "\n".join(["", *(f"  {line}" for line in lines), ""])


def _debtor(office: Office, row: CaseRow) -> Debtor:
    found = office.rows.get(projected.TABLE, (row.debtor_id,))
    if found is None:
        raise LookupError(f"case {row.case_number} has no debtor")
    return found


def _cases(office: Office, row: CaseRow) -> list[CaseRow]:
    return office.rows.find(case_list.TABLE, equals={"debtor_id": row.debtor_id})


def _place(
    address: str | None, postcode: str | None, city: str | None, country: str | None
) -> tuple[str | None, str | None, str | None]:
    """Street, postcode and city, however they were told.

    A new postcode under the old city, or a new street under the old postcode, sends a letter
    astray; so the first two are told together, and an address in one line tells all three.
    """
    street = _some(address, "--address")
    whole = ONE_LINE.fullmatch(street) if street else None
    if whole and postcode is None and city is None:
        return whole[1].strip(), whole[2], whole[3].strip()
    code, place = _some(postcode, "--postcode"), _some(city, "--city")
    if (code is None) != (place is None) or (street is not None and code is None):
        raise NotUnderstoodError(
            'an address is told whole: --address "Storgata 1, 0155 Oslo", '
            "or with --postcode and --city"
        )
    if code and not POSTCODE.fullmatch(code) and country in (None, "NO"):
        raise NotUnderstoodError(f"--postcode {code}: four digits; abroad, with --country")
    return street, code, place


def _some(words: str | None, option: str) -> str | None:
    if words is not None and not words.strip():
        raise NotUnderstoodError(f"{option} is empty")
    return " ".join(words.split()) if words is not None else None


def _country(words: str) -> str:
    return _read(parse_country(words), "--country", words)


def _email(words: str) -> str:
    return _read(parse_email(words), "--email", words)


def _mobile(words: str) -> str:
    return _read(parse_mobile(words), "--mobile", words)


def _read(read: str | CellProblem | None, option: str, words: str) -> str:
    if isinstance(read, CellProblem) or read is None:
        why = "" if read is None else f": {ROW_SENTENCES.get(read.code, read.code)}"
        raise NotUnderstoodError(f"{option} {words!r} is not understood{why}")
    return read
