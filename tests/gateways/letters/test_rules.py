"""The last door before print: what the law forbids is not printed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.refusal import RefusedError
from events.money import Ore
from gateways.letters.content import LetterError
from gateways.letters.render import render
from gateways.letters.rules import validate


def owing(letter, **parts):
    """The letter with other figures owed, its total and its only claim made to agree."""
    owed = replace(letter.owed, **parts)
    extras = owed.letter_fees_ore + owed.salaer_ore + owed.compensation_ore + owed.court_fees_ore
    whole = Ore(owed.principal_ore + owed.interest_ore + extras)
    claim = replace(
        letter.claims[0], principal_ore=owed.principal_ore, interest_ore=owed.interest_ore
    )
    return replace(letter, owed=replace(owed, total_ore=whole), claims=(claim,))


def test_a_lawful_letter_of_each_kind_passes(
    inkassovarsel, betalingsoppfordring, withdrawal, settlement
):
    for letter in (inkassovarsel, betalingsoppfordring, withdrawal, settlement):
        validate(letter)


@pytest.mark.law("inkassoloven 1988 § 9")
def test_an_inkassovarsel_gives_fourteen_days_from_sending(inkassovarsel):
    with pytest.raises(RefusedError, match="deadline too short") as refused:
        validate(replace(inkassovarsel, pay_by=date(2026, 8, 16)))
    assert refused.value.code == "deadline_too_short"
    assert refused.value.law == "inkassoloven 1988 § 9"
    assert refused.value.facts["earliest"] == date(2026, 8, 17)


@pytest.mark.law("inkassoloven 1988 § 10")
def test_a_betalingsoppfordring_gives_fourteen_days_to_pay_or_object(betalingsoppfordring):
    assert code_of(replace(betalingsoppfordring, pay_by=date(2026, 8, 31))) == "deadline_too_short"


def code_of(letter):
    with pytest.raises(RefusedError) as refused:
        validate(letter)
    return refused.value.code


@pytest.mark.law("inkassoloven 1988 § 9")
def test_nobody_is_warned_before_the_day_after_the_due_date(inkassovarsel):
    claim = replace(inkassovarsel.claims[0], due_on=inkassovarsel.sent_on)
    assert code_of(replace(inkassovarsel, claims=(claim,))) == "not_due"


@pytest.mark.law("inkassoforskriften 1989 § 1-2")
def test_a_warning_before_the_fourteenth_day_may_go_but_costs_nothing(inkassovarsel):
    claim = replace(inkassovarsel.claims[0], due_on=date(2026, 7, 21))
    early = replace(inkassovarsel, claims=(claim,))
    assert code_of(early) == "fee_too_early"
    validate(replace(owing(early, letter_fees_ore=Ore(0)), letter_fee_ore=Ore(0)))


@pytest.mark.law("inkassoloven 1988 § 17")
def test_an_inkassovarsel_asks_for_no_salaer(inkassovarsel):
    assert code_of(owing(inkassovarsel, salaer_ore=Ore(60000))) == "salaer_before_demand"


@pytest.mark.law("inkassoloven 1988 § 10")
def test_a_betalingsoppfordring_needs_an_inkassovarsel_before_it(betalingsoppfordring):
    unwarned = replace(betalingsoppfordring, earlier_notice_on=None)
    assert code_of(unwarned) == "inkassovarsel_missing"


@pytest.mark.law("inkassoloven 1988 § 10")
def test_a_betalingsoppfordring_waits_until_the_deadline_of_the_warning_is_over(
    betalingsoppfordring,
):
    last_day = replace(betalingsoppfordring, earlier_notice_on=date(2026, 8, 4))
    assert code_of(last_day) == "inkassovarsel_deadline_open"
    validate(replace(betalingsoppfordring, earlier_notice_on=date(2026, 8, 3)))


@pytest.mark.law("forsinkelsesrenteloven 1976 § 3a")
def test_compensation_is_never_asked_of_a_consumer(betalingsoppfordring):
    asked = owing(betalingsoppfordring, compensation_ore=Ore(43000))
    assert code_of(asked) == "compensation_from_consumer"
    validate(replace(asked, consumer=False))


@pytest.mark.law("inkassoloven 1988 § 10")
def test_interest_is_not_asked_without_a_rate_and_a_first_day(betalingsoppfordring):
    assert code_of(replace(betalingsoppfordring, rate=None)) == "interest_unexplained"
    claim = replace(betalingsoppfordring.claims[0], interest_from_on=None)
    assert code_of(replace(betalingsoppfordring, claims=(claim,))) == "interest_unexplained"


def test_a_letter_without_a_creditor_or_a_claim_is_no_demand(inkassovarsel):
    assert code_of(replace(inkassovarsel, creditor_name=" ")) == "creditor_missing"
    assert code_of(replace(inkassovarsel, claims=())) == "claims_missing"


@pytest.mark.parametrize(
    "wrong",
    [
        {"total_ore": Ore(506150)},
        {"principal_ore": Ore(499900), "interest_ore": Ore(2449)},
        {"salaer_ore": Ore(1)},
    ],
)
def test_a_letter_whose_figures_do_not_add_up_is_refused(inkassovarsel, wrong):
    letter = replace(inkassovarsel, owed=replace(inkassovarsel.owed, **wrong))
    assert code_of(letter) == "does_not_add_up"


def test_a_fee_of_the_letter_larger_than_the_fees_owed_does_not_add_up(inkassovarsel):
    assert code_of(replace(inkassovarsel, letter_fee_ore=Ore(3801))) == "does_not_add_up"


@pytest.mark.parametrize(
    "wrong",
    [{"interest_ore": Ore(-1)}, {"paid_ore": Ore(-1)}, {"interest_per_day_ore": Decimal(-1)}],
)
def test_a_demand_has_no_negative_amount(inkassovarsel, wrong):
    assert code_of(owing(inkassovarsel, **wrong)) == "amount_negative"


def test_nothing_is_demanded_of_one_who_owes_nothing(inkassovarsel):
    nothing = owing(
        replace(inkassovarsel, letter_fee_ore=Ore(0)),
        principal_ore=Ore(0),
        interest_ore=Ore(0),
        letter_fees_ore=Ore(0),
    )
    assert code_of(nothing) == "nothing_owed"


def test_letters_with_costs_stop_when_nobody_has_read_the_rules_of_their_day(inkassovarsel):
    late = replace(inkassovarsel, sent_on=date(2027, 1, 4), pay_by=date(2027, 1, 18))
    assert code_of(late) == "regime_not_reviewed"


@pytest.mark.law("inkassoloven 1988 § 8")
def test_a_withdrawal_says_whose_claim_it_was_and_which(withdrawal):
    assert code_of(replace(withdrawal, creditor_name="")) == "creditor_missing"
    assert code_of(replace(withdrawal, invoice_numbers=())) == "claims_missing"


@pytest.mark.law("inkassoloven 1988 § 15")
def test_a_settlement_adds_up_line_by_line_and_as_a_whole(settlement):
    first = replace(settlement.lines[0], to_creditor_ore=Ore(492217))
    assert code_of(replace(settlement, lines=(first,), paid_out_ore=Ore(492217))) == (
        "does_not_add_up"
    )
    assert code_of(replace(settlement, paid_out_ore=Ore(1))) == "does_not_add_up"
    assert code_of(replace(settlement, lines=())) == "claims_missing"


@pytest.mark.law("inkassoloven 1988 § 15")
def test_what_is_carried_over_is_not_told_as_principal_again(settlement):
    twice = replace(settlement.lines[3], principal_ore=Ore(31050))
    assert code_of(replace(settlement, lines=(twice,), paid_out_ore=Ore(31050))) == (
        "does_not_add_up"
    )


@pytest.mark.law("inkassoloven 1988 § 15")
def test_less_than_nothing_is_never_paid_out_and_a_period_runs_forward(settlement):
    owing_us = replace(settlement, lines=(settlement.lines[1],), paid_out_ore=Ore(-63800))
    assert code_of(owing_us) == "amount_negative"
    assert code_of(replace(settlement, period_to_on=date(2026, 8, 30))) == "period_backwards"


@pytest.mark.parametrize("kid", ["", "1", "12A", "1" * 26, "12-3", "١٢٣"])
def test_what_is_no_kid_is_not_printed_as_one(inkassovarsel, kid):
    with pytest.raises(LetterError, match="kid is not"):
        validate(replace(inkassovarsel, kid=kid))


def test_account_and_organisation_number_are_digits_and_an_account_stays_masked(
    inkassovarsel, settlement
):
    agency = inkassovarsel.agency
    with pytest.raises(LetterError, match="account is not eleven"):
        validate(replace(inkassovarsel, agency=replace(agency, account="1506 45 12345")))
    with pytest.raises(LetterError, match="orgnr is not nine"):
        validate(replace(inkassovarsel, agency=replace(agency, orgnr="99988877")))
    with pytest.raises(LetterError, match="account_masked shows"):
        validate(replace(settlement, account_masked="15064512345"))


def test_what_may_not_be_sent_cannot_be_rendered(inkassovarsel):
    with pytest.raises(RefusedError):
        render(replace(inkassovarsel, pay_by=date(2026, 8, 16)))
