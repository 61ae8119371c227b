from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.importing.errors import ImportFileError
from gateways.importing.text import decode

NAMES = [
    "Bjørn Åsgård",
    "Sørlandet Blæs & Søn",
    "LÆRDAL KJØKKEN AS",
    "Ærlig Østby",
    "Åse",
    "Grønnåsen 3, 9016 TROMSØ",
    "Æ",
]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp865", "cp850", "latin-1"])
@pytest.mark.parametrize("name", NAMES)
def test_a_norwegian_name_is_read_rightly_in_every_encoding(name: str, encoding: str) -> None:
    assert decode(f"Kreditor;Navn\r\nX;{name}\r\n".encode(encoding)).text.endswith(f"{name}\r\n")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", NAMES)
def test_a_byte_order_mark_decides_and_is_taken_away(name: str, encoding: str) -> None:
    decoded = decode(name.encode(encoding))

    assert (decoded.text, decoded.had_bom) == (name, True)


def test_big_endian_utf_16_is_read_by_its_mark() -> None:
    assert decode(b"\xfe\xff" + "Øre".encode("utf-16-be")).encoding == "utf-16-be"


@pytest.mark.parametrize(
    "name", ["O\u2019Brien", "D\u2019Angelo", "L\u2019OREAL", "\u2013 Ærlig \u2026"]
)
def test_the_signs_of_windows_are_not_taken_for_letters_of_dos(name: str) -> None:
    assert decode(name.encode("cp1252")).text == name


def test_a_hard_space_between_digits_is_windows() -> None:
    assert decode("1\u00a0234,50".encode("cp1252")).text == "1\u00a0234,50"


def test_foreign_names_among_norwegian_ones_are_read_as_windows() -> None:
    text = "Müller;Peña;François;Sørensen"

    assert decode(text.encode("cp1252")).text == text


def test_plain_ascii_is_utf_8_without_a_mark() -> None:
    decoded = decode(b"Kreditor;Navn")

    assert (decoded.encoding, decoded.had_bom) == ("utf-8", False)


def test_broken_utf_16_is_refused() -> None:
    with pytest.raises(ImportFileError) as refused:
        decode(b"\xff\xfea")

    assert refused.value.code == "encoding_broken"


def test_null_bytes_are_refused_with_their_line() -> None:
    with pytest.raises(ImportFileError) as refused:
        decode(b"a;b\nc;\0\n")

    assert (refused.value.code, refused.value.line_no) == ("null_bytes", 2)


@given(st.text(alphabet="abcdefgæøåÆØÅ ;\n", min_size=1))
def test_what_is_utf_8_is_always_read_as_utf_8(text: str) -> None:
    assert decode(text.encode()).text == text


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=8), st.sampled_from(["cp1252", "cp865"])
)
def test_any_mixture_of_names_is_read_rightly(names: list[str], encoding: str) -> None:
    text = ";".join(names)

    assert decode(text.encode(encoding)).text == text


@given(st.binary(max_size=300))
def test_random_bytes_are_decoded_or_refused(content: bytes) -> None:
    with suppress(ImportFileError):
        assert "\0" not in decode(content).text
