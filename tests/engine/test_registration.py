"""Handing invoices over and making one case of all that is ripe."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from engine.refusal import RefusedError
from engine.registration import OfferClaims, RegisterCase, offer_claims, register_case
from engine.streams import (
    case_number_of,
    case_number_stream,
    case_stream,
    claim_id_of,
    claim_stream,
    creditor_stream,
    kid_candidates,
    person_stream,
)
from events.base import Event
from events.case import CaseRegistered
from events.claim import CaseNumberTaken, ClaimOffered, ClaimRegistered
from events.creditor import TermsAccepted
from events.money import Ore
from events.person import CaseAttached, PersonRecorded
from events.personal import Clear
from tests.asks import decided
from tests.engine.test_creditor import CREATED, agreement

TODAY = date(2026, 8, 3)
CREDITOR, DEBTOR, CASE = UUID(int=7), UUID(int=8), UUID(int=9)
TERMS = TermsAccepted(version="1", accepted_by="kari", accepted_on=TODAY)
OWNER = [CREATED, TERMS, agreement(date(2020, 1, 1))]
KIDS = kid_candidates(10_001, CASE)
Given = dict[str, list[Event]]


def clear(text: str) -> Clear:
    return Clear(person_id=DEBTOR, text=text)


PERSON = PersonRecorded(
    kind="person",
    recorded_on=TODAY,
    name=clear("Kari"),
    address=clear("Storgata 1"),
    postcode=clear("0155"),
    city=clear("Oslo"),
    country="NO",
    identity_number=None,
    email=None,
    mobile=None,
)


def offered(invoice: str = "1", due: date = date(2026, 7, 20), **changes: object) -> ClaimOffered:
    claim = ClaimOffered(
        creditor_id=CREDITOR,
        debtor_id=DEBTOR,
        invoice_number=invoice,
        issued_on=min(due, date(2026, 7, 6)),
        due_on=due,
        principal_ore=Ore(500_000),
        consumer=True,
        varsel_sent_on=None,
        varsel_pay_by=None,
        varsel_fee_ore=Ore(0),
        description=None,
        offered_on=TODAY,
    )
    return claim.model_copy(update=changes)


def claim_id(invoice: str) -> UUID:
    return claim_id_of(CREDITOR, invoice)


def world(*claims: ClaimOffered) -> Given:
    return {
        creditor_stream(CREDITOR): list(OWNER),
        person_stream(DEBTOR): [PERSON],
        **{claim_stream(claim_id(claim.invoice_number)): [claim] for claim in claims},
    }


def offer(*claims: ClaimOffered) -> OfferClaims:
    return OfferClaims(
        creditor_id=CREDITOR,
        debtor_id=DEBTOR,
        debtor=PERSON,
        claims={claim_id(claim.invoice_number): claim for claim in claims},
        today=TODAY,
    )


def register(*invoices: str, named: bool = False, today: date = TODAY) -> RegisterCase:
    return RegisterCase(
        case_id=CASE,
        creditor_id=CREDITOR,
        debtor_id=DEBTOR,
        claim_ids=tuple(claim_id(invoice) for invoice in invoices),
        named=named,
        today=today,
    )


def registered(command: RegisterCase, given: Given) -> CaseRegistered:
    (event,) = decided(register_case(command, 10_001), given)[case_stream(CASE)]
    assert isinstance(event, CaseRegistered)
    return event


def code_of(command: RegisterCase, given: Given) -> str:
    with pytest.raises(RefusedError) as refused:
        decided(register_case(command, 10_001), given)
    return refused.value.code


def test_an_invoice_handed_over_waits_and_its_debtor_is_recorded() -> None:
    given = {creditor_stream(CREDITOR): OWNER}

    assert decided(offer_claims(offer(offered())), given) == {
        claim_stream(claim_id("1")): [offered()],
        person_stream(DEBTOR): [PERSON],
    }


def test_new_details_come_with_the_invoice_that_told_them() -> None:
    told = replace(offer(offered("2")), details_are_new=True)

    assert decided(offer_claims(told), world(offered())) == {
        claim_stream(claim_id("2")): [offered("2")],
        person_stream(DEBTOR): [PERSON],
    }


def test_what_is_known_of_a_debtor_is_not_recorded_again() -> None:
    changes = decided(offer_claims(offer(offered("2"))), world(offered()))

    assert person_stream(DEBTOR) not in changes


def test_an_invoice_known_already_brings_no_details_with_it() -> None:
    told = replace(offer(offered()), details_are_new=True)

    assert decided(offer_claims(told), world(offered())) == {}


def test_the_same_invoice_handed_over_again_changes_nothing() -> None:
    assert decided(offer_claims(offer(offered())), world(offered())) == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"principal_ore": Ore(1)}, "already_offered"),
        ({"debtor_id": UUID(int=77)}, "debtor_differs"),
        ({"principal_ore": Ore(0)}, "amount_not_positive"),
        ({"issued_on": date(2026, 7, 21)}, "dates_in_wrong_order"),
    ],
)
def test_an_invoice_that_does_not_fit_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        decided(offer_claims(offer(offered(**changes))), world(offered()))

    assert refused.value.code == code


def test_nothing_is_taken_before_the_terms_are_accepted() -> None:
    with pytest.raises(RefusedError) as refused:
        decided(offer_claims(offer(offered())), {creditor_stream(CREDITOR): [CREATED]})

    assert refused.value.code == "terms_not_accepted"


@pytest.mark.law("inkassoloven 1988 § 17")
def test_all_that_is_ripe_becomes_one_case_and_the_rest_waits() -> None:
    unripe = offered("3", date(2026, 7, 27))
    given = world(offered("1"), offered("2", date(2026, 7, 13)), unripe)

    changes = decided(register_case(register("1", "2", "3"), 10_001), given)

    (case,) = changes[case_stream(CASE)]
    assert isinstance(case, CaseRegistered)
    assert [claim.invoice_number for claim in case.claims] == ["2", "1"]
    assert (case.kid, case.case_number) == (KIDS[0], case_number_of(KIDS[0]))
    taken = ClaimRegistered(case_id=CASE, registered_on=TODAY)
    assert changes[claim_stream(claim_id("1"))] == [taken]
    assert changes[person_stream(DEBTOR)] == [CaseAttached(case_id=CASE, attached_on=TODAY)]
    assert changes[case_number_stream(KIDS[0])] == [CaseNumberTaken(case_id=CASE)]
    assert claim_stream(claim_id("3")) not in changes


def test_a_case_number_that_is_taken_is_passed_over() -> None:
    given = world(offered())
    given[case_number_stream(KIDS[0])] = [CaseNumberTaken(case_id=UUID(int=5))]

    assert registered(register("1"), given).kid == KIDS[1]

    for kid in KIDS:
        given[case_number_stream(kid)] = [CaseNumberTaken(case_id=UUID(int=5))]
    assert code_of(register("1"), given) == "case_number_taken"


@pytest.mark.law("inkassoforskriften 1989 § 1-2")
def test_a_claim_is_ripe_on_the_fourteenth_day_after_it_fell_due() -> None:
    command = register("1", today=date(2026, 8, 2))

    with pytest.raises(RefusedError) as refused:
        decided(register_case(command, 10_001), world(offered()))

    assert refused.value.code == "too_early"
    assert refused.value.facts["earliest"] == date(2026, 8, 3)
    assert registered(register("1"), world(offered())).registered_on == TODAY


@pytest.mark.law("foreldelsesloven 1979 § 2")
def test_a_claim_is_taken_for_three_years_and_no_day_more() -> None:
    old = offered("1", date(2023, 8, 3))

    assert registered(register("1"), world(old))
    assert code_of(register("1", today=date(2026, 8, 4)), world(old)) == "too_old"


def test_an_invoice_is_claimed_once() -> None:
    given = world(offered())
    given[claim_stream(claim_id("1"))].append(
        ClaimRegistered(case_id=UUID(int=5), registered_on=TODAY)
    )

    assert code_of(register("1"), given) == "already_registered"


def test_a_named_claim_that_is_not_ripe_refuses_the_whole() -> None:
    given = world(offered("1"), offered("2", date(2026, 7, 27)))

    assert code_of(register("1", "2", named=True), given) == "too_early"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"creditor_id": UUID(int=70)}, "mixed_creditors"),
        ({"debtor_id": UUID(int=80)}, "mixed_debtors"),
    ],
)
def test_a_case_has_one_creditor_and_one_debtor(changes: dict[str, object], code: str) -> None:
    assert code_of(register("1"), world(offered(**changes))) == code


def test_a_case_needs_claims_that_were_handed_over() -> None:
    assert code_of(register(), world()) == "claims_missing"
    assert code_of(register("9"), world()) == "claim_unknown"


@pytest.mark.law("inkassoloven 1988 § 17")
def test_a_debtor_gets_one_case_a_day_from_a_creditor() -> None:
    given = world(offered())
    given[person_stream(DEBTOR)].append(CaseAttached(case_id=UUID(int=5), attached_on=TODAY))

    assert code_of(register("1"), given) == "one_case_a_day"


def test_registering_a_case_again_changes_nothing() -> None:
    given = world(offered())
    given[case_stream(CASE)] = [registered(register("1"), given)]

    assert decided(register_case(register("1"), 10_001), given) == {}


@pytest.mark.law("inkassoloven 1988 § 9")
@pytest.mark.parametrize(
    ("sent", "pay_by", "charged", "counts", "fee"),
    [
        (date(2026, 8, 3), date(2026, 8, 17), 3_800, True, 3_800),
        (date(2026, 8, 3), date(2026, 8, 17), 7_500, True, 3_800),
        (date(2026, 8, 3), date(2026, 8, 16), 3_800, False, 0),
        (date(2026, 7, 20), date(2026, 8, 17), 3_800, False, 0),
        (date(2026, 7, 21), date(2026, 8, 17), 3_800, True, 0),
    ],
)
def test_a_creditors_own_warning_counts_when_it_is_as_good_as_ours(
    sent: date, pay_by: date, charged: int, *, counts: bool, fee: int
) -> None:
    claim = offered(varsel_sent_on=sent, varsel_pay_by=pay_by, varsel_fee_ore=Ore(charged))

    (taken,) = registered(register("1", today=date(2026, 8, 18)), world(claim)).claims

    assert taken.varsel is not None
    assert (taken.varsel.counts, taken.varsel.fee_ore) == (counts, fee)


def test_one_private_purchase_makes_the_case_a_consumers() -> None:
    given = world(offered("1", consumer=False), offered("2"))

    assert registered(register("1", "2"), given).consumer


def test_a_company_is_no_consumer_whatever_the_file_says() -> None:
    given = world(offered())
    given[person_stream(DEBTOR)] = [PERSON.model_copy(update={"kind": "company"})]

    assert not registered(register("1"), given).consumer
