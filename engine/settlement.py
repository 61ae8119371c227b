"""Paying creditors: what is owed is prepared, instructed, and confirmed or rejected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from engine import creditor
from engine.creditor import Creditor
from engine.decider import Ask, Decider, States
from engine.refusal import RefusedError, refuse_if
from engine.streams import creditor_stream, settlement_stream
from events.base import Event
from events.money import ZERO, Ore
from events.settlement import (
    PayoutConfirmed,
    PayoutInstructed,
    PayoutLine,
    PayoutPrepared,
    PayoutRejected,
)

PayoutEvent = PayoutPrepared | PayoutInstructed | PayoutConfirmed | PayoutRejected


@dataclass(frozen=True, slots=True)
class Payout:
    """A payout: prepared, instructed, confirmed or rejected."""

    state: str
    amount_ore: Ore


@dataclass(frozen=True, slots=True)
class Settlement:
    """A creditor's payouts. All that the log holds up to `settled_until` has been settled."""

    settled_until: int = 0
    carried_vat_ore: Ore = ZERO
    carried_debt_ore: Ore = ZERO
    payouts: Mapping[UUID, Payout] = field(default_factory=dict)


def evolve(settlement: Settlement, event: PayoutEvent) -> Settlement:
    """The creditor's payouts as they are after `event`."""
    match event:
        case PayoutPrepared():
            return Settlement(
                settled_until=event.until_position,
                carried_vat_ore=event.carried_vat_ore,
                carried_debt_ore=event.carried_debt_ore,
                payouts={
                    **settlement.payouts,
                    event.payout_id: Payout("prepared", event.amount_ore),
                },
            )
        case PayoutInstructed():
            return _moved(settlement, event.payout_id, "instructed")
        case PayoutConfirmed():
            return _moved(settlement, event.payout_id, "confirmed")
        case PayoutRejected():
            return _moved(settlement, event.payout_id, "rejected")
        case _:
            assert_never(event)


def _moved(settlement: Settlement, payout_id: UUID, state: str) -> Settlement:
    payout = replace(settlement.payouts[payout_id], state=state)
    return replace(settlement, payouts={**settlement.payouts, payout_id: payout})


DECIDER = Decider(Settlement(), evolve)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparePayout:
    """Pay out all lines after one position of the log and up to another."""

    payout_id: UUID
    creditor_id: UUID
    after_position: int
    until_position: int
    lines: tuple[PayoutLine, ...]
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructPayout:
    """Tell the bank to pay, by a file of this name and hash, to the account as of a version."""

    payout_id: UUID
    creditor_id: UUID
    file_name: str
    file_sha256: str
    account_version: int
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPayout:
    """The bank has paid."""

    payout_id: UUID
    creditor_id: UUID
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectPayout:
    """The bank has not paid."""

    payout_id: UUID
    creditor_id: UUID
    reason: str
    today: date


SettlementCommand = PreparePayout | InstructPayout | ConfirmPayout | RejectPayout


def on_settlement(command: SettlementCommand) -> Ask:
    """A command on a creditor's payouts."""
    own = settlement_stream(command.creditor_id)
    owner = creditor_stream(command.creditor_id)

    def decided(states: States) -> Mapping[str, Sequence[Event]]:
        account_version = states.of(owner, Creditor).account_version
        return {own: decide(command, states.of(own, Settlement), account_version)}

    return Ask({own: DECIDER, owner: creditor.DECIDER}, decided)


def decide(
    command: SettlementCommand, settlement: Settlement, account_version: int | None
) -> list[PayoutEvent]:
    """What follows from `command`; a payout moves forward once and never twice.

    Refuses: account_missing, settlement_moved, nothing_to_pay, payout_unknown,
    account_changed, payout_not_instructed, payout_rejected, payout_confirmed.
    """
    match command:
        case PreparePayout():
            return _prepare(command, settlement, account_version)
        case InstructPayout():
            payout = _payout(command.payout_id, settlement)
            if payout.state != "prepared":
                return []
            refuse_if(account_version != command.account_version, "account_changed")
            return [_instructed(command)]
        case ConfirmPayout():
            payout = _payout(command.payout_id, settlement)
            if payout.state == "confirmed":
                return []
            refuse_if(payout.state == "rejected", "payout_rejected")
            refuse_if(payout.state != "instructed", "payout_not_instructed")
            return [
                PayoutConfirmed(
                    payout_id=command.payout_id,
                    creditor_id=command.creditor_id,
                    amount_ore=payout.amount_ore,
                    confirmed_on=command.today,
                )
            ]
        case RejectPayout():
            payout = _payout(command.payout_id, settlement)
            if payout.state == "rejected":
                return []
            refuse_if(payout.state == "confirmed", "payout_confirmed")
            refuse_if(payout.state != "instructed", "payout_not_instructed")
            return [
                PayoutRejected(
                    payout_id=command.payout_id,
                    creditor_id=command.creditor_id,
                    amount_ore=payout.amount_ore,
                    rejected_on=command.today,
                    reason=command.reason,
                )
            ]
        case _:
            assert_never(command)


def _instructed(command: InstructPayout) -> PayoutInstructed:
    return PayoutInstructed(
        payout_id=command.payout_id,
        creditor_id=command.creditor_id,
        file_name=command.file_name,
        file_sha256=command.file_sha256,
        account_version=command.account_version,
        instructed_on=command.today,
    )


def _payout(payout_id: UUID, settlement: Settlement) -> Payout:
    payout = settlement.payouts.get(payout_id)
    if payout is None:
        raise RefusedError("payout_unknown")
    return payout


def _prepare(
    command: PreparePayout, settlement: Settlement, account_version: int | None
) -> list[PayoutEvent]:
    """Settle the lines: the creditor's money less the VAT and debts it owes the agency.

    Law: inkassoloven 1988 § 16
    """
    if command.payout_id in settlement.payouts:
        return []
    refuse_if(account_version is None, "account_missing")
    refuse_if(
        command.after_position != settlement.settled_until,
        "settlement_moved",
        settled_until=settlement.settled_until,
    )
    prepared = _netted(command, settlement)
    refuse_if(prepared.payable_ore <= 0, "nothing_to_pay")
    if prepared.amount_ore:
        return [prepared]
    # All of it was set off: there is nothing for the bank to do.
    return [
        prepared,
        PayoutConfirmed(
            payout_id=command.payout_id,
            creditor_id=command.creditor_id,
            amount_ore=ZERO,
            confirmed_on=command.today,
        ),
    ]


def _netted(command: PreparePayout, settlement: Settlement) -> PayoutPrepared:
    """The payout: what is payable, less what the creditor owes, as far as it goes."""
    payable_ore = sum(line.payable_ore for line in command.lines)
    vat_ore = settlement.carried_vat_ore + sum(line.vat_ore for line in command.lines)
    debt_ore = settlement.carried_debt_ore + sum(line.debt_ore for line in command.lines)
    withheld_ore = max(0, min(vat_ore, payable_ore))
    # A VAT credit (a salær taken back) lowers the debt before anything is set off.
    set_off_ore = max(0, min(debt_ore + min(vat_ore, 0), payable_ore - withheld_ore))
    return PayoutPrepared(
        payout_id=command.payout_id,
        creditor_id=command.creditor_id,
        prepared_on=command.today,
        after_position=command.after_position,
        until_position=command.until_position,
        lines=command.lines,
        principal_ore=Ore(sum(line.principal_ore for line in command.lines)),
        interest_ore=Ore(sum(line.interest_ore for line in command.lines)),
        fees_ore=Ore(sum(line.fees_ore for line in command.lines)),
        payable_ore=Ore(payable_ore),
        vat_withheld_ore=Ore(withheld_ore),
        set_off_ore=Ore(set_off_ore),
        carried_vat_ore=Ore(vat_ore - withheld_ore),
        carried_debt_ore=Ore(debt_ore - set_off_ore),
        amount_ore=Ore(payable_ore - withheld_ore - set_off_ore),
    )
