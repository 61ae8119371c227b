"""Names, addresses and choices in words: cleaned, and refused where letters were lost."""

import re
import unicodedata
from datetime import date
from typing import Literal

from gateways.importing.problem import Cell, CellProblem, shown

DebtorKind = Literal["person", "sole_trader", "company"]

_SPACING = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_MOBILE_NO = re.compile(r"(?:\+47|0047|47)?([49][0-9]{7})")
_MOBILE_ABROAD = re.compile(r"(?:\+|00)(?!47)([1-9][0-9]{7,14})")
_EMAIL = re.compile(r"[^\s@,;<>\"]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_GARBLED = re.compile("[ÃÂ]")

_KINDS: dict[str, DebtorKind] = {
    **dict.fromkeys(("privat", "privatperson", "person", "p", "private", "forbruker"), "person"),
    **dict.fromkeys(
        ("enk", "enkeltpersonforetak", "enkeltmannsforetak", "sole trader", "sole_trader"),
        "sole_trader",
    ),
    **dict.fromkeys(
        ("bedrift", "b", "firma", "selskap", "næring", "as", "business", "company"), "company"
    ),
}
_YES = frozenset({"ja", "j", "yes", "y", "true", "sann", "1", "x"})
_NO = frozenset({"nei", "n", "no", "false", "usann", "0"})
_COUNTRIES = {
    **dict.fromkeys(("no", "nor", "norge", "noreg", "norway"), "NO"),
    **dict.fromkeys(("se", "swe", "sverige", "sweden"), "SE"),
    **dict.fromkeys(("dk", "dnk", "danmark", "denmark"), "DK"),
    **dict.fromkeys(("fi", "fin", "finland"), "FI"),
    **dict.fromkeys(("is", "isl", "island", "iceland"), "IS"),
    **dict.fromkeys(("de", "deu", "tyskland", "germany"), "DE"),
    **dict.fromkeys(("gb", "uk", "gbr", "storbritannia", "united kingdom"), "GB"),
    **dict.fromkeys(("pl", "pol", "polen", "poland"), "PL"),
}


def parse_text(cell: Cell, *, field: str, length_most: int = 200) -> str | CellProblem:
    """The words in the cell, with single spaces.

    The codes are `missing`, `became_date`, `control_characters`, `letters_lost` (the sign that
    stands for a lost letter), `letters_garbled` (UTF-8 once read as Windows) and `too_long`.
    """
    if isinstance(cell, date):
        return CellProblem("became_date", field, shown(cell), "gjør cellen om til tekst")
    words = unicodedata.normalize("NFC", _SPACING.sub(" ", shown(cell)).strip())
    code = _fault(words, length_most)
    if code:
        return CellProblem(code, field, words[:length_most], _meant(words))
    return words


def _fault(words: str, length_most: int) -> str | None:
    if not words:
        return "missing"
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in words):
        return "control_characters"
    if "\ufffd" in words:
        return "letters_lost"
    if _meant(words):
        return "letters_garbled"
    return "too_long" if len(words) > length_most else None


def _meant(words: str) -> str:
    if not _GARBLED.search(words):
        return ""
    try:
        return f"skulle det stå {words.encode('cp1252').decode('utf-8')}?"
    except UnicodeError:
        return ""


def parse_email(cell: Cell, *, field: str = "email") -> str | CellProblem:
    """One e-mail address. The codes are `missing` and `email_invalid`."""
    bare = shown(cell).strip().removeprefix("mailto:")
    if not bare:
        return CellProblem("missing", field)
    return bare if _EMAIL.fullmatch(bare) else CellProblem("email_invalid", field, bare)


def parse_mobile(cell: Cell, *, field: str = "mobile") -> str | CellProblem:
    """A mobile number as `+4791234567`; eight digits without a country code are Norwegian.

    The codes are `missing` and `mobile_invalid`.
    """
    bare = re.sub(r"[().\-/]", "", _SPACING.sub("", shown(cell)))
    if not bare:
        return CellProblem("missing", field)
    if norwegian := _MOBILE_NO.fullmatch(bare):
        return f"+47{norwegian[1]}"
    if abroad := _MOBILE_ABROAD.fullmatch(bare):
        return f"+{abroad[1]}"
    return CellProblem(
        "mobile_invalid", field, shown(cell), "åtte sifre som begynner på 4 eller 9"
    )


def parse_debtor_kind(cell: Cell, *, field: str = "debtor_kind") -> DebtorKind | CellProblem:
    """Privat, bedrift or ENK. The codes are `missing` and `debtor_kind_unknown`."""
    word = _word(cell)
    if not word:
        return CellProblem("missing", field)
    found = _KINDS.get(word)
    return found or CellProblem("debtor_kind_unknown", field, word, "privat, bedrift eller enk")


def parse_yes_no(cell: Cell, *, field: str) -> bool | CellProblem:
    """Ja or nei. The codes are `missing` and `yes_no_not_understood`."""
    word = _word(cell)
    if not word:
        return CellProblem("missing", field)
    if word in _YES or word in _NO:
        return word in _YES
    return CellProblem("yes_no_not_understood", field, word, "ja eller nei")


def parse_country(cell: Cell, *, field: str = "country") -> str | CellProblem:
    """A country as its two letters; Norway and the nearest countries also by name.

    The codes are `missing` and `country_unknown`.
    """
    word = _word(cell)
    if not word:
        return CellProblem("missing", field)
    if word in _COUNTRIES:
        return _COUNTRIES[word]
    if re.fullmatch("[a-z]{2}", word):
        return word.upper()
    return CellProblem("country_unknown", field, word, "landkoden på to bokstaver")


def _word(cell: Cell) -> str:
    return _SPACING.sub(" ", shown(cell)).strip().casefold()
