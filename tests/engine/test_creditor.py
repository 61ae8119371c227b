"""Taking a creditor in: number, terms, agreement, and an account that two have seen."""

from datetime import date
from uuid import UUID

import pytest

from engine.creditor import (
    AcceptTerms,
    AnswerPayoutAccount,
    ChangeCreditor,
    CreateCreditor,
    Creditor,
    CreditorCommand,
    ProposePayoutAccount,
    SetAgreement,
    create_creditor,
    evolve,
    on_creditor,
)
from engine.refusal import RefusedError
from engine.streams import creditor_number_stream, creditor_stream
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
from events.money import Ore
from events.personal import Clear
from tests.asks import decided

TODAY = date(2026, 8, 3)
ID = UUID(int=7)
STREAM = creditor_stream(ID)
NAME = Clear(person_id=ID, text="Fjordvarme AS")
CREATED = CreditorCreated(
    number=10_001, name=NAME, orgnr=None, address=None, email=None, created_on=TODAY
)
PROPOSED = PayoutAccountProposed(
    account=Clear(person_id=ID, text="12345678911"), proposed_by="kari", proposed_on=TODAY
)
ACCEPT = AcceptTerms(version="2026-1", accepted_by="kari", today=TODAY)


def agreement(valid_from: date = TODAY, days: int = 14) -> AgreementSet:
    return AgreementSet(
        valid_from=valid_from,
        deducts_vat=True,
        allocation="practice",
        free_withdrawal_days=days,
        withdrawal_fee_ore=Ore(0),
        settlement="weekly",
        small_balance_ore=Ore(100),
        due_date_shift=True,
        claim_letter_fees=True,
        claim_compensation=False,
        letters="earliest",
    )


def create(number: int = 10_001) -> CreateCreditor:
    return CreateCreditor(
        creditor_id=ID, number=number, name=NAME, orgnr=None, address=None, email=None, today=TODAY
    )


def asked(command: CreditorCommand, *given: Event) -> list[Event]:
    return decided(on_creditor(ID, command), {STREAM: given})[STREAM]


def answer(by: str, *, approved: bool = True) -> AnswerPayoutAccount:
    return AnswerPayoutAccount(answered_by=by, approved=approved, today=TODAY)


def test_a_creditor_takes_its_number_in_the_same_commit() -> None:
    assert decided(create_creditor(create())) == {
        STREAM: [CREATED],
        creditor_number_stream(10_001): [CreditorNumberTaken(number=10_001)],
    }


def test_creating_a_creditor_again_changes_nothing() -> None:
    assert decided(create_creditor(create()), {STREAM: [CREATED]}) == {}


def test_a_number_is_given_once() -> None:
    taken = {creditor_number_stream(10_001): [CreditorNumberTaken(number=10_001)]}

    with pytest.raises(RefusedError) as refused:
        decided(create_creditor(create()), taken)

    assert refused.value.code == "creditor_number_taken"


@pytest.mark.parametrize("number", [0, -1, 100_000])
def test_a_number_has_at_most_five_digits(number: int) -> None:
    with pytest.raises(RefusedError) as refused:
        decided(create_creditor(create(number)))

    assert refused.value.code == "number_out_of_range"


def test_nothing_is_agreed_with_a_creditor_nobody_knows() -> None:
    with pytest.raises(RefusedError) as refused:
        asked(ACCEPT)

    assert refused.value.code == "creditor_unknown"


def test_terms_are_accepted_once_a_version() -> None:
    accepted = TermsAccepted(version="2026-1", accepted_by="kari", accepted_on=TODAY)

    assert asked(ACCEPT, CREATED) == [accepted]
    assert asked(ACCEPT, CREATED, accepted) == []


def test_a_change_of_name_is_an_event_of_its_own() -> None:
    change = ChangeCreditor(name=NAME, orgnr="923609016", address=None, email=None, today=TODAY)

    (changed,) = asked(change, CREATED)

    assert isinstance(changed, CreditorChanged)


def test_the_same_agreement_is_set_once() -> None:
    command = SetAgreement(agreement=agreement())

    assert asked(command, CREATED) == [agreement()]
    assert asked(command, CREATED, agreement()) == []


def test_a_payout_account_needs_a_second_person() -> None:
    with pytest.raises(RefusedError) as refused:
        asked(answer("kari"), CREATED, PROPOSED)

    assert refused.value.code == "second_person_needed"
    assert asked(answer("ola"), CREATED, PROPOSED) == [
        PayoutAccountApproved(approved_by="ola", approved_on=TODAY)
    ]


def test_whoever_proposed_an_account_may_take_it_back() -> None:
    assert asked(answer("kari", approved=False), CREATED, PROPOSED) == [
        PayoutAccountDeclined(declined_by="kari", declined_on=TODAY)
    ]


def test_an_account_that_nobody_proposed_cannot_be_approved() -> None:
    with pytest.raises(RefusedError) as refused:
        asked(answer("ola"), CREATED)

    assert refused.value.code == "no_account_proposed"


def test_payouts_go_to_the_old_account_until_the_new_one_is_approved() -> None:
    approved = PayoutAccountApproved(approved_by="ola", approved_on=TODAY)
    state = Creditor()
    seen = []
    for event in (CREATED, PROPOSED, approved, PROPOSED, approved):
        state = evolve(state, event)
        seen.append(state.account_version)

    assert seen == [None, None, 2, 2, 4]
    propose = ProposePayoutAccount(account=PROPOSED.account, proposed_by="kari", today=TODAY)
    assert asked(propose, CREATED) == [PROPOSED]


def test_the_agreement_of_a_day_is_the_last_that_had_begun() -> None:
    early, late = agreement(date(2026, 1, 1), 14), agreement(date(2026, 9, 1), 30)
    creditor = Creditor(number=1, agreements=(late, early))

    assert creditor.agreement(date(2026, 8, 31)) == early
    assert creditor.agreement(date(2026, 9, 1)) == late
    with pytest.raises(RefusedError) as refused:
        creditor.agreement(date(2025, 12, 31))
    assert refused.value.code == "agreement_missing"
