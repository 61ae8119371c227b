"""Creditors: terms, agreement and where their money goes."""

from datetime import date

from events.base import Event
from events.creditor import (
    AgreementSet,
    CreditorChanged,
    CreditorCreated,
    CreditorNumberTaken,
    PayoutAccountApproved,
    PayoutAccountDeclined,
    PayoutAccountProposed,
    TermsAccepted,
)
from events.money import ZERO, Ore
from projections import creditor
from projections.creditor import Creditor
from tests.projections.given import CREDITOR, House, clear, fold, history

CREATED = CreditorCreated(
    number=1,
    name=clear("Fjordvarme AS", CREDITOR),
    orgnr="999888777",
    address=None,
    email=clear("post@fjordvarme.example", CREDITOR),
    created_on=date(2026, 1, 2),
)
PROPOSED = PayoutAccountProposed(
    account=clear("15064512345", CREDITOR), proposed_by="kari", proposed_on=date(2026, 1, 3)
)
APPROVED = PayoutAccountApproved(approved_by="ola", approved_on=date(2026, 1, 4))
DECLINED = PayoutAccountDeclined(declined_by="ola", declined_on=date(2026, 1, 4))


def the_creditor(house: House, *events: Event) -> Creditor:
    row = house.row(creditor.projection, f"creditor-{CREDITOR}", *events)
    assert isinstance(row, Creditor)
    return row


def test_a_new_creditor_has_neither_terms_nor_agreement_nor_account() -> None:
    row = the_creditor(House(), CREATED)

    assert (row.number, row.name, row.email) == (1, "Fjordvarme AS", "post@fjordvarme.example")
    assert (row.terms_version, row.agreed_from, row.payout_account) == (None, None, None)


def test_a_creditor_keeps_its_terms_and_agreement_when_its_name_changes() -> None:
    accepted = TermsAccepted(version="2026-1", accepted_by="kari", accepted_on=date(2026, 1, 2))
    agreed = AgreementSet(
        valid_from=date(2026, 1, 2),
        deducts_vat=False,
        allocation="textbook",
        free_withdrawal_days=14,
        withdrawal_fee_ore=Ore(25000),
        settlement="daily",
        small_balance_ore=ZERO,
        due_date_shift=True,
        claim_letter_fees=True,
        claim_compensation=False,
        letters="earliest",
    )
    renamed = CreditorChanged(
        name=clear("Fjordkraft AS", CREDITOR),
        orgnr=None,
        address=None,
        email=None,
        changed_on=date(2026, 2, 1),
    )
    row = the_creditor(House(), CREATED, accepted, agreed, renamed)

    assert (row.name, row.sort_name, row.orgnr) == ("Fjordkraft AS", "fjordkraft as", None)
    assert (row.terms_version, row.settlement, row.deducts_vat) == ("2026-1", "daily", False)
    assert row.version == 4


def test_a_proposed_account_is_not_paid_to_until_a_second_person_agrees() -> None:
    row = the_creditor(House(), CREATED, PROPOSED)

    assert (row.payout_account, row.proposed_account) == (None, "•••• 2345")
    agreed = the_creditor(House(), CREATED, PROPOSED, APPROVED)
    assert (agreed.payout_account, agreed.proposed_account) == ("•••• 2345", None)
    assert (agreed.account_version, agreed.account_approved_by) == (3, "ola")
    declined = the_creditor(House(), CREATED, PROPOSED, DECLINED)
    assert (declined.payout_account, declined.proposed_account) == (None, None)


def test_no_account_is_shown_whole() -> None:
    assert "15064512345" not in str(the_creditor(House(), CREATED, PROPOSED, APPROVED))


def test_a_creditor_number_given_out_is_no_creditor() -> None:
    taken = history(CreditorNumberTaken(number=1), stream="creditor_number-1")

    assert fold(creditor.projection(House().vault), taken) == {}
