"""Letters and payouts on their way out of the house."""

from datetime import date

import pytest

from events.base import Event
from projections import ordered_act
from projections.ordered_act import OrderedAct
from tests.projections import given
from tests.projections.given import CASE, CREDITOR, NOTICE, PAYOUT, VARSEL, fold, history

TODAY = date(2026, 8, 3)


def letter(*events: Event) -> OrderedAct:
    row = fold(ordered_act.PROJECTION, history(*events))[(VARSEL,)]
    assert isinstance(row, OrderedAct)
    return row


def test_an_ordered_letter_waits_for_its_release() -> None:
    row = letter(given.registered(), given.VARSEL_ORDERED)

    assert (row.kind, row.state, row.case_id) == ("inkassovarsel", "ordered", CASE)
    assert (row.nid, row.ordered_on, row.stream) == (2, TODAY, f"case-{CASE}")


def test_a_released_letter_is_uncertain_once_its_day_has_passed() -> None:
    row = letter(given.VARSEL_ORDERED, given.released())

    assert (row.state, row.worker) == ("released", "worker 1")
    assert not row.uncertain(TODAY)
    assert row.uncertain(date(2026, 8, 4))


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (given.varsel_sent(), "done"),
        (given.STOPPED, "stopped"),
        (given.LAPSED, "lapsed"),
        (given.RETURNED, "returned"),
    ],
)
def test_a_letter_ends_as_it_was_reported(event: Event, state: str) -> None:
    row = letter(given.VARSEL_ORDERED, event)

    assert row.state == state
    assert row.done_on is not None
    assert not row.uncertain(date(2027, 1, 1))


def test_a_stopped_letter_tells_what_stopped_it() -> None:
    assert letter(given.VARSEL_ORDERED, given.STOPPED).reason == "objection"


def test_every_kind_of_letter_is_an_act_of_its_own() -> None:
    events = history(
        given.VARSEL_ORDERED,
        given.DEMAND_ORDERED,
        given.NOTICE_ORDERED,
        given.demand_sent(),
        given.NOTICE_SENT,
    )
    rows = fold(ordered_act.PROJECTION, events)
    states = {row.kind: row.state for row in rows.values() if isinstance(row, OrderedAct)}

    assert states == {
        "inkassovarsel": "ordered",
        "betalingsoppfordring": "done",
        "withdrawal_notice": "done",
    }
    assert (NOTICE,) in rows


def test_a_payout_is_released_by_its_instruction_and_done_when_confirmed() -> None:
    events = history(
        given.PREPARED, given.INSTRUCTED, given.CONFIRMED, stream=f"settlement-{CREDITOR}"
    )
    states = []
    for length in (1, 2, 3):
        row = fold(ordered_act.PROJECTION, events[:length])[(PAYOUT,)]
        assert isinstance(row, OrderedAct)
        states.append(row.state)

    assert states == ["ordered", "released", "done"]
    assert (row.creditor_id, row.case_id) == (CREDITOR, None)


def test_a_rejected_payout_tells_why() -> None:
    events = history(given.PREPARED, given.REJECTED, stream=f"settlement-{CREDITOR}")
    row = fold(ordered_act.PROJECTION, events)[(PAYOUT,)]

    assert isinstance(row, OrderedAct)
    assert (row.state, row.reason) == ("rejected", "account closed")


def test_other_events_order_nothing() -> None:
    quiet = (given.registered(), given.received(1), given.objection(), given.closed())

    assert fold(ordered_act.PROJECTION, history(*quiet)) == {}
