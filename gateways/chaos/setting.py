"""A creditor taken in and debtors handed over: what the simulated agency works on."""

from collections.abc import Iterator
from datetime import date, timedelta
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
from engine.registration import OfferClaims, RegisterCase, offer_claims, register_case
from engine.streams import case_id_of, claim_id_of
from events.claim import ClaimOffered
from events.creditor import AgreementSet
from events.money import Ore
from events.person import PersonRecorded
from events.personal import Clear

CREDITOR = UUID("5b6a1a52-0c1e-5a53-9b1e-2f1f6f6f1c01")
NUMBER = 1
ACCOUNT = "12345678911"

Told = tuple[Ask, object, UUID]


def taken_in(today: date) -> Iterator[Told]:
    """The commands that make the creditor one that can be paid."""
    create = CreateCreditor(
        creditor_id=CREDITOR,
        number=NUMBER,
        name=Clear(person_id=CREDITOR, text="Fjordvarme AS"),
        orgnr=None,
        address=None,
        email=None,
        today=today,
    )
    yield create_creditor(create), create, uuid5(CREDITOR, "create")
    account = Clear(person_id=CREDITOR, text=ACCOUNT)
    commands: tuple[CreditorCommand, ...] = (
        AcceptTerms(version="1", accepted_by="creditor", today=today),
        SetAgreement(agreement=_agreement(today)),
        ProposePayoutAccount(account=account, proposed_by="creditor", today=today),
        AnswerPayoutAccount(answered_by="agency", approved=True, today=today),
    )
    for command in commands:
        yield on_creditor(CREDITOR, command), command, uuid5(CREDITOR, type(command).__name__)


def _agreement(today: date) -> AgreementSet:
    return AgreementSet(
        valid_from=today,
        deducts_vat=True,
        allocation="practice",
        free_withdrawal_days=14,
        withdrawal_fee_ore=Ore(0),
        settlement="daily",
        small_balance_ore=Ore(100),
        due_date_shift=True,
        claim_letter_fees=True,
        claim_compensation=False,
        letters="earliest",
    )


def offered(number: int, today: date) -> Told:
    """A debtor's invoice, two weeks overdue, handed over."""
    debtor_id = debtor_of(number)

    def clear(text: str) -> Clear:
        return Clear(person_id=debtor_id, text=text)

    claim = ClaimOffered(
        creditor_id=CREDITOR,
        debtor_id=debtor_id,
        invoice_number=str(number),
        issued_on=today - timedelta(days=28),
        due_on=today - timedelta(days=14),
        principal_ore=Ore(100_000 + 1_000 * number),
        consumer=True,
        varsel_sent_on=None,
        varsel_pay_by=None,
        varsel_fee_ore=Ore(0),
        description=None,
        offered_on=today,
    )
    offer = OfferClaims(
        creditor_id=CREDITOR,
        debtor_id=debtor_id,
        debtor=PersonRecorded(
            kind="person",
            recorded_on=today,
            name=clear("Kari"),
            address=clear("Storgata 1"),
            postcode=clear("0155"),
            city=clear("Oslo"),
            country="NO",
            identity_number=None,
            email=None,
            mobile=None,
        ),
        claims={claim_id_of(CREDITOR, str(number)): claim},
        today=today,
    )
    return offer_claims(offer), offer, uuid5(debtor_id, "offer")


def registered(number: int, today: date) -> Told:
    """The debtor's invoice as a case."""
    command_id = _register_id(number)
    command = RegisterCase(
        case_id=case_of(number),
        creditor_id=CREDITOR,
        debtor_id=debtor_of(number),
        claim_ids=(claim_id_of(CREDITOR, str(number)),),
        named=True,
        today=today,
    )
    return register_case(command, NUMBER), command, command_id


def debtor_of(number: int) -> UUID:
    """The debtor of that number."""
    return uuid5(CREDITOR, f"debtor {number}")


def case_of(number: int) -> UUID:
    """The case of the debtor of that number."""
    return case_id_of(CREDITOR, _register_id(number))


def _register_id(number: int) -> UUID:
    return uuid5(debtor_of(number), "register")
