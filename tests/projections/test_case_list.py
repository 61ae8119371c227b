"""The list of cases: status, disputes and what a person has to do."""

from datetime import date

from events.base import Event
from events.case.lifecycle import CreditorsVarsel
from events.case.objections import ObjectionRaised
from events.money import ZERO
from projections import case_list
from projections.case_list import CaseRow
from tests.projections import given
from tests.projections.given import (
    CASE,
    CLAIM,
    OTHER_CLAIM,
    a_claim,
    allocated,
    fold,
    history,
    share,
    split,
)

TODAY = date(2026, 8, 20)
TWO_CLAIMS = given.registered(a_claim(), a_claim(OTHER_CLAIM, "1002", 100000))


def after(*events: Event) -> CaseRow:
    row = fold(case_list.PROJECTION, history(*events))[(CASE,)]
    assert isinstance(row, CaseRow)
    return row


def test_a_new_case_lists_its_invoices_and_its_oldest_due_date() -> None:
    row = after(TWO_CLAIMS)

    assert row.invoice_numbers == ("1001", "1002")
    assert (row.principal_ore, row.principal_left_ore) == (600000, 600000)
    assert row.oldest_due_on == date(2026, 7, 20)
    assert (row.status(TODAY), row.group(TODAY)) == ("REGISTRERT", "pågående")


def test_the_status_follows_the_letters() -> None:
    warned = (given.registered(), given.varsel_sent(pay_by=date(2026, 8, 17)))

    assert after(*warned).status(date(2026, 8, 17)) == "INKASSOVARSEL"
    assert after(*warned).status(date(2026, 8, 18)) == "INKASSOVARSEL FORFALT"
    assert after(*warned, given.demand_sent()).status(TODAY) == "BETALINGSOPPFORDRING"


def test_ordered_and_stopped_letters_leave_the_status_alone() -> None:
    quiet = (given.VARSEL_ORDERED, given.released(), given.STOPPED, given.LAPSED)

    assert after(given.registered(), *quiet).status(TODAY) == "REGISTRERT"


def test_a_creditors_own_notice_counts_when_every_claim_has_one() -> None:
    varsel = CreditorsVarsel(
        sent_on=date(2026, 7, 21), pay_by=date(2026, 8, 4), fee_ore=ZERO, counts=True
    )
    one = given.registered(a_claim(varsel=varsel))
    half = given.registered(a_claim(varsel=varsel), a_claim(OTHER_CLAIM, "1002"))

    assert after(one).status(date(2026, 8, 4)) == "INKASSOVARSEL"
    assert after(half).status(date(2026, 8, 4)) == "REGISTRERT"


def test_a_case_is_disputed_only_when_all_that_is_owed_is() -> None:
    assert not after(TWO_CLAIMS, given.objection(CLAIM)).disputed
    assert after(TWO_CLAIMS, given.objection(CLAIM, OTHER_CLAIM)).disputed
    rest_paid = allocated(split(share(100000, claim_id=OTHER_CLAIM)))
    assert after(TWO_CLAIMS, given.objection(CLAIM), rest_paid).disputed


def test_a_payment_taken_back_ends_the_dispute_of_the_whole_case() -> None:
    rest = split(share(100000, claim_id=OTHER_CLAIM))
    events = (TWO_CLAIMS, given.objection(CLAIM), allocated(rest))

    assert not after(*events, given.reversed_payment(100000, rest)).disputed


def test_a_groundless_objection_disputes_nothing() -> None:
    row = after(given.registered(), given.objection(groundless=True))

    assert (row.disputed, row.group(TODAY)) == (False, "pågående")


def test_an_answer_ends_the_dispute_it_answers_and_no_other() -> None:
    other = ObjectionRaised.model_validate(
        given.objection().model_copy(update={"objection_id": given.named("second")})
    )
    row = after(given.registered(), given.objection(), other, given.answered())

    assert (row.disputed, row.group(TODAY)) == (True, "på vent")
    assert not after(given.registered(), given.objection(), given.answered()).disputed


def test_principal_left_follows_payments_reductions_and_waivers() -> None:
    paid = (given.registered(), allocated(split(share(200000))))

    assert after(*paid).principal_left_ore == 300000
    assert after(*paid, given.reduced(100000)).principal_left_ore == 200000
    waived = (*paid, given.waived(principal=300000))
    assert after(*waived).principal_left_ore == 0
    assert after(*waived, given.REMAINDER_REINSTATED).principal_left_ore == 300000


def test_an_ended_case_tells_how_and_when() -> None:
    row = after(given.registered(), given.closed("part_paid_with_loss", date(2026, 9, 9)))

    assert (row.closed, row.closed_on) == ("part_paid_with_loss", date(2026, 9, 9))
    assert row.status(TODAY) == "DELBETALT/AVSLUTTET"


def test_a_withdrawn_case_that_is_reopened_begins_from_the_first_letter() -> None:
    sent = (given.registered(), given.varsel_sent(), given.demand_sent())

    assert after(*sent, given.WITHDRAWN, given.REOPENED).status(TODAY) == "REGISTRERT"
    paid = after(*sent, given.closed("paid"), given.REOPENED)
    assert paid.status(TODAY) == "BETALINGSOPPFORDRING"


def test_a_pause_holds_until_the_case_goes_on() -> None:
    assert after(given.registered(), given.PAUSED).group(TODAY) == "på vent"
    assert not after(given.registered(), given.PAUSED, given.RESUMED).paused


def test_an_approval_is_awaited_until_it_is_given_or_declined() -> None:
    asked = (given.registered(), given.APPROVAL_REQUESTED)

    assert after(*asked).group(TODAY) == "venter godkjenning"
    assert after(*asked).follow_up == "Rettslig tiltak venter på godkjenning"
    assert not after(*asked, given.APPROVAL_GIVEN).needs_follow_up
    assert after(*asked, given.APPROVAL_DECLINED).approval == "declined"


def test_what_a_person_has_to_do_is_told_in_words() -> None:
    assert not after(given.registered()).needs_follow_up
    assert after(given.registered(), given.objection()).follow_up == "Innsigelse venter på svar"
    assert after(given.registered(), given.RETURNED).follow_up == "Brev er kommet i retur"


def test_a_letter_sent_again_ends_the_follow_up_of_the_returned_one() -> None:
    row = after(given.registered(), given.RETURNED, given.varsel_sent())

    assert not row.needs_follow_up


def test_money_to_give_back_is_followed_up_after_the_case_has_ended() -> None:
    over = (given.registered(), given.held(1000), given.closed())

    assert after(*over).follow_up == "For mye innbetalt skal betales tilbake"
    assert not after(*over, given.REFUNDED).needs_follow_up
    assert not after(given.registered(), given.held(1000, "direct")).needs_follow_up


def test_the_last_day_something_happened_never_goes_back() -> None:
    row = after(given.registered(), given.closed(on=date(2026, 9, 2)), given.varsel_sent())

    assert row.last_event_on == date(2026, 9, 2)


def test_every_event_of_a_case_can_be_taken() -> None:
    for event in given.EXAMPLES[1:]:
        assert after(given.registered(), event).case_id == CASE
