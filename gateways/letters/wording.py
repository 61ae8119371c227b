"""Amounts, dates and numbers as Norwegians write them."""

from datetime import date, datetime
from decimal import Decimal

from events.money import Ore, round_ore

NBSP = "\u00a0"
MINUS = "\u2212"
MONTHS = (
    "januar", "februar", "mars", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "desember",
)  # fmt: skip


def amount(ore: Ore) -> str:
    """`503800` as "5 038,00", with spaces that never break."""
    kroner, rest = divmod(abs(ore), 100)
    sign = MINUS if ore < 0 else ""
    return f"{sign}{kroner:,}".replace(",", NBSP) + f",{rest:02}"


def kroner(ore: Ore) -> str:
    """`503800` as "5 038,00 kr"."""
    return amount(ore) + NBSP + "kr"


def kroner_a_day(exact_ore: Decimal) -> str:
    """A day's interest in kroner, told as rounded where it is."""
    rounded = round_ore(exact_ore)
    return kroner(rounded) + ("" if rounded == exact_ore else " (avrundet)")


def percent(rate_percent: Decimal) -> str:
    """`Decimal("12.25")` as "12,25 prosent"."""
    return f"{rate_percent:.2f}".replace(".", ",") + NBSP + "prosent"


def day(on: date) -> str:
    """The third of August as "3. august 2026", kept on one line."""
    return f"{on.day}.{NBSP}{MONTHS[on.month - 1]}{NBSP}{on.year}"


def short_day(on: date) -> str:
    """The third of August as "03.08.2026", for tables."""
    return f"{on:%d.%m.%Y}"


def moment(at: datetime) -> str:
    """A moment by the clock it carries, as "03.08.2026 kl. 14.05"."""
    return f"{at:%d.%m.%Y} kl.{NBSP}{at:%H.%M}"


def account(digits: str) -> str:
    """`15064512345` as "1506 45 12345"."""
    return f"{digits[:4]}{NBSP}{digits[4:6]}{NBSP}{digits[6:]}"


def orgnr(digits: str) -> str:
    """`999888777` as "999 888 777"."""
    return NBSP.join((digits[:3], digits[3:6], digits[6:]))


def series(words: tuple[str, ...]) -> str:
    """The words in one breath: 1001, 1002 og 1003."""
    return " og ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
