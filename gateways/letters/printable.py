"""Other people's text made safe to print: no control characters, nothing without a glyph."""

import re
import unicodedata

from gateways.letters.content import LetterError

# The letters' one font has a glyph in every weight for these; a test prints them all. Soft
# hyphens, zero-width characters, changes of writing direction and loose accents are left out.
PRINTABLE = (
    (0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x24F), (0x386, 0x386), (0x388, 0x38A), (0x38C, 0x38C),
    (0x38E, 0x3A1), (0x3A3, 0x3CE), (0x400, 0x45F), (0x1E00, 0x1E9B), (0x1E9E, 0x1E9E),
    (0x1EA0, 0x1EF9), (0x2010, 0x2027), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122),
    (0x2212, 0x2212), (0x25A1, 0x25A1),
)  # fmt: skip
NO_GLYPH = "\u25a1"
BREAK = "\u200b"
LONGEST_WORD = 22
LONGEST_CODE = 12

SHORT = 40
NAME = 140
FREE_TEXT = 240


def name(text: str, field: str, most: int = NAME) -> str:
    """A name or address, printed exactly or not at all; a wrong name makes a wrong letter.

    Raises LetterError when it is empty, too long or has a character that cannot be printed.
    """
    clean = _clean(text, field, most)
    if not clean:
        raise LetterError(f"{field} is empty")
    strange = sorted({sign for sign in clean if not has_glyph(sign)})
    if strange:
        codes = ", ".join(f"U+{ord(sign):04X}" for sign in strange[:5])
        raise LetterError(f"{field} has characters that cannot be printed: {codes}")
    return _breakable(clean)


def code(text: str, field: str) -> str:
    """A number as its giver writes it, exact like a name, and able to break in a narrow column.

    Raises LetterError as `name` does.
    """
    return _breakable(name(text, field, SHORT).replace(BREAK, ""), LONGEST_CODE)


def free_text(text: str, field: str, most: int = FREE_TEXT) -> str:
    """A description, with a visible box for each character that cannot be printed.

    Raises LetterError when it is too long.
    """
    clean = _clean(text, field, most)
    return _breakable("".join(sign if has_glyph(sign) else NO_GLYPH for sign in clean))


def has_glyph(sign: str) -> bool:
    """Whether the letters' font can show the character."""
    return any(first <= ord(sign) <= last for first, last in PRINTABLE)


def _clean(text: str, field: str, most: int) -> str:
    if len(text) > most * 2:  # long before it is worth the work of cleaning
        raise LetterError(f"{field} has {len(text)} characters; there is room for {most}")
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(
        " " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign
        for sign in composed
        if unicodedata.category(sign) != "Cf"
    )
    clean = " ".join(seen.split())
    if len(clean) > most:
        raise LetterError(f"{field} has {len(clean)} characters; there is room for {most}")
    return clean


def _breakable(text: str, most: int = LONGEST_WORD) -> str:
    """Let a word too long for its column break, without changing what is read."""
    return re.sub(rf"(\S{{{most}}})(?=\S)", rf"\1{BREAK}", text)
