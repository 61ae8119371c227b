"""Amounts, dates and names as Norwegians write and sort them."""

from datetime import date

from events.money import Ore

NBSP = "\xa0"
MINUS = "\u2212"
MONTHS = (
    *("januar", "februar", "mars", "april", "mai", "juni"),
    *("juli", "august", "september", "oktober", "november", "desember"),
)
PART = 3
BEGINS = "^"
# After z come æ, ø and å (and what older or foreign spelling has for them).
SORTED_AFTER_Z = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"})


def kroner(ore: Ore) -> str:
    """`503800` as "5 038,00 kr", with spaces that never break."""
    whole, rest = divmod(abs(ore), 100)
    sign = MINUS if ore < 0 else ""
    return f"{sign}{whole:,}".replace(",", NBSP) + f",{rest:02}{NBSP}kr"


def day(on: date) -> str:
    """The third of August as "3. august 2026"."""
    return f"{on.day}. {MONTHS[on.month - 1]} {on.year}"


def listed(words: tuple[str, ...]) -> str:
    """The words in one breath: 1001, 1002 og 1003."""
    return " og ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def sort_name(name: str) -> str:
    """A key that sorts names as Norwegians do: case aside, and æ, ø, å (aa) after z."""
    return name.casefold().replace("aa", "å").translate(SORTED_AFTER_Z)


def parts_of(name: str) -> tuple[str, ...]:
    """What a name is found by: every three letters of it, and how each of its words begins."""
    small = name.casefold()
    threes = {small[at : at + PART] for at in range(len(small) - PART + 1)}
    begins = {f"{BEGINS}{word[:length]}" for word in small.split() for length in (1, 2)}
    return tuple(sorted(threes | begins))


def parts_wanted(word: str) -> tuple[str, ...]:
    """The parts a name must have to be found by `word`; one or two letters begin a word."""
    small = word.casefold()
    if len(small) < PART:
        return (f"{BEGINS}{small}",)
    return tuple(sorted({small[at : at + PART] for at in range(len(small) - PART + 1)}))


def masked(account: str) -> str:
    """Only the last four digits of an account number."""
    return f"•••• {account[-4:]}"
