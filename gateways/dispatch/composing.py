"""What each letter says, from the log alone: asked again, it is the same letter."""

from datetime import date
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from engine.journal.recorded import History
from engine.law.rates import LATE_INTEREST, row_on
from events.case import (
    CaseRegistered,
    CaseWithdrawn,
    InkassovarselSent,
    LetterReleased,
    WithdrawalNoticeOrdered,
)
from events.case.notices import Printed
from events.money import Ore
from events.settlement import PayoutLine, PayoutPrepared
from gateways.dispatch.reading import Files, Party
from gateways.letters.content import (
    Addressee,
    Agency,
    ClaimLine,
    DemandLetter,
    Owed,
    RatePeriod,
    SettlementLetter,
    SettlementLine,
    WithdrawalLetter,
)
from gateways.settings import Agency as AgencySettings

KINDS: Final[dict[str, Literal["payment", "direct_payment", "reversal", "charge"]]] = {
    "payment": "payment",
    "direct_payment": "direct_payment",
    "reversal": "reversal",
    "reduction": "reversal",
    "withdrawal": "charge",
}


def agency_of(settings: AgencySettings) -> Agency:
    """The sender, as the settings have it."""
    return Agency(
        name=settings.name,
        orgnr=settings.orgnr,
        address_lines=tuple(line.strip() for line in settings.address.split(",")),
        phone=settings.phone,
        email=settings.email,
        website=settings.website,
        account=settings.klientkonto,
        licence=settings.licence,
    )


def letter(
    files: Files, settings: AgencySettings, case_id: UUID, letter_id: UUID
) -> DemandLetter | WithdrawalLetter:
    """The letter as it was released.

    Raises LookupError when it has not been released.
    """
    history = files.case(case_id)
    released = files.released(history, letter_id)
    case = files.registered(history)
    if released.kind == "withdrawal_notice":
        return WithdrawalLetter(
            letter_id=letter_id,
            case_number=case.case_number,
            sent_on=released.released_on,
            withdrawn_on=_withdrawn_on(history),
            creditor_name=files.creditor(case.creditor_id, released.creditor_version).name,
            debtor=_addressee(files.debtor(case.debtor_id, released.debtor_version)),
            invoice_numbers=tuple(claim.invoice_number for claim in case.claims),
            agency=agency_of(settings),
        )
    return _demand(files, settings, history, released)


def channel(history: History, letter_id: UUID) -> str:
    """How a withdrawal notice is to go: `letter` or `sms`."""
    for recorded in history.events:
        event = recorded.event
        if isinstance(event, WithdrawalNoticeOrdered) and event.letter_id == letter_id:
            return event.channel
    return "letter"


def _demand(
    files: Files, settings: AgencySettings, history: History, released: LetterReleased
) -> DemandLetter:
    case = files.registered(history)
    creditor = files.creditor(case.creditor_id, released.creditor_version)
    printed = released.printed
    if printed is None or released.pay_by is None or released.kind == "withdrawal_notice":
        raise LookupError(f"letter {released.letter_id} was released without figures")
    return DemandLetter(
        kind=released.kind,
        letter_id=released.letter_id,
        case_number=case.case_number,
        kid=case.kid,
        sent_on=released.released_on,
        pay_by=released.pay_by,
        creditor_name=creditor.name,
        debtor=_addressee(files.debtor(case.debtor_id, released.debtor_version)),
        claims=_claims(files, printed),
        owed=_owed(printed),
        rate=_rate(printed, released.released_on),
        agency=agency_of(settings),
        # A fee that the compensation covers is not asked for, and so not printed.
        letter_fee_ore=Ore(min(released.fee_ore, printed.letter_fees_ore)),
        consumer=case.consumer,
        earlier_notice_on=_warned_on(history, case) if released.kind != "inkassovarsel" else None,
    )


def _claims(files: Files, printed: Printed) -> tuple[ClaimLine, ...]:
    return tuple(
        ClaimLine(
            invoice_number=claim.invoice_number,
            issued_on=claim.issued_on,
            due_on=claim.due_on,
            description=files.description(claim.claim_id),
            principal_ore=claim.principal_ore,
            interest_ore=claim.interest_ore,
            interest_from_on=claim.interest_from_on,
        )
        for claim in printed.claims
    )


def _owed(printed: Printed) -> Owed:
    return Owed(
        principal_ore=printed.principal_ore,
        interest_ore=printed.interest_ore,
        letter_fees_ore=printed.letter_fees_ore,
        salaer_ore=printed.salaer_ore,
        compensation_ore=printed.compensation_ore,
        paid_ore=printed.paid_ore,
        total_ore=printed.total_ore,
        interest_per_day_ore=Decimal(printed.interest_per_day),
    )


def _rate(printed: Printed, on: date) -> RatePeriod:
    return RatePeriod(
        rate_percent=Decimal(printed.rate_percent),
        from_on=row_on(LATE_INTEREST, on).valid_from,
    )


def _warned_on(history: History, case: CaseRegistered) -> date | None:
    sent = [
        recorded.event.sent_on
        for recorded in history.events
        if isinstance(recorded.event, InkassovarselSent)
    ]
    own = [claim.varsel.sent_on for claim in case.claims if claim.varsel and claim.varsel.counts]
    return sent[-1] if sent else max(own, default=None)


def _withdrawn_on(history: History) -> date:
    withdrawn = [
        recorded.event.withdrawn_on
        for recorded in history.events
        if isinstance(recorded.event, CaseWithdrawn)
    ]
    return withdrawn[-1]


def _addressee(party: Party) -> Addressee:
    return Addressee(name=party.name, address_lines=party.address_lines, country=party.country)


def settlement_letter(
    files: Files, settings: AgencySettings, prepared: PayoutPrepared, account_version: int
) -> SettlementLetter:
    """The oppgjørsbrev of a payout, line by line."""
    creditor = files.creditor(prepared.creditor_id)
    account = files.account(prepared.creditor_id, account_version)
    days = [line.booked_on for line in prepared.lines]
    return SettlementLetter(
        payout_id=prepared.payout_id,
        settled_on=prepared.prepared_on,
        paid_on=prepared.prepared_on,
        period_from_on=min(days),
        period_to_on=max(days),
        creditor=Addressee(
            name=creditor.name, address_lines=creditor.address_lines or (settings.address,)
        ),
        account_masked=f"•••• •• {account[-5:]}",
        lines=_settlement_lines(files, prepared),
        paid_out_ore=prepared.amount_ore,
        agency=agency_of(settings),
    )


def _settlement_lines(files: Files, prepared: PayoutPrepared) -> tuple[SettlementLine, ...]:
    """The payout's lines, and what is carried between this settlement and those beside it."""
    told = [_settlement_line(files, line) for line in prepared.lines]
    carried_ore = prepared.amount_ore - sum(line.to_creditor_ore for line in told)
    if carried_ore:
        told.append(_carried(Ore(carried_ore), ""))
    return tuple(told)


def _settlement_line(files: Files, line: PayoutLine) -> SettlementLine:
    if line.what == "payout_rejected":
        return _carried(line.payable_ore, line.case_number or "")
    # What the creditor has had already is told, and taken off again with what it owes for it.
    had_ore = line.principal_ore + line.interest_ore + line.fees_ore - line.payable_ore
    return SettlementLine(
        what=KINDS[line.what],
        case_number=line.case_number or "",
        debtor_name=_debtor_name(files, line.case_id),
        invoice_number=line.invoice_number or "",
        principal_ore=line.principal_ore,
        interest_ore=line.interest_ore,
        fees_ore=line.fees_ore,
        salaer_ore=Ore(line.salaer_ore + line.agency_fees_ore),
        vat_withheld_ore=line.vat_ore,
        set_off_ore=Ore(had_ore + line.debt_ore),
        to_creditor_ore=Ore(line.payable_ore - line.vat_ore - line.debt_ore),
    )


def _carried(amount_ore: Ore, case_number: str) -> SettlementLine:
    return SettlementLine(
        what="carried_over",
        case_number=case_number,
        debtor_name="",
        invoice_number="",
        to_creditor_ore=amount_ore,
    )


def _debtor_name(files: Files, case_id: UUID | None) -> str:
    if case_id is None:
        return ""
    return files.debtor(files.registered(files.case(case_id)).debtor_id).name
