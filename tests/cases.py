"""Cases told in tests: claims, a registered case, and commands played one after the other."""

from datetime import date
from functools import reduce
from uuid import NAMESPACE_OID, UUID, uuid5

from engine.case.decider import CaseCommand, decide
from engine.case.money import ReceivePayment, ReversePayment
from engine.case.notices import ClaimHeavySalaer, OrderBetalingsoppfordring, OrderInkassovarsel
from engine.case.objections import AnswerObjection, RaiseObjection
from engine.case.parts import INITIAL, Case
from engine.case.sending import ConfirmLetterSent, ReleaseLetter
from engine.case.state import evolve
from engine.case.statement import Statement, statement
from engine.law.interest import first_interest_day
from engine.ledger import Account, entries
from events.base import Event
from events.case import CaseEvent, CaseRegistered
from events.case.lifecycle import ClaimTaken, CreditorsVarsel, Terms
from events.case.objections import Answer
from events.money import Ore
from events.personal import Clear

CREDITOR = UUID(int=1)
DEBTOR = UUID(int=2)
DUE = date(2026, 7, 20)
REGISTERED_ON = date(2026, 8, 3)
VARSEL_DEADLINE = date(2026, 8, 17)
DEMANDED_ON = date(2026, 8, 18)
DEMAND_DEADLINE = date(2026, 9, 1)
HEAVY_FROM = date(2026, 9, 30)

TERMS = Terms(
    allocation="practice",
    deducts_vat=True,
    free_withdrawal_days=14,
    withdrawal_fee_ore=Ore(50_000),
    small_balance_ore=Ore(5_000),
    due_date_shift=True,
    claim_letter_fees=True,
    claim_compensation=False,
    letters="earliest",
)


def named(name: str) -> UUID:
    """An id that is always the same for a name."""
    return uuid5(NAMESPACE_OID, name)


def kroner(amount: int) -> Ore:
    return Ore(amount * 100)


def claim(
    invoice: str = "1001",
    amount_ore: int = 500_000,
    *,
    due: date = DUE,
    compensation_ore: int = 0,
    varsel: CreditorsVarsel | None = None,
) -> ClaimTaken:
    return ClaimTaken(
        claim_id=named(invoice),
        invoice_number=invoice,
        issued_on=due,
        due_on=due,
        interest_from_on=first_interest_day(due, shift=True),
        principal_ore=Ore(amount_ore),
        compensation_ore=Ore(compensation_ore),
        varsel=varsel,
    )


def creditors_varsel(fee_ore: int = 3_800) -> CreditorsVarsel:
    return CreditorsVarsel(
        sent_on=REGISTERED_ON, pay_by=VARSEL_DEADLINE, fee_ore=Ore(fee_ore), counts=True
    )


def registered(
    *claims: ClaimTaken,
    on: date = REGISTERED_ON,
    consumer: bool = True,
    terms: Terms = TERMS,
) -> CaseRegistered:
    return CaseRegistered(
        creditor_id=CREDITOR,
        debtor_id=DEBTOR,
        debtor_kind="person" if consumer else "company",
        consumer=consumer,
        case_number="100001",
        kid="1000012",
        registered_on=on,
        claims=claims or (claim(),),
        terms=terms,
    )


def terms(**changes: object) -> Terms:
    return TERMS.model_copy(update=changes)


def given(*events: CaseEvent) -> Case:
    """The case after these events."""
    return reduce(evolve, events, INITIAL)


def types(events: list[CaseEvent]) -> list[str]:
    return [event.TYPE.removeprefix("case.") for event in events]


def balances(events: list[Event]) -> dict[Account, int]:
    """What stands on each account after the events: debits positive."""
    standing: dict[Account, int] = {}
    for event in events:
        for entry in entries(event):
            standing[entry.account] = standing.get(entry.account, 0) + entry.amount_ore
    return {account: amount for account, amount in standing.items() if amount}


class Play:
    """A case and all that has happened to it, one command at a time."""

    def __init__(self, *claims: ClaimTaken, event: CaseRegistered | None = None) -> None:
        self.case: Case = INITIAL
        self.events: list[CaseEvent] = []
        self.add(event or registered(*claims))

    def add(self, *events: CaseEvent) -> None:
        for event in events:
            self.case = evolve(self.case, event)
            self.events.append(event)

    def do(self, command: CaseCommand) -> list[CaseEvent]:
        """Decide the command and let what follows have happened."""
        events = decide(command, self.case)
        self.add(*events)
        return events

    def owed(self, on: date) -> Statement:
        return statement(self.case, on)

    def ledger(self) -> dict[Account, int]:
        return balances(list(self.events))

    def order_varsel(self, on: date = REGISTERED_ON, name: str = "varsel") -> list[CaseEvent]:
        return self.do(OrderInkassovarsel(letter_id=named(name), today=on))

    def order_demand(self, on: date = DEMANDED_ON, name: str = "demand") -> list[CaseEvent]:
        return self.do(OrderBetalingsoppfordring(letter_id=named(name), today=on))

    def release(self, name: str, on: date, worker: str = "w1") -> list[CaseEvent]:
        return self.do(
            ReleaseLetter(
                letter_id=named(name),
                worker=worker,
                today=on,
                debtor_version=1,
                creditor_version=1,
            )
        )

    def confirm(self, name: str, on: date) -> list[CaseEvent]:
        return self.do(ConfirmLetterSent(letter_id=named(name), sent_on=on, content_hmac="ab"))

    def warned(self, on: date = REGISTERED_ON) -> "Play":
        self.order_varsel(on)
        self.release("varsel", on)
        self.confirm("varsel", on)
        return self

    def demanded(self, on: date = DEMANDED_ON) -> "Play":
        self.order_demand(on)
        self.release("demand", on)
        self.confirm("demand", on)
        return self

    def heavy(self, on: date = HEAVY_FROM) -> list[CaseEvent]:
        return self.do(ClaimHeavySalaer(today=on))

    def pay(
        self,
        amount_ore: int,
        ordered: date,
        *,
        booked: date | None = None,
        name: str = "p1",
        direct: bool = False,
    ) -> list[CaseEvent]:
        today = booked or ordered
        return self.do(
            ReceivePayment(
                payment_id=named(name),
                source="direct" if direct else "bank",
                amount_ore=Ore(amount_ore),
                ordered_on=ordered,
                received_on=today,
                kid=None if direct else self.case.kid,
                today=today,
            )
        )

    def take_back(self, name: str, on: date, *, paid_out: bool = False) -> list[CaseEvent]:
        return self.do(ReversePayment(payment_id=named(name), paid_out=paid_out, today=on))

    def object(
        self, on: date, *invoices: str, groundless: bool = False, name: str = "o1"
    ) -> list[CaseEvent]:
        return self.do(
            RaiseObjection(
                objection_id=named(name),
                claim_ids=tuple(named(invoice) for invoice in invoices),
                reason=Clear(person_id=DEBTOR, text="Varen kom aldri"),
                groundless=groundless,
                today=on,
            )
        )

    def answer(
        self,
        answer: Answer,
        on: date,
        *,
        amount_ore: int | None = None,
        groundless: bool = False,
        paid_out: bool = False,
    ) -> list[CaseEvent]:
        return self.do(
            AnswerObjection(
                objection_id=None,
                answer=answer,
                amount_ore=None if amount_ore is None else Ore(amount_ore),
                groundless=groundless,
                paid_out=paid_out,
                today=on,
            )
        )
