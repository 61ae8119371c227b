"""Plays a scenario day by day: steps from outside first, then what the engine owes."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import assert_never
from uuid import UUID, uuid5

from engine.asking import Asked, on_case
from engine.case.decider import CaseCommand
from engine.case.money import ReceivePayment
from engine.case.objections import RaiseObjection
from engine.case.parts import Case
from engine.case.statement import pursued
from engine.decider import Ask
from engine.payment import (
    BookPayment,
    SuspendPayment,
    TakeBackPayment,
    book_payment,
    suspend_payment,
    take_back_payment,
)
from engine.ports import Clock
from engine.refusal import RefusedError
from engine.registration import RegisterCase, offer_claims, register_case
from engine.settlement import ConfirmPayout, InstructPayout, on_settlement
from engine.streams import case_id_of, case_stream
from events.case import PaymentReceived
from events.payment import PaymentSuspended
from events.personal import Clear
from gateways.dispatch.letters import LetterDispatch
from gateways.office import Office
from gateways.settings import Agency
from gateways.simulating.scenario import (
    TOLD,
    ApprovalStep,
    CourtStep,
    DirectPaymentStep,
    ObjectionAnswerStep,
    ObjectionStep,
    PauseStep,
    PaymentStep,
    PlainStep,
    PlanStep,
    RegisterStep,
    ReversalStep,
    Scenario,
    Step,
)
from gateways.simulating.setting import (
    CREDITOR,
    DEBTOR,
    NAMESPACE,
    NUMBER,
    claim_id,
    creditor_taken_in,
    handed_over,
)
from gateways.simulating.steps import FarEnds, command_of
from gateways.wiring import SimulatedClock, in_memory
from projections import payout
from projections.status import Standing, group_on, status_on

ACCOUNT_VERSION = 4  # created, terms, agreement, and then the account
MORNING = time(10)
ONE_DAY = timedelta(days=1)
PAGE = 1_000

Record = dict[str, object]


@dataclass(slots=True)
class Told:
    """What a simulation has to tell."""

    title: str
    events: list[Record] = field(default_factory=list)
    statements: list[Record] = field(default_factory=list)
    refused: list[Record] = field(default_factory=list)


class Play:
    """One scenario being played, on an office in memory unless it is given another."""

    def __init__(
        self, scenario: Scenario, office_with: Callable[[Clock], Office] | None = None
    ) -> None:
        self._scenario = scenario
        self._first, self._last = scenario.days
        self._clock = SimulatedClock(datetime.combine(self._first, MORNING, tzinfo=UTC))
        self.office = (office_with or _in_memory)(self._clock)
        self.letters = LetterDispatch(self.office, FarEnds(), "simulation")
        self._case_id: UUID | None = None
        self._offered = False
        self._count = 0
        self.told = Told(scenario.title)

    def run(self) -> Told:
        """Play every day from the first step to the last thing asked."""
        self._open()
        asked = sorted(
            {*self._scenario.ask, *(e.on for e in self._scenario.expect if e.statement)}
        )
        self.told.statements = [self.statement_on(day) for day in asked if day < self._first]
        day = self._first
        while day <= self._last:
            self._clock.at = datetime.combine(day, MORNING, tzinfo=UTC)
            for step in self._scenario.steps:
                if step.known_on == day:
                    self._try(step)
            self._engine(day)
            if day in asked:
                self.told.statements.append(self.statement_on(day))
            self._note_standing(day)
            day += ONE_DAY
        self._read_events()
        return self.told

    def statement_on(self, day: date) -> Record:
        """The case at the end of the day: status, group and figures, or why there are none."""
        case = self._case()
        if not case.registered:
            return {"on": day, "refused": "case_unknown"}
        told: Record = {"on": day, **_standing(case, day)}
        try:
            figures = asdict(pursued(case, day))
        except RefusedError as refusal:
            return told | {"refused": refusal.code}
        return told | {name: value for name, value in figures.items() if name != "on"}

    def _note_standing(self, day: date) -> None:
        case = self._case()
        if case.registered:
            self.standings[day] = _standing(case, day)

    @property
    def standings(self) -> dict[date, dict[str, str]]:
        """The status and the group at the end of each day."""
        return self._standings

    def _case(self) -> Case:
        return Case() if self._case_id is None else self.office.case(self._case_id)

    def _open(self) -> None:
        """Take the creditor in: terms accepted, agreement set, account approved by two."""
        self._standings: dict[date, dict[str, str]] = {}
        for ask, command in creditor_taken_in(self._scenario, self._first):
            self._carry(ask, command)

    def _try(self, step: Step) -> None:
        try:
            self._step(step)
        except RefusedError as refusal:
            told: Record = dict(refusal.facts)
            told |= {"on": step.known_on, "do": step.do, "code": refusal.code}
            if refusal.law is not None:
                told["law"] = refusal.law
            self.told.refused.append(told)

    def _step(self, step: Step) -> None:
        match step:
            case RegisterStep():
                self._register(step)
            case PaymentStep():
                self._pay(step)
            case DirectPaymentStep():
                self._pay_direct(step)
            case ObjectionStep():
                self._object(step)
            case PlanStep() | CourtStep():
                raise RefusedError("not_supported_yet")
            case ReversalStep():
                self._reverse(step.on)
            case ObjectionAnswerStep() | ApprovalStep() | PauseStep() | PlainStep():
                self._on_case(command_of(step, self._next_id()))
            case _:
                assert_never(step)

    def _register(self, step: RegisterStep) -> None:
        if not self._offered:
            offer = handed_over(self._scenario, step.on)
            self._carry(offer_claims(offer), offer)
            self._offered = True
        named = None if step.claims is None else set(step.claims)
        chosen = [form for form in self._scenario.claims if named is None or form.invoice in named]
        if named is not None and len(chosen) < len(named):
            raise RefusedError("claim_unknown")
        command_id = self._next_id()
        command = RegisterCase(
            case_id=case_id_of(CREDITOR, command_id),
            creditor_id=CREDITOR,
            debtor_id=DEBTOR,
            claim_ids=tuple(claim_id(form) for form in chosen),
            named=named is not None,
            today=step.on,
        )
        self._carry(register_case(command, NUMBER), command, command_id)
        self._case_id = command.case_id

    def _pay(self, step: PaymentStep) -> None:
        received = step.received or step.on
        ordered = step.ordered or min(step.on, received)
        payment_id, case = self._next_id(), self._case()
        if step.kid is not None and step.kid != case.kid:
            suspended = PaymentSuspended(
                amount_ore=step.amount,
                ordered_on=ordered,
                received_on=received,
                booked_on=step.known_on,
                kid=Clear(person_id=payment_id, text=step.kid),
                payer_account=None,
                reason="kid_unknown",
                source_file=None,
                source_line=None,
            )
            suspend = SuspendPayment(payment_id=payment_id, suspended=suspended)
            self._carry(suspend_payment(suspend), suspend)
            return
        booked = BookPayment(
            case_id=self._known_case(),
            payment=ReceivePayment(
                payment_id=payment_id,
                source="bank",
                amount_ore=step.amount,
                ordered_on=ordered,
                received_on=received,
                kid=case.kid,
                today=step.known_on,
            ),
            payer_account=None,
            source_file=None,
            source_line=None,
        )
        self._carry(book_payment(booked), booked)

    def _pay_direct(self, step: DirectPaymentStep) -> None:
        paid = step.paid or step.on
        self._on_case(
            ReceivePayment(
                payment_id=self._next_id(),
                source="direct",
                amount_ore=step.amount,
                ordered_on=paid,
                received_on=paid,
                kid=None,
                today=step.on,
            )
        )

    def _object(self, step: ObjectionStep) -> None:
        forms = {form.invoice: form for form in self._scenario.claims}
        if any(invoice not in forms for invoice in step.claims or ()):
            raise RefusedError("claim_unknown")
        self._on_case(
            RaiseObjection(
                objection_id=self._next_id(),
                claim_ids=tuple(claim_id(forms[invoice]) for invoice in step.claims or ()),
                reason=Clear(person_id=DEBTOR, text=step.reason),
                groundless=step.groundless,
                today=step.on,
            )
        )

    def _reverse(self, today: date) -> None:
        history = self.office.store.read(case_stream(self._known_case()))
        paid = [
            recorded for recorded in history.events if isinstance(recorded.event, PaymentReceived)
        ]
        if not paid:
            raise RefusedError("payment_unknown")
        event = paid[-1].event
        if not isinstance(event, PaymentReceived):
            raise TypeError("a payment is a payment")
        command = TakeBackPayment(
            case_id=self._known_case(),
            creditor_id=CREDITOR,
            payment_id=event.payment_id,
            position=paid[-1].nid,
            today=today,
        )
        self._carry(take_back_payment(command), command)

    def _on_case(self, command: CaseCommand) -> None:
        self._carry(on_case(self._known_case(), command), command)

    def _known_case(self) -> UUID:
        if self._case_id is None:
            raise RefusedError("case_unknown")
        return self._case_id

    def _engine(self, today: date) -> None:
        """What the engine does of itself on the day; the bank pays what it is told at once."""
        pump = self.office.pump
        pump.legal_steps(today)
        self.letters.day(today)
        pump.settlements(today)
        for row in self.office.rows.find(payout.TABLE, equals={"state": "prepared"}):
            instruct = InstructPayout(
                payout_id=row.payout_id,
                creditor_id=row.creditor_id,
                file_name="simulated",
                file_sha256="",
                account_version=ACCOUNT_VERSION,
                today=today,
            )
            confirm = ConfirmPayout(
                payout_id=row.payout_id, creditor_id=row.creditor_id, today=today
            )
            self._carry(on_settlement(instruct), instruct)
            self._carry(on_settlement(confirm), confirm)

    def _carry(self, ask: Ask, command: object, command_id: UUID | None = None) -> None:
        self.office.carry(
            Asked(
                ask=ask,
                command=command,
                command_id=command_id or self._next_id(),
                actor="scenario",
                correlation=CREDITOR,
            )
        )

    def _next_id(self) -> UUID:
        self._count += 1
        return uuid5(NAMESPACE, str(self._count))

    def _read_events(self) -> None:
        streams: dict[str, None] = {}
        after = 0
        while entries := self.office.store.index.entries(0, after, PAGE):
            after = entries[-1].nid
            for entry in entries:
                if entry.type in TOLD:
                    streams[entry.stream] = None
        histories = self.office.store.read_many(list(streams))
        recorded = sorted(
            (each for history in histories.values() for each in history.events),
            key=lambda each: each.nid,
        )
        self.told.events = [
            {
                "on": each.recorded_at.date(),
                "type": each.event.TYPE,
                "data": each.event.model_dump(mode="json"),
            }
            for each in recorded
        ]


def _in_memory(clock: Clock) -> Office:
    return in_memory(clock, Agency())


def _standing(case: Case, today: date) -> dict[str, str]:
    standing = Standing(
        varsel_pay_by=case.varsel_pay_by,
        demanded=case.bo_sent_on is not None,
        paused=case.paused,
        disputed=case.frozen,
        awaiting_approval=case.approval == "requested",
        closed=case.closed,
    )
    return {"status": status_on(standing, today), "group": group_on(standing, today)}


def plain(record: Mapping[str, object]) -> Record:
    """A record with its dates as text, as it is compared and printed."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in record.items()
    }
