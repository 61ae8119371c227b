"""`kravspor contact`: somebody has been in touch about a case."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from events.case.contacts import ContactKind, Direction, Party
from gateways.cli.opening import opened
from gateways.cli.taking import CaseWords, Shared, asks, day_of
from gateways.cli.telling import tell_case
from gateways.desk import contacts
from gateways.desk.contacts import Contact
from gateways.desk.finding import find_case


class Kinds(StrEnum):
    """How people are in touch."""

    phone = "phone"
    email = "email"
    letter = "letter"
    sms = "sms"


class Parties(StrEnum):
    """With whom."""

    debtor = "debtor"
    creditor = "creditor"
    other = "other"


KINDS: dict[Kinds, ContactKind] = {
    Kinds.phone: "phone",
    Kinds.email: "email",
    Kinds.letter: "letter",
    Kinds.sms: "sms",
}
PARTIES: dict[Parties, Party] = {
    Parties.debtor: "debtor",
    Parties.creditor: "creditor",
    Parties.other: "other",
}


@asks
def contact(  # noqa: PLR0913 - each is an option of the command
    case: CaseWords,
    kind: Annotated[Kinds, typer.Argument(metavar="phone|email|letter|sms")],
    note: Annotated[str, typer.Argument(help="What was said; kept under the debtor's key.")],
    *,
    ours: Annotated[bool, typer.Option("--ours", help="We were the ones who began.")] = False,
    who: Annotated[Parties, typer.Option(help="Who the other party was.")] = Parties.debtor,
    on: Annotated[
        date | None,
        typer.Option(parser=day_of, metavar="DAY", help="When it was; today if not told."),
    ] = None,
    shared: Shared,
) -> None:
    """Record a call, an e-mail, a letter or an SMS; it changes nothing that is owed or due."""
    direction: Direction = "out" if ours else "in"
    with opened(shared.data, shared.today) as office:
        row = find_case(office, case)
        said = Contact(
            contacted_on=on or office.today,
            kind=KINDS[kind],
            direction=direction,
            who=PARTIES[who],
            note=note,
        )
        outcome = contacts.record(office, row, said, shared.by(office))
        tell_case(office, row.case_id, outcome, "The contact is recorded.", json=shared.json)
