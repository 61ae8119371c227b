"""The bank's word on payouts, from its report or from a person."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID, uuid5

from engine.loop import Nothing
from engine.refusal import RefusedError
from engine.settlement import ConfirmPayout, RejectPayout, on_settlement
from gateways.bank import pain002
from gateways.bank.pain002 import PayoutReport
from gateways.desk.asking import By, Outcome, carry
from gateways.desk.finding import id_in
from gateways.office import Office
from projections import payout
from projections.payout import Payout

Became = Literal["confirmed", "rejected", "pending", "repeated", "unresolved"]
REASON_LENGTH_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPayout:
    """What the bank said of one payout, and what became of that; `code` says why nothing did."""

    payout_id: UUID | None
    became: Became
    reason: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What became of a report. An unresolved line has changed nothing."""

    sha256: str
    confirmed: int
    rejected: int
    pending: int
    repeated: int
    unresolved: int
    lines: tuple[ReportedPayout, ...]


def take_report(
    office: Office, content: bytes, *, today: date, actor: str, causation: UUID | None = None
) -> Reported:
    """Confirm and reject what the bank's pain.002 tells of; the same report changes nothing more.

    Raises BankFileError when the file is not as it should be; then nothing has been changed.
    """
    reports = pain002.read(content)
    by = By(actor, today, causation=causation)
    lines = tuple(_take(office, report, by) for report in reports)

    def count(became: Became) -> int:
        return sum(line.became == became for line in lines)

    return Reported(
        sha256=hashlib.sha256(content).hexdigest(),
        confirmed=count("confirmed"),
        rejected=count("rejected"),
        pending=count("pending"),
        repeated=count("repeated"),
        unresolved=count("unresolved"),
        lines=lines,
    )


def confirm_by_hand(office: Office, row: Payout, by: By) -> Outcome:
    """A person has seen that the bank has paid; nothing when that was known.

    Refuses: as confirming a payout does.
    """
    if row.state == "confirmed":
        return Nothing()
    command = ConfirmPayout(payout_id=row.payout_id, creditor_id=row.creditor_id, today=by.today)
    return _carry(office, command, by)


def reject_by_hand(office: Office, row: Payout, reason: str, by: By) -> Outcome:
    """A person has seen that the bank has not paid; nothing when that was known.

    Refuses: as rejecting a payout does.
    """
    if row.state == "rejected":
        return Nothing()
    command = RejectPayout(
        payout_id=row.payout_id,
        creditor_id=row.creditor_id,
        reason=reason[:REASON_LENGTH_MOST],
        today=by.today,
    )
    return _carry(office, command, by)


def _carry(office: Office, command: ConfirmPayout | RejectPayout, by: By) -> Outcome:
    """Carry out the bank's or a person's word on a payout."""
    own = by.command_id or uuid5(command.payout_id, type(command).__name__)
    return carry(office, on_settlement(command), command, by, ids=(own, command.payout_id))


def _take(office: Office, report: PayoutReport, by: By) -> ReportedPayout:
    # Our files hold one payout each and are named by it, so what is told of a file is of it.
    payout_id = report.payout_id or id_in(report.file_message_id)
    reason = " ".join(part for part in (report.reason_code, report.reason_text) if part)
    row = None if payout_id is None else office.rows.get(payout.TABLE, (payout_id,))
    if row is None:
        return _told(payout_id, "unresolved", reason, "payout_unknown")
    if report.status == "pending":
        return _told(payout_id, "pending", reason)
    try:
        if report.status == "confirmed":
            moved = confirm_by_hand(office, row, by)
        else:
            moved = reject_by_hand(office, row, reason, by)
    except RefusedError as refusal:
        return _told(payout_id, "unresolved", reason, refusal.code)
    known = isinstance(moved, Nothing)
    return _told(payout_id, "repeated" if known else report.status, reason)


def _told(payout_id: UUID | None, became: Became, reason: str, code: str = "") -> ReportedPayout:
    return ReportedPayout(payout_id=payout_id, became=became, reason=reason, code=code)
