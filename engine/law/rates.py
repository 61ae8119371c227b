"""The law's numbers as dated rows, each with its source and how sure we are of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Protocol, TypeVar

from engine.law.regime import REVIEWED_THROUGH
from engine.refusal import RefusedError
from events.money import Ore

# A new rate is one new row (interest and its compensation: one each; the court's own fees
# are rows in court_fees.py). A row without an end holds through the day the regime was last
# reviewed, and no longer.

Confidence = Literal["H", "M", "L", "MEM", "UNCERTAIN"]
"""H primary source or two independent ones, M one good one, UNCERTAIN never used by itself."""

ClaimsDue = Literal["all", "through_2020_10_01", "after_2020_10_01"]
"""Which claims a row is for: the regulation of 2020 left what was due by then as it was."""

FEES_HALVED_AFTER = date(2020, 10, 1)
UNREAD = "secondary source; the regulation itself not read"


class Dated(Protocol):
    """A row with a first day and, when it has one, a last: both included."""

    @property
    def valid_from(self) -> date:
        """The first day the row holds."""

    @property
    def valid_to(self) -> date | None:
        """The last day the row holds, when one is known."""


R = TypeVar("R", bound=Dated)


@dataclass(frozen=True, slots=True)
class LateInterest:
    """Forsinkelsesrente in percent a year."""

    valid_from: date
    valid_to: date | None
    rate_percent: Decimal
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class Compensation:
    """Standardkompensasjon for one invoice; None where no source gives the figure."""

    valid_from: date
    valid_to: date | None
    compensation_ore: Ore | None
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class LetterShares:
    """The parts of the inkassosats one letter may cost, for the claims they are for."""

    claims_due: ClaimsDue
    letter: Fraction
    own_bo: Fraction


@dataclass(frozen=True, slots=True)
class Inkassosats:
    """The inkassosats, and the letter fees that follow from it."""

    valid_from: date
    valid_to: date | None
    sats_ore: Ore
    shares: LetterShares
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class Band:
    """Factors of the inkassosats for claims up to and including a limit; None is no limit."""

    claim_to_ore: Ore | None
    light: Fraction
    heavy: Fraction


@dataclass(frozen=True, slots=True)
class SalaerTable:
    """The most salær that may be asked, as bands of the claim."""

    valid_from: date
    claims_due: ClaimsDue
    bands: tuple[Band, ...]
    business_multiplier: Fraction
    vat_multiplier: Fraction
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True)
class InstalmentAddition:
    """What a long payment plan adds to the salær cap, as a factor of the inkassosats."""

    valid_from: date
    plan_from_count: int
    factor: Fraction
    vat_multiplier: Fraction
    confidence: Confidence
    business_confidence: Confidence
    source: str


def claims_due(due_on: date) -> ClaimsDue:
    """Which side of the change of 1 October 2020 a claim due on `due_on` belongs to."""
    return "after_2020_10_01" if due_on > FEES_HALVED_AFTER else "through_2020_10_01"


def row_on(rows: Sequence[R], on: date) -> R:
    """The row in force on `on`: never the last one known in place of one that is not.

    Refuses: rate_unknown.
    """
    for row in reversed(rows):
        if row.valid_from <= on <= last_day(row):
            return row
    raise RefusedError(
        "rate_unknown",
        on=on,
        known_from=min(row.valid_from for row in rows),
        known_until=max(map(last_day, rows)),
    )


def last_day(row: Dated) -> date:
    """The last day a row holds; an open one holds through the last review."""
    return row.valid_to or REVIEWED_THROUGH


_ALL = LetterShares("all", Fraction(1, 10), Fraction(3, 10))
_OLD = LetterShares("through_2020_10_01", Fraction(1, 10), Fraction(3, 10))
_NEW = LetterShares("after_2020_10_01", Fraction(1, 20), Fraction(3, 20))

LATE_INTEREST = (
    LateInterest(date(2015, 1, 1), date(2015, 6, 30), Decimal("9.25"), "H", UNREAD),
    LateInterest(date(2015, 7, 1), date(2015, 12, 31), Decimal("9.00"), "H", UNREAD),
    LateInterest(date(2016, 1, 1), date(2016, 6, 30), Decimal("8.75"), "H", "FOR-2015-12-17-1694"),
    LateInterest(date(2016, 7, 1), date(2016, 12, 31), Decimal("8.50"), "H", UNREAD),
    LateInterest(date(2017, 1, 1), date(2017, 6, 30), Decimal("8.50"), "H", UNREAD),
    LateInterest(date(2017, 7, 1), date(2017, 12, 31), Decimal("8.50"), "H", UNREAD),
    LateInterest(date(2018, 1, 1), date(2018, 6, 30), Decimal("8.50"), "H", UNREAD),
    LateInterest(date(2018, 7, 1), date(2018, 12, 31), Decimal("8.50"), "H", UNREAD),
    LateInterest(date(2019, 1, 1), date(2019, 6, 30), Decimal("8.75"), "H", UNREAD),
    LateInterest(date(2019, 7, 1), date(2019, 12, 31), Decimal("9.25"), "H", UNREAD),
    LateInterest(date(2020, 1, 1), date(2020, 6, 30), Decimal("9.50"), "H", UNREAD),
    LateInterest(date(2020, 7, 1), date(2020, 12, 31), Decimal("8.00"), "H", UNREAD),
    LateInterest(date(2021, 1, 1), date(2021, 6, 30), Decimal("8.00"), "H", UNREAD),
    LateInterest(date(2021, 7, 1), date(2021, 12, 31), Decimal("8.00"), "H", UNREAD),
    LateInterest(date(2022, 1, 1), date(2022, 6, 30), Decimal("8.50"), "H", UNREAD),
    LateInterest(
        date(2022, 7, 1), date(2022, 12, 31), Decimal("9.25"), "H", "FOR-2022-06-24-1178"
    ),
    LateInterest(date(2023, 1, 1), date(2023, 6, 30), Decimal("10.75"), "H", UNREAD),
    LateInterest(
        date(2023, 7, 1), date(2023, 12, 31), Decimal("11.75"), "H", "FOR-2023-06-22-1075"
    ),
    LateInterest(
        date(2024, 1, 1), date(2024, 6, 30), Decimal("12.50"), "H", "FOR-2023-12-14-2043"
    ),
    LateInterest(
        date(2024, 7, 1), date(2024, 12, 31), Decimal("12.50"), "H", "FOR-2024-06-26-1320"
    ),
    LateInterest(
        date(2025, 1, 1), date(2025, 6, 30), Decimal("12.50"), "H", "FOR-2024-12-19-3279"
    ),
    LateInterest(
        date(2025, 7, 1), date(2025, 12, 31), Decimal("12.25"), "H", "FOR-2025-06-23-1321"
    ),
    LateInterest(
        date(2026, 1, 1), date(2026, 6, 30), Decimal("12.00"), "H", "FOR-2025-12-18-2658"
    ),
    LateInterest(
        date(2026, 7, 1), date(2026, 12, 31), Decimal("12.25"), "H", "FOR-2026-06-25-1372"
    ),
)

COMPENSATION = (
    Compensation(date(2015, 1, 1), date(2015, 6, 30), None, "UNCERTAIN", UNREAD),
    Compensation(date(2015, 7, 1), date(2015, 12, 31), Ore(330_00), "M", UNREAD),
    Compensation(date(2016, 1, 1), date(2016, 6, 30), None, "UNCERTAIN", "FOR-2015-12-17-1694"),
    Compensation(date(2016, 7, 1), date(2016, 12, 31), Ore(370_00), "H", UNREAD),
    Compensation(date(2017, 1, 1), date(2017, 6, 30), Ore(360_00), "H", UNREAD),
    Compensation(date(2017, 7, 1), date(2017, 12, 31), None, "UNCERTAIN", UNREAD),
    Compensation(date(2018, 1, 1), date(2018, 6, 30), Ore(380_00), "H", UNREAD),
    Compensation(date(2018, 7, 1), date(2018, 12, 31), Ore(380_00), "M", UNREAD),
    Compensation(date(2019, 1, 1), date(2019, 6, 30), Ore(380_00), "H", UNREAD),
    Compensation(date(2019, 7, 1), date(2019, 12, 31), Ore(390_00), "M", UNREAD),
    Compensation(date(2020, 1, 1), date(2020, 6, 30), Ore(400_00), "M", UNREAD),
    Compensation(date(2020, 7, 1), date(2020, 12, 31), Ore(430_00), "M", UNREAD),
    Compensation(date(2021, 1, 1), date(2021, 6, 30), None, "UNCERTAIN", UNREAD),
    Compensation(date(2021, 7, 1), date(2021, 12, 31), Ore(400_00), "H", UNREAD),
    Compensation(date(2022, 1, 1), date(2022, 6, 30), Ore(390_00), "H", UNREAD),
    Compensation(date(2022, 7, 1), date(2022, 12, 31), Ore(400_00), "H", "FOR-2022-06-24-1178"),
    Compensation(date(2023, 1, 1), date(2023, 6, 30), Ore(410_00), "H", UNREAD),
    Compensation(date(2023, 7, 1), date(2023, 12, 31), Ore(460_00), "H", "FOR-2023-06-22-1075"),
    Compensation(date(2024, 1, 1), date(2024, 6, 30), Ore(470_00), "H", "FOR-2023-12-14-2043"),
    Compensation(date(2024, 7, 1), date(2024, 12, 31), Ore(460_00), "H", "FOR-2024-06-26-1320"),
    Compensation(date(2025, 1, 1), date(2025, 6, 30), Ore(470_00), "H", "FOR-2024-12-19-3279"),
    Compensation(date(2025, 7, 1), date(2025, 12, 31), Ore(460_00), "H", "FOR-2025-06-23-1321"),
    Compensation(date(2026, 1, 1), date(2026, 6, 30), Ore(460_00), "H", "FOR-2025-12-18-2658"),
    Compensation(date(2026, 7, 1), date(2026, 12, 31), Ore(430_00), "H", "FOR-2026-06-25-1372"),
)

INKASSOSATS = (
    Inkassosats(date(2013, 1, 1), date(2013, 12, 31), Ore(630_00), _ALL, "M", "FAKTURA"),
    Inkassosats(date(2014, 1, 1), date(2014, 12, 31), Ore(640_00), _ALL, "UNCERTAIN", "memory"),
    Inkassosats(date(2015, 1, 1), date(2015, 12, 31), Ore(650_00), _ALL, "H", "FAKTURA;SERGEL"),
    Inkassosats(date(2016, 1, 1), date(2016, 12, 31), Ore(670_00), _ALL, "H", "FAKTURA;SERGEL"),
    Inkassosats(date(2017, 1, 1), date(2020, 9, 30), Ore(700_00), _ALL, "H", "FAKTURA;FORLIK"),
    Inkassosats(
        date(2020, 10, 1), date(2025, 12, 31), Ore(700_00), _NEW, "H", "FOR-2020-06-19-1248"
    ),
    Inkassosats(
        date(2020, 10, 1), date(2025, 12, 31), Ore(700_00), _OLD, "M", "FOR-2020-06-19-1248"
    ),
    Inkassosats(date(2026, 1, 1), None, Ore(750_00), _NEW, "H", "FOR-2025-12-19-2709"),
)

SALAER = (
    SalaerTable(
        date(2010, 1, 1),
        "through_2020_10_01",
        (
            Band(Ore(2_500_00), Fraction("0.5"), Fraction("1.0")),
            Band(Ore(10_000_00), Fraction("1.0"), Fraction("2.0")),
            Band(Ore(50_000_00), Fraction("2.0"), Fraction("4.0")),
            Band(Ore(250_000_00), Fraction("4.0"), Fraction("8.0")),
            Band(None, Fraction("8.0"), Fraction("16.0")),
        ),
        business_multiplier=Fraction("1.5"),
        vat_multiplier=Fraction("1.25"),
        confidence="H",
        source="WULFF",
    ),
    SalaerTable(
        date(2020, 10, 1),
        "after_2020_10_01",
        (
            Band(Ore(500_00), Fraction("0.25"), Fraction("0.50")),
            Band(Ore(1_000_00), Fraction("0.35"), Fraction("0.70")),
            Band(Ore(2_500_00), Fraction("0.40"), Fraction("0.80")),
            Band(Ore(10_000_00), Fraction("0.80"), Fraction("1.60")),
            Band(Ore(50_000_00), Fraction("1.60"), Fraction("3.20")),
            Band(Ore(250_000_00), Fraction("3.60"), Fraction("7.20")),
            Band(None, Fraction("7.20"), Fraction("14.40")),
        ),
        business_multiplier=Fraction("1.5"),
        vat_multiplier=Fraction("1.25"),
        confidence="H",
        source="EQUITY;BAHS;KRAVIA-1OKT",
    ),
)

INSTALMENT_ADDITION = InstalmentAddition(
    date(2010, 1, 1),
    plan_from_count=5,
    factor=Fraction("1.5"),
    vat_multiplier=Fraction("1.25"),
    confidence="M",
    business_confidence="UNCERTAIN",
    source="LOVAVD-20;INKGUIDE;TOOLKIT",
)
