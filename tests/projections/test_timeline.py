"""The timeline: every event has its sentence, and none tells what people wrote."""

from datetime import date

import pytest

from events.case import CASE_EVENTS, CaseEvent
from projections import timeline
from projections.happening import happened_on, kind
from projections.telling import sentence
from projections.timeline import Line
from projections.wording import NBSP
from tests.projections import given
from tests.projections.given import CASE, EXAMPLES, fold, history

SENTENCES = {
    "case.registered": "Sak 2026-000123 er registrert: faktura 1001, hovedstol 5 000,00 kr.",
    "case.inkassovarsel_ordered": (
        "Inkassovarsel er bestilt. Tidligst lovlige dag var 3. august 2026."
    ),
    "case.letter_released": (
        "Inkassovarsel er frigitt for utsending. Skyldig beløp: 5 061,49 kr."
    ),
    "case.letter_stopped": "Inkassovarsel ble stanset av en innsigelse.",
    "case.letter_lapsed": "Inkassovarsel ble ikke sendt den dagen det var frigitt for.",
    "case.letter_failed": "Inkassovarsel kunne ikke sendes (does_not_add_up); saken venter.",
    "case.letter_returned": "Inkassovarsel er kommet i retur.",
    "case.inkassovarsel_sent": "Inkassovarsel sendt. Frist 17. august 2026. Gebyr 38,00 kr.",
    "case.betalingsoppfordring_ordered": (
        "Betalingsoppfordring er bestilt. Tidligst lovlige dag var 3. august 2026."
    ),
    "case.betalingsoppfordring_sent": ("Betalingsoppfordring sendt. Frist 1. september 2026."),
    "case.salaer_claimed": "Lett salær kreves: 600,00 kr.",
    "case.objection_raised": "Skyldner har kommet med en innsigelse mot ett krav.",
    "case.objection_answered": ("Fordringshaver har avvist innsigelsen og opprettholder kravet."),
    "case.principal_reduced": "Hovedstolen er satt ned med 1 000,00 kr.",
    "case.costs_barred": "Omkostninger på 638,00 kr kreves ikke på grunn av innsigelsen.",
    "case.costs_reinstated": "Omkostninger på 638,00 kr kan kreves likevel.",
    "case.paused": "Saken er satt på vent.",
    "case.resumed": "Saken går videre.",
    "case.payment_received": "Innbetalt 5 710,16 kr hos oss, 1. september 2026.",
    "case.payment_allocated": (
        "Betalingen dekker hovedstol 5 000,00 kr, omkostninger 638,00 kr og renter 72,16 kr."
    ),
    "case.payment_freed": "1 014,00 kr av det som er betalt, skyldes ikke likevel.",
    "case.overpayment_held": "10,00 kr skal betales tilbake av oss: det er betalt mer enn kravet.",
    "case.refund_made": "10,00 kr er betalt tilbake til innbetaleren.",
    "case.payment_reversed": "En betaling på 5 710,16 kr er tilbakeført.",
    "case.approval_requested": (
        "Fordringshaver er spurt om rettslig tiltak, som kan settes i verk fra 2. september 2026."
    ),
    "case.approval_given": "Fordringshaver har godkjent rettslig tiltak.",
    "case.approval_declined": "Fordringshaver ønsker ikke rettslig tiltak.",
    "case.remainder_waived": "Resten, 10,00 kr, kreves ikke.",
    "case.remainder_reinstated": "Det som var frafalt, kreves igjen.",
    "case.contact_recorded": "Skyldner har tatt kontakt på telefon.",
    "case.closed": "Saken er avsluttet: kravet er betalt.",
    "case.reopened": "Saken er gjenåpnet fordi en betaling ble tilbakeført.",
    "case.withdrawn": "Saken er trukket av fordringshaver. Gebyr etter avtalen: 250,00 kr.",
    "case.withdrawal_notice_ordered": "Melding om at saken er avsluttet er bestilt (SMS).",
    "case.withdrawal_notice_sent": "Skyldner har fått melding om at saken er avsluttet (SMS).",
}


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.TYPE)
def test_every_event_has_its_sentence(event: CaseEvent) -> None:
    assert plain(sentence(event)) == SENTENCES[event.TYPE]


def test_every_type_of_event_is_told_here() -> None:
    assert set(SENTENCES) == {event.TYPE for event in CASE_EVENTS}


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.TYPE)
def test_no_sentence_copies_what_people_wrote(event: CaseEvent) -> None:
    assert given.PRIVATE not in sentence(event)


def test_a_line_stands_where_its_event_does() -> None:
    rows = fold(timeline.PROJECTION, history(given.registered(), given.varsel_sent()))
    line = rows[(CASE, 2)]

    assert isinstance(line, Line)
    assert (line.on, line.at, line.actor) == (date(2026, 8, 3), given.NOW, "test")
    assert (line.kind, line.type) == ("brev", "case.inkassovarsel_sent")
    assert len(rows) == 2


def test_an_event_of_another_stream_has_no_line() -> None:
    payouts = history(given.PREPARED, stream=f"settlement-{given.CREDITOR}")

    assert fold(timeline.PROJECTION, payouts) == {}


def test_a_payment_happened_when_it_was_received() -> None:
    assert happened_on(given.received(100)) == date(2026, 9, 2)


def test_each_phase_has_its_word() -> None:
    events = (given.closed(), given.varsel_sent(), given.objection(), given.held(1))

    assert [kind(event) for event in events] == ["sak", "brev", "innsigelse", "penger"]


def test_a_letter_that_crossed_an_objection_says_so() -> None:
    crossed = given.varsel_sent().model_copy(update={"crossed": "objection"})

    assert plain(sentence(crossed)).endswith("Brevet krysset en innsigelse.")


def test_a_payment_to_the_creditor_says_so() -> None:
    assert "direkte hos fordringshaver" in sentence(given.received(100, source="direct"))


def test_a_withdrawal_free_of_charge_names_no_charge() -> None:
    free = given.WITHDRAWN.model_copy(update={"charge_ore": 0})

    assert sentence(free) == "Saken er trukket av fordringshaver."
