"""Other people's text made safe to print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.letters.content import LetterError
from gateways.letters.printable import BREAK, FREE_TEXT, code, free_text, has_glyph, name


def test_norwegian_and_sami_letters_are_printed_as_they_are():
    assert name("Áššu Čáhcesuolu Đŋŧž Æøå", "name") == "Áššu Čáhcesuolu Đŋŧž Æøå"


def test_a_letter_written_with_a_loose_accent_is_the_same_letter():
    assert name("A\u030ase", "name") == "Åse"


def test_null_bytes_and_line_breaks_become_a_space():
    assert free_text("a\x00b\nc\r\n\td", "description") == "a b c d"


def test_a_change_of_writing_direction_is_left_out():
    assert name("Kari\u202e Nordmann\u200b\u00ad", "name") == "Kari Nordmann"


def test_an_emoji_in_a_description_is_shown_as_a_box():
    assert free_text("Kaffe \N{HOT BEVERAGE}\N{GRINNING FACE}", "description") == "Kaffe □□"


def test_a_name_that_cannot_be_printed_is_never_printed_wrong():
    with pytest.raises(LetterError, match=r"debtor\.name .* U\+4E2D"):
        name("\u4e2d\u6587", "debtor.name")


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\u200b"])
def test_a_name_of_nothing_is_not_a_name(text):
    with pytest.raises(LetterError, match="is empty"):
        name(text, "debtor.name")


@pytest.mark.parametrize("length", [141, 10_000, 1_000_000])
def test_a_name_too_long_for_the_sheet_is_refused_with_its_length(length):
    with pytest.raises(LetterError, match=f"has {length} characters; there is room for 140"):
        name("A" * length, "debtor.name")


def test_a_description_too_long_is_refused_and_not_cut():
    assert len(free_text("a b " * 60, "description")) < FREE_TEXT
    with pytest.raises(LetterError, match="there is room for 240"):
        free_text("a b " * 61, "description")


def test_a_long_word_may_break_and_still_reads_the_same():
    word = name("A" * 140, "name")
    assert word.replace(BREAK, "") == "A" * 140
    assert max(map(len, word.split(BREAK))) <= 22
    assert max(map(len, code("9" * 40, "invoice_number").split(BREAK))) <= 12


@given(st.text(max_size=100))
def test_whatever_comes_in_only_what_has_a_glyph_goes_out(text):
    printed = free_text(text, "description").replace(BREAK, "")
    assert all(has_glyph(sign) for sign in printed)
    assert printed == " ".join(printed.split(" "))
