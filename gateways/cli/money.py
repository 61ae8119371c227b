"""`kravspor payouts` and `kravspor suspense`: money on its way out, and money nobody can place."""

from typing import Annotated

import typer

from gateways.cli.intake import InputFile
from gateways.cli.opening import opened, reader_of
from gateways.cli.output import emit, kroner, norwegian_date
from gateways.cli.taking import CaseWords, Shared, hands_in, looks
from gateways.cli.telling import outcome_of, tell
from gateways.desk import payouts as desk
from gateways.desk import suspense as suspended
from gateways.desk.asking import Outcome
from gateways.desk.finding import find_case, find_payment, find_payout
from projections.payout import Payout
from projections.views import money
from projections.views.money import PayoutHead

payouts = typer.Typer(no_args_is_help=True)
suspense = typer.Typer(no_args_is_help=True)

PayoutWords = Annotated[
    str, typer.Argument(metavar="PAYOUT", help="The payout's id, or the beginning of it.")
]
PaymentWords = Annotated[
    str, typer.Argument(metavar="PAYMENT", help="The payment's id, or the beginning of it.")
]


@payouts.callback()
def _payouts() -> None:
    """Payouts to creditors, and the bank's word on them."""


@payouts.command("list")
@looks
def list_payouts(
    *,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1)] = 50,
    shared: Shared,
) -> None:
    """List payouts, the latest first."""
    with opened(shared.data, shared.today) as office:
        asked = money.payouts(None)
        found = asked.page(reader_of(office), asked.order(), limit=limit)
    emit(found if shared.json else [_head(each) for each in found], json=shared.json)


@payouts.command("show")
@looks
def show_payout(words: PayoutWords, *, shared: Shared) -> None:
    """Show what a payout is made of, line by line."""
    with opened(shared.data, shared.today) as office:
        row = find_payout(office, words)
        asked = money.payout_parts(None, payout_id=row.payout_id)
        parts = asked.page(reader_of(office), asked.order())
    if shared.json:
        emit({"payout": row, "lines": parts}, json=True)
        return
    emit(f"Payout {row.payout_id}: {row.state}, prepared {norwegian_date(row.prepared_on)}")
    emit(
        f"{kroner(row.payable_ore)} kr, less VAT {kroner(row.vat_withheld_ore)} and set off "
        f"{kroner(row.set_off_ore)}, is {kroner(row.amount_ore)} kr"
    )
    emit(f"file {row.file_name}" if row.file_name else "not instructed yet")
    if row.reason:
        emit(f"the bank's reason: {row.reason}")
    emit("")
    emit(
        [
            {
                "what": part.what,
                "case": part.case_number,
                "invoice": part.invoice_number,
                "debtor": part.debtor_name,
                "booked_on": part.booked_on,
                "principal_ore": part.principal_ore,
                "interest_ore": part.interest_ore,
                "fees_ore": part.fees_ore,
                "salær_ore": part.salaer_ore,
                "VAT_ore": part.vat_ore,
                "to creditor_ore": part.payable_ore,
            }
            for part in parts
        ]
    )


@payouts.command("confirm")
@hands_in
def confirm_payout(words: PayoutWords, *, shared: Shared) -> None:
    """Say by hand that the bank has paid."""
    with opened(shared.data, shared.today) as office:
        row = find_payout(office, words)
        outcome = desk.confirm_by_hand(office, row, shared.by(office))
    _tell_moved(row, outcome, "confirmed", json=shared.json)


@payouts.command("reject")
@hands_in
def reject_payout(
    words: PayoutWords,
    reason: Annotated[str, typer.Argument(help="Why, as the bank says it.")],
    *,
    shared: Shared,
) -> None:
    """Say by hand that the bank has not paid."""
    with opened(shared.data, shared.today) as office:
        row = find_payout(office, words)
        outcome = desk.reject_by_hand(office, row, reason, shared.by(office))
    _tell_moved(row, outcome, "rejected", json=shared.json)


@payouts.command("report")
@hands_in
def report_payouts(file: InputFile, *, shared: Shared) -> None:
    """Take in the bank's report (pain.002): what was paid, and what was not.

    Exit code 1 when the report tells of a payout that cannot be so.
    """
    content = file.read_bytes()
    with opened(shared.data, shared.today) as office:
        found = desk.take_report(office, content, today=office.today, actor=shared.actor)
    if shared.json:
        emit(found, json=True)
    else:
        emit(
            f"{found.confirmed} confirmed, {found.rejected} rejected, {found.pending} pending, "
            f"{found.repeated} known already, {found.unresolved} unresolved"
        )
        notable = [line for line in found.lines if line.became in ("rejected", "unresolved")]
        if notable:
            emit(notable)
    if found.unresolved:
        raise typer.Exit(1)


@suspense.callback()
def _suspense() -> None:
    """Money on the client account that no case is known for."""


@suspense.command("list")
@looks
def list_suspense(*, shared: Shared) -> None:
    """List the payments that wait for a person, the oldest first."""
    with opened(shared.data, shared.today) as office:
        found = suspended.waiting(office)
    if shared.json:
        emit(found, json=True)
        return
    emit(
        [
            {
                "payment": str(row.payment_id)[:8],
                "amount_ore": row.amount_ore,
                "ordered_on": row.ordered_on,
                "KID": row.kid,
                "payer": row.payer_account,
                "why": (row.suspense_reason or "").replace("_", " "),
                "line": row.source_line,
            }
            for row in found
        ]
    )


@suspense.command("match")
@hands_in
def match_payment(words: PaymentWords, case: CaseWords, *, shared: Shared) -> None:
    """Book a payment in suspense on the case that was found for it."""
    with opened(shared.data, shared.today) as office:
        row, found = find_payment(office, words), find_case(office, case)
        outcome = suspended.match(office, row, found, shared.by(office))
    ended = "" if found.closed is None else " It had ended: the money goes back to the payer."
    told = f"{kroner(row.amount_ore)} kr is booked on case {found.case_number}.{ended}"
    facts = {"payment_id": row.payment_id, "case_number": found.case_number}
    tell(outcome_of(outcome), told, json=shared.json, **facts)


@suspense.command("refund")
@hands_in
def refund_payment(words: PaymentWords, *, shared: Shared) -> None:
    """Say that a payment in suspense has been sent back to its payer."""
    with opened(shared.data, shared.today) as office:
        row = find_payment(office, words)
        outcome = suspended.refund(office, row, shared.by(office))
    told = f"{kroner(row.amount_ore)} kr is booked as sent back."
    tell(outcome_of(outcome), told, json=shared.json, payment_id=row.payment_id)


def _head(head: PayoutHead) -> dict[str, object]:
    return {
        "payout": str(head.payout_id)[:8],
        "creditor": head.creditor_name,
        "state": head.state,
        "prepared_on": head.prepared_on,
        "lines": head.line_count,
        "payable_ore": head.payable_ore,
        "VAT_ore": head.vat_withheld_ore,
        "set off_ore": head.set_off_ore,
        "amount_ore": head.amount_ore,
    }


def _tell_moved(row: Payout, outcome: Outcome, state: str, *, json: bool) -> None:
    told = f"Payout {row.payout_id} is {state}."
    tell(outcome_of(outcome), told, json=json, payout_id=str(row.payout_id))
