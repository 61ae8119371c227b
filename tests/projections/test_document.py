"""The documents of a case."""

from datetime import date

from events.base import Event
from projections import document
from projections.document import Document
from projections.projection import Key
from tests.projections import given
from tests.projections.given import CASE, DEMAND, NOTICE, VARSEL, fold, history


def after(*events: Event) -> dict[Key, Document]:
    rows = fold(document.PROJECTION, history(*events))
    return {key: row for key, row in rows.items() if isinstance(row, Document)}


def test_every_letter_that_left_the_house_is_a_document() -> None:
    rows = after(given.varsel_sent(), given.demand_sent(), given.NOTICE_SENT)

    assert list(rows) == [(CASE, VARSEL), (CASE, DEMAND), (CASE, NOTICE)]
    assert rows[(CASE, VARSEL)].pay_by == date(2026, 8, 17)
    assert rows[(CASE, VARSEL)].content_hmac == "aa"
    assert (rows[(CASE, NOTICE)].channel, rows[(CASE, NOTICE)].kind) == (
        "sms",
        "withdrawal_notice",
    )


def test_a_letter_that_has_not_left_is_no_document() -> None:
    assert after(given.VARSEL_ORDERED, given.released(), given.STOPPED) == {}


def test_a_returned_letter_is_still_a_document() -> None:
    rows = after(given.varsel_sent(), given.RETURNED)

    assert rows[(CASE, VARSEL)].returned_on == date(2026, 8, 10)
