"""Plays a scenario day by day: steps from outside first, then what the engine owes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import assert_never
from uuid import UUID, uuid5

from engine.asking import Asked, on_case
from engine.case.decider import CaseCommand
from engine.case.lifecycle import (
    AnswerApproval,
    PauseCase,
    ReopenCase,
    ResumeCase,
    WithdrawCase,
    WriteOffCase,
)
from engine.case.money import ReceivePayment
from engine.case.notices import ReportLetterReturned
from engine.case.objections import AnswerObjection, RaiseObjection
from engine.case.state import Case
from engine.case.statement import statement
from engine.creditor import (
    AcceptTerms,
    AnswerPayoutAccount,
    CreateCreditor,
    CreditorCommand,
    ProposePayoutAccount,
    SetAgreement,
    create_creditor,
    on_creditor,
)
from engine.decider import Ask
from engine.payment import (
    BookPayment,
    SuspendPayment,
    TakeBackPayment,
    book_payment,
    suspend_payment,
    take_back_payment,
)
from engine.refusal import RefusedError
from engine.registration import OfferClaims, RegisterCase, offer_claims, register_case
from engine.settlement import ConfirmPayout, InstructPayout, on_settlement
from engine.streams import case_id_of, claim_id_of
from events.case import PaymentReceived
from events.claim import ClaimOffered
from events.creditor import AgreementSet
from events.money import Ore
from events.payment import PaymentSuspended
from events.person import PersonRecorded
from events.personal import Clear
from gateways.dispatch.letters import LetterDispatch
from gateways.letters.content import Letter
from gateways.office import Office
from gateways.settings import Agency
from gateways.simulating.scenario import (
    ApprovalStep,
    ClaimForm,
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
from gateways.wiring import SimulatedClock, in_memory
from projections import payout
from projections.status import Standing, group_on, status_on

NAMESPACE = UUID("3f0a8d4e-7b52-5c1d-8d39-5a6f2c9b1e07")
CREDITOR = uuid5(NAMESPACE, "creditor")
DEBTOR = uuid5(NAMESPACE, "debtor")
NUMBER = 1
SMALL_BALANCE = Ore(100)
ACCOUNT = "12345678911"
MORNING = time(10)
ONE_DAY = timedelta(days=1)
PAGE = 1_000
SHOWN = ("case.", "payment.", "settlement.")

Record = dict[str, object]


@dataclass(slots=True)
class Told:
    """What a simulation has to tell."""

    title: str
    events: list[Record] = field(default_factory=list)
    statements: list[Record] = field(default_factory=list)
    refused: list[Record] = field(default_factory=list)


class FarEnds:
    """The post, in a simulation: it takes every letter at once and loses none."""

    def __init__(self) -> None:
        self._sent: set[UUID] = set()

    def send(self, letter: Letter, channel: str) -> None:  # noqa: ARG002 - the post asks no more
        """Take the letter."""
        self._sent.add(letter.payout_id if hasattr(letter, "payout_id") else letter.letter_id)

    def sent(self, letter_id: UUID) -> bool:
        """Whether it was taken."""
        return letter_id in self._sent


class Play:
    """One scenario being played, on an office in memory."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._first, self._last = scenario.days
        self._clock = SimulatedClock(datetime.combine(self._first, MORNING, tzinfo=UTC))
        self._office: Office = in_memory(self._clock, Agency())
        self._letters = LetterDispatch(self._office, FarEnds(), "simulation")
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
        day = self._first
        while day <= self._last:
            self._clock.at = datetime.combine(day, MORNING, tzinfo=UTC)
            for step in self._scenario.steps:
                if step.on == day:
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
            figures = asdict(statement(case, day))
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
        return Case() if self._case_id is None else self._office.case(self._case_id)

    def _open(self) -> None:
        """Take the creditor in: terms accepted, agreement set, account approved by two."""
        self._standings: dict[date, dict[str, str]] = {}
        form, policy, today = self._scenario.creditor, self._scenario.policy, self._first
        self._carry(
            create_creditor(
                create := CreateCreditor(
                    creditor_id=CREDITOR,
                    number=NUMBER,
                    name=Clear(person_id=CREDITOR, text=form.name),
                    orgnr=None,
                    address=None,
                    email=None,
                    today=today,
                )
            ),
            create,
        )
        agreement = AgreementSet(
            valid_from=date.min,
            deducts_vat=form.deducts_vat,
            allocation=form.allocation,
            free_withdrawal_days=form.free_withdrawal_days,
            withdrawal_fee_ore=form.withdrawal_fee,
            settlement=form.settlement,
            small_balance_ore=SMALL_BALANCE,
            due_date_shift=policy.due_date_shift,
            claim_letter_fees=policy.claim_letter_fees,
            claim_compensation=policy.claim_compensation,
            letters=policy.letters,
        )
        account = Clear(person_id=CREDITOR, text=ACCOUNT)
        commands: tuple[CreditorCommand, ...] = (
            AcceptTerms(version="1", accepted_by="creditor", today=today),
            SetAgreement(agreement=agreement),
            ProposePayoutAccount(account=account, proposed_by="creditor", today=today),
            AnswerPayoutAccount(answered_by="agency", approved=True, today=today),
        )
        for command in commands:
            self._carry(on_creditor(CREDITOR, command), command)

    def _try(self, step: Step) -> None:
        try:
            self._step(step)
        except RefusedError as refusal:
            told: Record = {"on": step.on, "do": step.do, "code": refusal.code}
            told.update(refusal.facts)
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
                self._on_case(_command(step, self._next_id()))
            case _:
                assert_never(step)

    def _register(self, step: RegisterStep) -> None:
        if not self._offered:
            offer = OfferClaims(
                creditor_id=CREDITOR,
                debtor_id=DEBTOR,
                debtor=self._debtor(step.on),
                claims={_claim_id(form): self._offer(form, step.on) for form in self._claims},
                today=step.on,
            )
            self._carry(offer_claims(offer), offer)
            self._offered = True
        named = None if step.claims is None else set(step.claims)
        chosen = [form for form in self._claims if named is None or form.invoice in named]
        if named is not None and len(chosen) < len(named):
            raise RefusedError("claim_unknown")
        command_id = self._next_id()
        command = RegisterCase(
            case_id=case_id_of(CREDITOR, command_id),
            creditor_id=CREDITOR,
            debtor_id=DEBTOR,
            claim_ids=tuple(_claim_id(form) for form in chosen),
            named=named is not None,
            today=step.on,
        )
        self._carry(register_case(command, NUMBER), command, command_id)
        self._case_id = command.case_id

    @property
    def _claims(self) -> tuple[ClaimForm, ...]:
        return self._scenario.claims

    def _debtor(self, today: date) -> PersonRecorded:
        def clear(text: str) -> Clear:
            return Clear(person_id=DEBTOR, text=text)

        return PersonRecorded(
            kind=self._scenario.debtor.kind,
            recorded_on=today,
            name=clear(self._scenario.debtor.name),
            address=clear("Storgata 1"),
            postcode=clear("0155"),
            city=clear("Oslo"),
            country="NO",
            identity_number=None,
            email=None,
            mobile=None,
        )

    def _offer(self, form: ClaimForm, today: date) -> ClaimOffered:
        debtor, varsel = self._scenario.debtor, form.inkassovarsel
        return ClaimOffered(
            creditor_id=CREDITOR,
            debtor_id=DEBTOR,
            invoice_number=form.invoice,
            issued_on=form.issued,
            due_on=form.due,
            principal_ore=form.amount,
            consumer=debtor.kind == "person" if debtor.consumer is None else debtor.consumer,
            varsel_sent_on=varsel.sent if varsel else None,
            varsel_pay_by=varsel.pay_by if varsel else None,
            varsel_fee_ore=varsel.fee if varsel else Ore(0),
            description=None,
            offered_on=today,
        )

    def _pay(self, step: PaymentStep) -> None:
        received = step.received or step.on
        ordered = step.ordered or received
        payment_id, case = self._next_id(), self._case()
        if step.kid is not None and step.kid != case.kid:
            suspended = PaymentSuspended(
                amount_ore=step.amount,
                ordered_on=ordered,
                received_on=received,
                booked_on=step.on,
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
                today=step.on,
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
        forms = {form.invoice: form for form in self._claims}
        if any(invoice not in forms for invoice in step.claims or ()):
            raise RefusedError("claim_unknown")
        self._on_case(
            RaiseObjection(
                objection_id=self._next_id(),
                claim_ids=tuple(_claim_id(forms[invoice]) for invoice in step.claims or ()),
                reason=Clear(person_id=DEBTOR, text=step.reason),
                groundless=step.groundless,
                today=step.on,
            )
        )

    def _reverse(self, today: date) -> None:
        history = self._office.store.read(f"case-{self._known_case()}")
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
        pump = self._office.pump
        pump.legal_steps(today)
        self._letters.day(today)
        pump.settlements(today)
        for row in self._office.rows.find(payout.TABLE, equals={"state": "prepared"}):
            instruct = InstructPayout(
                payout_id=row.payout_id,
                creditor_id=row.creditor_id,
                file_name="simulated",
                file_sha256="",
                account_version=4,
                today=today,
            )
            confirm = ConfirmPayout(
                payout_id=row.payout_id, creditor_id=row.creditor_id, today=today
            )
            self._carry(on_settlement(instruct), instruct)
            self._carry(on_settlement(confirm), confirm)

    def _carry(self, ask: Ask, command: object, command_id: UUID | None = None) -> None:
        self._office.carry(
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
        while entries := self._office.store.index.entries(0, after, PAGE):
            after = entries[-1].nid
            for entry in entries:
                if entry.type.startswith(SHOWN):
                    streams[entry.stream] = None
        histories = self._office.store.read_many(list(streams))
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


def _claim_id(form: ClaimForm) -> UUID:
    return claim_id_of(CREDITOR, form.invoice)


def _command(
    step: ObjectionAnswerStep | ApprovalStep | PauseStep | PlainStep, letter_id: UUID
) -> CaseCommand:
    today = step.on
    match step:
        case ObjectionAnswerStep():
            return AnswerObjection(
                objection_id=None,
                answer=step.answer,
                amount_ore=step.amount,
                groundless=step.groundless,
                paid_out=False,
                today=today,
            )
        case ApprovalStep():
            return AnswerApproval(today=today, approved=step.do == "approve")
        case PauseStep():
            return PauseCase(today=today, reason=step.reason)
        case PlainStep(do="withdraw"):
            return WithdrawCase(today=today, letter_id=letter_id, channel="letter")
        case PlainStep(do="resume"):
            return ResumeCase(today=today)
        case PlainStep(do="write_off"):
            return WriteOffCase(today=today)
        case PlainStep(do="reopen"):
            return ReopenCase(today=today)
        case PlainStep():
            return ReportLetterReturned(letter_id=None, today=today)
        case _:
            assert_never(step)


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
