"""Bytes to text: which encoding a file was written in, judged by how Norwegian it then reads."""

import codecs
import re
from dataclasses import dataclass
from itertools import islice

from gateways.importing.errors import ImportFileError

# In order of preference where two readings are equally good.
CODE_PAGES = ("cp1252", "cp865", "cp850", "latin-1")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NORWEGIAN = frozenset("æøåÆØÅ")
_NEIGHBOURLY = frozenset("äöüéèêëóòôáàâíñçßšžðþÄÖÜÉÈÊÓÒÔÁÀÂÍÑÇŠŽÐÞ")
_PLAIN_SIGNS = frozenset("€£§°«»–—…“”’²³½·\u00a0")  # noqa: RUF001 - the signs themselves are meant
_VOWELS = frozenset("aeiouyAEIOUY")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_SAMPLE_COUNT = 20_000
_REACH = 30


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, the encoding it was found to be in, and whether a BOM said so."""

    text: str
    encoding: str
    had_bom: bool


def decode(content: bytes) -> Decoded:
    """Read the bytes as their writer meant them.

    A byte order mark decides; else strict UTF-8; else the old Windows and DOS pages compete,
    and the one that gives the most Norwegian letters and the fewest odd signs wins.

    Raises ImportFileError when a marked encoding is broken (`encoding_broken`) or a null
    stands in the text (`null_bytes`).
    """
    decoded = _by_mark(content) or _by_utf8(content) or _by_likelihood(content)
    null_at = decoded.text.find("\0")
    if null_at >= 0:
        line_no = decoded.text.count("\n", 0, null_at) + 1
        raise ImportFileError("null_bytes", "the text holds null bytes", line_no)
    return decoded


def _by_mark(content: bytes) -> Decoded | None:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return Decoded(content[len(mark) :].decode(encoding), encoding, had_bom=True)
            except UnicodeDecodeError as error:
                raise ImportFileError("encoding_broken", f"not valid {encoding}") from error
    return None


def _by_utf8(content: bytes) -> Decoded | None:
    try:
        return Decoded(content.decode("utf-8"), "utf-8", had_bom=False)
    except UnicodeDecodeError:
        return None


def _by_likelihood(content: bytes) -> Decoded:
    readings = [
        Decoded(text, page, had_bom=False)
        for page in CODE_PAGES
        if (text := _strictly(content, page)) is not None
    ]
    return max(readings, key=lambda reading: _likelihood(reading.text))


def _strictly(content: bytes, page: str) -> str | None:
    try:
        return content.decode(page)
    except UnicodeDecodeError:
        return None


def _likelihood(text: str) -> int:
    found = islice(_NOT_ASCII.finditer(text), _SAMPLE_COUNT)
    return sum(_weight(text, match.start()) for match in found)


def _weight(text: str, at: int) -> int:
    char = text[at]
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if char.isalpha():
        return _letter_weight(char, before, after, _word(text, at))
    if char == "’":  # noqa: RUF001 - the apostrophe in Irish names is meant
        return 2 if before.isalpha() and after.isalpha() else 0
    if char == "\u00a0":
        return 1 if before.isdigit() and after.isdigit() else 0
    return 0 if char in _PLAIN_SIGNS else -4


def _letter_weight(char: str, before: str, after: str, word: str) -> int:
    fits = word.islower() or word.isupper() or (word[0].isupper() and word[1:].islower())
    if not fits or before.isdigit() or after.isdigit():
        return -3
    if char in "æÆ" and (before in _VOWELS or after in _VOWELS):
        return 0  # more likely the apostrophe of cp1252, as in O'NEIL, L'OREAL
    if char in _NORWEGIAN:
        return 3
    return 1 if char in _NEIGHBOURLY else -3


def _word(text: str, at: int) -> str:
    first = at
    while first > max(0, at - _REACH) and text[first - 1].isalpha():
        first -= 1
    last = at + 1
    while last < min(len(text), at + _REACH) and text[last].isalpha():
        last += 1
    return text[first:last]
