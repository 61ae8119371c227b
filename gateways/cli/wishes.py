"""Commands on one case: what the debtor, the creditor and the post say of it."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from events.case.notices import Channel
from events.case.objections import Answer
from events.money import Ore
from gateways.cli.opening import opened
from gateways.cli.output import kroner
from gateways.cli.taking import CaseWords, Shared, asks, day_of, kroner_of
from gateways.cli.telling import tell_case
from gateways.desk import cases, payments
from gateways.desk.asking import By, Outcome
from gateways.desk.cases import Answering, Objecting
from gateways.desk.finding import find_case
from gateways.desk.payments import Paid
from gateways.office import Office
from projections.case_list import CaseRow

Wish = Callable[[Office, CaseRow, By], Outcome]


class Answers(StrEnum):
    """What a creditor may answer to an objection."""

    accepted = "accepted"
    corrected = "corrected"
    upheld = "upheld"


class Channels(StrEnum):
    """How a debtor is told that a case is closed."""

    letter = "letter"
    sms = "sms"


ANSWERS: dict[Answers, Answer] = {
    Answers.accepted: "accepted",
    Answers.corrected: "corrected",
    Answers.upheld: "upheld",
}
CHANNELS: dict[Channels, Channel] = {Channels.letter: "letter", Channels.sms: "sms"}
Groundless = Annotated[
    bool, typer.Option("--groundless", help="It is no reason not to pay; nothing stops.")
]


@asks
def objection(
    case: CaseWords,
    reason: Annotated[str, typer.Argument(help="What the debtor says.")],
    *,
    invoice: Annotated[
        list[str] | None, typer.Option(help="Only against this invoice; may be repeated.")
    ] = None,
    groundless: Groundless = False,
    shared: Shared,
) -> None:
    """The debtor objects: letters stop at once, and no costs are claimed on what is disputed."""
    said = Objecting(reason=reason, invoice_numbers=tuple(invoice or ()), groundless=groundless)
    _wish(
        case,
        lambda office, row, who: cases.raise_objection(office, row, said, who),
        "The objection stands.",
        shared,
    )


@asks
def answer(  # noqa: PLR0913 - each is an option of the command
    case: CaseWords,
    words: Annotated[Answers, typer.Argument(metavar="accepted|corrected|upheld")],
    *,
    amount: Annotated[
        Ore | None,
        typer.Option(parser=kroner_of, metavar="KR", help="The right principal, if corrected."),
    ] = None,
    groundless: Annotated[
        bool, typer.Option("--groundless", help="Upheld: it was no reason; costs come back.")
    ] = False,
    objection_id: Annotated[
        UUID | None, typer.Option("--objection", help="Which, where several are open.")
    ] = None,
    shared: Shared,
) -> None:
    """The creditor answers the objection."""
    said = Answering(
        answer=ANSWERS[words],
        amount_ore=amount,
        groundless=groundless,
        objection_id=objection_id,
    )
    _wish(
        case,
        lambda office, row, who: cases.answer_objection(office, row, said, who),
        "The objection has its answer.",
        shared,
    )


@asks
def withdraw(
    case: CaseWords,
    *,
    by_: Annotated[
        Channels, typer.Option("--by", help="How the debtor is told.")
    ] = Channels.letter,
    shared: Shared,
) -> None:
    """The creditor takes the case back."""
    _wish(
        case,
        lambda office, row, who: cases.withdraw(office, row, CHANNELS[by_], who),
        "The case is withdrawn.",
        shared,
    )


@asks
def pause(
    case: CaseWords,
    reason: Annotated[str, typer.Argument(help="Why it is to rest.")],
    *,
    shared: Shared,
) -> None:
    """Let the case rest: no letter goes, no cost is added."""
    _wish(
        case,
        lambda office, row, who: cases.pause(office, row, reason, who),
        "The case rests.",
        shared,
    )


@asks
def resume(
    case: CaseWords,
    *,
    shared: Shared,
) -> None:
    """Let a resting case go on."""
    _wish(case, cases.resume, "The case goes on.", shared)


@asks
def pay(
    case: CaseWords,
    amount: Annotated[Ore, typer.Argument(parser=kroner_of, metavar="KR")],
    *,
    on: Annotated[
        date | None,
        typer.Option(parser=day_of, metavar="DAY", help="When it was paid; today if not told."),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(help="It came to the client account; the bank's reference of it."),
    ] = None,
    shared: Shared,
) -> None:
    """The debtor has paid the creditor direct; with --reference, to our account by hand."""

    def wish(office: Office, row: CaseRow, who: By) -> Outcome:
        paid_on = on or who.today
        paid = Paid(
            amount_ore=amount,
            ordered_on=paid_on,
            received_on=paid_on,
            reference=reference or "",
        )
        if reference is None:
            return payments.report_direct(office, row, paid, who)
        return payments.book_by_hand(office, row, paid, who)

    def told(row: CaseRow) -> str:
        ended = "" if row.closed is None else " The case had ended: it goes back to the payer."
        return f"{kroner(amount)} kr is booked.{ended}"

    _wish(case, wish, told, shared)


@asks
def refund(
    case: CaseWords,
    *,
    amount: Annotated[
        Ore | None,
        typer.Option(parser=kroner_of, metavar="KR", help="Less than all that is held."),
    ] = None,
    payment: Annotated[
        UUID | None, typer.Option(help="Of which payment, where several are held.")
    ] = None,
    shared: Shared,
) -> None:
    """What was paid too much has been sent back to the payer."""
    _wish(
        case,
        lambda office, row, who: cases.refund(
            office, row, who, payment_id=payment, amount_ore=amount
        ),
        "The refund is booked.",
        shared,
    )


@asks
def approve(
    case: CaseWords,
    *,
    shared: Shared,
) -> None:
    """The creditor wants the legal course."""
    _wish(
        case,
        lambda office, row, who: cases.answer_approval(office, row, who, approved=True),
        "The legal course is approved.",
        shared,
    )


@asks
def decline(
    case: CaseWords,
    *,
    shared: Shared,
) -> None:
    """The creditor does not want the legal course."""
    _wish(
        case,
        lambda office, row, who: cases.answer_approval(office, row, who, approved=False),
        "The legal course is declined.",
        shared,
    )


@asks
def write_off(
    case: CaseWords,
    *,
    shared: Shared,
) -> None:
    """Give up what is left, and close the case."""
    _wish(
        case,
        cases.write_off,
        "The case is closed with a loss.",
        shared,
    )


@asks
def reopen(
    case: CaseWords,
    *,
    shared: Shared,
) -> None:
    """Take up a case that was withdrawn or written off."""
    _wish(case, cases.reopen, "The case is open again.", shared)


def _wish(
    words: str, wish: Wish, sentence: str | Callable[[CaseRow], str], shared: Shared
) -> None:
    with opened(shared.data, shared.today) as office:
        row = find_case(office, words)
        outcome = wish(office, row, shared.by(office))
        said = sentence if isinstance(sentence, str) else sentence(row)
        tell_case(office, row.case_id, outcome, said, json=shared.json)
