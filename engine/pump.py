"""Asks the sagas what they owe, and has it decided: by the day, from an index of due dates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID, uuid5

from engine.asking import Asked, on_case
from engine.refusal import RefusedError
from engine.registration import RegisterCase, register_case
from engine.sagas import settlement
from engine.sagas.legal_steps import LegalSteps, StepCommand
from engine.sagas.settlement import Account, Unsettled
from engine.settlement import PreparePayout, on_settlement
from engine.streams import case_id_of, settlement_stream
from events.creditor import SettlementDay

BATCH = 10_000


@dataclass(frozen=True, slots=True)
class DueCase:
    """A case that may owe a step, and the event that made it due."""

    steps: LegalSteps
    cause: UUID


@dataclass(frozen=True, slots=True)
class DueCreditor:
    """A creditor with money or debts that have not been settled."""

    account: Account
    settlement: SettlementDay
    unsettled: Sequence[Unsettled]


@dataclass(frozen=True, slots=True)
class RipeClaims:
    """All the offered claims of one creditor on one debtor that are ripe."""

    creditor_id: UUID
    creditor_number: int
    debtor_id: UUID
    claim_ids: tuple[UUID, ...]


class Agenda(Protocol):
    """What may be due, as the projections have it."""

    def ripe(self, today: date) -> Sequence[RipeClaims]:
        """What was handed over and is ripe, a debtor at a time."""
        ...

    def cases(self, today: date, limit: int) -> Sequence[DueCase]:
        """The cases whose day has come, the longest due first."""
        ...

    def creditors(self, today: date) -> Sequence[DueCreditor]:
        """The creditors with anything unsettled."""
        ...


@dataclass(frozen=True, slots=True)
class Stuck:
    """A step that is due and was refused: it stays due, and a person should know."""

    subject: UUID
    step: str
    code: str


Carry = Callable[[Asked], object]


class Pump:
    """Turns what has become due into commands; asking twice does nothing twice."""

    def __init__(self, agenda: Agenda, carry: Carry) -> None:
        self._agenda = agenda
        self._carry = carry

    def day(self, today: date) -> list[Stuck]:
        """Take every step that is due today; what was refused, with its code."""
        return [*self.registrations(today), *self.legal_steps(today), *self.settlements(today)]

    def registrations(self, today: date) -> list[Stuck]:
        """Register what was handed over and is ripe: one case a debtor."""
        stuck = []
        for ripe in self._agenda.ripe(today):
            asked = registration(ripe, today)
            try:
                self._carry(asked)
            except RefusedError as refusal:
                stuck.append(_stuck(ripe.debtor_id, asked.command, refusal))
        return stuck

    def legal_steps(self, today: date) -> list[Stuck]:
        """Take the steps of the cases whose day has come."""
        stuck = []
        for due in self._agenda.cases(today, BATCH):
            for command in due.steps.owes(today):
                try:
                    self._carry(_step(due, command))
                except RefusedError as refusal:
                    stuck.append(_stuck(due.steps.case_id, command, refusal))
        return stuck

    def settlements(self, today: date) -> list[Stuck]:
        """Prepare the payouts whose settlement day has come."""
        stuck = []
        for due in self._agenda.creditors(today):
            command = settlement.owes(due.account, due.unsettled, due.settlement, today)
            if command is None:
                continue
            try:
                self._carry(_payout(command))
            except RefusedError as refusal:
                stuck.append(_stuck(due.account.creditor_id, command, refusal))
        return stuck


def registration(ripe: RipeClaims, today: date) -> Asked:
    """The registration of all that is ripe on one debtor; the same claims are the same case."""
    claims = " ".join(sorted(map(str, ripe.claim_ids)))
    command_id = uuid5(ripe.debtor_id, f"register {claims}")
    command = RegisterCase(
        case_id=case_id_of(ripe.creditor_id, command_id),
        creditor_id=ripe.creditor_id,
        debtor_id=ripe.debtor_id,
        claim_ids=ripe.claim_ids,
        named=False,
        today=today,
    )
    return Asked(
        ask=register_case(command, ripe.creditor_number),
        command=command,
        command_id=command_id,
        actor="saga:registration",
        correlation=command.case_id,
    )


def _step(due: DueCase, command: StepCommand) -> Asked:
    name = type(command).__name__
    return Asked(
        ask=on_case(due.steps.case_id, command),
        command=command,
        command_id=uuid5(due.steps.case_id, f"{name} {due.steps.since} {due.cause}"),
        actor="saga:legal_steps",
        correlation=due.steps.case_id,
        causation=due.cause,
    )


def _payout(command: PreparePayout) -> Asked:
    return Asked(
        ask=on_settlement(command),
        command=command,
        command_id=command.payout_id,
        actor="saga:settlement",
        correlation=uuid5(command.creditor_id, settlement_stream(command.creditor_id)),
        causation=command.lines[-1].source_event_id,
    )


def _stuck(subject: UUID, command: object, refusal: RefusedError) -> Stuck:
    return Stuck(subject, type(command).__name__, refusal.code)
