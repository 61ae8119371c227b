"""Letters as PDF: what the law wants told is told, and the same bytes come every time."""

import io
import re
import unicodedata
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from multiprocessing import get_context

import pytest
from pypdf import PdfReader

from events.money import Ore
from gateways.letters.content import LetterError
from gateways.letters.printable import PRINTABLE
from gateways.letters.render import render, render_png

INJECTIONS = ["#panic()", "*fet*", "$x$", "<merke>", '#read("/frame.typ")', "\\u{41}", '"]; //']


def pages_of(letter):
    reader = PdfReader(io.BytesIO(render(letter)))
    return [flat(page.extract_text()) for page in reader.pages]


def text_of(letter):
    return " ".join(pages_of(letter))


def flat(text):
    plain = unicodedata.normalize("NFKC", text.replace("\u200b", "").replace("\u2212", "-"))
    return re.sub(r"\s+", " ", plain)


def with_claims(letter, count):
    claims = tuple(
        replace(letter.claims[0], invoice_number=str(1001 + number)) for number in range(count)
    )
    more = count - 1
    owed = replace(
        letter.owed,
        principal_ore=Ore(letter.owed.principal_ore * count),
        interest_ore=Ore(letter.owed.interest_ore * count),
        total_ore=Ore(letter.owed.total_ore + more * 502349),
    )
    return replace(letter, claims=claims, owed=owed)


@pytest.mark.law("inkassoloven 1988 § 9")
def test_an_inkassovarsel_says_clearly_that_inkasso_will_follow_and_by_when_to_pay(inkassovarsel):
    (text,) = pages_of(inkassovarsel)
    assert "Inkassovarsel" in text
    assert "Hvis kravet ikke er betalt innen 17. august 2026, vil inkasso bli satt i verk." in text
    assert "Betal senest 17. august 2026" in text
    assert "banken din har mottatt betalingsoppdraget senest 17. august 2026" in text


@pytest.mark.law("inkassoloven 1988 § 9")
def test_an_inkassovarsel_does_not_say_that_costs_are_sure_to_come(inkassovarsel):
    text = text_of(inkassovarsel)
    assert "kan du bli ansvarlig for kostnader" in text
    assert "Betaler du innen fristen, krever vi ikke inkassosalær." in text
    for hint in ("vil påløpe", "må du betale kostnader", "utlegg", "rettslig", "Inkassosalær "):
        assert hint not in text


@pytest.mark.law("inkassoloven 1988 § 10")
def test_a_betalingsoppfordring_says_whose_claim_it_is_and_what_for(betalingsoppfordring):
    text = text_of(betalingsoppfordring)
    assert "på vegne av Fjordvarme AS" in text
    assert "Inkassovarsel ble sendt 3. august 2026" in text
    assert "1001 06.07.2026 20.07.2026 Fjernvarme, andre kvartal 2026 5 000,00 23,49" in text


@pytest.mark.law("inkassoloven 1988 § 10")
def test_a_betalingsoppfordring_tells_principal_and_additions_apart(betalingsoppfordring):
    text = text_of(betalingsoppfordring)
    assert "Hovedstol 5 000,00 kr" in text
    assert "Forsinkelsesrente til og med 18. august 2026 23,49 kr" in text
    assert "Purre- og varselgebyr 38,00 kr" in text
    assert "Inkassosalær 600,00 kr" in text
    assert "Sum å betale per 18. august 2026 5 661,49 kr" in text
    assert "Standardkompensasjon" not in text


@pytest.mark.law("inkassoloven 1988 § 10")
def test_a_betalingsoppfordring_tells_rate_first_day_and_interest_a_day(betalingsoppfordring):
    text = text_of(betalingsoppfordring)
    assert "12,25 prosent per år. Satsen gjelder fra 1. juli 2026" in text
    assert "23,49 21.07.2026" in text
    assert "For hver dag etter 18. august 2026 øker kravet med 1,68 kr (avrundet) i rente" in text
    assert "satsene som har gjeldt" not in text


@pytest.mark.law("inkassoloven 1988 § 10")
def test_a_betalingsoppfordring_tells_how_to_object_complain_and_get_help(betalingsoppfordring):
    text = text_of(betalingsoppfordring)
    assert "Du må betale, eller si fra at du er uenig, innen 1. september 2026." in text
    assert "Si fra til oss innen 1. september 2026." in text
    assert "Finansklagenemnda Inkasso" in text
    assert "økonomi- og gjeldsrådgivning" in text
    assert "55 55 33 39" in text


@pytest.mark.law("inkassoloven 1988 § 10")
def test_a_betalingsoppfordring_says_that_it_may_cost_more_and_go_to_law(betalingsoppfordring):
    text = text_of(betalingsoppfordring)
    assert "kan kravet bli dyrere for deg, og det kan bli tatt rettslige skritt" in text
    assert "Varsel om rettslige skritt. Er kravet ikke betalt innen 1. september 2026" in text
    assert "forliksrådet" in text


@pytest.mark.law("tvangsfullbyrdelsesloven 1992 § 4-18")
def test_a_betalingsoppfordring_gives_notice_of_utlegg(betalingsoppfordring):
    text = text_of(betalingsoppfordring)
    assert "Varsel etter tvangsfullbyrdelsesloven § 4-18" in text
    assert "minst to uker etter at dette brevet ble sendt" in text
    assert "kan Fjordvarme AS begjære utlegg" in text


def test_a_letter_has_all_that_a_payment_needs_and_who_writes(betalingsoppfordring):
    first = pages_of(betalingsoppfordring)[0]
    for told in ("5 661,49 kr", "1506 45 12345", "2026000123017", "1. september 2026"):
        assert told in first
    for told in ("Nordlys Inkasso AS", "999 888 777", "Storgata 1, 0155 Oslo", "Finanstilsynet"):
        assert told in first
    for told in ("22 00 00 00", "post@nordlysinkasso.example", "Side 1 av 2", "2026-000123"):
        assert told in first


def test_a_letter_never_names_a_sum_of_another_day(betalingsoppfordring):
    amounts = set(
        re.findall(
            r"(?<![\d.])(?!20\d\d )\d{1,3}(?: \d{3})*,\d\d kr", text_of(betalingsoppfordring)
        )
    )
    owed = {"5 000,00 kr", "23,49 kr", "38,00 kr", "600,00 kr", "5 661,49 kr", "1,68 kr"}
    assert amounts == owed


def test_older_rates_are_told_when_interest_began_under_one(betalingsoppfordring):
    claim = replace(betalingsoppfordring.claims[0], interest_from_on=date(2026, 6, 30))
    assert "med de satsene som har gjeldt underveis" in text_of(
        replace(betalingsoppfordring, claims=(claim,))
    )


def test_no_interest_is_spoken_of_where_none_is_claimed(inkassovarsel):
    claim = replace(inkassovarsel.claims[0], interest_ore=Ore(0), interest_from_on=None)
    owed = replace(
        inkassovarsel.owed,
        interest_ore=Ore(0),
        total_ore=Ore(503800),
        interest_per_day_ore=Decimal(0),
    )
    text = text_of(replace(inkassovarsel, claims=(claim,), owed=owed, rate=None))
    assert "Det er ikke regnet forsinkelsesrente" in text
    assert "prosent" not in text


def test_what_has_been_paid_is_told_and_not_taken_off_twice(betalingsoppfordring):
    owed = replace(betalingsoppfordring.owed, paid_ore=Ore(100000))
    text = text_of(replace(betalingsoppfordring, owed=owed))
    assert "Det er betalt 1 000,00 kr på saken til nå." in text
    assert "5 661,49 kr" in text


def test_a_business_is_told_of_compensation_and_only_sole_traders_of_nav(betalingsoppfordring):
    owed = replace(betalingsoppfordring.owed, compensation_ore=Ore(43000), total_ore=Ore(609149))
    text = text_of(replace(betalingsoppfordring, owed=owed, consumer=False))
    assert "Standardkompensasjon 430,00 kr" in text
    assert "Driver du et enkeltpersonforetak" in text


def test_a_withdrawal_frees_the_debtor_of_everything_towards_the_agency(withdrawal):
    (text,) = pages_of(withdrawal)
    assert "Inkassosaken er trukket og avsluttet" in text
    assert "Fjordvarme AS trakk saken 24. august 2026." in text
    assert "fakturaene 1001, 1002 og 1003" in text
    assert "du skal ikke betale noe til oss i denne saken" in text


@pytest.mark.law("inkassoloven 1988 § 15")
def test_a_settlement_tells_each_movement_and_the_sum_of_each_column(settlement):
    (text,) = pages_of(settlement)
    assert "Sak, skyldner og faktura Hovedstol Renter" in text
    assert "2026-000123, Kari Nordmann, faktura 1001" in text
    assert "5 000,00 72,16 0,00 -150,00 0,00 638,00 4 922,16" in text
    assert "Sum 8 800,00 144,32 0,00 -150,00 -5 710,16 1 276,00 3 394,66" in text
    for what in ("Betalt direkte til dere", "Tilbakeført innbetaling", "Overført mellom oppgjør"):
        assert what in text


@pytest.mark.law("inkassoloven 1988 § 15")
def test_a_settlement_says_that_hovedstol_is_the_amount_to_book(settlement):
    text = text_of(settlement)
    assert "Før dette beløpet som innbetaling på fakturaen i regnskapet." in text
    assert "Til dere 3 394,66 kr" in text
    assert "1234" in text


def test_a_settlement_of_nothing_does_not_promise_a_payment(settlement):
    zero = replace(settlement.lines[3], to_creditor_ore=Ore(0))
    text = text_of(replace(settlement, lines=(zero,), paid_out_ore=Ore(0)))
    assert "Det er ikke noe å betale ut denne gangen" in text
    assert "Beløpet betales" not in text


@pytest.mark.parametrize("evil", INJECTIONS)
def test_what_a_debtor_or_creditor_writes_is_text_and_never_markup(inkassovarsel, evil):
    letter = replace(
        inkassovarsel,
        debtor=replace(inkassovarsel.debtor, name=evil, address_lines=(evil,)),
        creditor_name=evil,
        creditor_reference=evil,
        claims=(replace(inkassovarsel.claims[0], description=evil, invoice_number=evil[:20]),),
    )
    assert text_of(letter).count(evil) >= 4


def test_every_character_that_counts_as_printable_has_a_glyph_in_every_weight(inkassovarsel):
    signs = [chr(code) for first, last in PRINTABLE for code in range(first, last + 1)]
    kept = [sign for sign in signs if not sign.isspace()]
    chunks = [" ".join(kept[at : at + 60]) for at in range(0, len(kept), 60)]
    for chunk in chunks:  # the creditor's name stands in regular and in bold
        claim = replace(inkassovarsel.claims[0], description=chunk)
        assert render(replace(inkassovarsel, creditor_name=chunk, claims=(claim,)))


def test_an_emoji_does_not_stop_a_letter_and_a_sami_name_is_whole(inkassovarsel):
    letter = replace(
        inkassovarsel,
        debtor=replace(inkassovarsel.debtor, name="Áile Čáhcesuolu Đŋŧž"),
        claims=(replace(inkassovarsel.claims[0], description="Kaffe \N{HOT BEVERAGE}\x00"),),
    )
    text = text_of(letter)
    assert "Áile Čáhcesuolu Đŋŧž" in text
    assert "Kaffe □" in text


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (25, 2), (200, 7)])
def test_many_claims_take_more_pages_and_each_is_printed_once(inkassovarsel, count, pages):
    printed = pages_of(with_claims(inkassovarsel, count))
    assert len(printed) <= pages
    numbers = re.findall(r"\b(\d{4}) 06\.07\.2026", " ".join(printed))
    assert numbers == [str(1001 + number) for number in range(count)]


def test_a_later_page_says_which_case_it_belongs_to(betalingsoppfordring):
    first, second = pages_of(betalingsoppfordring)
    assert "Betalingsoppfordring, saksnummer 2026-000123" in second
    assert "Betalingsoppfordring, saksnummer" not in first
    assert "Side 2 av 2" in second


def test_the_longest_address_stays_in_the_window_or_is_refused(inkassovarsel):
    line = "Øvre Ærligveien " * 8
    wide = replace(inkassovarsel.debtor, name=line, address_lines=(line,) * 4, country="Sverige")
    with pytest.raises(LetterError, match="too long for the window"):
        render(replace(inkassovarsel, debtor=wide))
    long_name = replace(inkassovarsel.debtor, name=line)
    assert "SVERIGE" in text_of(
        replace(inkassovarsel, debtor=replace(long_name, country="Sverige"))
    )


@pytest.mark.parametrize("lines", [(), ("",), ("a",) * 5])
def test_an_address_has_one_to_four_lines(inkassovarsel, lines):
    with pytest.raises(LetterError, match="1 to 4 lines"):
        render(replace(inkassovarsel, debtor=replace(inkassovarsel.debtor, address_lines=lines)))


def test_too_many_lines_are_refused_before_they_are_set(settlement):
    crowd = replace(settlement, lines=settlement.lines[3:] * 2001, paid_out_ore=Ore(31050 * 2001))
    with pytest.raises(LetterError, match="room for 2000 lines"):
        render(crowd)


def test_other_processes_and_threads_make_the_very_same_bytes(
    inkassovarsel, betalingsoppfordring, withdrawal, settlement
):
    letters = [inkassovarsel, betalingsoppfordring, withdrawal, settlement]
    here = [render(letter) for letter in letters]
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(render, letters)) == here
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:
        assert list(elsewhere.map(render, letters)) == here


def test_one_letter_does_not_leak_into_the_next(inkassovarsel, withdrawal):
    before = render(withdrawal)
    render(replace(inkassovarsel, creditor_name="En Annen AS"))
    assert render(withdrawal) == before


def test_a_letter_is_tagged_titled_norwegian_and_dated_by_its_sending(inkassovarsel):
    pdf = render(inkassovarsel)
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.metadata.title == "Inkassovarsel"
    assert reader.metadata.creation_date.date() == inkassovarsel.sent_on
    assert reader.trailer["/Root"]["/Lang"].startswith("nb")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in pdf
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf


def test_a_letter_can_be_looked_at_page_by_page(betalingsoppfordring):
    pages = render_png(betalingsoppfordring)
    assert len(pages) == 2
    assert all(page.startswith(b"\x89PNG") for page in pages)
