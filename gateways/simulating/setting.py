"""The setting of a scenario: the creditor taken in, and the invoices handed over."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid5

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
from engine.registration import OfferClaims
from engine.streams import claim_id_of
from events.claim import ClaimOffered
from events.creditor import AgreementSet
from events.money import Ore
from events.person import PersonRecorded
from events.personal import Clear
from gateways.simulating.scenario import ClaimForm, Scenario

NAMESPACE = UUID("3f0a8d4e-7b52-5c1d-8d39-5a6f2c9b1e07")
CREDITOR = uuid5(NAMESPACE, "creditor")
DEBTOR = uuid5(NAMESPACE, "debtor")
NUMBER = 1
SMALL_BALANCE = Ore(100)
ACCOUNT = "12345678911"


def claim_id(form: ClaimForm) -> UUID:
    """The id of an invoice of the scenario."""
    return claim_id_of(CREDITOR, form.invoice)


def creditor_taken_in(scenario: Scenario, today: date) -> Iterator[tuple[Ask, object]]:
    """The creditor: created, terms accepted, agreement set, account approved by two."""
    create = CreateCreditor(
        creditor_id=CREDITOR,
        number=NUMBER,
        name=Clear(person_id=CREDITOR, text=scenario.creditor.name),
        orgnr=None,
        address=None,
        email=None,
        today=today,
    )
    yield create_creditor(create), create
    account = Clear(person_id=CREDITOR, text=ACCOUNT)
    commands: tuple[CreditorCommand, ...] = (
        AcceptTerms(version="1", accepted_by="creditor", today=today),
        SetAgreement(agreement=_agreement(scenario)),
        ProposePayoutAccount(account=account, proposed_by="creditor", today=today),
        AnswerPayoutAccount(answered_by="agency", approved=True, today=today),
    )
    for command in commands:
        yield on_creditor(CREDITOR, command), command


def _agreement(scenario: Scenario) -> AgreementSet:
    form, policy = scenario.creditor, scenario.policy
    return AgreementSet(
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


def handed_over(scenario: Scenario, today: date) -> OfferClaims:
    """All the invoices of the scenario, handed over on `today`."""
    return OfferClaims(
        creditor_id=CREDITOR,
        debtor_id=DEBTOR,
        debtor=_debtor(scenario, today),
        claims={claim_id(form): _offer(scenario, form, today) for form in scenario.claims},
        today=today,
    )


def _debtor(scenario: Scenario, today: date) -> PersonRecorded:
    def clear(text: str) -> Clear:
        return Clear(person_id=DEBTOR, text=text)

    return PersonRecorded(
        kind=scenario.debtor.kind,
        recorded_on=today,
        name=clear(scenario.debtor.name),
        address=clear("Storgata 1"),
        postcode=clear("0155"),
        city=clear("Oslo"),
        country="NO",
        identity_number=None,
        email=None,
        mobile=None,
    )


def _offer(scenario: Scenario, form: ClaimForm, today: date) -> ClaimOffered:
    debtor, varsel = scenario.debtor, form.inkassovarsel
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
