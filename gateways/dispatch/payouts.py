"""Instructs the prepared payouts: the log first, then the file for the bank and the letter."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import cast
from uuid import UUID, uuid5

from engine.asking import Asked
from engine.creditor import DECIDER as CREDITOR
from engine.journal.recorded import Recorded
from engine.loop import fold
from engine.refusal import RefusedError
from engine.settlement import InstructPayout, on_settlement
from engine.streams import creditor_stream, settlement_stream
from events.settlement import PayoutInstructed, PayoutPrepared
from gateways.bank import pain001
from gateways.bank.pain001 import PayoutFile, PayoutOrder
from gateways.dispatch import composing
from gateways.dispatch.letters import elsewhere
from gateways.dispatch.outbox import ElsewhereError, Outbox
from gateways.dispatch.printing import OutboxPrinter
from gateways.dispatch.reading import Files
from gateways.office import Office
from projections import payout
from projections.payout import Payout

BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Instructed:
    """What became of one payout; `code` says why it was refused."""

    payout_id: UUID
    became: str
    code: str = ""


class PayoutDispatch:
    """Writes the bank's files and the settlement letters to the outbox."""

    def __init__(self, office: Office, outbox: Outbox, worker: str = "payouts") -> None:
        self._office = office
        self._worker = worker
        self._outbox = outbox
        self._printer = OutboxPrinter(outbox.folder)
        self._files = Files(office.store, office.vault)

    def day(self, today: date) -> list[Instructed]:
        """Instruct what is prepared, and write again what a crash kept from being written."""
        unwritten = [row for row in self._payouts("instructed") if not self._written(row)]
        for row in unwritten:
            if not elsewhere(
                self._instruction(row.creditor_id, row.payout_id).actor, self._worker
            ):
                self._write(row.creditor_id, row.payout_id)
        return [self._instruct(row, today) for row in self._payouts("prepared")]

    def _payouts(self, state: str) -> list[Payout]:
        found = self._office.rows.find(
            payout.TABLE, equals={"state": state}, order_by=("nid",), limit=BATCH
        )
        mine = (row for row in found if self._office.mine(settlement_stream(row.creditor_id)))
        return [row for row in mine if row.amount_ore > 0]

    def _written(self, row: Payout) -> bool:
        name = row.file_name or ""
        return self._outbox.handed("payouts", name) and self._printer.sent(row.payout_id)

    def _instruct(self, row: Payout, today: date) -> Instructed:
        stream = creditor_stream(row.creditor_id)
        account_version = fold(CREDITOR, self._office.store.read(stream)).account_version
        if account_version is None:
            return Instructed(row.payout_id, "refused", "account_missing")
        prepared = self._prepared(row.creditor_id, row.payout_id)
        content = self._bank_file(prepared, account_version, today)
        command = InstructPayout(
            payout_id=row.payout_id,
            creditor_id=row.creditor_id,
            file_name=f"pain001-{row.payout_id}.xml",
            file_sha256=hashlib.sha256(content).hexdigest(),
            account_version=account_version,
            today=today,
        )
        try:
            self._carry(command, "instruct")
        except RefusedError as refusal:
            return Instructed(row.payout_id, "refused", refusal.code)
        self._write(row.creditor_id, row.payout_id)
        return Instructed(row.payout_id, "instructed")

    def _write(self, creditor_id: UUID, payout_id: UUID) -> None:
        """Write what the instruction in the log says, byte for byte; what is there is kept."""
        told = cast("PayoutInstructed", self._instruction(creditor_id, payout_id).event)
        prepared = self._prepared(creditor_id, payout_id)
        content = self._bank_file(prepared, told.account_version, told.instructed_on)
        if hashlib.sha256(content).hexdigest() != told.file_sha256:
            raise RuntimeError(f"payout {payout_id}: the file differs from its hash in the log")
        with suppress(ElsewhereError):  # if that one was stopped, a later round writes the rest
            self._outbox.put("payouts", told.instructed_on, told.file_name, content)
            letter = composing.settlement_letter(
                self._files, self._office.agency, prepared, told.account_version
            )
            self._printer.send(letter, "letter")

    def _bank_file(self, prepared: PayoutPrepared, account_version: int, on: date) -> bytes:
        agency = self._office.agency
        creditor = self._files.creditor(prepared.creditor_id, account_version)
        order = PayoutOrder(
            payout_id=prepared.payout_id,
            amount_ore=prepared.amount_ore,
            account=self._files.account(prepared.creditor_id, account_version),
            creditor_name=creditor.name,
            kid=None,
            text=f"Oppgjør {prepared.prepared_on:%d.%m.%Y} fra {agency.name}"[:140],
        )
        return pain001.write(
            PayoutFile(
                message_id=prepared.payout_id.hex,
                created_at=datetime.combine(on, time(12), tzinfo=UTC),
                payer_name=agency.name,
                payer_orgnr=agency.orgnr,
                debit_account=agency.klientkonto,
                execution_on=on,
                orders=(order,),
            )
        )

    def _prepared(self, creditor_id: UUID, payout_id: UUID) -> PayoutPrepared:
        return cast("PayoutPrepared", self._told(creditor_id, payout_id, PayoutPrepared).event)

    def _instruction(self, creditor_id: UUID, payout_id: UUID) -> Recorded:
        return self._told(creditor_id, payout_id, PayoutInstructed)

    def _told(
        self, creditor_id: UUID, payout_id: UUID, kind: type[PayoutPrepared | PayoutInstructed]
    ) -> Recorded:
        for recorded in self._office.store.read(settlement_stream(creditor_id)).events:
            event = recorded.event
            if isinstance(event, kind) and event.payout_id == payout_id:
                return recorded
        raise LookupError(f"payout {payout_id} has no {kind.TYPE}")

    def _carry(self, command: InstructPayout, step: str) -> None:
        self._office.carry(
            Asked(
                ask=on_settlement(command),
                command=command,
                command_id=uuid5(command.payout_id, step),
                actor=f"dispatch:{self._worker}",
                correlation=command.payout_id,
            )
        )
