"""Laws that hold for every history of a case, whatever was asked and in what order."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.case.allocating import out_of_order_excess
from engine.case.decider import CaseCommand, decide
from engine.case.lifecycle import (
    AnswerApproval,
    PauseCase,
    ReopenCase,
    RequestApproval,
    ResumeCase,
    WithdrawCase,
    WriteOffCase,
)
from engine.case.money import ReceivePayment, RefundOverpayment, ReversePayment
from engine.case.notices import ClaimHeavySalaer, OrderBetalingsoppfordring, OrderInkassovarsel
from engine.case.objections import AnswerObjection, RaiseObjection
from engine.case.parts import INITIAL, Case
from engine.case.sending import ConfirmLetterSent, LapseLetter, ReleaseLetter, ReportLetterReturned
from engine.case.state import evolve
from engine.case.statement import Statement, paid_ore, statement, terms_of
from engine.journal.recorded import Recorded
from engine.law.calendar import first_bank_day_on_or_after
from engine.ledger import CLIENT_MONEY, Account, entries
from engine.refusal import RefusedError
from events.base import Event
from events.case import (
    BetalingsoppfordringOrdered,
    CaseClosed,
    CaseEvent,
    CaseRegistered,
    InkassovarselOrdered,
    LetterReleased,
    PaymentAllocated,
    PaymentFreed,
    PaymentReversed,
    SalaerClaimed,
)
from events.case.objections import Answer
from events.money import ZERO, Ore
from events.personal import Clear
from events.settlement import PayoutPrepared
from projections import balance
from tests.cases import CREDITOR, DEBTOR, claim, creditors_varsel, named, registered, terms

LAST_DAY = date(2026, 12, 31)
BEGINS = date(2025, 11, 3)
DUE = date(2025, 10, 20)

# What moves money and claims is tried more often than what ends a case.
OFTEN = (
    "pay",
    "pay",
    "part",
    "part",
    "direct",
    "object",
    "dispute",
    "dispute",
    "reverse",
    "demand",
)
SOMETIMES = (
    "answer",
    "varsel",
    "order_varsel",
    "order_demand",
    "release",
    "confirm",
    "lapse",
    "returned",
    "heavy",
    "pay_all",
    "refund",
    "pause",
    "resume",
    "resume",
    "withdraw",
    "write_off",
    "reopen",
    "reopen",
    "ask_approval",
    "approve",
    "payout",
    "payout",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is tried: what, after how many days, and figures to vary it with."""

    word: str
    days: int
    amount: int
    pick: int
    flag: bool


STEPS = st.lists(
    st.builds(
        Step,
        word=st.sampled_from(OFTEN * 2 + SOMETIMES),
        days=st.sampled_from((0, 1, 3, 15, 29, 45)),
        amount=st.one_of(st.integers(1, 20_000), st.integers(1, 2_000_000)),
        pick=st.integers(0, 7),
        flag=st.booleans(),
    ),
    min_size=5,
    max_size=22,
)


@st.composite
def beginnings(draw: st.DrawFn) -> CaseRegistered:
    """A registered case with one to three claims, for any kind of debtor and agreement."""
    amounts = draw(st.lists(st.integers(10_000, 6_000_000), min_size=1, max_size=3))
    consumer = draw(st.booleans())
    own = draw(st.sampled_from((None, 0, 3_500)))
    compensation = 0 if consumer or draw(st.booleans()) else 46_000
    varsel = None
    if own is not None:
        varsel = creditors_varsel(own).model_copy(
            update={"sent_on": DUE + timedelta(14), "pay_by": DUE + timedelta(28)}
        )
    return registered(
        *(
            claim(f"i{n}", ore, due=DUE, compensation_ore=compensation, varsel=varsel)
            for n, ore in enumerate(amounts)
        ),
        on=BEGINS,
        consumer=consumer,
        terms=terms(
            allocation=draw(st.sampled_from(("practice", "textbook"))),
            deducts_vat=draw(st.booleans()),
            small_balance_ore=draw(st.sampled_from((0, 5_000))),
            claim_letter_fees=draw(st.booleans()),
        ),
    )


@dataclass
class History:
    """A case as it grows, and the money of its creditor beside it."""

    case: Case = INITIAL
    events: list[CaseEvent] = field(default_factory=list)
    accounts: dict[Account, int] = field(default_factory=dict)
    paid_out_at: int = 0
    allocated_at: dict[object, int] = field(default_factory=dict)
    today: date = BEGINS

    def add(self, event: CaseEvent) -> None:
        self.case = evolve(self.case, event)
        self.events.append(event)
        if isinstance(event, PaymentAllocated):
            # Paid out as soon as some of it is: what is not yet is set off against the debt.
            self.allocated_at.setdefault(event.payment_id, len(self.events))
        self.post(event)

    def post(self, event: Event) -> None:
        postings = entries(event)
        assert sum(posting.amount_ore for posting in postings) == 0
        for posting in postings:
            self.accounts[posting.account] = (
                self.accounts.get(posting.account, 0) + posting.amount_ore
            )

    def on(self, account: Account) -> int:
        return self.accounts.get(account, 0)

    def try_(self, command: CaseCommand) -> list[CaseEvent]:
        try:
            events = decide(command, self.case)
        except RefusedError:
            return []
        closed = self.case.closed
        for event in events:
            self.add(event)
        orders = (InkassovarselOrdered, BetalingsoppfordringOrdered)
        if closed is not None:
            assert not any(isinstance(event, orders) for event in events)
            assert not any(
                isinstance(event, LetterReleased) and event.kind != "withdrawal_notice"
                for event in events
            )
        if not isinstance(command, RefundOverpayment):
            self.asks_again(command)
        return events

    def asks_again(self, command: CaseCommand) -> None:
        try:
            again = decide(command, self.case)
        except RefusedError:
            return
        assert again == []

    def pay_out(self) -> None:
        """Pay the creditor all that stands to its credit, less what it owes us."""
        payable = -self.on("creditor_payable")
        vat = min(payable, max(0, self.on("creditor_vat")))
        set_off = min(payable - vat, max(0, self.on("creditor_debt")))
        self.post(
            PayoutPrepared(
                payout_id=named("payout"),
                creditor_id=CREDITOR,
                prepared_on=self.today,
                after_position=0,
                until_position=len(self.events),
                lines=(),
                principal_ore=ZERO,
                interest_ore=ZERO,
                fees_ore=ZERO,
                payable_ore=Ore(payable),
                vat_withheld_ore=Ore(vat),
                set_off_ore=Ore(set_off),
                carried_vat_ore=ZERO,
                carried_debt_ore=ZERO,
                amount_ore=Ore(payable - vat - set_off),
            )
        )
        self.paid_out_at = len(self.events)

    def settled(self, payment_id: object) -> bool:
        return self.paid_out_at >= self.allocated_at.get(payment_id, 0) > 0


def command(history: History, step: Step, serial: int) -> CaseCommand | None:
    """The command of a step, as the case is then; None when there is nothing to ask."""
    case, today = history.case, history.today
    letter = case.letters[-1].letter_id if case.letters else named("none")
    match step.word:
        case "order_varsel" | "varsel":
            return OrderInkassovarsel(letter_id=named(f"l{serial}"), today=today)
        case "order_demand" | "demand":
            return OrderBetalingsoppfordring(letter_id=named(f"l{serial}"), today=today)
        case "release":
            return ReleaseLetter(
                letter_id=letter, worker="w", today=today, debtor_version=1, creditor_version=1
            )
        case "confirm":
            return ConfirmLetterSent(letter_id=letter, sent_on=today, content_hmac="")
        case "lapse":
            return LapseLetter(letter_id=letter, today=today)
        case "returned":
            return ReportLetterReturned(letter_id=None, today=today)
        case "heavy":
            return ClaimHeavySalaer(today=today)
        case "object" | "dispute":
            return _objection(case, step, serial, today)
        case "answer":
            return _answer(history, step)
        case "pay" | "pay_all" | "part" | "direct":
            return _payment(history, step, serial)
        case "reverse" if case.payments:
            paid = case.payments[step.pick % len(case.payments)]
            return ReversePayment(
                payment_id=paid.payment_id,
                paid_out=history.settled(paid.payment_id),
                today=today,
            )
        case "refund" if case.payments:
            paid = case.payments[step.pick % len(case.payments)]
            amount = Ore(min(step.amount, paid.held_ore) or 1)
            return RefundOverpayment(payment_id=paid.payment_id, amount_ore=amount, today=today)
        case _:
            return _lifecycle(step, serial, today)


def _lifecycle(step: Step, serial: int, today: date) -> CaseCommand | None:
    match step.word:
        case "pause":
            return PauseCase(today=today, reason=Clear(person_id=DEBTOR, text="asked"))
        case "resume":
            return ResumeCase(today=today)
        case "withdraw":
            return WithdrawCase(today=today, letter_id=named(f"w{serial}"), channel="sms")
        case "write_off":
            return WriteOffCase(today=today)
        case "reopen":
            return ReopenCase(today=today)
        case "ask_approval":
            return RequestApproval(today=today)
        case "approve":
            return AnswerApproval(today=today, approved=step.flag)
        case _:
            return None


def _objection(case: Case, step: Step, serial: int, today: date) -> RaiseObjection:
    claims = tuple(
        known.claim_id for n, known in enumerate(case.claims) if step.pick >> n & 1 or n == 0
    )
    return RaiseObjection(
        objection_id=named(f"o{serial}"),
        claim_ids=claims if step.flag else claims[-1:],
        reason=Clear(person_id=DEBTOR, text="?"),
        groundless=step.pick == 7,
        today=today,
    )


def _answer(history: History, step: Step) -> AnswerObjection | None:
    opened = [objection for objection in history.case.objections if objection.open]
    if not opened:
        return None
    disputed = history.case.claim(opened[-1].claim_ids[0])
    claim_ore = max(1, disputed.principal_ore if disputed else 1)
    answers: tuple[Answer, ...] = ("accepted", "corrected", "upheld", "corrected")
    return AnswerObjection(
        objection_id=opened[-1].objection_id,
        answer=answers[step.pick % 4],
        amount_ore=Ore(step.amount % claim_ore + 1),
        groundless=step.flag,
        paid_out=history.paid_out_at > 0,
        today=history.today,
    )


def _payment(history: History, step: Step, serial: int) -> ReceivePayment:
    ordered = max(BEGINS, history.today - timedelta(days=(0, 0, 1, 5, 20, 40, 0, 2)[step.pick]))
    owed = statement(history.case, ordered).total_ore
    amount = {"pay": step.amount, "pay_all": owed}.get(step.word, step.amount % (owed + 1))
    return ReceivePayment(
        payment_id=named(f"p{serial}"),
        source="direct" if step.word == "direct" else "bank",
        amount_ore=Ore(max(1, amount)),
        ordered_on=ordered,
        received_on=history.today,
        kid=None,
        today=history.today,
    )


def play(history: History, step: Step, serial: int) -> None:
    history.today += timedelta(days=step.days)
    if step.word in ("varsel", "demand", "order_varsel", "order_demand", "release"):
        history.today = first_bank_day_on_or_after(history.today)
    history.today = min(history.today, LAST_DAY)
    if step.word == "payout":
        history.pay_out()
        return
    asked = command(history, step, serial)
    if asked is not None:
        history.try_(asked)
    then = {"varsel": ("release", "confirm"), "demand": ("release", "confirm")}
    for word in (then | {"dispute": ("answer",)}).get(step.word, ()):
        follows = command(history, replace(step, word=word), serial)
        if follows is not None:
            history.try_(follows)


def played(beginning: CaseRegistered, steps: list[Step]) -> History:
    history = History()
    history.add(beginning)
    for serial, word in enumerate(("varsel", "demand")[: len(steps) % 3]):
        play(history, Step(word, 30, 1, 0, flag=False), 90 + serial)
    for serial, step in enumerate(steps):
        play(history, step, serial)
        money_is_whole(history)
        books_agree(history)
    return history


def money_is_whole(history: History) -> None:
    """What we hold for others is there, and none of it is negative."""
    for account in CLIENT_MONEY:
        assert history.on(account) <= 0, account
    held = sum(history.on(account) for account in CLIENT_MONEY)
    assert history.on("klientkonto") >= -held
    assert -history.on("refund") == sum(paid.held_ore for paid in history.case.payments)


def books_agree(history: History) -> None:
    """The statement, the fold and the events tell one story."""
    owed = statement(history.case, history.today)
    parts = _parts(owed)
    assert min(parts) >= 0
    assert owed.total_ore == owed.principal_ore + owed.interest_ore + owed.costs_ore
    assert owed.paid_ore == paid_ore(history.case) == _covered(history.events)
    if not any(known.waived for known in history.case.claims):
        claimed = sum(known.principal_ore for known in history.case.claims)
        covered = sum(known.principal_covered_ore for known in history.case.claims)
        assert owed.principal_ore == claimed - covered


def _parts(owed: Statement) -> tuple[int, ...]:
    return (
        owed.principal_ore,
        owed.interest_ore,
        owed.letter_fees_ore,
        owed.salaer_ore,
        owed.compensation_ore,
        owed.paid_ore,
    )


def _covered(events: list[CaseEvent]) -> int:
    total = 0
    for event in events:
        match event:
            case PaymentAllocated():
                total += event.split.creditor_ore + event.split.agency_ore
            case PaymentReversed(split=split) | PaymentFreed(split=split) if split:
                total -= split.creditor_ore + split.agency_ore
            case _:
                pass
    return total


@settings(max_examples=120, deadline=None)
@given(beginnings(), STEPS)
def test_money_and_books_are_whole_after_any_history(
    beginning: CaseRegistered, steps: list[Step]
) -> None:
    played(beginning, steps)


@settings(max_examples=40, deadline=None)
@given(beginnings(), STEPS)
def test_every_prefix_of_a_history_folds_to_the_case_as_it_was(
    beginning: CaseRegistered, steps: list[Step]
) -> None:
    history = played(beginning, steps)

    *_, last = accumulate(history.events, evolve, initial=INITIAL)

    assert last == history.case == reduce(evolve, history.events, INITIAL)


@settings(max_examples=60, deadline=None)
@given(beginnings(), STEPS)
def test_no_more_is_paid_than_was_asked(beginning: CaseRegistered, steps: list[Step]) -> None:
    history = played(beginning, [step for step in steps if step.word != "withdraw"])

    assert out_of_order_excess(history.case, history.today) is None


@settings(max_examples=60, deadline=None)
@given(beginnings(), STEPS, st.integers(0, 20))
def test_paying_the_whole_statement_leaves_nothing_then_or_later(
    beginning: CaseRegistered, steps: list[Step], days: int
) -> None:
    history = played(beginning, steps)
    owed = statement(history.case, history.today).total_ore
    if history.case.closed is not None or owed == 0:
        return

    paid = history.try_(_payment(history, Step("pay_all", 0, 1, 0, flag=False), 99))

    assert isinstance(paid[-1], CaseClosed)
    assert statement(history.case, history.today).total_ore == 0
    assert statement(history.case, min(LAST_DAY, history.today + timedelta(days))).total_ore == 0


@settings(max_examples=60, deadline=None)
@given(beginnings(), STEPS, st.integers(1, 3_000_000), st.integers(0, 20))
def test_a_payment_taken_back_leaves_the_statement_as_it_was(
    beginning: CaseRegistered, steps: list[Step], amount: int, days: int
) -> None:
    history = played(beginning, steps)
    later = min(LAST_DAY, history.today + timedelta(days))
    small = terms_of(history.case).small_balance_ore
    if history.case.closed or statement(history.case, history.today).total_ore <= small:
        return
    before = [statement(history.case, on) for on in (history.today, later)]

    history.try_(_payment(history, Step("pay", 0, amount, 0, flag=False), 99))
    history.try_(ReversePayment(payment_id=named("p99"), paid_out=False, today=history.today))

    assert [statement(history.case, on) for on in (history.today, later)] == before
    money_is_whole(history)


def row_after(events: list[CaseEvent]) -> balance.Balance | None:
    row: balance.Balance | None = None
    one, at = named("one"), datetime(2026, 9, 1, tzinfo=UTC)
    for n, event in enumerate(events):
        recorded = Recorded(event, one, f"case-{one}", n + 1, n, 0, 0, one, one, at, "", one, None)
        row = balance.evolve(row, recorded)
    return row


@settings(max_examples=60, deadline=None)
@given(beginnings(), STEPS)
def test_the_balance_anybody_sees_is_the_statement_of_the_engine(
    beginning: CaseRegistered, steps: list[Step]
) -> None:
    history = played(beginning, steps)
    row = row_after(history.events)
    owed = statement(history.case, history.today)

    assert row is not None
    assert row.principal_ore == owed.principal_ore
    assert row.letter_fees_ore == owed.letter_fees_ore
    assert row.compensation_ore == owed.compensation_ore
    assert row.paid_ore == owed.paid_ore
    assert row.held_ore == sum(paid.held_ore for paid in history.case.payments)
    told = [event for event in history.events if isinstance(event, SalaerClaimed)]
    # The sats of a new year raises the salær of a statement without an event.
    if all(event.claimed_on.year == history.today.year for event in told):
        assert row.salaer_ore == owed.salaer_ore
