"""The letters before court: when each may be ordered, may leave the house, and has left it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from engine.case.lifecycle import PauseCase, ReopenCase, ResumeCase, WithdrawCase, WriteOffCase
from engine.case.sending import LapseLetter, ReportLetterFailed, ReportLetterReturned
from engine.refusal import RefusedError
from events.case import (
    BetalingsoppfordringOrdered,
    BetalingsoppfordringSent,
    InkassovarselOrdered,
    InkassovarselSent,
    LetterReleased,
    SalaerClaimed,
    WithdrawalNoticeSent,
)
from events.personal import Clear
from tests.cases import (
    DEBTOR,
    DEMAND_DEADLINE,
    DEMANDED_ON,
    HEAVY_FROM,
    REGISTERED_ON,
    VARSEL_DEADLINE,
    Play,
    claim,
    creditors_varsel,
    named,
    registered,
    terms,
    types,
)

FRIDAY_DUE = date(2026, 7, 24)


@pytest.mark.law("inkassoloven 1988 § 9")
def test_the_time_to_pay_runs_from_sending_not_from_ordering() -> None:
    play = Play()
    play.order_varsel(REGISTERED_ON)
    play.release("varsel", date(2026, 8, 5))
    sent = play.confirm("varsel", date(2026, 8, 5))[0]

    assert isinstance(sent, InkassovarselSent)
    assert sent.pay_by == date(2026, 8, 19)


@pytest.mark.law("inkassoforskriften 1989 § 1-2")
def test_the_varsel_may_not_go_before_fourteen_days_after_the_due_date() -> None:
    play = Play(event=registered(on=date(2026, 8, 2)))

    with pytest.raises(RefusedError, match="too early") as refused:
        play.order_varsel(date(2026, 8, 2))

    assert refused.value.facts["earliest"] == REGISTERED_ON


def test_the_varsel_waits_for_the_claim_that_fell_due_last() -> None:
    play = Play(claim("A"), claim("B", due=FRIDAY_DUE))

    with pytest.raises(RefusedError) as refused:
        play.order_varsel(date(2026, 8, 6))

    assert refused.value.code == "too_early"
    assert types(play.order_varsel(date(2026, 8, 7))) == ["inkassovarsel_ordered"]


def test_letters_leave_on_bank_days_only() -> None:
    saturday = date(2026, 8, 8)
    play = Play()

    with pytest.raises(RefusedError) as refused:
        play.order_varsel(saturday)

    assert refused.value.code == "not_a_bank_day"
    assert refused.value.facts["earliest"] == date(2026, 8, 10)
    play.order_varsel()
    with pytest.raises(RefusedError) as refused:
        play.release("varsel", saturday)
    assert refused.value.code == "not_a_bank_day"


def test_ordering_the_varsel_twice_changes_nothing() -> None:
    play = Play()
    ordered = play.order_varsel()

    assert isinstance(ordered[0], InkassovarselOrdered)
    assert play.order_varsel() == []
    assert play.order_varsel(name="another") == []


def test_the_order_tells_why_it_is_lawful_on_its_day() -> None:
    ordered = Play().order_varsel()[0]

    assert isinstance(ordered, InkassovarselOrdered)
    assert ordered.grounds.earliest_on == REGISTERED_ON
    assert {given.name: given.value for given in ordered.grounds.inputs} == {
        "due_on": "2026-07-20",
        "registered_on": "2026-08-03",
    }


@pytest.mark.law("inkassoloven 1988 § 10")
def test_the_demand_goes_the_day_after_the_deadline_of_the_varsel_and_not_before() -> None:
    play = Play().warned()

    with pytest.raises(RefusedError) as refused:
        play.order_demand(VARSEL_DEADLINE)

    assert refused.value.code == "too_early"
    assert refused.value.facts["earliest"] == DEMANDED_ON
    assert isinstance(play.order_demand()[0], BetalingsoppfordringOrdered)
    assert play.order_demand(name="again") == []


def test_there_is_no_demand_without_a_varsel() -> None:
    with pytest.raises(RefusedError) as refused:
        Play().order_demand()

    assert refused.value.code == "varsel_missing"
    assert refused.value.law == "inkassoloven 1988 § 9"


def test_the_demand_asks_the_light_salaer_of_the_day_it_is_sent() -> None:
    play = Play().warned()
    play.order_demand()
    released = play.release("demand", DEMANDED_ON)[0]
    sent, salaer = play.confirm("demand", DEMANDED_ON)

    assert isinstance(released, LetterReleased)
    assert released.printed is not None
    assert released.printed.salaer_ore == 60_000
    assert released.printed.letter_fees_ore == 3_800
    assert released.printed.interest_ore == 4_866
    assert released.printed.total_ore == 568_666
    assert released.printed.interest_per_day == "167.81"
    assert released.printed.rate_percent == "12.25"
    assert isinstance(sent, BetalingsoppfordringSent)
    assert sent.pay_by == DEMAND_DEADLINE
    assert isinstance(salaer, SalaerClaimed)
    assert (salaer.level, salaer.amount_ore) == ("light", 60_000)


@pytest.mark.law("inkassoloven 1988 § 9")
def test_the_creditors_own_varsel_is_as_good_as_ours() -> None:
    play = Play(
        event=registered(claim(varsel=creditors_varsel()), on=DEMANDED_ON),
    )

    assert play.order_varsel(DEMANDED_ON) == []
    play.demanded()
    assert play.owed(date(2026, 8, 31)).letter_fees_ore == 3_800


def test_a_varsel_that_fell_short_counts_as_none_and_costs_nothing() -> None:
    short = creditors_varsel().model_copy(update={"counts": False})
    play = Play(claim(varsel=short))

    assert play.owed(REGISTERED_ON).letter_fees_ore == 0
    with pytest.raises(RefusedError, match="varsel missing"):
        play.order_demand()
    assert types(play.order_varsel()) == ["inkassovarsel_ordered"]


def test_a_varsel_on_one_claim_of_two_does_not_warn_of_the_other() -> None:
    play = Play(claim("A", varsel=creditors_varsel()), claim("B"))

    assert types(play.order_varsel()) == ["inkassovarsel_ordered"]


@pytest.mark.law("inkassoforskriften 1989 § 1-3")
def test_the_second_letter_fee_waits_for_the_deadline_of_the_first() -> None:
    play = Play(claim("A", varsel=creditors_varsel()), claim("B"))
    play.warned(date(2026, 8, 10))

    assert play.owed(date(2026, 8, 10)).letter_fees_ore == 3_800

    later = Play(claim("A", varsel=creditors_varsel()), claim("B"))
    later.warned(DEMANDED_ON)
    assert later.owed(DEMANDED_ON).letter_fees_ore == 7_600


def test_no_fee_is_asked_where_the_agreement_says_so() -> None:
    play = Play(event=registered(terms=terms(claim_letter_fees=False))).warned()

    assert play.owed(REGISTERED_ON).costs_ore == 0


@pytest.mark.law("inkassoforskriften 1989 § 2-3")
def test_heavy_salaer_is_claimed_on_the_forty_third_day_and_not_before() -> None:
    play = Play().warned().demanded()

    with pytest.raises(RefusedError) as refused:
        play.heavy(HEAVY_FROM - timedelta(1))

    assert refused.value.code == "too_early"
    assert play.owed(HEAVY_FROM - timedelta(1)).salaer_ore == 60_000
    claimed = play.heavy()[0]
    assert isinstance(claimed, SalaerClaimed)
    assert (claimed.level, claimed.amount_ore) == ("heavy", 120_000)
    assert play.owed(HEAVY_FROM).salaer_ore == 120_000
    assert play.heavy() == []


def test_heavy_salaer_is_never_claimed_backwards() -> None:
    play = Play().warned().demanded()
    play.heavy(date(2026, 10, 5))

    assert play.owed(date(2026, 10, 4)).salaer_ore == 60_000
    assert play.owed(date(2026, 10, 5)).salaer_ore == 120_000


def test_heavy_salaer_needs_a_demand() -> None:
    with pytest.raises(RefusedError) as refused:
        Play().warned().heavy()

    assert refused.value.code == "demand_missing"


def test_nothing_is_ordered_where_nothing_is_owed() -> None:
    play = Play(event=registered(terms=terms(small_balance_ore=0))).warned()
    play.pay(503_800, date(2026, 8, 10))
    assert play.case.closed is None  # the interest is still owed

    for ask in (play.order_demand, play.heavy):
        with pytest.raises(RefusedError) as refused:
            ask()
        assert refused.value.code == "nothing_owed"


def test_a_release_holds_for_its_worker_and_its_day() -> None:
    play = Play()
    play.order_varsel()
    play.release("varsel", REGISTERED_ON)

    assert play.release("varsel", REGISTERED_ON) == []
    with pytest.raises(RefusedError) as elsewhere:
        play.release("varsel", REGISTERED_ON, worker="w2")
    assert elsewhere.value.code == "letter_released_elsewhere"
    with pytest.raises(RefusedError) as lapsed:
        play.release("varsel", date(2026, 8, 4))
    assert lapsed.value.code == "release_lapsed"


def test_a_release_that_was_never_used_lapses_after_its_day_and_the_step_is_due_again() -> None:
    play = Play()
    play.order_varsel()
    assert play.do(LapseLetter(letter_id=named("varsel"), today=REGISTERED_ON)) == []
    play.release("varsel", REGISTERED_ON)

    with pytest.raises(RefusedError) as holds:
        play.do(LapseLetter(letter_id=named("varsel"), today=REGISTERED_ON))
    assert holds.value.code == "release_holds"
    lapsed = play.do(LapseLetter(letter_id=named("varsel"), today=date(2026, 8, 4)))
    assert types(lapsed) == ["letter_lapsed"]
    assert play.order_varsel(date(2026, 8, 4)) == []  # the same letter is not made again
    assert types(play.order_varsel(date(2026, 8, 4), name="second")) == ["inkassovarsel_ordered"]


def test_a_letter_nobody_ordered_is_unknown() -> None:
    play = Play()
    asks: list[Callable[[], object]] = [
        lambda: play.release("varsel", REGISTERED_ON),
        lambda: play.confirm("varsel", REGISTERED_ON),
        lambda: play.do(LapseLetter(letter_id=named("x"), today=REGISTERED_ON)),
        lambda: play.do(ReportLetterReturned(letter_id=None, today=REGISTERED_ON)),
    ]

    for ask in asks:
        with pytest.raises(RefusedError) as refused:
            ask()
        assert refused.value.code == "letter_unknown"


def test_a_letter_is_sent_once_and_only_when_released() -> None:
    play = Play()
    play.order_varsel()

    with pytest.raises(RefusedError) as refused:
        play.confirm("varsel", REGISTERED_ON)
    assert refused.value.code == "letter_not_released"
    play.release("varsel", REGISTERED_ON)
    assert len(play.confirm("varsel", REGISTERED_ON)) == 1
    assert play.confirm("varsel", REGISTERED_ON) == []
    assert play.release("varsel", REGISTERED_ON) == []


def test_a_letter_that_costs_money_stops_after_the_last_day_anyone_read_the_rules_for() -> None:
    play = Play()
    play.order_varsel()

    with pytest.raises(RefusedError) as refused:
        play.release("varsel", date(2027, 1, 4))

    assert refused.value.code == "regime_not_reviewed"


def test_a_pause_between_order_and_release_stops_the_letter() -> None:
    play = Play()
    play.order_varsel()
    play.do(PauseCase(today=REGISTERED_ON, reason=Clear(person_id=DEBTOR, text="asked")))

    with pytest.raises(RefusedError) as refused:
        play.release("varsel", REGISTERED_ON)
    assert refused.value.code == "letter_stopped"
    with pytest.raises(RefusedError) as paused:
        play.order_varsel(name="second")
    assert paused.value.code == "case_paused"
    play.do(ResumeCase(today=REGISTERED_ON))
    assert play.order_varsel() == []  # what was stopped stays stopped
    assert types(play.order_varsel(name="second")) == ["inkassovarsel_ordered"]


def test_a_returned_letter_lets_the_case_rest() -> None:
    play = Play().warned()
    returned = play.do(ReportLetterReturned(letter_id=None, today=date(2026, 8, 12)))

    assert types(returned) == ["letter_returned"]
    assert play.do(ReportLetterReturned(letter_id=named("varsel"), today=REGISTERED_ON)) == []
    with pytest.raises(RefusedError) as refused:
        play.order_demand()
    assert refused.value.code == "case_paused"


def test_an_objection_while_the_letter_is_on_its_way_is_told_as_having_crossed_it() -> None:
    play = Play().warned()
    play.order_demand()
    play.release("demand", DEMANDED_ON)
    play.object(DEMANDED_ON)
    sent = play.confirm("demand", DEMANDED_ON)

    assert isinstance(sent[0], BetalingsoppfordringSent)
    assert sent[0].crossed == "objection"
    assert types(sent) == ["betalingsoppfordring_sent"]  # and no salær is claimed
    assert play.owed(DEMANDED_ON).costs_ore == 0


def test_a_payment_while_the_demand_is_on_its_way_leaves_no_salaer_behind() -> None:
    play = Play().warned()
    play.order_demand()
    play.release("demand", DEMANDED_ON)
    play.pay(508_666, VARSEL_DEADLINE, booked=DEMANDED_ON)
    sent = play.confirm("demand", DEMANDED_ON)

    assert isinstance(sent[0], BetalingsoppfordringSent)
    assert sent[0].crossed == "payment"
    assert len(sent) == 1
    assert play.owed(date(2026, 10, 30)).total_ore == 0


def test_a_varsel_that_crossed_the_payment_costs_nothing() -> None:
    play = Play()
    play.order_varsel()
    play.release("varsel", REGISTERED_ON)
    play.pay(502_400, REGISTERED_ON)
    sent = play.confirm("varsel", REGISTERED_ON)[0]

    assert isinstance(sent, InkassovarselSent)
    assert (sent.crossed, sent.fee_ore) == ("payment", 0)
    assert play.owed(date(2026, 9, 1)).total_ore == 0


@pytest.mark.parametrize("reopened_first", [False, True])
def test_a_demand_that_crossed_a_withdrawal_never_counts(reopened_first: bool) -> None:  # noqa: FBT001 - a parameter
    play = Play().warned()
    play.order_demand()
    play.release("demand", DEMANDED_ON)
    play.do(WithdrawCase(today=DEMANDED_ON, letter_id=named("bye"), channel="sms"))
    if reopened_first:
        play.do(ReopenCase(today=DEMANDED_ON))
    sent = play.confirm("demand", DEMANDED_ON)

    assert isinstance(sent[0], BetalingsoppfordringSent)
    assert sent[0].crossed == "withdrawal"
    assert len(sent) == 1
    assert play.owed(HEAVY_FROM).salaer_ore == 0


def test_a_letter_that_crossed_a_write_off_is_told_so() -> None:
    play = Play()
    play.order_varsel()
    play.release("varsel", REGISTERED_ON)
    play.do(WriteOffCase(today=REGISTERED_ON))
    sent = play.confirm("varsel", REGISTERED_ON)[0]

    assert isinstance(sent, InkassovarselSent)
    assert sent.crossed == "closed"


def test_the_debtor_is_told_of_a_withdrawal_by_the_channel_that_was_asked() -> None:
    play = Play().warned()
    play.do(WithdrawCase(today=VARSEL_DEADLINE, letter_id=named("bye"), channel="sms"))
    released = play.release("bye", VARSEL_DEADLINE)[0]
    told = play.confirm("bye", VARSEL_DEADLINE)[0]

    assert isinstance(released, LetterReleased)
    assert (released.printed, released.fee_ore, released.pay_by) == (None, 0, None)
    assert isinstance(told, WithdrawalNoticeSent)
    assert told.channel == "sms"


def test_nobody_is_told_of_a_withdrawal_that_was_taken_back() -> None:
    play = Play().warned()
    play.do(WithdrawCase(today=VARSEL_DEADLINE, letter_id=named("bye"), channel="letter"))
    play.do(ReopenCase(today=VARSEL_DEADLINE))

    with pytest.raises(RefusedError) as refused:
        play.release("bye", VARSEL_DEADLINE)

    assert refused.value.code == "letter_stopped"


def test_a_demand_released_after_a_second_varsel_waits_for_its_deadline() -> None:
    play = Play().warned()
    play.order_demand()
    play.do(WithdrawCase(today=DEMANDED_ON, letter_id=named("bye"), channel="letter"))
    play.do(ReopenCase(today=DEMANDED_ON))

    with pytest.raises(RefusedError, match="varsel missing"):
        play.order_demand(name="second")
    assert types(play.order_varsel(DEMANDED_ON, name="again")) == ["inkassovarsel_ordered"]


def test_a_letter_that_cannot_be_made_rests_the_case_until_a_person_has_looked() -> None:
    play = Play()
    play.order_varsel()
    play.release("varsel", REGISTERED_ON)
    failed = ReportLetterFailed(
        letter_id=named("varsel"), code="letter_unprintable", today=REGISTERED_ON
    )

    assert types(play.do(failed)) == ["letter_failed"]
    assert play.case.paused
    assert play.do(failed) == []

    play.do(ResumeCase(today=REGISTERED_ON))
    assert types(play.order_varsel(name="again")) == ["inkassovarsel_ordered"]


def test_only_a_released_letter_can_fail() -> None:
    play = Play()
    play.order_varsel()
    failed = ReportLetterFailed(letter_id=named("varsel"), code="x", today=REGISTERED_ON)

    with pytest.raises(RefusedError) as refused:
        play.do(failed)

    assert refused.value.code == "letter_not_released"
