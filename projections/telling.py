"""What happened in a case, told to people in one sentence of plain Norwegian."""

from typing import Final, assert_never

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
    LifecycleEvent,
    LifecycleEvents,
    MoneyEvent,
    MoneyEvents,
    NoticeEvent,
    NoticeEvents,
    ObjectionAnswered,
    ObjectionEvent,
    ObjectionEvents,
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
from events.case.money import Split
from events.money import Ore
from projections.wording import day, kroner, listed

LETTERS: Final = {
    "inkassovarsel": "Inkassovarsel",
    "betalingsoppfordring": "Betalingsoppfordring",
    "withdrawal_notice": "Brev om at saken er avsluttet",
}
STOPPED_BY: Final = {
    "objection": "en innsigelse",
    "payment": "en innbetaling",
    "pause": "at saken ble satt på vent",
    "withdrawal": "at saken ble trukket",
    "closed": "at saken ble avsluttet",
}
ENDED: Final = {
    "paid": "kravet er betalt",
    "part_paid_with_loss": "delbetalt, resten er avskrevet",
    "objection_accepted": "innsigelsen er godtatt",
}
ANSWERS: Final = {
    "accepted": "Fordringshaver har godtatt innsigelsen.",
    "corrected": "Fordringshaver har rettet kravet etter innsigelsen.",
    "upheld": "Fordringshaver har avvist innsigelsen og opprettholder kravet.",
}
PARTIES: Final = {"debtor": "skyldner", "creditor": "fordringshaver", "other": "en annen"}
CONTACTS: Final = {
    "phone": "på telefon",
    "email": "på e-post",
    "letter": "i brev",
    "sms": "på SMS",
}
HELD: Final = {
    "overpaid": "det er betalt mer enn kravet",
    "case_closed": "saken var avsluttet",
    "claim_reduced": "kravet er satt ned",
}


def sentence(event: CaseEvent) -> str:
    """What happened, in plain Norwegian; what people wrote themselves is never copied."""
    # By phase first: every event comes by here, and half as much is asked of it.
    match event:
        case LifecycleEvent():
            return _told_of_lifecycle(event)
        case NoticeEvent():
            return _told_of_notice(event)
        case ObjectionEvent():
            return _told_of_objection(event)
        case MoneyEvent():
            return _told_of_money(event)
        case ContactRecorded():
            return _contact(event)
        case _:
            assert_never(event)


def _told_of_lifecycle(event: LifecycleEvents) -> str:
    match event:
        case CaseRegistered():
            return _registered(event)
        case CasePaused():
            return "Saken er satt på vent."
        case CaseResumed():
            return "Saken går videre."
        case CaseWithdrawn():
            charge = f" Gebyr etter avtalen: {kroner(event.charge_ore)}."
            return "Saken er trukket av fordringshaver." + (charge if event.charge_ore else "")
        case CaseClosed():
            return f"Saken er avsluttet: {ENDED[event.reason]}."
        case CaseReopened(reason="payment_reversed"):
            return "Saken er gjenåpnet fordi en betaling ble tilbakeført."
        case CaseReopened():
            return "Saken er gjenåpnet."
        case ApprovalRequested():
            return (
                "Fordringshaver er spurt om rettslig tiltak, "
                f"som kan settes i verk fra {day(event.earliest_on)}."
            )
        case ApprovalGiven():
            return "Fordringshaver har godkjent rettslig tiltak."
        case ApprovalDeclined():
            return "Fordringshaver ønsker ikke rettslig tiltak."
        case _:
            assert_never(event)


def _told_of_notice(event: NoticeEvents) -> str:
    match event:
        case InkassovarselOrdered():
            return f"Inkassovarsel er bestilt. Tidligst lovlige dag var {_earliest(event)}."
        case BetalingsoppfordringOrdered():
            return f"Betalingsoppfordring er bestilt. Tidligst lovlige dag var {_earliest(event)}."
        case WithdrawalNoticeOrdered():
            return f"Melding om at saken er avsluttet er bestilt ({_by(event)})."
        case LetterReleased():
            owed = f" Skyldig beløp: {kroner(event.printed.total_ore)}." if event.printed else ""
            return f"{LETTERS[event.kind]} er frigitt for utsending.{owed}"
        case LetterStopped():
            return f"{LETTERS[event.kind]} ble stanset av {STOPPED_BY[event.reason]}."
        case LetterLapsed():
            return f"{LETTERS[event.kind]} ble ikke sendt den dagen det var frigitt for."
        case LetterFailed():
            return f"{LETTERS[event.kind]} kunne ikke sendes ({event.code}); saken venter."
        case LetterReturned():
            return f"{LETTERS[event.kind]} er kommet i retur."
        case InkassovarselSent():
            fee = f" Gebyr {kroner(event.fee_ore)}." if event.fee_ore else ""
            return f"Inkassovarsel sendt. Frist {day(event.pay_by)}.{fee}{_crossed(event)}"
        case BetalingsoppfordringSent():
            return f"Betalingsoppfordring sendt. Frist {day(event.pay_by)}.{_crossed(event)}"
        case WithdrawalNoticeSent():
            return f"Skyldner har fått melding om at saken er avsluttet ({_by(event)})."
        case _:
            assert_never(event)


def _told_of_objection(event: ObjectionEvents) -> str:
    match event:
        case ObjectionRaised(groundless=True):
            return "Skyldner har kommet med en innvending som er åpenbart grunnløs."
        case ObjectionRaised():
            against = _claims(len(event.claim_ids))
            return f"Skyldner har kommet med en innsigelse mot {against}."
        case ObjectionAnswered():
            groundless = " Innsigelsen var åpenbart grunnløs." if event.groundless else ""
            return ANSWERS[event.answer] + groundless
        case PrincipalReduced():
            return f"Hovedstolen er satt ned med {kroner(event.by_ore)}."
        case CostsBarred():
            barred = kroner(_costs(event))
            return f"Omkostninger på {barred} kreves ikke på grunn av innsigelsen."
        case CostsReinstated():
            return f"Omkostninger på {kroner(_costs(event))} kan kreves likevel."
        case _:
            assert_never(event)


def _told_of_money(event: MoneyEvents) -> str:
    match event:
        case PaymentFreed():
            freed = Ore(event.split.creditor_ore + event.split.agency_ore)
            return f"{kroner(freed)} av det som er betalt, skyldes ikke likevel."
        case PaymentReceived():
            where = "hos oss" if event.source == "bank" else "direkte hos fordringshaver"
            return f"Innbetalt {kroner(event.amount_ore)} {where}, {day(event.ordered_on)}."
        case PaymentAllocated():
            return f"Betalingen dekker {_covered(event.split)}."
        case OverpaymentHeld():
            who = "oss" if event.source == "bank" else "fordringshaver"
            over = kroner(event.amount_ore)
            return f"{over} skal betales tilbake av {who}: {HELD[event.reason]}."
        case RefundMade():
            return f"{kroner(event.amount_ore)} er betalt tilbake til innbetaleren."
        case PaymentReversed():
            return f"En betaling på {kroner(event.amount_ore)} er tilbakeført."
        case SalaerClaimed():
            level = "Lett" if event.level == "light" else "Tungt"
            return f"{level} salær kreves: {kroner(event.amount_ore)}."
        case RemainderWaived():
            return f"Resten, {kroner(_given_up(event))}, kreves ikke."
        case RemainderReinstated():
            return "Det som var frafalt, kreves igjen."
        case _:
            assert_never(event)


def _contact(event: ContactRecorded) -> str:
    who = PARTIES[event.who]
    how = CONTACTS[event.kind]
    began = f"{who} har tatt kontakt" if event.direction == "in" else f"Vi har kontaktet {who}"
    return f"{began[0].upper()}{began[1:]} {how}."


def _registered(event: CaseRegistered) -> str:
    principal = Ore(sum(claim.principal_ore for claim in event.claims))
    invoices = listed(tuple(claim.invoice_number for claim in event.claims))
    return (
        f"Sak {event.case_number} er registrert: "
        f"faktura {invoices}, hovedstol {kroner(principal)}."
    )


def _earliest(event: InkassovarselOrdered | BetalingsoppfordringOrdered) -> str:
    return day(event.grounds.earliest_on)


def _by(event: WithdrawalNoticeOrdered | WithdrawalNoticeSent) -> str:
    return "brev" if event.channel == "letter" else "SMS"


def _crossed(event: InkassovarselSent | BetalingsoppfordringSent) -> str:
    return f" Brevet krysset {STOPPED_BY[event.crossed]}." if event.crossed else ""


def _claims(count: int) -> str:
    return "ett krav" if count == 1 else f"{count} krav"


def _costs(event: CostsBarred | CostsReinstated) -> Ore:
    return Ore(event.letter_fees_ore + event.salaer_ore + event.compensation_ore)


def _covered(split: Split) -> str:
    parts = {
        "hovedstol": split.principal_ore,
        "omkostninger": split.costs_ore,
        "renter": split.interest_ore,
    }
    words = tuple(f"{name} {kroner(part)}" for name, part in parts.items() if part)
    return listed(words) or "ingenting"


def _given_up(event: RemainderWaived) -> Ore:
    costs = event.letter_fees_ore + event.salaer_ore + event.compensation_ore
    return Ore(event.principal_ore + event.interest_ore + costs)
