"""Events to fold: one example of every event of a case, and what makes a history of them."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID, uuid5

from msgspec.structs import replace

from engine.journal.recorded import Recorded
from engine.vault import Vault
from events.base import Event
from events.case import (
    ApprovalDeclined,
    ApprovalGiven,
    ApprovalRequested,
    BetalingsoppfordringOrdered,
    BetalingsoppfordringSent,
    CaseClosed,
    CaseEvent,
    CasePaused,
    CaseRegistered,
    CaseReopened,
    CaseResumed,
    CaseWithdrawn,
    ContactRecorded,
    CostsBarred,
    CostsReinstated,
    InkassovarselOrdered,
    InkassovarselSent,
    LetterFailed,
    LetterLapsed,
    LetterReleased,
    LetterReturned,
    LetterStopped,
    ObjectionAnswered,
    ObjectionRaised,
    OverpaymentHeld,
    PaymentAllocated,
    PaymentFreed,
    PaymentReceived,
    PaymentReversed,
    PrincipalReduced,
    RefundMade,
    RemainderReinstated,
    RemainderWaived,
    SalaerClaimed,
    WithdrawalNoticeOrdered,
    WithdrawalNoticeSent,
)
from events.case.lifecycle import ClaimTaken, CreditorsVarsel, Terms
from events.case.money import ClaimShare, Split
from events.case.notices import Grounds, Printed
from events.money import ZERO, Ore
from events.personal import Clear
from events.settlement import (
    PayoutConfirmed,
    PayoutInstructed,
    PayoutLine,
    PayoutPrepared,
    PayoutRejected,
)
from gateways.memory.keys import MemoryKeys
from projections.projection import Key, Projection

NAMES = UUID("3d3c1b1e-5a53-4a5e-9e0e-6d7c7f0c9a11")


def named(name: str) -> UUID:
    return uuid5(NAMES, name)


CASE = named("case")
CREDITOR = named("creditor")
DEBTOR = named("debtor")
CLAIM = named("claim 1001")
OTHER_CLAIM = named("claim 1002")
VARSEL = named("varsel")
DEMAND = named("demand")
NOTICE = named("notice")
PAYMENT = named("payment")
OBJECTION = named("objection")
PAYOUT = named("payout")
CASE_NUMBER = "2026-000123"
NOW = datetime(2026, 8, 3, 8, 30, tzinfo=UTC)

TERMS = Terms(
    allocation="practice",
    deducts_vat=True,
    free_withdrawal_days=14,
    withdrawal_fee_ore=ZERO,
    small_balance_ore=ZERO,
    due_date_shift=True,
    claim_letter_fees=True,
    claim_compensation=False,
    letters="earliest",
)
GROUNDS = Grounds(rule="inkassoloven 1988 § 9", inputs=(), earliest_on=date(2026, 8, 3))
PRIVATE = "Varen kom aldri fram til Kari"


def a_claim(
    claim_id: UUID = CLAIM,
    number: str = "1001",
    principal: int = 500000,
    varsel: CreditorsVarsel | None = None,
    compensation: int = 0,
) -> ClaimTaken:
    return ClaimTaken(
        claim_id=claim_id,
        invoice_number=number,
        issued_on=date(2026, 7, 6),
        due_on=date(2026, 7, 20),
        interest_from_on=date(2026, 7, 21),
        principal_ore=Ore(principal),
        compensation_ore=Ore(compensation),
        varsel=varsel,
    )


def registered(*claims: ClaimTaken, creditor: UUID = CREDITOR) -> CaseRegistered:
    return CaseRegistered(
        creditor_id=creditor,
        debtor_id=DEBTOR,
        debtor_kind="person",
        consumer=True,
        case_number=CASE_NUMBER,
        kid="0000100001239",
        registered_on=date(2026, 8, 3),
        claims=claims or (a_claim(),),
        terms=TERMS,
    )


def share(principal: int, interest: int = 0, claim_id: UUID = CLAIM) -> ClaimShare:
    return ClaimShare(
        claim_id=claim_id,
        invoice_number="1001" if claim_id == CLAIM else "1002",
        principal_ore=Ore(principal),
        interest_ore=Ore(interest),
    )


def split(  # noqa: PLR0913 - the parts of a sum, each by name
    *claims: ClaimShare,
    fees: int = 0,
    creditors_fees: int = 0,
    salaer: int = 0,
    compensation: int = 0,
    vat: int = 0,
    vat_inside: bool = False,
) -> Split:
    principal = sum(part.principal_ore for part in claims)
    interest = sum(part.interest_ore for part in claims)
    return Split(
        creditor_id=CREDITOR,
        case_number=CASE_NUMBER,
        claims=claims,
        principal_ore=Ore(principal),
        interest_ore=Ore(interest),
        costs_ore=Ore(fees + salaer + compensation),
        letter_fees_ore=Ore(fees),
        creditors_letter_fees_ore=Ore(creditors_fees),
        salaer_ore=Ore(salaer),
        compensation_ore=Ore(compensation),
        creditor_ore=Ore(principal + interest + creditors_fees + compensation),
        agency_ore=Ore(fees - creditors_fees + salaer),
        vat_ore=Ore(vat),
        vat_inside=vat_inside,
    )


def allocated(
    part: Split, *, source: str = "bank", accrued: int = 0, payment: UUID = PAYMENT
) -> PaymentAllocated:
    return PaymentAllocated(
        payment_id=payment,
        source="direct" if source == "direct" else "bank",
        order="practice",
        effective_on=date(2026, 9, 1),
        booked_on=date(2026, 9, 2),
        principal_ore=part.principal_ore,
        costs_ore=part.costs_ore,
        interest_ore=part.interest_ore,
        interest_accrued_ore=Ore(accrued),
        split=part,
    )


def received(amount: int, *, payment: UUID = PAYMENT, source: str = "bank") -> PaymentReceived:
    return PaymentReceived(
        payment_id=payment,
        source="direct" if source == "direct" else "bank",
        amount_ore=Ore(amount),
        ordered_on=date(2026, 9, 1),
        received_on=date(2026, 9, 2),
        booked_on=date(2026, 9, 2),
        kid="0000100001239",
    )


def reversed_payment(
    amount: int,
    part: Split | None,
    *,
    held: int = 0,
    paid_out: bool = False,
    source: str = "bank",
) -> PaymentReversed:
    return PaymentReversed(
        payment_id=PAYMENT,
        source="direct" if source == "direct" else "bank",
        amount_ore=Ore(amount),
        effective_on=date(2026, 9, 1),
        reversed_on=date(2026, 9, 10),
        split=part,
        held_ore=Ore(held),
        paid_out=paid_out,
    )


def printed(interest: int, total: int = 506149) -> Printed:
    return Printed(
        claims=(),
        principal_ore=Ore(500000),
        interest_ore=Ore(interest),
        letter_fees_ore=Ore(3800),
        salaer_ore=ZERO,
        compensation_ore=ZERO,
        paid_ore=ZERO,
        total_ore=Ore(total),
        rate_percent="12.25",
        interest_per_day="167.81",
    )


def varsel_sent(fee: int = 3800, pay_by: date = date(2026, 8, 17)) -> InkassovarselSent:
    return InkassovarselSent(
        letter_id=VARSEL,
        sent_on=date(2026, 8, 3),
        pay_by=pay_by,
        fee_ore=Ore(fee),
        content_hmac="aa",
        crossed=None,
    )


def demand_sent() -> BetalingsoppfordringSent:
    return BetalingsoppfordringSent(
        letter_id=DEMAND,
        sent_on=date(2026, 8, 18),
        pay_by=date(2026, 9, 1),
        content_hmac="bb",
        crossed=None,
    )


def salaer_claimed(amount: int = 60000) -> SalaerClaimed:
    return SalaerClaimed(
        level="light", claimed_on=date(2026, 8, 18), amount_ore=Ore(amount), grounds=GROUNDS
    )


def released(interest: int = 2349) -> LetterReleased:
    return LetterReleased(
        letter_id=VARSEL,
        kind="inkassovarsel",
        worker="worker 1",
        released_on=date(2026, 8, 3),
        pay_by=date(2026, 8, 17),
        fee_ore=Ore(3800),
        printed=printed(interest),
        debtor_version=1,
        creditor_version=1,
    )


def objection(*claim_ids: UUID, groundless: bool = False) -> ObjectionRaised:
    return ObjectionRaised(
        objection_id=OBJECTION,
        raised_on=date(2026, 8, 20),
        claim_ids=claim_ids or (CLAIM,),
        groundless=groundless,
        reason=Clear(person_id=DEBTOR, text=PRIVATE),
    )


def answered(answer: str = "upheld", *, groundless: bool = False) -> ObjectionAnswered:
    return ObjectionAnswered.model_validate_json(
        f'{{"objection_id": "{OBJECTION}", "answered_on": "2026-08-25",'
        f' "answer": "{answer}", "groundless": {str(groundless).lower()}}}'
    )


def reduced(by: int) -> PrincipalReduced:
    return PrincipalReduced(
        claim_id=CLAIM, by_ore=Ore(by), reduced_on=date(2026, 8, 25), reason="corrected"
    )


def freed(part: Split, *, paid_out: bool = False) -> PaymentFreed:
    return PaymentFreed(
        freed_on=date(2026, 8, 25), reason="claim_reduced", split=part, paid_out=paid_out
    )


def held(amount: int, source: str = "bank") -> OverpaymentHeld:
    return OverpaymentHeld(
        payment_id=PAYMENT,
        source="direct" if source == "direct" else "bank",
        amount_ore=Ore(amount),
        held_on=date(2026, 9, 2),
        reason="overpaid",
    )


def barred(fees: int = 3800, salaer: int = 60000, compensation: int = 0) -> CostsBarred:
    return CostsBarred(
        claim_ids=(CLAIM,),
        reason="objection",
        barred_on=date(2026, 8, 20),
        letter_fees_ore=Ore(fees),
        salaer_ore=Ore(salaer),
        compensation_ore=Ore(compensation),
    )


def waived(principal: int = 0, interest: int = 0, salaer: int = 0) -> RemainderWaived:
    return RemainderWaived(
        waived_on=date(2026, 9, 20),
        reason="written_off",
        principal_ore=Ore(principal),
        interest_ore=Ore(interest),
        letter_fees_ore=ZERO,
        salaer_ore=Ore(salaer),
        compensation_ore=ZERO,
    )


def closed(reason: str = "paid", on: date = date(2026, 9, 2)) -> CaseClosed:
    return CaseClosed.model_validate_json(f'{{"closed_on": "{on}", "reason": "{reason}"}}')


WITHDRAWN = CaseWithdrawn(
    creditor_id=CREDITOR,
    case_number=CASE_NUMBER,
    withdrawn_on=date(2026, 8, 21),
    charge_ore=Ore(25000),
)
REOPENED = CaseReopened(reopened_on=date(2026, 9, 10), reason="payment_reversed")
APPROVAL_REQUESTED = ApprovalRequested(
    step="rettslig",
    requested_on=date(2026, 9, 2),
    earliest_on=date(2026, 9, 2),
    rule="inkassoloven 1988 § 11",
)
APPROVAL_GIVEN = ApprovalGiven(step="rettslig", given_on=date(2026, 9, 3))
APPROVAL_DECLINED = ApprovalDeclined(step="rettslig", declined_on=date(2026, 9, 3))
PAUSED = CasePaused(paused_on=date(2026, 8, 21), reason=Clear(person_id=DEBTOR, text=PRIVATE))
RESUMED = CaseResumed(resumed_on=date(2026, 8, 22))
CONTACTED = ContactRecorded(
    contact_id=named("contact"),
    contacted_on=date(2026, 8, 21),
    kind="phone",
    direction="in",
    who="debtor",
    note=Clear(person_id=DEBTOR, text=PRIVATE),
)
VARSEL_ORDERED = InkassovarselOrdered(
    letter_id=VARSEL, ordered_on=date(2026, 8, 3), grounds=GROUNDS
)
DEMAND_ORDERED = BetalingsoppfordringOrdered(
    letter_id=DEMAND, ordered_on=date(2026, 8, 18), grounds=GROUNDS
)
NOTICE_ORDERED = WithdrawalNoticeOrdered(
    letter_id=NOTICE, ordered_on=date(2026, 8, 21), channel="sms"
)
NOTICE_SENT = WithdrawalNoticeSent(
    letter_id=NOTICE, sent_on=date(2026, 8, 21), channel="sms", content_hmac="cc"
)
STOPPED = LetterStopped(
    letter_id=VARSEL, kind="inkassovarsel", reason="objection", stopped_on=date(2026, 8, 4)
)
LAPSED = LetterLapsed(letter_id=VARSEL, kind="inkassovarsel", lapsed_on=date(2026, 8, 4))
FAILED = LetterFailed(
    letter_id=VARSEL, kind="inkassovarsel", failed_on=date(2026, 8, 3), code="does_not_add_up"
)
RETURNED = LetterReturned(letter_id=VARSEL, kind="inkassovarsel", returned_on=date(2026, 8, 10))
REINSTATED = CostsReinstated(
    claim_ids=(CLAIM,),
    reinstated_on=date(2026, 8, 25),
    letter_fees_ore=Ore(3800),
    salaer_ore=Ore(60000),
    compensation_ore=ZERO,
)
REFUNDED = RefundMade(payment_id=PAYMENT, amount_ore=Ore(1000), refunded_on=date(2026, 9, 5))
REMAINDER_REINSTATED = RemainderReinstated(reinstated_on=date(2026, 9, 21))

EXAMPLES: tuple[CaseEvent, ...] = (
    registered(),
    VARSEL_ORDERED,
    released(),
    STOPPED,
    LAPSED,
    FAILED,
    varsel_sent(),
    RETURNED,
    DEMAND_ORDERED,
    demand_sent(),
    salaer_claimed(),
    objection(),
    answered(),
    reduced(100000),
    barred(),
    REINSTATED,
    PAUSED,
    RESUMED,
    received(571016),
    allocated(split(share(500000, 7216), fees=3800, salaer=60000, vat=15000), accrued=7216),
    freed(split(share(100000, 1400))),
    held(1000),
    REFUNDED,
    reversed_payment(571016, None),
    APPROVAL_REQUESTED,
    APPROVAL_GIVEN,
    APPROVAL_DECLINED,
    waived(principal=1000),
    REMAINDER_REINSTATED,
    closed(),
    REOPENED,
    WITHDRAWN,
    NOTICE_ORDERED,
    NOTICE_SENT,
    CONTACTED,
)


def payout_line(payable: int = 507216) -> PayoutLine:
    return PayoutLine(
        source_event_id=named("event"),
        what="payment",
        case_id=CASE,
        case_number=CASE_NUMBER,
        invoice_number="1001",
        booked_on=date(2026, 9, 2),
        principal_ore=Ore(500000),
        interest_ore=Ore(7216),
        fees_ore=ZERO,
        payable_ore=Ore(payable),
        salaer_ore=Ore(60000),
        agency_fees_ore=Ore(3800),
        vat_ore=Ore(15000),
        debt_ore=ZERO,
    )


PREPARED = PayoutPrepared(
    payout_id=PAYOUT,
    creditor_id=CREDITOR,
    prepared_on=date(2026, 9, 7),
    after_position=0,
    until_position=40,
    lines=(payout_line(), payout_line(0)),
    principal_ore=Ore(500000),
    interest_ore=Ore(7216),
    fees_ore=ZERO,
    payable_ore=Ore(507216),
    vat_withheld_ore=Ore(15000),
    set_off_ore=ZERO,
    carried_vat_ore=ZERO,
    carried_debt_ore=ZERO,
    amount_ore=Ore(492216),
)
INSTRUCTED = PayoutInstructed(
    payout_id=PAYOUT,
    creditor_id=CREDITOR,
    file_name="pain001.xml",
    file_sha256="ff",
    account_version=3,
    instructed_on=date(2026, 9, 7),
)
CONFIRMED = PayoutConfirmed(
    payout_id=PAYOUT, creditor_id=CREDITOR, amount_ore=Ore(492216), confirmed_on=date(2026, 9, 8)
)
REJECTED = PayoutRejected(
    payout_id=PAYOUT,
    creditor_id=CREDITOR,
    amount_ore=Ore(492216),
    rejected_on=date(2026, 9, 8),
    reason="account closed",
)


def recorded(event: Event, stream: str, version: int = 1, nid: int | None = None) -> Recorded:
    return Recorded(
        event=event,
        event_id=uuid5(NAMES, f"{stream} {version}"),
        stream=stream,
        version=version,
        nid=version if nid is None else nid,
        shard=0,
        offset=version,
        commit_id=named(f"commit {version}"),
        command_id=named(f"command {version}"),
        recorded_at=NOW,
        actor="test",
        correlation=NAMES,
        causation=None,
    )


def history(*events: Event, stream: str = f"case-{CASE}") -> list[Recorded]:
    """The events as one stream, from version and position 1."""
    return [recorded(event, stream, version) for version, event in zip(count(1), events)]


def fold(projection: Projection[object], events: Iterable[Recorded]) -> dict[Key, object]:
    """The rows the events leave behind, as the runner would."""
    rows: dict[Key, object] = {}
    for event in events:
        for key in projection.touches(event):
            row = projection.evolve(rows.get(key), event, key)
            rows.pop(key, None)
            if row is not None:
                assert projection.table.key_of(row) == key
                rows[key] = row
    return rows


def clear(text: str, person_id: UUID = DEBTOR) -> Clear:
    return Clear(person_id=person_id, text=text)


class House:
    """A vault, and the one row that sealed events of a stream leave behind."""

    def __init__(self) -> None:
        self.keys = MemoryKeys()
        self.vault = Vault(self.keys)

    def row(
        self, make: Callable[[Vault], Projection[object]], stream: str, *events: Event
    ) -> object:
        sealed = []
        for event in history(*events, stream=stream):
            self.vault.prepare([event.event])
            kept, _ = self.vault.seal(event.event, stream, event.event_id)
            sealed.append(replace(event, event=kept))
        self.before_reading()
        (row,) = fold(make(self.vault), sealed).values()
        return row

    def before_reading(self) -> None:
        """Nothing happens between writing and reading."""


class Forgetful(House):
    """A house that erases somebody before it reads."""

    def __init__(self, person_id: UUID) -> None:
        super().__init__()
        self.person_id = person_id

    def before_reading(self) -> None:
        self.keys.destroy(self.person_id)
